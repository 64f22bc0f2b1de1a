"""Where people come, as it is before anybody does: steps, objects, lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from sim.engine.kernel.memory import LINE, NONE, OBJECT, RUN, STEP, STEP_COPIED, Array, filled
from sim.log import MOST_LEVEL, RECORDED
from sim.network.model import Op
from sim.network.table import Network, Table

_NO_LINE = (Op.RELEASE, Op.PUT)  # of their objects one stands in no line


def add_places(arrays: dict[str, Array], network: Network) -> None:
    """Of priorities only the order matters: each is put by its rank among all."""
    table, every = network.table, every_priority(network.table)
    arrays["priorities"] = np.searchsorted(every, table.priorities)
    arrays["steps"] = _steps(table, np.searchsorted(every, table.priority))
    arrays["objects"], arrays["lines"] = _objects(table), _lines(table)
    in_line = [sorted(found) for found in _priorities_by_line(arrays, network)]
    bumped = [list(range(len(every) if its else 0)) for its in table.bumpable]
    first, last, priority = end_to_end([*in_line, *bumped])
    arrays["runs"] = filled(RUN, len(priority), priority=priority, head=NONE, tail=NONE)
    lines, pools = arrays["lines"], arrays["objects"][: table.pools]
    lines["run_first"], pools["run_first"] = np.split(first, [len(lines)])
    lines["run_last"], pools["run_last"] = np.split(last, [len(lines)])


def every_priority(table: Table) -> NDArray[np.int64]:
    """Those that there are, of which 1 always is one, rising."""
    return np.unique(np.concatenate([[1], table.priority, table.priorities]))


def end_to_end(parts: Sequence[Sequence[int]]) -> tuple[Array, Array, Array]:
    """Where each begins and ends in all of them one after another, and these."""
    each = np.array([len(part) for part in parts], np.int64)
    last = np.cumsum(each)
    return last - each, last, np.array([x for part in parts for x in part], np.int64)


def lines_of(arrays: dict[str, Array]) -> Iterator[list[int]]:
    """For each step the lines in which one stands there."""
    steps, alternatives = arrays["steps"], arrays["alternatives"].tolist()
    columns = (steps[name].tolist() for name in ("op", "queue", "alt_first", "alt_last"))
    for op, queue, first, last in zip(*columns, strict=True):
        if op in _NO_LINE:
            yield []
        else:
            yield [queue] if queue >= 0 else alternatives[first:last]


def _priorities_by_line(arrays: dict[str, Array], network: Network) -> list[set[int]]:
    steps, of_values = arrays["steps"], arrays["priorities"].tolist()
    values = [len(of_attribute) for of_attribute in network.names.values]
    found: list[set[int]] = [set() for _ in arrays["lines"]]
    columns = (steps[name].tolist() for name in ("priority", "priority_by", "priority_first"))
    for lines, own, by, first in zip(lines_of(arrays), *columns, strict=True):
        its = {own, *of_values[first : first + values[by]]} if by >= 0 else {own}
        for line in lines:
            found[line] |= its
    return found


def _steps(table: Table, priority: Array) -> Array:
    stations, departures = table.pools, table.pools + table.stations
    gates = departures + table.departures
    stocks = gates + table.gates
    first = {Op.SERVE: stations, Op.DEPART: departures, Op.GATE: gates, Op.TAKE: stocks, Op.PUT: stocks}
    begin = np.array([first.get(Op(op), NONE) for op in table.op], np.int64)
    ranges = zip(table.alt_first, table.alt_last, strict=True)
    pools = [table.alternatives[alt:end].tolist() for alt, end in ranges]
    pool = np.array([its[0] if its else NONE for its in pools], np.int64)
    made = filled(STEP, table.steps, **{name: getattr(table, name) for name in STEP_COPIED})
    made["priority"] = priority
    made["pools"] = [sum({1 << p for p in its}) for its in pools]
    made["object"] = np.where(pool >= 0, pool, np.where(begin >= 0, begin + table.obj, NONE))
    made["queue"] = np.where(pool >= 0, NONE, made["object"])
    served = table.op == Op.SERVE
    made["queue"][served] = len(table.rank) + table.line[served]
    made["lined"] = np.isin(table.op, RECORDED)
    return made


def _objects(table: Table) -> Array:
    objects, classes = len(table.rank), len(table.line_weight)
    made = filled(OBJECT, objects, oldest=NONE, newest=NONE)
    ends = np.cumsum([table.pools, table.stations, table.departures, table.gates])
    pools, stations, departures, gates, stocks = np.split(made, ends)
    with_capacity = made[: ends[1]]
    with_capacity["capacity"] = table.cap_value[table.cap_first]
    with_capacity["small"] = np.maximum.reduceat(table.cap_value, table.cap_first) <= MOST_LEVEL
    pools["bumpable"] = table.bumpable
    preempted = np.isin(np.arange(table.stations), table.obj[table.preempt > 0])
    stations["pause"], stations["ordered"] = table.pause, table.pause | preempted
    stations["line_first"] = table.station_line[:-1] + objects
    stations["line_last"] = table.station_line[1:] + objects
    stations["paused_line"] = np.arange(table.stations) + objects + classes
    departures["minimum"] = table.dep_minimum
    gates["capacity"] = 1
    stocks["busy"] = table.stock_initial
    return made


def _lines(table: Table) -> Array:
    """Of objects, of classes of stations, of the stopped work of stations; the last is for those evicted."""
    ends = np.cumsum([len(table.rank), len(table.line_weight), table.stations])
    made = filled(LINE, int(ends[-1]) + 1, root=NONE)
    _, classes, paused, _ = np.split(made, ends)
    classes["weight"], classes["order"] = table.line_weight, table.line_order
    paused["paused"], paused["order"] = 1, np.arange(table.stations)
    return made
