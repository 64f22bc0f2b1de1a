"""Time with n present at an object."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.log import MOST_LEVEL, Ended, Log
from sim.measures.places import Places, Sort
from sim.measures.spells import Rows, unserved
from sim.network.model import DAY


def level_times(
    places: Places, log: Log, obj: int, rows: Rows, warm_up: int
) -> NDArray[np.int64]:
    """Time [us] with 0, 1, … present after `warm_up` [days], (1002,); the last is all above 1,000.

    Without a warm-up the engine has counted it; after one it is found from the visits.
    """
    if not warm_up:
        return log.level_time[obj]
    horizon = places.network.table.horizon
    come, gone, people = _intervals(rows, places.sorts[obj], horizon)
    since = warm_up * DAY
    times = np.concatenate([np.maximum(come, since), np.maximum(gone, since)])
    change = np.concatenate([people, -people])
    order = np.argsort(times, kind="stable")
    times, present = times[order], np.cumsum(change[order])
    counted = unserved(places, log, obj)
    if counted is not None and counted.weight is not None:
        present = present + round(float(counted.weight.sum()))
    spans = np.diff(np.concatenate([[since], times, [horizon]]))
    always = present[-1] if times.size else 0
    level = np.concatenate([[present[0] - change[order][0] if times.size else always], present])
    spent = np.zeros(MOST_LEVEL + 2, np.int64)
    np.add.at(spent, np.minimum(level, MOST_LEVEL + 1), spans)
    return spent


def _intervals(
    rows: Rows, sort: Sort, horizon: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """When each visit came and went, and for how many it counts: one in line, its units once held."""
    inside = (rows.ended != Ended.REFUSED) & (rows.ended != Ended.DIVERTED)
    until = np.where(rows.over, rows.finished, horizon)[inside]
    joined = np.where(rows.step >= 0, rows.joined, rows.started)[inside]
    if sort is not Sort.POOL:
        return joined, until, np.ones(joined.size, np.int64)
    begun = rows.begun[inside]
    granted = np.where(begun, rows.started[inside], until)
    units = rows.units[inside].astype(np.int64)
    return (
        np.concatenate([joined, granted[begun]]),
        np.concatenate([granted, until[begun]]),
        np.concatenate([np.ones(joined.size, np.int64), units[begun]]),
    )
