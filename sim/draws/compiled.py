"""How every function of this room is compiled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

_OPTIONS: Any = {"nogil": True, "error_model": "numpy"}
F = TypeVar("F", bound=Callable[..., object])


def compiled(function: F, *signature: str) -> F:
    """Compile on first call, or at once for a `signature`; without the GIL and without `fastmath`.

    Division follows IEEE 754 (`error_model`), so that no branch is spent on a zero divisor. What is
    compiled is kept on disk; where nothing can be written, each process compiles.
    """
    try:
        made = njit(*signature, cache=True, **_OPTIONS)(function)
    except RuntimeError:  # nowhere to keep it
        made = njit(*signature, **_OPTIONS)(function)
    return cast(F, made)


def inlined(function: F, *signature: str) -> F:
    """Compile to be a part of every caller, so that a loop of draws can make several side by side."""
    return cast(F, njit(*signature, forceinline=True, **_OPTIONS)(function))
