"""Counting while an engine runs: flows, levels, areas, visits.

Plain Python lists for what changes at every event, flushed into arrays at each midnight: a NumPy
element costs ten times as much to increment.
"""

from __future__ import annotations

from array import array

import numpy as np
from numpy.typing import NDArray

from sim.log import MOST_LEVEL, NOT_YET, RECORDED, VISIT, Ended, Flow, Level, Log, Use, order_visits
from sim.network.table import Network

FLOWS, LEVELS, USES = len(Flow), len(Level), len(Use)
COLUMNS = ("joined", "started", "finished", "number", "source", "step", "visit", "group", "object",
           "units", "ended")  # fmt: skip
TYPES = "qqqqihhhhib"


class Tally:
    """Tallies of one run. Objects are numbered as in the table; times in microseconds."""

    def __init__(self, network: Network, traced: bool) -> None:
        t = network.table
        self.table = t
        self.traced = traced
        self.classes = t.classes
        objects = len(network.names.objects)
        cells = t.steps * t.classes
        self.flow = [0] * (cells * FLOWS)
        self.level = [0] * (cells * LEVELS)
        self.held = [0] * (t.pools * t.classes)
        self.flows = np.zeros((t.days, t.steps, t.classes, FLOWS), np.int32)
        self.levels = np.zeros((t.days, t.steps, t.classes, LEVELS), np.int32)
        self.use = np.zeros((t.days, objects, USES), np.int64)
        self.helds = np.zeros((t.days, t.pools, t.classes), np.int32)
        self.last = [0] * objects
        self.capacity = [0] * objects
        self.busy = [0] * objects
        self.waiting = [0] * objects
        self.stopped = [0] * objects
        self.areas = [[0, 0, 0, 0] for _ in range(objects)]
        self.small = [_largest(network, o) <= MOST_LEVEL for o in range(t.pools + t.stations)]
        self.small += [False] * (objects - len(self.small))
        self.at_level = [[0] * (MOST_LEVEL + 2) for _ in range(t.pools + t.stations)]
        self.seats = [0] * t.departures
        self.taken = [0] * t.departures
        self.rows = [array(code) for code in TYPES]
        self.shortfall = np.zeros((t.days, t.sources), np.int64)
        self.unserved = np.zeros(t.sources, np.int64)
        self.entered = self.left = 0
        self.lined = [op in RECORDED for op in t.op.tolist()]

    def touch(self, o: int, now: int) -> None:
        """Carry the areas of object `o` to `now`; to be called before any of its levels changes."""
        span = now - self.last[o]
        if not span:
            return
        self.last[o] = now
        area = self.areas[o]
        area[0] += self.capacity[o] * span
        area[1] += self.busy[o] * span
        area[2] += self.waiting[o] * span
        area[3] += self.stopped[o] * span
        if self.small[o]:
            present = self.busy[o] + self.waiting[o] + self.stopped[o]
            self.at_level[o][min(present, MOST_LEVEL + 1)] += span

    def open_row(self, joined: int, number: int, source: int, step: int, visit: int, group: int,
                 obj: int, units: int) -> int:  # fmt: skip
        """A new visit row; returns its number."""
        r = self.rows
        r[0].append(joined)
        r[1].append(NOT_YET)
        r[2].append(NOT_YET)
        r[3].append(number)
        r[4].append(source)
        r[5].append(step)
        r[6].append(visit)
        r[7].append(group)
        r[8].append(obj)
        r[9].append(units)
        r[10].append(0)
        return len(r[0]) - 1

    def start_row(self, row: int, now: int) -> None:
        self.rows[1][row] = now

    def end_row(self, row: int, now: int, how: Ended) -> None:
        self.rows[2][row] = now
        self.rows[10][row] = how

    def midnight(self, day: int, now: int) -> None:
        """The census of `day`, which ends at `now`."""
        t = self.table
        shape = (t.steps, t.classes)
        self.flows[day] = np.array(self.flow, np.int32).reshape(*shape, FLOWS)
        self.levels[day] = np.array(self.level, np.int32).reshape(*shape, LEVELS)
        self.helds[day] = np.array(self.held, np.int32).reshape(t.pools, t.classes)
        self.flow = [0] * len(self.flow)
        for o, area in enumerate(self.areas):
            self.touch(o, now)
            levels = (self.capacity[o], self.busy[o], self.waiting[o], self.stopped[o])
            self.use[day, o] = (*levels, *area)
            self.areas[o] = [0, 0, 0, 0]
        first = t.pools + t.stations
        for d in range(t.departures):
            self.use[day, first + d, Use.CAPACITY] = self.seats[d]
            self.use[day, first + d, Use.BUSY] = self.taken[d]
            self.seats[d] = self.taken[d] = 0

    def log(self) -> Log:
        visits = self._visits()
        return Log(
            flows=self.flows,
            levels=self.levels,
            use=self.use,
            held=self.helds,
            level_time=np.array(self.at_level, np.int64).reshape(-1, MOST_LEVEL + 2),
            visits=order_visits(visits, self.table.source_rank),
            unserved=self.unserved,
            shortfall=self.shortfall,
            entered=self.entered,
            left=self.left,
            inside=self.entered - self.left,
            traced=self.traced,
        )

    def _visits(self) -> NDArray[np.void]:
        visits = np.empty(len(self.rows[0]), VISIT)
        for name, column in zip(COLUMNS, self.rows, strict=True):
            visits[name] = np.frombuffer(column, column.typecode) if len(column) else 0
        return visits


def _largest(network: Network, o: int) -> int:
    t = network.table
    values = t.cap_value[t.cap_first[o] : t.cap_last[o]]
    return int(values.max()) if values.size else 0
