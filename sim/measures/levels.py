"""Time with n present at an object."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.log import MOST_LEVEL, Ended
from sim.measures.logged import Logged
from sim.measures.places import Sort
from sim.measures.spells import Rows, people, unserved
from sim.network.model import DAY

Ints = NDArray[np.int64]


def level_times(of: Logged, obj: int, rows: Rows, warm_up: int) -> Ints:
    """Time [us] with 0, 1, … present after `warm_up` [days], (1002,); the last is all above 1,000.

    Without a warm-up the engine has counted it; after one it is found from the visits.
    """
    if not warm_up:
        counted: Ints = of.log.level_time[obj]
        return counted
    come, gone, people = _intervals(rows, of.places.sorts[obj] is Sort.POOL, of.horizon)
    since = warm_up * DAY
    times = np.maximum(np.concatenate([come, gone, [since]]), since)
    change = np.concatenate([people, -people, [_never_served(of, obj)]])
    order = np.argsort(times)
    present = np.cumsum(change[order])
    spans = np.diff(np.append(times[order], of.horizon))
    spent = np.zeros(MOST_LEVEL + 2, np.int64)
    np.add.at(spent, np.clip(present, 0, MOST_LEVEL + 1), spans)
    return spent


def _never_served(of: Logged, obj: int) -> int:
    counted = unserved(of.places, of.log, obj)
    return 0 if counted is None else round(people(counted.timed))


def _intervals(rows: Rows, pool: bool, horizon: int) -> tuple[Ints, Ints, Ints]:
    """When each visit came and went, counting one in line and its units once held."""
    inside = (rows.ended != Ended.REFUSED) & (rows.ended != Ended.DIVERTED)
    until = np.where(rows.over, rows.finished, horizon)[inside]
    joined = np.where(rows.step >= 0, rows.joined, rows.started)[inside]
    one = np.ones(joined.size, np.int64)
    if not pool:
        return joined, until, one
    begun = rows.begun[inside]
    granted = np.where(begun, rows.started[inside], until)
    units = rows.units[inside][begun].astype(np.int64)
    come = np.concatenate([joined, granted[begun]])
    gone = np.concatenate([granted, until[begun]])
    return come, gone, np.concatenate([one, units])
