"""Breaches of the limits of a scenario, day by day."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.log import Ended, Flow, Use
from sim.measures.logged import Logged
from sim.measures.places import Places, Sort
from sim.measures.plan import Limit, LimitOf, Plan
from sim.measures.spells import Rows, unserved
from sim.network.model import DAY

NEVER = np.iinfo(np.int64).max
Ints = NDArray[np.int64]


class Breach(NamedTuple):
    """A limit over the whole run: people (or unit-days over capacity) in all and a day, and people
    past it at the end, NaN for a limit that is not on time."""

    total: float
    per_day: float
    beyond_at_end: float


def breaches(plan: Plan, columns: Mapping[str, NDArray[np.number]]) -> dict[str, Breach]:
    """Breaches of each limit, from the daily columns."""
    found = {}
    for limit in plan.limits:
        daily, beyond = columns[f"{limit.name}.breaches"], columns.get(f"{limit.name}.beyond")
        at_end = float("nan") if beyond is None else float(beyond[-1])
        found[limit.name] = Breach(float(daily.sum()), float(daily.mean()), at_end)
    return found


def breach_columns(of: Logged) -> dict[str, Ints]:
    """Per limit `<limit>.breaches` [people/day who pass the bound, or unit-days over capacity], and
    for bounds on time `<limit>.beyond` [people past it at midnight]."""
    found: dict[str, Ints] = {}
    log, places = of.log, of.places
    for limit in of.plan.limits:
        name = f"{limit.name}.breaches"
        if limit.of is LimitOf.EVENTS:
            flows = log.flows[:, places.step(limit.at), :, Flow.ENTERED]
            found[name] = flows.sum(axis=1, dtype=np.int64)
        elif limit.of is LimitOf.HELD_OVER_CAPACITY:
            use = log.use[:, places.object(limit.at)]
            found[name] = np.maximum(use[:, Use.BUSY] - use[:, Use.CAPACITY], 0)
        else:
            found[name], found[f"{limit.name}.beyond"] = _over_time(limit, of)
    return found


def _over_time(limit: Limit, of: Logged) -> tuple[Ints, Ints]:
    """People who pass the bound each day, and those past it at each midnight."""
    obj, step = _at(limit, of.places)
    pool = of.places.sorts[obj] is Sort.POOL
    begin, end = _spans(limit, pool, of.visits.rows(obj), step)
    weight = np.ones(begin.size)
    counted = unserved(of.places, of.log, obj)
    if counted is not None and not (pool and limit.of is LimitOf.STAY):
        mine = counted.only(counted.step == step) if step >= 0 else counted
        begin = np.concatenate([begin, mine.joined])
        end = np.concatenate([end, np.full(mine.joined.size, NEVER)])
        if mine.timed.weight is not None:
            weight = np.concatenate([weight, mine.timed.weight])
    return _passed(begin + limit.over, end, weight, of.days)


def _at(limit: Limit, places: Places) -> tuple[int, int]:
    """The object, and the step that alone counts there or -1."""
    if limit.at in places.objects:
        return places.objects[limit.at], -1
    step = places.step(limit.at)
    return places.waited_for(step), step


def _spans(limit: Limit, pool: bool, rows: Rows, step: int) -> tuple[Ints, Ints]:
    """When each stay or wait that is bounded began and ended, NEVER where it has not."""
    until = np.where(rows.over, rows.finished, NEVER)
    if limit.of is LimitOf.STAY and pool:
        which, begin = rows.begun, rows.started
    else:
        which = (rows.ended != Ended.REFUSED) & (rows.ended != Ended.DIVERTED) & (rows.step >= 0)
        begin = rows.joined
        if limit.of is LimitOf.WAIT:
            until = np.where(rows.begun, rows.started, until)
    if step >= 0:
        which = which & (rows.step == step)
    return begin[which], until[which]


def _passed(bound: Ints, end: Ints, weight: NDArray[np.float64], days: int) -> tuple[Ints, Ints]:
    """`bound` is when each passes the limit, unless it ends by then."""
    broken = (end > bound) & (bound < days * DAY)
    bound, end, weight = bound[broken], end[broken], weight[broken]
    on = np.clip(bound // DAY, -1, days - 1) + 1
    new = np.bincount(on, weight, days + 1)
    ended = np.bincount(np.clip(end // DAY, -1, days) + 1, weight, days + 2)
    beyond = np.cumsum(new) - np.cumsum(ended)[: days + 1]
    return np.rint(new[1:]).astype(np.int64), np.rint(beyond[1:]).astype(np.int64)
