"""How the functions of the loop are compiled: each once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit, types

F = TypeVar("F", bound=Callable[..., Any])


def inlined(function: F) -> F:
    """Compile as `compiled` does, to be a part of every caller: for what each event calls.

    LLVM decides by size, and a call that returns what may have failed costs as much as its work.
    """
    return _for_words(function, forceinline=True)


def compiled(function: F) -> F:
    """Compile for 64-bit integers only, for compiled callers only.

    Numba would compile a function again for each width of integer it is called with, and for each
    constant; and a wrapper for Python for each. That is most of the time the first run takes.
    """
    return _for_words(function)


def _for_words(function: F, **options: bool) -> F:
    dispatcher: Any = njit(no_cpython_wrapper=True, no_cfunc_wrapper=True, **options)(function)
    template = dispatcher.get_call_template
    dispatcher.get_call_template = lambda args, kws: template(tuple(map(_plain, args)), kws)
    return cast(F, dispatcher)


def _plain(of: Any) -> Any:
    of = types.unliteral(of)
    return types.int64 if isinstance(of, types.Integer) and of is not types.uint64 else of


def folded(function: F) -> F:
    """Compile as a part of its one caller, so that what it calls is not optimised once more."""
    return cast(F, njit(inline="always")(function))
