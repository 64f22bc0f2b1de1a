"""Counting while an engine runs: levels with their areas, flows by step, rows of visits.

Plain Python numbers, put into arrays at each midnight: a NumPy element costs ten times as much to increment.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.log import MOST_LEVEL, NOT_YET, VISIT, Ended, Flow, Level, Log, order_visits
from sim.log import Use as Columns
from sim.network.model import Op
from sim.network.table import Network

if TYPE_CHECKING:
    from sim.engine.simpy_engine.entity import Entity
    from sim.engine.simpy_engine.places import Departure, Pool
    from sim.engine.simpy_engine.route import Source, Step

COMPLETED = Ended.COMPLETED
ROW = 6
"""Numbers of a row: joined, started, finished, who (class, source, number), place, how it ended."""
BLANK = array("q", (0, NOT_YET, NOT_YET, 0, 0, 0)) * 4096
"""Rows to be filled in: those of machine numbers lie close, and leave the memory of Python's to the living."""
VISIT_SHIFT, OBJECT_SHIFT, STEP_SHIFT = 0, 8, 24
"""In `place`: the visit, the object + 1 and the step + 1."""


class Use:
    """Levels of one object, with the areas under them since midnight.

    An area is kept as Σ −change × time of change, so that a change of level is one multiplication:
    at time t the area is that sum + level × t. `at_level` is the time with n present, for few.
    """

    __slots__ = ("areas_busy", "areas_capacity", "areas_stopped", "areas_waiting", "at_level", "busy",
                 "capacity", "last", "stopped", "waiting")  # fmt: skip

    def __init__(self, capacity: int = 0, small: bool = False) -> None:
        self.capacity, self.busy, self.waiting, self.stopped = capacity, 0, 0, 0
        self.areas_capacity = self.areas_busy = self.areas_waiting = self.areas_stopped = 0
        self.at_level = [0] * (MOST_LEVEL + 2) if small else None
        self.last = 0

    def add_busy(self, by: int, now: int) -> None:
        if self.at_level is not None:
            self.stay(self.at_level, now)
        self.busy += by
        self.areas_busy -= by * now

    def add_waiting(self, by: int, now: int) -> None:
        if self.at_level is not None:
            self.stay(self.at_level, now)
        self.waiting += by
        self.areas_waiting -= by * now

    def add_stopped(self, by: int, now: int) -> None:
        if self.at_level is not None:
            self.stay(self.at_level, now)
        self.stopped += by
        self.areas_stopped -= by * now

    def set_capacity(self, capacity: int, now: int) -> None:
        self.areas_capacity -= (capacity - self.capacity) * now
        self.capacity = capacity

    def stay(self, at_level: list[int], now: int) -> None:
        """The time until now was spent at the level that was."""
        if now > self.last:
            present = self.busy + self.waiting + self.stopped
            at_level[present if present <= MOST_LEVEL else MOST_LEVEL + 1] += now - self.last
            self.last = now

    def midnight(self, now: int) -> tuple[int, ...]:
        """Levels and areas of the day that ends, in the order of `log.Use`; areas begin anew."""
        if self.at_level is not None:
            self.stay(self.at_level, now)
        levels = self.capacity, self.busy, self.waiting, self.stopped
        sums = self.areas_capacity, self.areas_busy, self.areas_waiting, self.areas_stopped
        whole = tuple(level * now for level in levels)
        areas = tuple(w + s for w, s in zip(whole, sums, strict=True))
        self.areas_capacity, self.areas_busy, self.areas_waiting, self.areas_stopped = (
            -w for w in whole
        )
        return (*levels, *areas)


