"""How every function of this room is compiled."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

from numba import njit

F = TypeVar("F", bound=Callable[..., object])


def compiled(function: F, *signature: str) -> F:
    """Compile on first call, or at once for a `signature`; without the GIL and without `fastmath`.

    Division follows IEEE 754 (`error_model`), so that no branch is spent on a zero divisor. What is
    compiled is kept on disk; where nothing can be written, each process compiles.
    """
    return _made(function, signature)


def inlined(function: F, *signature: str) -> F:
    """Compile as `compiled` does, to be a part of every caller: a loop of draws then makes several side by side."""
    return _made(function, signature, forceinline=True)


def _made(function: F, signature: tuple[str, ...], **options: bool) -> F:
    options |= {"nogil": True}
    try:
        made = njit(*signature, cache=True, error_model="numpy", **options)(function)
    except RuntimeError:  # nowhere to keep it
        made = njit(*signature, error_model="numpy", **options)(function)
    return cast(F, made)
