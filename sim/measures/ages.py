"""Time in custody so far of those held at a date."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.log import NOT_YET
from sim.measures.logged import Logged
from sim.measures.plan import Age, AgeStatistic
from sim.measures.spells import lined
from sim.network.model import DAY

NEVER = np.iinfo(np.int64).max
Ints = NDArray[np.int64]


class Held(NamedTuple):
    """Units of some pools in people's hands, (n,), those of one person together.

    `since` [us] is when an unbroken chain of holds began, the present one included; `finished` is NEVER where
    not yet; `person` counts from 0 among all of the log.
    """

    since: Ints
    started: Ints
    finished: Ints
    person: Ints
    group: NDArray[np.int16]


def held(of: Logged, pools: Sequence[str]) -> Held:
    """Every hold of the pools, with the beginning of its chain.

    A chain goes on while the next grant comes no later than the last unit is given back, so that
    one who moves from a hold room to a bed has been held since the hold room.
    """
    numbers = [of.places.object(name) for name in pools]
    visits = of.rows
    which = lined(of.network)[visits["step"]]
    which &= np.isin(visits["object"], numbers)
    row = np.flatnonzero(which)
    row = row[visits["started"].take(row) != NOT_YET]
    started, finished, group = (visits[name].take(row) for name in ("started", "finished", "group"))
    person = np.searchsorted(of.first, row, side="right") - 1
    finished[finished == NOT_YET] = NEVER
    since = _chains(started, finished, np.diff(person, prepend=-1) != 0)
    return Held(since, started, finished, person, group)


def _chains(started: Ints, finished: Ints, new: NDArray[np.bool_]) -> Ints:
    """Beginning of the chain of each hold: one pass over first, second, … holds of everybody."""
    place = np.arange(started.size)
    nth = place - np.maximum.accumulate(np.where(new, place, 0))
    since, until = started.copy(), finished.copy()
    for n in range(1, int(nth.max(initial=0)) + 1):
        row = np.flatnonzero(nth == n)
        joins = started[row] <= until[row - 1]
        since[row] = np.where(joins, since[row - 1], started[row])
        until[row] = np.maximum(until[row], until[row - 1])
    return since


def ages_at(of: Held, day: int, groups: Sequence[int] | None = None) -> Ints:
    """Time held so far [us] of everyone held at the midnight that ends `day`, each person once."""
    midnight = (day + 1) * DAY
    here = (of.started < midnight) & (of.finished >= midnight)
    if groups is not None:
        here &= np.isin(of.group, groups)
    row = np.flatnonzero(here)
    person = of.person[row]
    first = np.ones(row.size, np.bool_)
    first[1:] = person[1:] != person[:-1]
    return midnight - of.since[row[first]]


def age_series(
    of: Held, asked: Age, groups: Sequence[int] | None, days: int
) -> NDArray[np.float64]:
    """The statistic on the days asked, NaN on all others, (days,)."""
    series = np.full(days, np.nan)
    for day in asked.days:
        lasted = ages_at(of, day, groups) if 0 <= day < days else np.empty(0, np.int64)
        if lasted.size and asked.statistic is AgeStatistic.MEAN:
            series[day] = float(lasted.mean()) / DAY
        elif lasted.size:
            series[day] = float((lasted > asked.over).mean())
    return series
