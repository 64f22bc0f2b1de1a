"""How every function of this room is compiled."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar, cast

from numba import njit

from sim.draws.kept import digest, folder_for, keeping, places
from sim.network.laws import Kind

F = TypeVar("F", bound=Callable[..., object])

_HERE = Path(__file__).parent
FOLDER = folder_for(digest(_HERE.glob("*.py"), repr(list(Kind))), places(_HERE, "draws"))
"""Where compiled draws are kept; each is made from several files of the room, so all of them decide."""


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
    if FOLDER is None:
        return cast(F, njit(*signature, error_model="numpy", nogil=True, **options)(function))
    with keeping(FOLDER):
        return cast(F, njit(*signature, cache=True, error_model="numpy", nogil=True, **options)(function))
