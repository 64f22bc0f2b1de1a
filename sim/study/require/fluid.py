"""The rows of the fluid program of a network: flows between steps, week by week."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array

from sim.network.model import DAY, Capacity, Distribution, Model, Op, Step
from sim.study.require.laws import beyond, mean, mean_and_sd, quantile, within
from sim.study.require.moves import Move
from sim.study.require.zones import holders, reached
from sim.verdict.asked import WEEK, Asked

INSTANT = (Op.RELEASE, Op.PUT, Op.CLEAR, Op.BRANCH, Op.SET, Op.SPAWN, Op.DEADLINE)
LINES = (Op.SERVE, Op.SEIZE, Op.DEPART, Op.GATE, Op.TAKE)
KEPT = 4
"""[weeks] In the fluid nobody stands in line for longer: it does not hold people back for later."""
_AGES = 40


def weeks_of(asked: Asked, days: int) -> tuple[int, ...]:
    """Edges [day] of periods of a week, one of which ends with the day of `reached_by`."""
    first = (asked.reached_by + 1) % WEEK
    return tuple(dict.fromkeys([0, *range(first, days, WEEK), days]))


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
    """Columns: a flow out of each step by each way in each period, what is there, and the levels.

    `ways` are (step, way) to the step it leads to; ways are `next`, an option, `away` where people
    give up, are refused or diverted, `dropped` out of the system and jumps.
    """

    def __init__(self, model: Model, edges: Sequence[int], moves: Sequence[Move]) -> None:
        self.model, self.edges, self.moves = model, tuple(edges), moves
        self.periods = len(edges) - 1
        self.steps = {s.name: s for s in model.steps}
        self.at_most, self.equal = Rows(), Rows()
        self.ways: dict[tuple[str, str], str | None] = {}
        for step in model.steps:
            self.ways |= {(step.name, way): to for way, to in _ways(step)}
        self.jumps = dict(_jumps(model))
        self.ways |= {(a, f"jump {to}"): to for to, origins in self.jumps.items() for a in origins}
        self.ways |= {(s.name, "dropped"): None for s in model.steps if s.op in LINES}
        self.start = {key: i * self.periods for i, key in enumerate(self.ways)}
        held = len(self.ways) * self.periods
        waiting = [s.name for s in model.steps if s.op not in INSTANT and s.op is not Op.EXIT]
        self.there = {name: held + i * self.periods for i, name in enumerate(waiting)}
        self.first_level = held + len(waiting) * self.periods
        self.columns = self.first_level + len(moves)
        self.out: dict[str, list[tuple[str, str]]] = {s.name: [] for s in model.steps}
        self.come: dict[str, list[tuple[tuple[str, str], bool]]] = {s.name: [] for s in model.steps}
        for (name, way), to in self.ways.items():
            self.out[name].append((name, way))
            if to is not None:
                self.come[to].append(((name, way), False))
        for step in model.steps:
            if step.enters is not None and (step.name, "next") in self.ways:
                self.come[step.enters].append(((step.name, "next"), True))
        self.supply = {s.name: np.zeros(self.periods) for s in model.steps}
        self.sources: dict[str, NDArray[np.float64]] = {}
        self.enters: dict[str, str] = {}
        for name, enters, daily in _sources(model):
            self.sources[name] = self.by_period(daily)
            self.enters[name] = enters
            self.supply[enters] = self.supply[enters] + self.sources[name]
        self.limiting: dict[str, slice] = {}
        self.given: list[tuple[str, slice, NDArray[np.float64]]] = []
        self.initial = dict.fromkeys(self.steps, 0.0)
        for of in model.initial:
            self.initial[of.at] += of.count

    def by_period(self, daily: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.array([daily[a:b].sum() for a, b in pairwise(self.edges)])

    def column(self, key: tuple[str, str], t: int) -> int:
        return self.start[key] + t

    def come_in(self, rows: Rows, row: int, name: str, t: int, factor: float) -> float:
        """Adds the flow into a step, its supply left out, which is returned times the factor."""
        for key, _ in self.come[name]:
            rows.add(row, self.column(key, t), factor)
        return factor * float(self.supply[name][t])

    def go_on(self, rows: Rows, row: int, name: str, t: int, factor: float) -> None:
        """Adds the flow out of a step that is done there."""
        for key in self.out[name]:
            if key[1] == "next" or key[1].startswith("option"):
                rows.add(row, self.column(key, t), factor)

    def count(self, rows: Rows, row: int, name: str, kind: str, t: int, factor: float) -> None:
        """Adds what a measure counts; what is given moves to the right side."""
        if kind == "source":
            rows.right[row] += (
                factor * float(self.sources[name][t]) if name in self.sources else 0.0
            )
        elif kind == "in":
            rows.right[row] += self.come_in(rows, row, name, t, factor)
        elif kind == "out":
            self.go_on(rows, row, name, t, factor)
        else:
            for key in self.out[name]:
                if key[1] != "next":
                    rows.add(row, self.column(key, t), factor)


def _ways(step: Step) -> Iterator[tuple[str, str | None]]:
    if step.op is Op.EXIT:
        return
    if step.op is Op.BRANCH:
        for i, (_, to) in enumerate(step.options):
            yield f"option {i}", to
        return
    yield "next", step.next
    away = [step.to] if step.op in (Op.GATE, Op.TAKE) and step.to else []
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
    waits = {s.name for s in model.steps if s.op not in INSTANT and s.op is not Op.EXIT}
    for to, origins in found.items():
        yield to, origins & waits


def _first_waits(model: Model) -> dict[str, int]:
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
        if step.op in INSTANT:
            left += [to for _, to in _ways(step) if to]
        elif step.op is not Op.EXIT:
            found.add(step.name)
            left += [to for way, to in _ways(step) if to and way != "next"]
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


def flow_rows(model: Model, edges: Sequence[int], moves: Sequence[Move]) -> Flow:
    """All rows but those of the target."""
    flow = Flow(model, edges, moves)
    for step in model.steps:
        _balance(flow, step)
        if step.op is Op.BRANCH and step.shares:
            _branch(flow, step)
        if step.op is Op.DELAY:
            _delay(flow, step)
            _delay_is_over(flow, step)
        if step.op in LINES:
            _not_hoarded(flow, step)
        if step.op is Op.GATE:
            _gate(flow, step)
        if step.patience is not None:
            _gives_up(flow, step)
        if step.op is Op.DEADLINE and step.to and step.law is not None:
            _expires(flow, step)
    for name, carried in _first_waits(model).items():
        _not_kept(flow, name, carried)
    moved = {m.name for m in moves}
    for name, add in _limited(flow):
        first = flow.at_most.size
        add()
        if name not in moved:
            flow.limiting[f"{name}, which was not to be moved"] = slice(first, flow.at_most.size)
    return flow


def _limited(flow: Flow) -> Iterator[tuple[str, Callable[[], None]]]:
    """What people may have to wait for, with what adds its rows."""
    for station in flow.model.stations:
        yield station.name, partial(_station, flow, station.name, station.capacity)
    for pools, inside in holders(flow.model).items():
        yield " or ".join(pools), partial(_pool, flow, pools, inside)
    for departure in flow.model.departures:
        yield departure.name, partial(_seats, flow, departure.name)
    for stock in flow.model.stocks:
        yield stock.name, partial(_stock, flow, stock.name)


def _balance(flow: Flow, step: Step) -> None:
    if step.op is Op.EXIT:
        return
    rows = slice(flow.equal.size, flow.equal.size + flow.periods)
    for name, enters in flow.enters.items():
        if enters == step.name:
            flow.given.append((f"how many there are of {name}", rows, -flow.sources[name]))
    for t in range(flow.periods):
        row = flow.equal.new(0.0)
        given = flow.come_in(flow.equal, row, step.name, t, 1.0)
        for key in flow.out[step.name]:
            flow.equal.add(row, flow.column(key, t), -1.0)
        if step.name in flow.there:
            flow.equal.add(row, flow.there[step.name] + t, -1.0)
            if t:
                flow.equal.add(row, flow.there[step.name] + t - 1, 1.0)
        start = flow.initial[step.name] if t == 0 else 0.0
        flow.equal.right[row] = -given - start


def _branch(flow: Flow, step: Step) -> None:
    """An option gets at most its greatest share in the period."""
    keys = [(step.name, f"option {i}") for i in range(len(step.options))]
    for t in range(flow.periods):
        first, last = flow.edges[t] * DAY, flow.edges[t + 1] * DAY
        for i, key in enumerate(keys):
            share = max(
                values[i]
                for n, (since, values) in enumerate(step.shares)
                if (since < last or n == 0)
                and (n + 1 == len(step.shares) or step.shares[n + 1][0] > first)
            )
            row = flow.at_most.new(0.0)
            for other in keys:
                flow.at_most.add(row, flow.column(other, t), float(other == key) - share)


def _done_by(flow: Flow, law: Distribution, first: int, last: int) -> float:
    """Share of those who came in a period who are done by the end of another, come at its start."""
    return within(law, float((flow.edges[last + 1] - flow.edges[first]) * DAY))


def _lagged(flow: Flow, name: str, law: Distribution, t: int, row: int) -> None:
    """Takes off those who came to a step and may be done by the end of period t."""
    for u in range(t + 1):
        share = _done_by(flow, law, u, t)
        flow.at_most.right[row] -= flow.come_in(flow.at_most, row, name, u, -share)


def _delay(flow: Flow, step: Step) -> None:
    """No more leave than came long enough ago."""
    assert step.law is not None
    for t in range(flow.periods):
        row = flow.at_most.new(_of_initial(flow, step, t))
        for u in range(t + 1):
            flow.go_on(flow.at_most, row, step.name, u, 1.0)
        _lagged(flow, step.name, step.law, t, row)


def _delay_is_over(flow: Flow, step: Step) -> None:
    """No more are still there than came late enough, all at the end of their period."""
    assert step.law is not None
    for t in range(flow.periods):
        row = flow.at_most.new(flow.initial[step.name])
        flow.at_most.add(row, flow.there[step.name] + t, 1.0)
        for u in range(t + 1):
            still = beyond(step.law, float((flow.edges[t + 1] - flow.edges[u + 1]) * DAY))
            if still > _NONE:
                given = flow.come_in(flow.at_most, row, step.name, u, -still)
                flow.at_most.right[row] -= given


_NONE = 1e-12


def _not_hoarded(flow: Flow, step: Step) -> None:
    """Those in line came in the last weeks or were there at the start; servers hold one each."""
    for t in range(flow.periods):
        row = flow.at_most.new(flow.initial[step.name])
        flow.at_most.add(row, flow.there[step.name] + t, 1.0)
        for u in range(max(0, t - KEPT + 1), t + 1):
            flow.at_most.right[row] -= flow.come_in(flow.at_most, row, step.name, u, -1.0)
        if step.op is Op.SERVE:
            _with_level(flow, row, step.objects[0], -1.0, _greatest(flow.model, step.objects[0]))


def _of_initial(flow: Flow, step: Step, t: int) -> float:
    """Members of the start who may have left a delay by the end of period t."""
    assert step.law is not None
    end = float(flow.edges[t + 1] * DAY)
    total = 0.0
    for of in flow.model.initial:
        if of.at != step.name:
            continue
        shares = (np.arange(_AGES) + 0.5) / _AGES
        ages = [0.0] if of.spent is None else [quantile(of.spent, float(u)) for u in shares]
        left = [_left(step.law, max(0.0, age), end) for age in ages]
        total += of.count * float(np.mean(left))
    return total


def _left(law: Distribution, age: float, end: float) -> float:
    still = beyond(law, age)
    return 1.0 if still <= 0.0 else min(1.0, 1.0 - beyond(law, age + end) / still)


def _gate(flow: Flow, step: Step) -> None:
    gate = next(g for g in flow.model.gates if g.name == step.objects[0])
    for t in range(flow.periods):
        first, last = flow.edges[t] * DAY, flow.edges[t + 1] * DAY
        if any(a <= first and b >= last for a, b in gate.closed):
            row = flow.at_most.new(0.0)
            flow.at_most.add(row, flow.column((step.name, "next"), t), 1.0)


def _gives_up(flow: Flow, step: Step) -> None:
    """No more run out of patience than came long enough ago."""
    assert step.patience is not None
    ways = [k for k in flow.out[step.name] if flow.ways[k] == step.patience.to and k[1] != "next"]
    others = len([k for k in flow.out[step.name] if k[1].startswith("away")])
    if others != 1 or flow.initial[step.name]:
        return
    for t in range(flow.periods):
        row = flow.at_most.new(0.0)
        for u in range(t + 1):
            for key in ways:
                if key[1].startswith("away"):
                    flow.at_most.add(row, flow.column(key, u), 1.0)
        _lagged(flow, step.name, step.patience.after, t, row)


def _expires(flow: Flow, step: Step) -> None:
    """No more clocks run out than were started long enough ago, by all deadlines that lead there."""
    alike = [s for s in flow.model.steps if s.op is Op.DEADLINE and s.to == step.to]
    moves = [s for s in flow.model.steps if (s.bump and s.bump.to == step.to) or
             (s.evict and s.evict.to == step.to)]  # fmt: skip
    if moves or step is not alike[0]:
        return
    clocks = {c for s in alike for c in (*s.objects, s.name)}
    started = sum(of.count for of in flow.model.initial if clocks & set(of.clocks))
    for t in range(flow.periods):
        row = flow.at_most.new(float(started))
        for origin in flow.jumps.get(step.to or "", ()):
            for u in range(t + 1):
                flow.at_most.add(row, flow.column((origin, f"jump {step.to}"), u), 1.0)
        for one in alike:
            assert one.law is not None
            _lagged(flow, one.name, one.law, t, row)


def _not_kept(flow: Flow, name: str, carried: int) -> None:
    """Orders that nobody began are gone after their days, where nobody else waits beside them."""
    ordered = {o.enters for o in flow.model.orders}
    fed = _only_ordered(flow, name, ordered)
    if not fed or flow.initial[name]:
        return
    step = flow.steps[name]
    counts = np.sum([o.counts for o in flow.model.orders], axis=0)
    for t in range(flow.periods):
        last = flow.edges[t + 1]
        kept = float(np.sum(counts[max(0, last - carried) : last])) if carried else 0.0
        row = flow.at_most.new(kept)
        flow.at_most.add(row, flow.there[name] + t, 1.0)
        if step.op is Op.SERVE:
            _with_level(flow, row, step.objects[0], -1.0, _greatest(flow.model, step.objects[0]))
        elif step.op is Op.DELAY:
            flow.at_most.right[row] = np.inf


def _only_ordered(flow: Flow, name: str, ordered: set[str]) -> bool:
    left, seen = [name], set[str]()
    while left:
        here = left.pop()
        if here in seen:
            continue
        seen.add(here)
        if any(s.enters == here for s in flow.model.streams):
            return False
        befores = [key[0] for key, _ in flow.come[here]]
        if not befores and here not in ordered:
            return False
        if any(flow.steps[b].op not in INSTANT for b in befores):
            return False
        left += befores
    return True


def _move(flow: Flow, name: str) -> int | None:
    return next((i for i, m in enumerate(flow.moves) if m.name == name), None)


def _with_level(flow: Flow, row: int, name: str, factor: float, units: float) -> None:
    """Adds factor x units of an object: the level if it is moved, else what there is."""
    i = _move(flow, name)
    if i is None:
        flow.at_most.right[row] -= factor * units
        return
    move = flow.moves[i]
    flow.at_most.add(row, flow.first_level + i, factor)
    flow.at_most.right[row] -= factor * (units - move.level(move.most))


def _greatest(model: Model, name: str) -> float:
    found = {o.name: o.capacity for o in model.stations} | {o.name: o.capacity for o in model.pools}
    return float(max(units for _, units in found[name].changes))


def _station(flow: Flow, name: str, capacity: Capacity) -> None:
    """Work done in a week, or in four, fits in the time of the servers.

    What was begun before adds the work of one case for each server, and so does every closing after
    which cases are finished. Mean work at most that of a case longest under way: E[W^2] / E[W]
    (Lorden 1970), or E[W] where the longer a case has lasted the less is left.
    """
    users = [s for s in flow.model.steps if s.op is Op.SERVE and name in s.objects]
    if not users:
        return
    work = {s.name: mean(s.law) * _least_effort(s) for s in users if s.law is not None}
    over = max(_overshoot(s) for s in users)
    time, closings = _server_time(flow, capacity, over)
    for length in (1, 4, flow.periods):
        for first in range(flow.periods - length + 1):
            span = range(first, first + length)
            row = flow.at_most.new(0.0)
            for t in span:
                for step, each in work.items():
                    flow.go_on(flow.at_most, row, step, t, each / DAY)
            total = sum(time[t] + closings[t] for t in span) / DAY
            share = total + over / DAY
            i = _move(flow, name)
            if i is None:
                _fixed_time(flow, row, capacity, span, over)
                continue
            move = flow.moves[i]
            base = _unit_time(flow, capacity, span, over)
            flow.at_most.add(row, flow.first_level + i, -share)
            flow.at_most.right[row] = base - share * move.level(move.most)


def _server_time(
    flow: Flow, capacity: Capacity, over: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Open time [us] of one server in each period, and what closings add."""
    one = Capacity(tuple((t, int(u > 0)) for t, u in capacity.changes), capacity.pause)
    return _areas(flow, one), _closings(flow, one, over)


