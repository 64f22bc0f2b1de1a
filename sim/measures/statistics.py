"""The statistics of one replication: waits, stays, numbers, use, completions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.log import MOST_LEVEL, Ended, Use
from sim.measures.levels import level_times
from sim.measures.logged import Logged
from sim.measures.places import Sort
from sim.measures.plan import LimitOf
from sim.measures.spells import Rows, Spells, Timed, join, people, stays, unserved, waits
from sim.measures.survival import described, shares_over
from sim.measures.waits import WaitTable, wait_table
from sim.network.model import DAY, HOUR

ALL = ""
INSIDE, ENTERED = "inside at the start", "entered in the run"
LEVELS_SHOWN, SMALL = 20, 100
Flags = NDArray[np.bool_]


class Key(NamedTuple):
    """A row of the summary."""

    measure: str
    at: str
    klass: str
    statistic: str


Statistics = dict[Key, float]
Named = Iterator[tuple[Key, float]]


def statistics(of: Logged, warm_up: int) -> tuple[Statistics, dict[str, WaitTable]]:
    """Statistics after `warm_up` [days], with the waits of each object by month of joining.

    Spells are those that began after the warm-up; with none, those under way at the start too,
    with the time they have already spent.
    """
    found: Statistics = {}
    tables: dict[str, WaitTable] = {}
    for obj, name in enumerate(of.network.names.objects):
        at = _At(of, obj, warm_up)
        tables[name] = wait_table(of.plan.start, at.waits, of.horizon)
        found |= at.statistics()
    return found, tables


class _At:
    """One object of one log, after a warm-up."""

    def __init__(self, of: Logged, obj: int, warm_up: int) -> None:
        self.of, self.obj, self.warm_up = of, obj, warm_up
        self.since, self.days = warm_up * DAY, of.days - warm_up
        self.name, self.sort = of.network.names.objects[obj], of.places.sorts[obj]
        self.rows = of.visits.rows(obj)
        self.unserved = unserved(of.places, of.log, obj)
        self.waits = self._with_unserved(waits(self.rows, of.horizon))

    def _with_unserved(self, spells: Spells) -> Spells:
        return spells if self.unserved is None else join([spells, self.unserved])

    def statistics(self) -> Statistics:
        staying = stays(self.rows, self.sort, self.of.horizon)
        if self.sort is not Sort.POOL:
            staying = self._with_unserved(staying)
        parts = (
            self._spells("wait", self.waits),
            self._spells("stay", staying),
            self._turned_away(),
            _numbers(self.name, self.sort, self.of.log.use[self.warm_up :, self.obj]),
            self._levels(),
        )
        return {key: value for part in parts for key, value in part}

    def _spells(self, measure: str, spells: Spells) -> Named:
        """Those that began after the warm-up, described for everyone and for each class."""
        bounds = self._bounds(measure)
        began = spells.only(spells.joined >= self.since) if self.warm_up else spells
        for klass, chosen in self._selections(began):
            for statistic, value in described(chosen).items():
                yield Key(measure, self.name, klass, statistic), value
            over = shares_over(chosen, [bound / HOUR for bound in bounds])
            for bound, share in over.items():
                yield Key(measure, self.name, klass, f"over {bound:g} hours"), share

    def _bounds(self, measure: str) -> list[int]:
        """Bounds [us] that limits set on this measure here, or at a step that leads here."""
        steps = self.of.places.steps_of[self.obj]
        names = {self.name, *(self.of.network.names.steps[step] for step in steps)}
        kind = LimitOf.STAY if measure == "stay" else LimitOf.WAIT
        limits = [x for x in self.of.plan.limits if x.of is kind and x.at in names]
        return sorted({limit.over for limit in limits})

    def _selections(self, spells: Spells) -> Iterator[tuple[str, Timed]]:
        """Spells of everyone, of each class, and by whether they were under way at the start."""
        yield ALL, spells.timed
        for names, codes in self._classes(spells.step, spells.group):
            for code, timed in spells.timed.split(codes):
                yield names[code], timed
        before = spells.joined < 0
        if before.any() and not before.all():
            for code, timed in spells.timed.split(before.view(np.int8)):
                yield (ENTERED, INSIDE)[code], timed

    def _classes(
        self, step: NDArray[np.int16], group: NDArray[np.int16]
    ) -> Iterator[tuple[Sequence[str], NDArray[np.int16]]]:
        """Names and numbers of steps, where several lead here, and of classes of people."""
        names = self.of.network.names
        if len(self.of.places.steps_of[self.obj]) > 1:
            yield (*names.steps, "held at the start"), step
        if len(names.classes) > 1:
            yield names.classes, group

    def _turned_away(self) -> Named:
        """Completions a day, and shares of those who came that were refused or impatient."""
        rows = self.rows
        left = rows.over & (rows.finished >= self.since)
        done = rows.begun & left
        if self.sort is not Sort.POOL:
            done &= rows.ended == Ended.COMPLETED
        yield Key("throughput", self.name, ALL, "mean"), float(done.sum()) / self.days
        asked = self.of.visits.rows_that_came(self.obj, self.of.places)
        everyone = (ALL,), np.zeros(asked.step.size, np.int16)
        for names, codes in (everyone, *self._classes(asked.step, asked.group)):
            yield from self._shares(names, codes, asked)

    def _shares(self, names: Sequence[str], codes: NDArray[np.int16], rows: Rows) -> Named:
        """Share of those who came, and number a day, that ended in each way, by class."""
        left = rows.over & (rows.finished >= self.since)
        came = (rows.step >= 0) & (not self.warm_up or rows.joined >= self.since)
        totals = np.bincount(codes[came], minlength=1).astype(np.float64)
        totals[0] += self._never_served() if len(names) == 1 else 0.0
        for measure, how in (("refused", Ended.REFUSED), ("impatient", Ended.IMPATIENT)):
            ended = rows.ended == how
            of = np.bincount(codes[came & ended], minlength=totals.size) / np.maximum(totals, 1.0)
            rates = np.bincount(codes[left & ended], minlength=totals.size) / self.days
            for code in np.flatnonzero(totals).tolist() if len(names) > 1 else [0]:
                share = float(of[code]) if totals[code] else float("nan")
                yield Key(measure, self.name, names[code], "mean"), share
                yield Key(measure, self.name, names[code], "rate"), float(rates[code])

    def _never_served(self) -> float:
        if self.unserved is None or self.warm_up:
            return 0.0
        return people(self.unserved.timed)

    def _levels(self) -> Named:
        """Share of time with n present, for small pools and stations and wherever asked."""
        table = self.of.network.table
        if self.sort not in (Sort.POOL, Sort.STATION):
            return
        first, last = table.cap_first[self.obj], table.cap_last[self.obj]
        most, wanted = table.cap_value[first:last].max(), self.name in self.of.plan.level_time
        if most > MOST_LEVEL or (most > SMALL and not wanted):
            return
        spent = level_times(self.of, self.obj, self.rows, self.warm_up)
        shown = int(np.flatnonzero(spent).max(initial=0)) if wanted else LEVELS_SHOWN
        for n in range(min(shown, MOST_LEVEL) + 1):
            yield Key("level_time", self.name, ALL, f"n={n}"), float(spent[n] / spent.sum())


def _numbers(name: str, sort: Sort, use: NDArray[np.int64]) -> Named:
    """Time averages, with percentiles over days of the day's average."""
    area = use.astype(np.float64)
    day = np.full(len(use), float(DAY))
    yield from _over_days("number_waiting", name, area[:, Use.AREA_WAITING], day)
    if sort is not Sort.GATE:
        yield from _over_days("number_busy", name, area[:, Use.AREA_BUSY], day)
    if sort in (Sort.POOL, Sort.STATION):
        capacity = area[:, Use.AREA_CAPACITY]
        yield from _over_days("utilisation", name, area[:, Use.AREA_BUSY], capacity)
    if sort is Sort.STATION:
        yield from _over_days("number_stopped", name, area[:, Use.AREA_STOPPED], day)
    if sort is Sort.DEPARTURE:
        seats = area[:, Use.CAPACITY]
        yield from _over_days("utilisation", name, area[:, Use.BUSY], seats)


def _over_days(
    measure: str, name: str, above: NDArray[np.float64], below: NDArray[np.float64]
) -> Named:
    """Ratio of the sums as the mean, and percentiles of the ratios of the days that have one."""
    some = below > 0
    ratios = above[some] / below[some]
    mean = float(above.sum() / below.sum()) if ratios.size else float("nan")
    yield Key(measure, name, ALL, "mean"), mean
    for q in (50, 90, 95, 99):
        value = float(np.quantile(ratios, q / 100)) if ratios.size else float("nan")
        yield Key(measure, name, ALL, f"p{q}"), value
