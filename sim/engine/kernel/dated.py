"""What is dated beforehand: changes, departures, windows of gates, orders."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.draws.luck import Luck
from sim.engine.kernel.memory import (
    CAPACITY,
    DATED,
    DEPARTURE,
    GATE_CLOSES,
    GATE_OPENS,
    ORDER,
    PUT,
)
from sim.network.model import DAY
from sim.network.table import (
    ARRIVAL,
    CHANGE,
    CLASS_SHIFT,
    NUMBER_SHIFT,
    RANK_SHIFT,
    SOURCE_ORDERS,
    Table,
)
from sim.network.table import DEPARTURE as DEPARTURES

Events = NDArray[np.void]
Ints = NDArray[np.int64]


def certain(table: Table) -> Events:
    """Changes of capacity and of stocks, and orders: whatever the luck."""
    pools = np.arange(table.pools + table.stations)
    changes = _listed(CHANGE, CAPACITY, pools, table.rank[pools], table.cap_first, table.cap_last,
                      table.cap_time, table.cap_value)  # fmt: skip
    stocks = np.arange(len(table.rank) - table.stocks, len(table.rank))
    puts = _listed(CHANGE, PUT, stocks, table.rank[stocks], table.put_first, table.put_last,
                   table.put_time, table.put_units)  # fmt: skip
    begun = np.delete(changes, table.cap_first)  # the first of each is how it begins
    return _in_order(np.concatenate([begun, puts, _orders(table)]), table.horizon)


def departures(table: Table) -> Events:
    """One for each row of `dep_time`, in the order of the rows."""
    first = table.pools + table.stations
    these = np.arange(first, first + table.departures)
    return _listed(DEPARTURES, DEPARTURE, these, table.rank[these], table.dep_first, table.dep_last,
                   table.dep_time, table.dep_seats)  # fmt: skip


def of_run(table: Table, certain: Events, departures: Events, luck: Luck) -> Events:
    """What is certain, the departures that go and the windows of this luck, in the order in which they are taken."""
    parts = [certain, departures[luck.cancelled == 0], _windows(table, luck)]
    return _in_order(np.concatenate(parts), table.horizon)


def gate_of(table: Table, luck: Luck) -> Ints:
    """Of each window the gate, as it is counted among objects."""
    first = table.pools + table.stations + table.departures
    return np.repeat(np.arange(first, first + table.gates), luck.gate_last - luck.gate_first)


def _windows(table: Table, luck: Luck) -> Events:
    """A closing and an opening each, unless it is over when the run begins."""
    of = gate_of(table, luck)
    number, rank = 2 * _numbers(luck.gate_first, luck.gate_last), table.rank[of]
    shut = _events(luck.gate_from, _key(CHANGE, rank, number), GATE_CLOSES, of, 0)
    opened = _events(luck.gate_until, _key(CHANGE, rank, number + 1), GATE_OPENS, of, 0)
    both = np.concatenate([shut, opened])
    return both[both["time"] > 0]


def _orders(table: Table) -> Events:
    """Those of a day at its beginning, numbered on from day to day."""
    of = np.flatnonzero(table.source_kind == SOURCE_ORDERS)
    counts = table.order_counts.reshape(len(of), table.days)
    key = _key(ARRIVAL, table.source_rank[of, np.newaxis], np.cumsum(counts, axis=1) - counts)
    time = np.tile(np.arange(table.days) * DAY, len(of))
    made = _events(time, key.ravel(), ORDER, np.repeat(of, table.days), counts.ravel())
    return made[made["value"] > 0]


def _listed(
    kind: int, what: int, of: Ints, rank: Ints, first: Ints, last: Ints, time: Ints, value: Ints
) -> Events:
    """Rows first:last of each of some objects; a table has them in the order of the objects."""
    each = last - first
    key = _key(kind, np.repeat(rank, each), _numbers(first, last))
    return _events(time, key, what, np.repeat(of, each), value)


def _numbers(first: Ints, last: Ints) -> Ints:
    """0, 1, … in each of the ranges first:last, which follow one another."""
    each = last - first
    return np.arange(each.sum()) - np.repeat(first, each)


def _key(kind: int, rank: Ints, number: Ints) -> Ints:
    return kind << CLASS_SHIFT | rank << RANK_SHIFT | number << NUMBER_SHIFT


def _events(time: Ints, key: Ints, what: int, of: Ints, value: Ints | int) -> Events:
    made: Any = np.empty(len(time), DATED)
    made["time"], made["key"], made["what"], made["of"], made["value"] = time, key, what, of, value
    return made


def _in_order(events: Events, horizon: int) -> Events:
    """Those before the horizon."""
    made = events[events["time"] < horizon]
    return made[np.lexsort((made["key"], made["time"]))]