def _fixed_time(flow: Flow, row: int, capacity: Capacity, span: range, over: float) -> None:
    flow.at_most.right[row] = _unit_time(flow, capacity, span, over)


def _unit_time(flow: Flow, capacity: Capacity, span: range, over: float) -> float:
    """Server-days of a span with everything that is added."""
    area, more = _areas(flow, capacity), _closings(flow, capacity, over)
    most = max(units for _, units in capacity.changes)
    return float(sum(area[t] + more[t] for t in span) + most * over) / DAY


def _areas(flow: Flow, capacity: Capacity) -> NDArray[np.float64]:
    found = np.zeros(flow.periods)
    edges = [e * DAY for e in flow.edges]
    changes = [*capacity.changes, (edges[-1], 0)]
    for (a, units), (b, _) in pairwise(changes):
        for t in range(flow.periods):
            found[t] += units * max(0, min(b, edges[t + 1]) - max(a, edges[t]))
    return found


def _closings(flow: Flow, capacity: Capacity, over: float) -> NDArray[np.float64]:
    found = np.zeros(flow.periods)
    if capacity.pause:
        return found
    for (_, before), (time, after) in pairwise(capacity.changes):
        if after < before:
            t = int(np.searchsorted(np.array(flow.edges) * DAY, time, side="right")) - 1
            found[min(t, flow.periods - 1)] += (before - after) * over
    return found


