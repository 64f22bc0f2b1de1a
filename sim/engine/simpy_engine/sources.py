"""Streams and orders: how entities come."""

from __future__ import annotations

from functools import partial
from typing import Any

from sim.draws import luck
from sim.engine.simpy_engine.building import Columns
from sim.engine.simpy_engine.clocks import EXPIRY_KEY
from sim.engine.simpy_engine.clockwork import Wake, cancel, event_key
from sim.engine.simpy_engine.draws import Lengths
from sim.engine.simpy_engine.entity import WAITING, Entity
from sim.engine.simpy_engine.leaving import withdraw
from sim.engine.simpy_engine.life import live, make, vanish
from sim.engine.simpy_engine.route import Source
from sim.engine.simpy_engine.system import System
from sim.log import Ended
from sim.network.model import DAY
from sim.network.table import ARRIVAL, NUMBER_SHIFT, SOURCE_ORDERS


def open_sources(system: System, c: Columns) -> None:
    for source in system.sources:
        if c["source_kind"][source.index] == SOURCE_ORDERS:
            _orders(system, source, c)
        else:
            _stream(system, source, c["batch"][source.index])


def _stream(system: System, source: Source, batch: int) -> None:
    """One event a stream, put at its next time when it is taken."""
    times = iter(system.chance.arrivals[source.index].tolist())
    sizes = None
    if batch >= 0:
        sizes = Lengths(system.chance.key, luck.BATCH, luck.law(system.network.table, batch))[source]
    index, key = 0, event_key(ARRIVAL, source.rank)

    def next_arrival() -> None:
        time = next(times, None)
        if time is not None:
            system.env.at(time, key + (source.next_number << NUMBER_SHIFT), event)

    def arrive(_: Any) -> None:
        nonlocal index
        size = 1 if sizes is None else max(1, sizes(index, 0))
        index += 1
        first = source.next_number
        source.next_number += size
        for number in range(first, first + size):
            live(system, make(system, source, number, source.enters))
        next_arrival()

    event = Wake(system.env, None, (arrive,))
    next_arrival()


def _orders(system: System, source: Source, c: Columns) -> None:
    """So many each day, at its midnight."""
    first, number = c["order_first"][source.index], 0
    for day in range(system.network.table.days):
        count = c["order_counts"][first + day]
        if count:
            end = (day + 1 + c["carry_over"][source.index]) * DAY
            act = partial(_order, system, source, count, end)
            system.env.call(day * DAY, ARRIVAL, source.rank, number, act)
        number += count


def _order(system: System, source: Source, count: int, end: int, _: Any) -> None:
    first = source.next_number
    source.next_number += count
    ends = (partial(_shortfall, system),)
    ungranted = Wake(system.env)
    for number in range(first, first + count):
        e = make(system, source, number, source.enters)
        e.end_of_order = ungranted
        live(system, e)
        if e.end_of_order is not None:  # most are granted something at once
            e.end_of_order = Wake(system.env, e, ends)
            system.env.at(end, e.key + EXPIRY_KEY, e.end_of_order)


def _shortfall(system: System, event: Wake) -> None:
    """An order that nothing has been granted leaves, and counts on the day that ends."""
    e: Entity = event._value
    e.end_of_order = None
    if e.doing is WAITING:
        withdraw(system, e, Ended.SHORTFALL)
        system.tally.shortfall[(system.env.now - 1) // DAY, e.source.index] += 1
        vanish(system, e)
        cancel(e.wake)
