"""Which engines there are."""

from __future__ import annotations

from importlib.util import find_spec

KERNEL, SIMPY = "kernel", "simpy"


def has_kernel() -> bool:
    """Whether the compiled engine is there; looks without importing it."""
    return find_spec("sim.engine.kernel") is not None


def usual() -> str:
    return KERNEL if has_kernel() else SIMPY