def _overshoot(step: Step) -> float:
    assert step.law is not None
    usual, sd = mean_and_sd(step.law)
    if usual <= 0:
        return 0.0
    tame = step.law.kind in ("constant", "exponential", "erlang", "uniform", "triangular")
    tame = tame or (step.law.kind == "gamma" and step.law.parameters[0] >= 1)
    most = 1.0 if step.effort is None else max(m for _, m in step.effort.table)
    return most * (usual if tame else usual + sd * sd / usual)


def _least_effort(step: Step) -> float:
    return 1.0 if step.effort is None else min(m for _, m in step.effort.table)


def _pool(flow: Flow, pools: tuple[str, ...], inside: dict[str, int]) -> None:
    """Who holds a unit at the end of a week, and over four weeks those who came in them, has one."""
    places = [(s, n) for s, n in inside.items() if s in flow.there]
    if not places:
        return
    units = sum(_greatest(flow.model, p) for p in pools)
    held = sum(of.count for of in flow.model.initial if set(of.holds) & set(pools))
    there = sum(_at_start(flow.model, p) for p in pools)
    over = max(0.0, held - there)
    for t in range(flow.periods):
        row = flow.at_most.new(0.0)
        for name, n in places:
            flow.at_most.add(row, flow.there[name] + t, float(n))
        _pool_units(flow, row, pools, units, over, 1.0)
    for first in range(flow.periods - 3):
        row = flow.at_most.new(0.0)
        end = flow.edges[first + 4]
        for name, n in places:
            law = flow.steps[name].law
            if flow.steps[name].op is Op.DELAY and law and not _may_jump(flow, name):
                for u in range(first, first + 4):
                    stay = _stay_within(law, (end - flow.edges[u + 1]) * DAY) / DAY
                    flow.at_most.right[row] -= flow.come_in(flow.at_most, row, name, u, n * stay)
        _pool_units(flow, row, pools, units, over, float(end - flow.edges[first]))


