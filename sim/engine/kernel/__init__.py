"""The compiled engine: the same table in and the same log out as the reference, to the last bit."""

from __future__ import annotations

from sim.engine.kernel.run import run

__all__ = ["run"]
