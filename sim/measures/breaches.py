"""Breaches of the limits of a scenario, day by day."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.log import NOT_YET, Flow, Log, Use
from sim.measures.places import Places, Sort
from sim.measures.plan import Limit, LimitOf, Plan
from sim.measures.spells import Spells, join, rows_by_object, stays, unserved, waits
from sim.network.model import DAY

Ints = NDArray[np.int64]


class Breach(NamedTuple):
    """A limit over the whole run: people (or unit-days over capacity) in all and a day."""

    name: str
    total: float
    per_day: float
    beyond_at_end: float


def breach_columns(plan: Plan, places: Places, log: Log) -> dict[str, NDArray[np.int64]]:
    """Per limit `<limit>.breaches` [people/day: who pass the bound that day, or unit-days over
    capacity] and for bounds on time `<limit>.beyond` [people at midnight who are past it]."""
    spells = _spells_needed(plan.limits, places, log)
    found: dict[str, Ints] = {}
    for limit in plan.limits:
        if limit.of is LimitOf.EVENTS:
            step = places.step(limit.at)
            flows = log.flows[:, step, :, Flow.ENTERED]
            found[f"{limit.name}.breaches"] = flows.sum(axis=1, dtype=np.int64)
        elif limit.of is LimitOf.HELD_OVER_CAPACITY:
            use = log.use[:, places.object(limit.at)]
            over = use[:, Use.BUSY] - use[:, Use.CAPACITY]
            found[f"{limit.name}.breaches"] = np.maximum(over, 0)
        else:
            passed, beyond = _over_time(limit, places, spells, log.flows.shape[0])
            found[f"{limit.name}.breaches"], found[f"{limit.name}.beyond"] = passed, beyond
    return found