class Tally:
    """What a run has counted until now; arrays as in `Log`."""

    def __init__(self, network: Network, recorded: Sequence[Op], uses: list[Use]) -> None:
        t = network.table
        self.table, self.recorded, self.uses = t, recorded, uses
        self.flows = np.zeros((t.days, t.steps, t.classes, len(Flow)), np.int32)
        self.levels = np.zeros((t.days, t.steps, t.classes, len(Level)), np.int32)
        self.use = np.zeros((t.days, len(uses), len(Columns)), np.int64)
        self.helds = np.zeros((t.days, t.pools, t.classes), np.int32)
        self.rows = array("q")
        self.next_row = 0
        self.shortfall = np.zeros((t.days, t.sources), np.int64)
        self.entered = self.left = 0

    def open_row(self, joined: int, who: int, place: int) -> int:
        """A new visit; returns where its row is."""
        rows, row = self.rows, self.next_row
        if row == len(rows):
            rows.extend(BLANK)
        rows[row] = joined
        rows[row + 3] = who
        rows[row + 4] = place
        self.next_row = row + ROW
        return row

    def whole_row(self, now: int, who: int, place: int) -> int:
        """A visit that is over as it begins."""
        row = self.open_row(now, who, place)
        self.rows[row + 1] = self.rows[row + 2] = now
        self.rows[row + 5] = COMPLETED
        return row

    def midnight(
        self, day: int, now: int, steps: list[Step], pools: list[Pool], departures: list[Departure]
    ) -> None:
        """The census of `day`, which ends at `now`."""
        self.flows[day] = by_class([s.flows() for s in steps])
        self.levels[day] = by_class([s.levels() for s in steps])
        for step in steps:
            step.clear_flows()
        for o, use in enumerate(self.uses):
            self.use[day, o] = use.midnight(now)
        for p, pool in enumerate(pools):
            self.helds[day, p] = pool.held
        first = self.table.pools + self.table.stations
        for d, departure in enumerate(departures, first):
            self.use[day, d, Columns.CAPACITY] = departure.seats
            self.use[day, d, Columns.BUSY] = departure.taken
            departure.seats = departure.taken = 0

    def log(self, sources: list[Source]) -> Log:
        t = self.table
        levels = [use.at_level or [0] * (MOST_LEVEL + 2) for use in self.uses[: t.pools + t.stations]]
        return Log(
            flows=self.flows,
            levels=self.levels,
            use=self.use,
            held=self.helds,
            level_time=np.array(levels, np.int64).reshape(-1, MOST_LEVEL + 2),
            visits=order_visits(self._visits(), t.source_rank),
            unserved=np.array([source.unserved for source in sources], np.int64),
            shortfall=self.shortfall,
            entered=self.entered,
            left=self.left,
            inside=self.entered - self.left,
            traced=len(self.recorded) == len(Op),
            recorded=bool(self.recorded),
        )

    def _visits(self) -> NDArray[np.void]:
        rows = np.frombuffer(self.rows, np.int64)[: self.next_row].reshape(-1, ROW)
        self.rows = array("q")
        who, place = rows[:, 3], rows[:, 4]
        step = (place >> STEP_SHIFT) - 1
        visits = np.empty(len(rows), VISIT)
        visits["joined"], visits["started"], visits["finished"] = rows[:, 0], rows[:, 1], rows[:, 2]
        visits["number"] = who & 0xFFFFFFFF
        visits["source"] = who >> 32 & 0xFFFF
        visits["group"] = who >> 48
        visits["visit"] = place & 0xFF
        visits["object"] = (place >> OBJECT_SHIFT & 0xFFFF) - 1
        visits["step"] = step
        visits["units"] = np.append(self.table.units, 1)[step]  # what members hold at the start: 1
        visits["ended"] = rows[:, 5]
        return visits


def by_class(counts: list[list[list[int]]]) -> NDArray[np.int64]:
    """(steps, classes, kinds) of counts (steps, kinds, classes); NumPy is slow at lists in lists."""
    flat = [number for step in counts for kind in step for number in kind]
    shape = len(counts), len(counts[0]), len(counts[0][0])
    return np.array(flat, np.int64).reshape(shape).transpose(0, 2, 1)


def place_code(step: int, obj: int) -> int:
    """`place` of the first visit of a step, about an object; -1 for none of either."""
    return (step + 1) << STEP_SHIFT | (obj + 1) << OBJECT_SHIFT


def start_row(tally: Tally, e: Entity, now: int) -> None:
    if e.row >= 0:
        tally.rows[e.row + 1] = now


def end_row(tally: Tally, row: int, now: int, how: Ended) -> None:
    if row >= 0:
        tally.rows[row + 2] = now
        tally.rows[row + 5] = how


def divert(tally: Tally, e: Entity, step: Step, now: int) -> None:
    """The step is left at once for another, nothing having been waited for."""
    end_row(tally, e.row, now, Ended.DIVERTED)
    step.left[e.group] += 1
