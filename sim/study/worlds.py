"""Worlds: one value for each uncertain number, drawn from its range."""

from __future__ import annotations

from sim.draws.philox import run_key, uniform
from sim.network.names import name_hash
from sim.scenario import Scenario

CENTRAL_WORLD = 0
_DRAW = name_hash("world")


def world_values(scenario: Scenario, seed: int, world: int) -> dict[str, float]:
    """Values by path, each in the unit it is written in; empty for world 0, the stated values.

    Every number has its own named stream, so that a range added elsewhere changes no other value.
    """
    if world == CENTRAL_WORLD:
        return {}
    key = run_key(seed, world, 0)
    return {q.path: _drawn(key, q.path, *_ends(q)) for q in scenario.uncertain}


def _drawn(key: int, path: str, low: float, high: float) -> float:
    u = float(uniform(key, 0, name_hash(f"world/{path}"), _DRAW, 0))
    return low + (high - low) * u
