"""Which engines there are, and which one to use."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from sim.errors import Problem, Refused, quote
from sim.study.progress import say

KERNEL, SIMPY = "kernel", "simpy"
SMALL = 1_000_000
"""Entities in all runs that SimPy has done before the kernel would have been built."""


def has_kernel() -> bool:
    """Whether the compiled engine is there; looks without importing it."""
    return find_spec("sim.engine.kernel") is not None


def is_built() -> bool:
    """Whether what the compiler makes of the kernel is on disk and newer than its sources."""
    spec = find_spec("sim.engine.kernel")
    folders = list(spec.submodule_search_locations or ()) if spec else []
    built = [p.stat().st_mtime for f in folders for p in Path(f).rglob("*.nbc")]
    sources = [p.stat().st_mtime for f in folders for p in Path(f).glob("*.py")]
    return bool(built) and max(built) > max(sources, default=0.0)


def usual() -> str:
    """The engine for work that is not little."""
    return KERNEL if has_kernel() else SIMPY


def known(engine: str | None) -> None:
    """Raises Refused for an engine that is not there."""
    if engine == KERNEL and not has_kernel():
        raise Refused([Problem("--engine", 0, "", quote(engine), quote(SIMPY))])


def best(entities: float) -> str:
    """The engine that is soonest done with so many entities in all; the result is the same.

    The kernel is built when first used, which takes about a minute: not worth it for little work.
    """
    if not has_kernel() or (entities < SMALL and not is_built()):
        return SIMPY
    return KERNEL


def soonest(entities: float) -> str:
    """`best`, with word of it where that must be built first."""
    used = best(entities)
    if used == KERNEL and not is_built():
        say("building the compiled engine, once; this takes about a minute")
    return used
