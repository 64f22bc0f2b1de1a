"""Sizes: as many units, people and events as an engine can count, and as the rest leaves room for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from fractions import Fraction

from sim.errors import listing, quote
from sim.scenario import grammar as g
from sim.scenario import steps as s
from sim.scenario.checks.objects import MOST_DAYS
from sim.scenario.checks.record import Record
from sim.scenario.dated import Dated
from sim.scenario.law import Law
from sim.scenario.quantities import most, quantities_in
from sim.scenario.quantity import Quantity, Sort

MOST_POOLS = 62
"""Pools that somebody holds are the bits of one number of 64."""
MOST_CLOCKS = 254
MOST_UNITS = 90_000_000
"""Units at once; with a tenth more of them, unit-microseconds of a day still fit in 64 bits."""
MOST_PEOPLE = 100_000_000
"""People in one run; an engine keeps the instant of each from the start."""
MOST_EVENTS = 1_000_000
"""Departures of one timetable, or closings of one gate, in one run."""
_FEWER = f"at most {MOST_UNITS:,}, counted in thousands where there are more"
_FEWER_PEOPLE = f"at most {MOST_PEOPLE:,}, counted in tens or hundreds where there are more"


def check(record: Record) -> None:
    _numbers(record)
    _units(record)
    _people(record)
    _events(record)
    _demands(record)
    _warm_up(record)


def _numbers(record: Record) -> None:
    """As many pools and clocks as the table of an engine has room for."""
    clocks = {x.deadline for x in record.whole.steps.values() if isinstance(x, s.Deadline)}
    for section, count, room in (
        ("pools", len(record.whole.pools), MOST_POOLS),
        ("steps", len(clocks), MOST_CLOCKS),
    ):
        if count > room:
            kind = "pools" if section == "pools" else "clocks"
            record.no(section, f"{count} {kind}", f"at most {room}")


def _units(record: Record) -> None:
    """As many units as an engine can count; of a stock, all that is ever put into it."""
    whole = record.whole
    pools = tuple(pool.capacity for pool in whole.pools.values())
    stations = tuple(station.servers for station in whole.stations.values())
    stocks = tuple(stock.initial for stock in whole.stocks.values())
    for count in quantities_in((*pools, *stations, *stocks)):
        if most(count) > MOST_UNITS:
            record.no(count.path, f"{_whole(count.exact)} units", _FEWER, count.place)
    for name, station in whole.stations.items():
        if station.hiring is not None:
            servers = _greatest(quantities_in(station.servers))
            _hired(record, f"stations.{name}.hiring.hired", station.hiring.hired, servers)
    for name, stock in whole.stocks.items():
        units = stock.initial.exact + _refilled(record, stock)
        if units > MOST_UNITS >= stock.initial.exact:
            record.no(f"stocks.{name}.refill", f"up to {_whole(units)} units in all", _FEWER)
        elif units + _put(stock) > MOST_UNITS >= units:
            record.no(f"stocks.{name}.puts", f"up to {_whole(units + _put(stock))} units in all", _FEWER)
    for name, step in whole.steps.items():
        asked = getattr(step, "units", None)
        if asked is not None and asked.exact > MOST_UNITS:
            record.no(f"steps.{name}.units", f"{_whole(asked.exact)} units", _FEWER)


def _hired(record: Record, path: str, hired: Dated[Quantity], servers: Fraction) -> None:
    """All who are ever hired, from the first date on, be it before the start, beside the servers there are."""
    start = datetime.combine(record.whole.start, time())
    first = min(start, *(when for when, _ in hired.points if when is not None), start)
    if (start - first).days > MOST_DAYS:
        record.no(path, f"a first date {(start - first).days:,} days before the start", f"at most {MOST_DAYS:,}")
        return
    before = Fraction((start - first) // timedelta(microseconds=1))
    people = _greatest(quantities_in(hired)) * (_length(record) + before)
    if people + servers > MOST_UNITS >= servers:
        record.no(path, f"up to {_whole(people)} people in all", _FEWER)


def _refilled(record: Record, stock: g.Stock) -> Fraction:
    """Units that come by the day, at the greatest rate."""
    rates = quantities_in(stock.refill) if stock.refill is not None else ()
    return max((most(rate) for rate in rates), default=Fraction(0)) * _length(record)


def _put(stock: g.Stock) -> Fraction:
    """Units that come at given instants, none taken off for those that lapse."""
    puts = [most(q) for q in quantities_in(stock.puts)] if stock.puts is not None else []
    return sum((units for units in puts if units > 0), Fraction(0))


def _people(record: Record) -> None:
    """As many people as there is memory for: those inside at the start, and at the greatest rate."""
    whole = record.whole
    for initial in whole.initial.values():
        if most(initial.count) > MOST_PEOPLE:
            found = f"{_whole(most(initial.count))} people"
            record.no(initial.count.path, found, _FEWER_PEOPLE, initial.count.place)
    said = [*((f"streams.{n}.rate", x.rate, _batch(x.batch) * _mean(x.weekdays)) for n, x in whole.streams.items()),
            *((f"orders.{n}.each_day", x.each_day, _mean(x.weekdays)) for n, x in whole.orders.items())]  # fmt: skip
    for path, rate, times in said:
        rates = [most(q) for q in quantities_in(rate) if q.sort is Sort.RATE] if rate else []
        people = max(rates, default=Fraction(0)) * _length(record) * times
        if people > MOST_PEOPLE:
            record.no(path, f"up to {_whole(people)} people in the run", _FEWER_PEOPLE)


def _batch(law: Law | None) -> Fraction:
    """People at each arrival, on the mean where the law states one, else at most."""
    if law is None:
        return Fraction(1)
    sizes = {name: most(q) for name, q in law.given.items()}
    stated = [sizes[name] for name in ("mean", "value", "high") if name in sizes]
    return stated[0] if stated else max((most(q) for q in quantities_in(law)), default=Fraction(1))


def _mean(weekdays: tuple[Quantity, ...] | None) -> Fraction:
    """Of the factors of a week."""
    return sum((most(q) for q in weekdays), Fraction(0)) / 7 if weekdays else Fraction(1)


def _events(record: Record) -> None:
    length = _length(record)
    for name, departure in record.whole.departures.items():
        period, each = departure.every or departure.period, len(departure.at or (None,))
        if period is not None and length * each > MOST_EVENTS * period.exact:
            found = f"{_whole(length * each / period.exact)} departures in the run"
            record.no(f"departures.{name}", found, f"at most {MOST_EVENTS:,}")
    for name, gate in record.whole.gates.items():
        if gate.random is None:
            continue
        times = [q.exact for q in quantities_in(gate.random) if q.sort is Sort.TIME]
        if length > MOST_EVENTS * max(times, default=Fraction(0)):
            wanted = f"times long enough for at most {MOST_EVENTS:,} closings in the run"
            record.no(f"gates.{name}.random", "openings and closings without end", wanted)


def _demands(record: Record) -> None:
    """Never more at once than there ever is: who asks for more would wait for ever."""
    pools = record.whole.pools
    for name, step in record.whole.steps.items():
        if not isinstance(step, s.Seize) or any(pool not in pools for pool in step.seize):
            continue
        there = _greatest(quantities_in(tuple(pools[pool].capacity for pool in step.seize)))
        units = Fraction(1) if step.units is None else step.units.exact
        if units > there > 0:
            found = f"{_whole(units)} units of {listing(map(quote, step.seize))}"
            record.no(f"steps.{name}.units", found, f"at most {_whole(there)}, all there ever is")
    refilled = {x.put for x in record.whole.steps.values() if isinstance(x, s.Put)}
    for name, step in record.whole.steps.items():
        if isinstance(step, s.Take) and step.take in record.whole.stocks and step.take not in refilled:
            _taken(record, name, step, record.whole.stocks[step.take])


def _taken(record: Record, name: str, step: s.Take, stock: g.Stock) -> None:
    """No more than the stock can ever hold, if nobody takes before and no step puts any back."""
    there = most(stock.initial) + _refilled(record, stock) + _put(stock)
    units = Fraction(1) if step.units is None else step.units.exact
    if units > there > 0:
        found = f"{_whole(units)} units of {quote(step.take)}"
        record.no(f"steps.{name}.units", found, f"at most {_whole(there)}, all that it can ever hold")


def _warm_up(record: Record) -> None:
    warm_up = record.whole.warm_up
    if isinstance(warm_up, Quantity) and warm_up.exact >= _length(record) > 0:
        days = (record.whole.end - record.whole.start).days
        record.no("warm_up", f"{float(warm_up.value):g} {warm_up.unit}", f"less than the run, {days} days")


def _length(record: Record) -> int:
    """Of the run [us]."""
    return max(0, (record.whole.end - record.whole.start) // timedelta(microseconds=1))


def _greatest(numbers: Iterable[Quantity]) -> Fraction:
    return max((most(number) for number in numbers), default=Fraction())


def _whole(number: Fraction) -> str:
    return f"{round(number):,}"
