"""How every function of this room is compiled."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

from numba import njit

F = TypeVar("F", bound=Callable[..., object])


def compiled(function: F) -> F:
    """Compile on first call, cached on disk, without the GIL and without `fastmath`.

    Division follows IEEE 754 (`error_model`), so that no branch is spent on a zero divisor.
    """
    return cast(F, njit(cache=True, nogil=True, error_model="numpy")(function))
