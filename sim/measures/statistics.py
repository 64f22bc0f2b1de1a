"""The statistics of one replication: waits, stays, numbers, use, completions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.log import MOST_LEVEL, NOT_YET, Ended, Log, Use
from sim.measures.levels import level_times
from sim.measures.places import Places, Sort
from sim.measures.plan import LimitOf, Plan
from sim.measures.spells import Rows, Spells, Visits, join, stays, unserved, waits
from sim.measures.survival import curve, described, share_over
from sim.measures.waits import WaitTable, wait_table
from sim.network.model import DAY, HOUR

ALL = ""
INSIDE, ENTERED = "inside at the start", "entered in the run"
LEVELS_SHOWN, SMALL = 20, 100


class Key(NamedTuple):
    """A row of the summary."""

    measure: str
    at: str
    klass: str
    statistic: str


Statistics = dict[Key, float]


def statistics(
    plan: Plan, places: Places, visits: Visits, log: Log, warm_up: int
) -> tuple[Statistics, dict[str, WaitTable]]:
    """Statistics after `warm_up` [days], with the waits of each object by month of joining.

    Spells are those that began after the warm-up; with none, those under way at the start too,
    with the time they have already spent.
    """
    found: Statistics = {}
    tables: dict[str, WaitTable] = {}
    horizon = places.network.table.horizon
    for obj in range(len(places.sorts)):
        rows = visits.rows(obj)
        name, sort = places.network.names.objects[obj], places.sorts[obj]
        waiting, staying = waits(rows, horizon), stays(rows, sort, horizon)
        counted = unserved(places, log, obj)
        if counted is not None:
            waiting = join([waiting, counted])
            staying = staying if sort is Sort.POOL else join([staying, counted])
        tables[name] = wait_table(plan.start, waiting, horizon)
        _spells(found, plan, places, obj, "wait", _after(waiting, warm_up))
        _spells(found, plan, places, obj, "stay", _after(staying, warm_up))
        _counts(found, places, obj, rows, counted, warm_up)
        _numbers(found, name, sort, log.use[warm_up:, obj])
        _levels(found, plan, places, log, obj, rows, warm_up)
    return found, tables


def _after(spells: Spells, warm_up: int) -> Spells:
    return spells.only(spells.joined >= warm_up * DAY) if warm_up else spells


def selections(places: Places, obj: int, spells: Spells) -> Iterator[tuple[str, Spells]]:
    """Spells of everyone, then by step where several lead here, by class, and by whether they
    were under way at the start."""
    yield ALL, spells
    steps = places.steps_of[obj]
    if len(steps) > 1:
        for step in steps:
            yield places.network.names.steps[step], spells.only(spells.step == step)
    names = places.network.names.classes
    present = np.bincount(spells.group, minlength=len(names))
    for group in np.flatnonzero(present) if len(names) > 1 else ():
        yield names[group], spells.only(spells.group == group)
    began = spells.joined < 0
    if began.any() and not began.all():
        yield INSIDE, spells.only(began)
        yield ENTERED, spells.only(~began)


def _spells(
    found: Statistics, plan: Plan, places: Places, obj: int, measure: str, spells: Spells
) -> None:
    name = places.network.names.objects[obj]
    bounds = _bounds(plan, places, obj, measure)
    for klass, chosen in selections(places, obj, spells):
        for statistic, value in described(chosen).items():
            found[Key(measure, name, klass, statistic)] = value
        for bound in bounds:
            value = share_over(curve(chosen), bound / HOUR)
            found[Key(measure, name, klass, f"over {bound / HOUR:g} hours")] = value


def _bounds(plan: Plan, places: Places, obj: int, measure: str) -> list[int]:
    """Bounds [us] that limits set on this measure of this object, or of a step that leads to it."""
    names = {places.network.names.objects[obj]}
    names |= {places.network.names.steps[step] for step in places.steps_of[obj]}
    of = LimitOf.STAY if measure == "stay" else LimitOf.WAIT
    return sorted({limit.over for limit in plan.limits if limit.of is of and limit.at in names})


def _counts(
    found: Statistics, places: Places, obj: int, rows: Rows, counted: Spells | None, warm_up: int
) -> None:
    """Shares refused and impatient of those who came, and people a day."""
    name, since = places.network.names.objects[obj], warm_up * DAY
    days = places.network.table.horizon / DAY - warm_up
    left = rows.finished >= since if warm_up else rows.finished != NOT_YET
    done = rows.begun & left
    if places.sorts[obj] is not Sort.POOL:
        done &= rows.ended == Ended.COMPLETED
    found[Key("throughput", name, ALL, "mean")] = float(done.sum()) / days
    came = rows.step >= 0
    came &= rows.joined >= since if warm_up else came
    extra = counted.weight.sum() if counted is not None and counted.weight is not None else 0.0
    for klass, which, more in _choices(places, obj, rows, float(extra) if not warm_up else 0.0):
        total = float((came & which).sum()) + more
        for measure, how in (("refused", Ended.REFUSED), ("impatient", Ended.IMPATIENT)):
            ended = (rows.ended == how) & which
            share = float((ended & came).sum()) / total if total else float("nan")
            found[Key(measure, name, klass, "mean")] = share
            found[Key(measure, name, klass, "rate")] = float((ended & left).sum()) / days


def _choices(
    places: Places, obj: int, rows: Rows, extra: float
) -> Iterator[tuple[str, NDArray[np.bool_], float]]:
    """Class name, its rows, and how many of it have no row."""
    yield ALL, np.ones(rows.step.size, np.bool_), extra
    steps = places.steps_of[obj]
    for step in steps if len(steps) > 1 else ():
        yield places.network.names.steps[step], rows.step == step, 0.0
    names = places.network.names.classes
    for group in np.unique(rows.group) if len(names) > 1 else ():
        yield names[group], rows.group == group, 0.0


def _numbers(found: Statistics, name: str, sort: Sort, use: NDArray[np.int64]) -> None:
    """Time averages, with percentiles over days of the day's average."""
    area = use.astype(np.float64)
    _over_days(found, "number_waiting", name, area[:, Use.AREA_WAITING], DAY)
    if sort in (Sort.POOL, Sort.STATION):
        _over_days(found, "number_busy", name, area[:, Use.AREA_BUSY], DAY)
        _over_days(found, "utilisation", name, area[:, Use.AREA_BUSY], area[:, Use.AREA_CAPACITY])
    if sort is Sort.STATION:
        _over_days(found, "number_stopped", name, area[:, Use.AREA_STOPPED], DAY)
    if sort is Sort.DEPARTURE:
        _over_days(found, "number_busy", name, area[:, Use.AREA_BUSY], DAY)
        _over_days(found, "utilisation", name, area[:, Use.BUSY], area[:, Use.CAPACITY])
    if sort is Sort.STOCK:
        _over_days(found, "number_busy", name, area[:, Use.AREA_BUSY], DAY)


