"""All that chance settles before a replication begins, and the arithmetic both engines share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from sim.draws.arrivals import arrival_times, cumulative_rate, day_factors
from sim.draws.blocks import BLOCK, uniforms
from sim.draws.compiled import compiled
from sim.draws.distributions import ERLANG, GAMMA, LONGEST, Knots, Law, duration, inverse
from sim.draws.philox import run_key, uniform
from sim.draws.pieces import gamma_pieces
from sim.network.names import name_hash
from sim.network.table import SOURCE_STREAM, Network, Table

GAP, BATCH, FACTOR = name_hash("gap"), name_hash("batch"), name_hash("factor")
CANCELLED, EVERY, FOR = name_hash("cancelled"), name_hash("every"), name_hash("for")


@dataclass(frozen=True)
class Luck:
    """Chance of one replication that does not depend on what happens in it.

    key: of every draw; arrivals: per source, instants of its batches [us]; cancelled: per row of
    `dep_time`; gate windows [gate_from, gate_until) of gate g at gate_first[g]:gate_last[g], rising
    and apart.
    """

    key: int
    arrivals: tuple[NDArray[np.int64], ...]
    cancelled: NDArray[np.int64]
    gate_first: NDArray[np.int64]
    gate_last: NDArray[np.int64]
    gate_from: NDArray[np.int64]
    gate_until: NDArray[np.int64]


def prepare(network: Network, seed: int, world: int, replication: int) -> Luck:
    """The luck of one replication: a pure function of its arguments."""
    key = cast(int, np.uint64(run_key(seed, world, replication)))  # compiled code wants the type
    arrivals = tuple(_arrivals(network.table, key, s) for s in range(network.table.sources))
    return Luck(key, arrivals, _cancelled(network, key), *_windows(network, key))


def law(table: Table, number: int) -> Law:
    """Arguments of a law for `distributions.duration` and its like, without the draw.

    Its knots are the table's, or the pieces of a shape.
    """
    kind, (p0, p1, p2, p3) = int(table.law_kind[number]), table.law_p[number].tolist()
    knots, first, last = table.knots, int(table.law_first[number]), int(table.law_last[number])
    if kind in (ERLANG, GAMMA):
        knots = gamma_pieces(p0)
        first, last = 0, len(knots)
    return kind, p0, p1, p2, p3, knots, first, last


def knots_of(table: Table) -> tuple[NDArray[np.int64], NDArray[np.int64], Knots]:
    """First and last row of each law, (d,) each, and the knots of all: each as `law` has its own."""
    first, last = table.law_first.copy(), table.law_last.copy()
    parts, begins, size = [table.knots], {}, len(table.knots)
    for number in range(len(first)):
        _, shape, _, _, _, knots, _, _ = law(table, number)
        if knots is table.knots:
            continue
        if shape not in begins:
            begins[shape] = size
            parts.append(knots)
            size += len(knots)
        first[number] = begins[shape]
        last[number] = begins[shape] + len(knots)
    return first, last, np.concatenate(parts)


def _arrivals(table: Table, key: int, s: int) -> NDArray[np.int64]:
    if table.source_kind[s] != SOURCE_STREAM:
        return np.empty(0, np.int64)
    listed = table.times[table.times_first[s] : table.times_last[s]]
    if listed.size:
        return listed[listed < table.horizon]
    rates = slice(int(table.rate_first[s]), int(table.rate_last[s]))
    factors = np.ones(table.days)
    if table.factor_cv[s] > 0:
        factors = day_factors(
            key, int(table.factor_hash[s]), FACTOR, float(table.factor_cv[s]), table.days
        )
    times, cumulative = cumulative_rate(
        table.rate_time[rates], table.rate_value[rates], table.weekdays[s], table.first_weekday,
        factors, table.horizon,
    )  # fmt: skip
    stream = int(table.source_hash[s])
    return arrival_times(key, stream, GAP, int(table.regular[s]), times, cumulative, table.horizon)


def _cancelled(network: Network, key: int) -> NDArray[np.int64]:
    table, first = network.table, network.table.pools + network.table.stations
    cancelled = np.zeros(len(table.dep_time), np.int64)
    for d in np.flatnonzero(table.dep_cancelled > 0):
        stream = name_hash(network.names.objects[first + d])
        timetable = cancelled[table.dep_first[d] : table.dep_last[d]]
        for number in range(0, len(timetable), BLOCK):
            block = timetable[number : number + BLOCK]
            draws = uniforms(key, stream, CANCELLED, number)
            block[:] = draws[: len(block)] < table.dep_cancelled[d]
    return cancelled


def _windows(network: Network, key: int) -> list[NDArray[np.int64]]:
    table = network.table
    first: list[int] = []
    last: list[int] = []
    begin: list[int] = []
    until: list[int] = []
    gate0 = table.pools + table.stations + table.departures
    for g in range(table.gates):
        windows = [
            (int(table.gate_from[i]), int(table.gate_until[i]))
            for i in range(int(table.gate_first[g]), int(table.gate_last[g]))
        ]
        if table.gate_every[g] >= 0:
            windows += _random_windows(table, key, g, name_hash(network.names.objects[gate0 + g]))
        first.append(len(begin))
        for start, end in _merged(windows):
            begin.append(start)
            until.append(end)
        last.append(len(begin))
    return [np.array(x, np.int64) for x in (first, last, begin, until)]


def _random_windows(table: Table, key: int, g: int, stream: int) -> list[tuple[int, int]]:
    """Closings one after another: open for a draw of `every`, then closed for a draw of `for`."""
    windows, time, number = [], 0, 0
    every, lasting = int(table.gate_every[g]), int(table.gate_lasting[g])
    while time < table.horizon:
        start = time + max(1, duration(*law(table, every), uniform(key, number, stream, EVERY, 0)))
        time = start + duration(*law(table, lasting), uniform(key, number, stream, FOR, 0))
        windows.append((start, time))
        number += 1
    return [(a, b) for a, b in windows if a < table.horizon]


def _merged(windows: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, until in sorted(w for w in windows if w[1] > w[0]):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(until, merged[-1][1]))
        else:
            merged.append((start, until))
    return merged


def members_joined(table: Table, source: int) -> NDArray[np.int64]:
    """Instants, (n,) [us] at most 0, at which members 1 … n of an initial stock joined."""
    count, number = int(table.initial_count[source]), int(table.initial_spent[source])
    if number < 0:
        return np.zeros(count, np.int64)
    return -spent(*law(table, number), np.arange(1, count + 1), count)


@compiled
def age(
    kind: int, p0: float, p1: float, p2: float, p3: float, knots: Knots, first: int, last: int,
    member: int, count: int,
) -> int:  # fmt: skip
    """Time already spent [us] by a member of `count`, of whom number 1 is the oldest.

    Member k has spent the (k - 1/2)/count quantile from the top.
    """
    u = 1.0 - (member - 0.5) / count
    return max(0, rounded(inverse(kind, p0, p1, p2, p3, knots, first, last, u)))


@compiled
def spent(
    kind: int, p0: float, p1: float, p2: float, p3: float, knots: Knots, first: int, last: int,
    members: NDArray[np.int64], count: int,
) -> NDArray[np.int64]:  # fmt: skip
    """Time already spent by each of `members` (n,) of `count`, (n,) [us]."""
    ages = np.zeros(len(members), np.int64)
    for i in range(len(members)):
        ages[i] = age(kind, p0, p1, p2, p3, knots, first, last, members[i], count)
    return ages


@compiled
def rounded(x: float) -> int:
    """Half up, and at most LONGEST."""
    return LONGEST if x >= LONGEST else int(np.floor(x + 0.5))


@compiled
def multiplier(share: float, points: NDArray[np.float64], first: int, last: int) -> float:
    """Piecewise-linear value at `share` of points[first:last] (x, y), flat outside."""
    if share <= points[first, 0]:
        return float(points[first, 1])
    for i in range(first + 1, last):
        if share <= points[i, 0]:
            x0, y0 = points[i - 1, 0], points[i - 1, 1]
            return float(y0 + (points[i, 1] - y0) * ((share - x0) / (points[i, 0] - x0)))
    return float(points[last - 1, 1])
