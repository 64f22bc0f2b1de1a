"""Units that the place of a number rules out: money counts neither people nor what they wait for."""

from __future__ import annotations

from sim.errors import quote
from sim.scenario import steps as s
from sim.scenario.checks.record import Record
from sim.scenario.quantities import quantities_in
from sim.scenario.quantity import Sort
from sim.scenario.units import is_money_sign

_COUNTED = (Sort.COUNT, Sort.RATE)


def check(record: Record) -> None:
    whole = record.whole
    steps = {n: x for n, x in whole.steps.items() if not isinstance(x, s.Take | s.Put)}
    said = (whole.pools, whole.stations, whole.departures, whole.streams, whole.orders, whole.initial)
    for q in quantities_in((*said, steps)):
        if q.sort in _COUNTED and is_money_sign(q.unit):
            wanted = "a number of them, such as 3 or 300/day; money is kept in stocks"
            record.no(q.path, quote(q.written), wanted, q.place)
