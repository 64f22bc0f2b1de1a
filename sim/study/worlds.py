"""Worlds: one value for each uncertain number, drawn from its range."""

from __future__ import annotations

from sim.draws.philox import run_key, uniform
from sim.network.names import name_hash
from sim.scenario import FittedSet, Scenario, Uncertain
from sim.scenario.fitted import FITTED

CENTRAL_WORLD = 0
_DRAW = name_hash("world")


def world_values(scenario: Scenario, seed: int, world: int) -> dict[str, float]:
    """Values by path, each in the unit it is written in; empty for world 0, the stated values.

    Every number has a named stream of its own, so that a range added elsewhere changes no value;
    numbers that move with one name have the stream of that name.
    """
    if world == CENTRAL_WORLD:
        return {}
    key = run_key(seed, world, 0)
    drawn = {fact.path: _drawn(key, fact) for fact in scenario.uncertain}
    fitted = scenario.fitted
    return drawn if fitted is None else drawn | _row(key, fitted)


def _row(key: int, fitted: FittedSet) -> dict[str, float]:
    """One row of the set, each as likely as any other: its facts are known only together."""
    u = float(uniform(key, 0, name_hash(f"world/{FITTED}"), _DRAW, 0))
    return dict(zip(fitted.paths, fitted.rows[int(u * len(fitted.rows))], strict=True))


def _drawn(key: int, fact: Uncertain) -> float:
    """Uniform over the range: the file says how far a fact may be off, and no more."""
    stream = f"world/{fact.path}" if fact.moves_with is None else f"world/with/{fact.moves_with}"
    u = float(uniform(key, 0, name_hash(stream), _DRAW, 0))
    return fact.low + (fact.high - fact.low) * u