def _over_days(
    found: Statistics, measure: str, name: str, above: NDArray[np.float64],
    below: NDArray[np.float64] | int,
) -> None:  # fmt: skip
    """Ratio of sums as the mean, and percentiles of the daily ratios; NaN where nothing is below."""
    under = np.broadcast_to(np.asarray(below, np.float64), above.shape)
    with np.errstate(invalid="ignore", divide="ignore"):
        daily = np.where(under > 0, above / under, np.nan)
    total = float(under.sum())
    found[Key(measure, name, ALL, "mean")] = float(above.sum()) / total if total else float("nan")
    known = daily[~np.isnan(daily)]
    for q in (50, 90, 95, 99):
        value = float(np.quantile(known, q / 100)) if known.size else float("nan")
        found[Key(measure, name, ALL, f"p{q}")] = value


def _levels(
    found: Statistics, plan: Plan, places: Places, log: Log, obj: int, rows: Rows, warm_up: int
) -> None:
    """Share of time with n present, for small pools and stations and wherever asked."""
    name, table = places.network.names.objects[obj], places.network.table
    if obj >= table.pools + table.stations:
        return
    most = int(table.cap_value[table.cap_first[obj] : table.cap_last[obj]].max())
    wanted = name in plan.level_time
    if most > MOST_LEVEL or (most > SMALL and not wanted):
        return
    spent = level_times(places, log, obj, rows, warm_up)
    last = int(np.flatnonzero(spent).max(initial=0)) if wanted else LEVELS_SHOWN
    for n in range(min(last, MOST_LEVEL) + 1):
        share = float(spent[n]) / float(spent.sum())
        found[Key("level_time", name, ALL, f"n={n}")] = share