def _pool_units(
    flow: Flow, row: int, pools: tuple[str, ...], units: float, over: float, days: float
) -> None:
    flow.at_most.right[row] += over * days
    for pool in pools:
        _with_level(flow, row, pool, -days, _greatest(flow.model, pool))


def _at_start(model: Model, name: str) -> float:
    return float(next(p for p in model.pools if p.name == name).capacity.changes[0][1])


def _may_jump(flow: Flow, name: str) -> bool:
    return any(name in origins for origins in flow.jumps.values())


def _stay_within(law: Distribution, time: float) -> float:
    """E[min(stay, time)] [us], by the survival at sixty points, from below."""
    if time <= 0:
        return 0.0
    ends = np.linspace(0.0, time, 61)[1:]
    return float(np.mean([beyond(law, float(x)) for x in ends])) * time


def _seats(flow: Flow, name: str) -> None:
    """No more leave than there are seats."""
    departure = next(d for d in flow.model.departures if d.name == name)
    users = [s.name for s in flow.model.steps if s.op is Op.DEPART and name in s.objects]
    seats, times = np.zeros(flow.periods), np.zeros(flow.periods)
    for time, n in departure.timetable:
        t = int(np.searchsorted(np.array(flow.edges) * DAY, time, side="right")) - 1
        seats[t] += n
        times[t] += 1
    go, i = 1.0 - departure.cancelled, _move(flow, name)
    for t in range(flow.periods):
        row = flow.at_most.new(go * seats[t])
        for user in users:
            flow.go_on(flow.at_most, row, user, t, 1.0)
        if i is None:
            continue
        move = flow.moves[i]
        days = flow.edges[t + 1] - flow.edges[t]
        most = max((n for _, n in departure.timetable), default=0)
        each = go * (days * most if move.key == "every" else times[t])
        flow.at_most.add(row, flow.first_level + i, -each)
        more = go * most if move.key == "every" else 0.0
        flow.at_most.right[row] = more + (
            0.0 if move.key == "every" else go * seats[t] - each * move.level(move.most)
        )


def _stock(flow: Flow, name: str) -> None:
    """No more is taken than there was and has been put."""
    stock = next(s for s in flow.model.stocks if s.name == name)
    takes = [s for s in flow.model.steps if s.op is Op.TAKE and name in s.objects]
    gives = [s for s in flow.model.steps if s.op is Op.PUT and name in s.objects]
    for t in range(flow.periods):
        end = flow.edges[t + 1] * DAY
        put = sum(units for time, units in stock.puts if time < end and units > 0)
        row = flow.at_most.new(float(stock.initial + put))
        for u in range(t + 1):
            for step in takes:
                flow.go_on(flow.at_most, row, step.name, u, float(step.units))
            for step in gives:
                flow.go_on(flow.at_most, row, step.name, u, -float(step.units))
