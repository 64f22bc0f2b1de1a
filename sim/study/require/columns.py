"""The columns of the fluid program of a network: flows between steps, week by week."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array

from sim.network.model import DAY, Model, Op, Step
from sim.study.require.laws import mean
from sim.study.require.moves import Move
from sim.study.require.zones import reached
from sim.verdict.asked import WEEK, Asked

INSTANT = (Op.RELEASE, Op.PUT, Op.CLEAR, Op.BRANCH, Op.SET, Op.SPAWN, Op.DEADLINE)
DIVERTS = (Op.GATE, Op.TAKE)
LINES = (Op.SERVE, Op.SEIZE, Op.DEPART, Op.GATE, Op.TAKE)


def weeks_of(asked: Asked, days: int) -> tuple[int, ...]:
    """Edges [day] of periods of a week, one of which ends with the day of `reached_by`."""
    first = (asked.reached_by + 1) % WEEK
    return tuple(dict.fromkeys([0, *range(first, days, WEEK), days]))


def at_once(step: Step) -> bool:
    """Whether nobody ever stands at a step: it takes no time, or sends on whom it does not let pass."""
    return step.op in INSTANT or (step.op in DIVERTS and step.to is not None)


@dataclass
class Rows:
    """Rows of a sparse matrix with their right sides."""

    row: list[int] = field(default_factory=list)
    column: list[int] = field(default_factory=list)
    value: list[float] = field(default_factory=list)
    right: list[float] = field(default_factory=list)

    @property
    def size(self) -> int:
        return len(self.right)

    def new(self, right: float) -> int:
        self.right.append(right)
        return len(self.right) - 1

    def add(self, row: int, column: int, value: float) -> None:
        if value:
            self.row.append(row)
            self.column.append(column)
            self.value.append(value)

    def matrix(self, columns: int) -> tuple[csr_array, NDArray[np.float64]]:
        shape = (self.size, columns)
        made = coo_array((self.value, (self.row, self.column)), shape=shape)
        return made.tocsr(), np.array(self.right)


class Flow:
    """Columns: a flow out of each step by each way in each period, what is there, the levels, and what of
    each source is given (1 is all of it, neither more nor less).

    `ways` are (step, way) to the step it leads to; ways are `next`, an option, `away` where people
    give up, are refused or diverted, `dropped` out of the system and jumps. `given` are the columns of
    sources, `sources` what comes from each in every period. `saving` are the rows of `at_most` that
    are no law of the network: they keep the fluid from saving people up.
    """

    def __init__(self, model: Model, edges: Sequence[int], moves: Sequence[Move]) -> None:
        self.model, self.edges, self.moves = model, tuple(edges), moves
        self.periods = len(edges) - 1
        self.steps = {s.name: s for s in model.steps}
        self.at_most, self.equal = Rows(), Rows()
        self.ways: dict[tuple[str, str], str | None] = {}
        for step in model.steps:
            self.ways |= {(step.name, way): to for way, to in ways_of(step)}
        self.jumps = dict(_jumps(model))
        self.ways |= {(a, f"jump {to}"): to for to, origins in self.jumps.items() for a in origins}
        lines = (s for s in model.steps if s.op in LINES and not at_once(s))
        self.ways |= {(s.name, "dropped"): None for s in lines}
        self.start = {key: i * self.periods for i, key in enumerate(self.ways)}
        held = len(self.ways) * self.periods
        waiting = [s.name for s in model.steps if not at_once(s) and s.op is not Op.EXIT]
        self.there = {name: held + i * self.periods for i, name in enumerate(waiting)}
        self.first_level = held + len(waiting) * self.periods
        self.out: dict[str, list[tuple[str, str]]] = {s.name: [] for s in model.steps}
        self.come: dict[str, list[tuple[tuple[str, str], bool]]] = {s.name: [] for s in model.steps}
        for (name, way), to in self.ways.items():
            self.out[name].append((name, way))
            if to is not None:
                self.come[to].append(((name, way), False))
        for step in model.steps:
            if step.enters is not None and (step.name, "next") in self.ways:
                self.come[step.enters].append(((step.name, "next"), True))
        self.sources: dict[str, NDArray[np.float64]] = {}
        self.enters: dict[str, str] = {}
        for name, enters, daily in _sources(model):
            self.sources[name] = self.by_period(daily)
            self.enters[name] = enters
        first_source = self.first_level + len(moves)
        self.given = {name: first_source + i for i, name in enumerate(self.sources)}
        self.columns = first_source + len(self.sources)
        self.limiting: dict[str, slice] = {}
        self.saving: list[slice] = []
        self.initial = dict.fromkeys(self.steps, 0.0)
        for of in model.initial:
            self.initial[of.at] += of.count

    def by_period(self, daily: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.array([daily[a:b].sum() for a, b in pairwise(self.edges)])

    def before(self, name: str) -> set[str]:
        """Steps from which one may come to a step."""
        found, left = set[str](), [key[0] for key, _ in self.come[name]]
        while left:
            here = left.pop()
            if here not in found:
                found.add(here)
                left += [key[0] for key, _ in self.come[here]]
        return found

    def column(self, key: tuple[str, str], t: int) -> int:
        return self.start[key] + t

    def come_in(self, rows: Rows, row: int, name: str, t: int, factor: float) -> None:
        """Adds the flow into a step, from other steps and from sources."""
        for key, _ in self.come[name]:
            rows.add(row, self.column(key, t), factor)
        for source, enters in self.enters.items():
            if enters == name:
                self.from_source(rows, row, source, t, factor)

    def from_source(self, rows: Rows, row: int, source: str, t: int, factor: float) -> None:
        rows.add(row, self.given[source], factor * float(self.sources[source][t]))

    def go_on(self, rows: Rows, row: int, name: str, t: int, factor: float) -> None:
        """Adds the flow out of a step that is done there."""
        for key in self.out[name]:
            if key[1] == "next" or key[1].startswith("option"):
                rows.add(row, self.column(key, t), factor)

    def count(self, rows: Rows, row: int, name: str, kind: str, t: int, factor: float) -> None:
        """Adds what a measure counts."""
        if kind == "source":
            if name in self.sources:
                self.from_source(rows, row, name, t, factor)
        elif kind == "in":
            self.come_in(rows, row, name, t, factor)
        elif kind == "out":
            self.go_on(rows, row, name, t, factor)
        else:
            for key in self.out[name]:
                if key[1] != "next":
                    rows.add(row, self.column(key, t), factor)


def ways_of(step: Step) -> Iterator[tuple[str, str | None]]:
    if step.op is Op.EXIT:
        return
    if step.op is Op.BRANCH:
        for i, (_, to) in enumerate(step.options):
            yield f"option {i}", to
        return
    yield "next", step.next
    away = [step.to] if step.op in DIVERTS and step.to else []
    away += [step.patience.to] if step.patience else []
    away += [step.room.to] if step.room else []
    for i, to in enumerate(away):
        yield f"away {i}", to


def _jumps(model: Model) -> Iterator[tuple[str, set[str]]]:
    """Where expired, bumped and evicted people go, and the steps they may be at."""
    found: dict[str, set[str]] = {}
    for step in model.steps:
        if step.op is Op.DEADLINE and step.to:
            found.setdefault(step.to, set()).update(reached(model, step.next, step.objects))
        if step.bump is not None:
            found.setdefault(step.bump.to, set()).update(reached(model, step.next, ()))
        if step.evict is not None:
            found.setdefault(step.evict.to, set()).update(reached(model, step.next, ()))
    for of in model.initial:
        for clock in of.clocks:
            for step in model.steps:
                if step.op is Op.DEADLINE and step.to and clock in (*step.objects, step.name):
                    found.setdefault(step.to, set()).update(reached(model, of.at, step.objects))
    waits = {s.name for s in model.steps if not at_once(s) and s.op is not Op.EXIT}
    for to, origins in found.items():
        yield to, origins & waits


def first_waits(model: Model) -> dict[str, int]:
    """Steps at which orders may be dropped, with how many days they are carried over."""
    steps, found = {s.name: s for s in model.steps}, dict[str, int]()
    for orders in model.orders:
        for name in _at_once(steps, orders.enters):
            found[name] = max(found.get(name, 0), orders.carry_over)
    return found


def _at_once(steps: dict[str, Step], name: str) -> set[str]:
    """The first steps that may make somebody wait who comes to `name`."""
    found, left, seen = set[str](), [name], set[str]()
    while left:
        step = steps[left.pop()]
        if step.name in seen:
            continue
        seen.add(step.name)
        if at_once(step):
            left += [to for _, to in ways_of(step) if to]
        elif step.op is not Op.EXIT:
            found.add(step.name)
            left += [to for way, to in ways_of(step) if to and way != "next"]
    return found


def _sources(model: Model) -> Iterator[tuple[str, str, NDArray[np.float64]]]:
    for orders in model.orders:
        yield orders.name, orders.enters, np.array(orders.counts[: model.days], np.float64)
    for stream in model.streams:
        batch = 1.0 if stream.batch is None else max(1.0, mean(stream.batch) + 0.5)
        daily = np.zeros(model.days)
        if stream.rate is None:
            for time in stream.times:
                daily[time // DAY] += 1.0
        else:
            points = [*stream.rate.points, (model.horizon, 0.0)]
            for (a, rate), (b, _) in pairwise(points):
                for d in range(max(0, a // DAY), min(model.days, -(-b // DAY))):
                    daily[d] += rate * (min(b, (d + 1) * DAY) - max(a, d * DAY, 0))
        week = np.array([stream.weekdays[(model.first_weekday + d) % 7] for d in range(model.days)])
        yield stream.name, stream.enters, daily * batch * (week if stream.rate is not None else 1.0)
