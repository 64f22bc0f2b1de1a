"""What capacities allow in the fluid program."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.network.model import DAY, Capacity, Distribution, Model, Op, Preempt, Step
from sim.study.require.columns import Flow, Rows
from sim.study.require.laws import beyond, mean, mean_and_sd
from sim.study.require.shifts import begun


def _move(flow: Flow, name: str) -> int | None:
    return next((i for i, m in enumerate(flow.moves) if m.name == name), None)


def with_level(flow: Flow, row: int, name: str, factor: float, units: float) -> None:
    """Adds factor x units of an object: the level if it is moved, else what there is."""
    i = _move(flow, name)
    if i is None:
        flow.at_most.right[row] -= factor * units
        return
    move = flow.moves[i]
    flow.at_most.add(row, flow.first_level + i, factor)
    flow.at_most.right[row] -= factor * (units - move.level(move.most))


def greatest(model: Model, name: str) -> float:
    found = {o.name: o.capacity for o in model.stations} | {o.name: o.capacity for o in model.pools}
    return float(max(units for _, units in found[name].changes))


def station(flow: Flow, name: str, capacity: Capacity) -> None:
    """Work done in a week, in four and in the whole run fits in the time of the servers.

    What was begun before adds the work of one case for each server, and so does every closing after
    which cases are finished: on average at most E[W^2] / E[W] (Lorden 1970), and E[W] where the
    longer a case has lasted the less of it is left; there the closing adds what can be begun in the
    hours before it (`shifts.begun`), if that is less. Effort is the least of its table throughout:
    servers whose cases take longer do no more.
    """
    users = [s for s in flow.model.steps if s.op is Op.SERVE and name in s.objects]
    if not users:
        return
    one = Capacity(tuple((t, int(u > 0)) for t, u in capacity.changes), capacity.pause)
    there, each = _open_time(flow, capacity, users), _open_time(flow, one, users)
    i = _move(flow, name)
    for length in (1, 4, flow.periods):
        for first in range(flow.periods - length + 1):
            span = range(first, first + length)
            row = flow.at_most.new(_of_span(there, span))
            for step in users:
                assert step.law is not None
                work = mean(step.law) * _least_effort(step) / DAY
                for t in span:
                    flow.go_on(flow.at_most, row, step.name, t, work)
            if i is not None:
                share, move = _of_span(each, span), flow.moves[i]
                flow.at_most.add(row, flow.first_level + i, -share)
                flow.at_most.right[row] -= share * move.level(move.most)


class _OpenTime(NamedTuple):
    """Server-time of each week, (periods,) [us], and what was begun before a span adds to it."""

    weeks: NDArray[np.float64]
    begun: float


def _open_time(flow: Flow, capacity: Capacity, users: Sequence[Step]) -> _OpenTime:
    most = max(units for _, units in capacity.changes)
    over = max(_overshoot(s) for s in users)
    return _OpenTime(_areas(flow, capacity) + _closings(flow, capacity, users), most * over)


def _of_span(time: _OpenTime, span: range) -> float:
    """Server-days of a span with everything that is added."""
    return float(time.weeks[span.start : span.stop].sum() + time.begun) / DAY


def _areas(flow: Flow, capacity: Capacity) -> NDArray[np.float64]:
    """Server-time by week [us]: the units of each stretch times what of it lies before each edge."""
    edges = np.array(flow.edges, np.int64) * DAY
    times = np.array([t for t, _ in capacity.changes] + [edges[-1]], np.int64)
    units = np.array([u for _, u in capacity.changes], np.float64)
    before = np.clip(edges[:, None] - times[None, :-1], 0, np.maximum(np.diff(times), 0)[None, :])
    return np.asarray(np.diff(before.astype(np.float64) @ units))


def _closings(flow: Flow, capacity: Capacity, users: Sequence[Step]) -> NDArray[np.float64]:
    """Server-time by week [us] that is served after closing, of cases begun before it."""
    found = np.zeros(flow.periods)
    if capacity.pause:
        return found
    edges = np.array(flow.edges) * DAY
    for since, until, units in stretches(capacity):
        first, last = (int(np.searchsorted(edges, x, side="right")) - 1 for x in (since, until - 1))
        extra = _after_closing(users, until - since if first == last else None)
        found[min(int(np.searchsorted(edges, until, side="right")) - 1, flow.periods - 1)] += (
            units * extra
        )
    return found


def stretches(capacity: Capacity) -> Iterator[tuple[int, int, int]]:
    """(from, to, units) [us] of servers that are there between two changes and then are closed.

    Who came last goes first; those there to the end have no closing.
    """
    there: list[tuple[int, int]] = []
    now = 0
    for time, units in capacity.changes:
        if units > now:
            there.append((time, units - now))
        while units < now:
            since, last = there.pop()
            gone = min(last, now - units)
            if gone < last:
                there.append((since, last - gone))
            now -= gone
            yield since, time, gone
        now = units


def _after_closing(users: Sequence[Step], open_for: int | None) -> float:
    """What one server works after it has closed [us], at most; `open_for` so long before, if in one week."""
    over = max(_overshoot(s) for s in users)
    if open_for is None or any(s.preempt is not Preempt.NONE or not _tame(s) or not _least_effort(s) for s in users):
        return over
    works = tuple(dict.fromkeys((s.law, _least_effort(s)) for s in users if s.law is not None))
    return min(over, begun(works, open_for) - open_for)


def _overshoot(step: Step) -> float:
    assert step.law is not None
    usual, sd = mean_and_sd(step.law)
    if usual <= 0:
        return 0.0
    return _least_effort(step) * (usual if _tame(step) else usual + sd * sd / usual)


def _tame(step: Step) -> bool:
    """Whether the longer a case has lasted the less of it is left, on average."""
    assert step.law is not None
    even = step.law.kind in ("constant", "exponential", "erlang", "uniform", "triangular")
    return even or (step.law.kind == "gamma" and step.law.parameters[0] >= 1)


def _least_effort(step: Step) -> float:
    return 1.0 if step.effort is None else min(m for _, m in step.effort.table)


def pool(flow: Flow, pools: tuple[str, ...], inside: dict[str, int]) -> None:
    """Who holds a unit at the end of a week, and over four weeks those who came in them, has one."""
    places = [(s, n) for s, n in inside.items() if s in flow.there]
    if not places:
        return
    units = sum(greatest(flow.model, p) for p in pools)
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
                    flow.come_in(flow.at_most, row, name, u, n * stay)
        _pool_units(flow, row, pools, units, over, float(end - flow.edges[first]))


def _pool_units(
    flow: Flow, row: int, pools: tuple[str, ...], units: float, over: float, days: float
) -> None:
    flow.at_most.right[row] += over * days
    for pool in pools:
        with_level(flow, row, pool, -days, greatest(flow.model, pool))


def _at_start(model: Model, name: str) -> float:
    return float(next(p for p in model.pools if p.name == name).capacity.changes[0][1])


def _may_jump(flow: Flow, name: str) -> bool:
    return any(name in origins for origins in flow.jumps.values())


@lru_cache(maxsize=1 << 16)
def _stay_within(law: Distribution, time: float) -> float:
    """E[min(stay, time)] [us], by the survival at sixty points, from below."""
    if time <= 0:
        return 0.0
    ends = np.linspace(0.0, time, 61)[1:]
    return float(np.mean([beyond(law, float(x)) for x in ends])) * time


def seats(flow: Flow, name: str) -> None:
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


def stock(flow: Flow, name: str) -> None:
    """No more is taken than there was and has been put."""
    for t in range(flow.periods):
        taken(flow, flow.at_most, name, range(t + 1), range(t + 1))


def not_stored(flow: Flow, name: str, kept: int) -> None:
    """In four weeks no more is taken than there was and has been put in them and `kept` weeks before.

    No law of the network, but what it comes to where people are taken as they come.
    """
    for first in range(kept + 1, flow.periods - 3):
        taken(flow, flow.at_most, name, range(first, first + 4), range(first - kept, first + 4))


def taken(flow: Flow, rows: Rows, name: str, taken: range, put: range) -> None:
    """No more is taken in some weeks than there was, and has been put in others."""
    stock = next(s for s in flow.model.stocks if s.name == name)
    end = flow.edges[taken.stop] * DAY
    dated = sum(units for time, units in stock.puts if time < end and units > 0)
    row = rows.new(float(stock.initial + dated))
    for step in flow.model.steps:
        if step.op not in (Op.TAKE, Op.PUT) or name not in step.objects:
            continue
        weeks, sign = (taken, 1.0) if step.op is Op.TAKE else (put, -1.0)
        for u in weeks:
            flow.go_on(rows, row, step.name, u, sign * float(step.units))
