"""Pools, stations, departures, gates and stocks as columns of the table."""

from __future__ import annotations

from sim.network.columns import Columns
from sim.network.model import Capacity, Departure, Gate, Model, Op, Stock


def add_lines(c: Columns, model: Model) -> dict[str, int]:
    """Lines of stations: one each, or one for every class that shares its servers; by step."""
    line_of: dict[str, int] = {}
    lines = 0
    names = sorted({s.share.name for s in model.steps if s.share})
    for station in model.stations:
        c.add(station_line=lines)
        here = [s for s in model.steps if s.op is Op.SERVE and s.objects[0] == station.name]
        classes = {s.share.name: s.share.weight for s in here if s.share}
        for name in sorted(classes) or [""]:
            order = names.index(name) if name else 0
            c.add(line_weight=classes.get(name, 0), line_order=order)
            for step in here:
                if not step.share or step.share.name == name:
                    line_of[step.name] = lines
            lines += 1
    c.add(station_line=lines)
    return line_of


def _capacity(c: Columns, capacity: Capacity) -> None:
    first = c.size("cap_time")
    for time, value in capacity.changes:
        c.add(cap_time=time, cap_value=value)
    c.add(cap_first=first, cap_last=c.size("cap_time"))


def add_objects(c: Columns, model: Model) -> None:
    """Pools, stations, departures, gates and stocks."""
    bumped = {name for s in model.steps if s.bump for name in s.objects}
    for pool in model.pools:
        _capacity(c, pool.capacity)
        c.add(bumpable=int(pool.name in bumped))
    for station in model.stations:
        _capacity(c, station.capacity)
        c.add(pause=int(station.capacity.pause))
    for departure in model.departures:
        _departure(c, departure)
    for gate in model.gates:
        _gate(c, gate)
    for stock in model.stocks:
        _stock(c, stock)


def _departure(c: Columns, departure: Departure) -> None:
    first = c.size("dep_time")
    for time, seats in departure.timetable:
        c.add(dep_time=time, dep_seats=seats)
    c.add(dep_first=first, dep_last=c.size("dep_time"), dep_minimum=departure.minimum,
          dep_cancelled=departure.cancelled)  # fmt: skip


def _gate(c: Columns, gate: Gate) -> None:
    first = c.size("gate_from")
    for start, until in gate.closed:
        c.add(gate_from=start, gate_until=until)
    c.add(gate_every=c.law(gate.every), gate_lasting=c.law(gate.lasting),
          gate_first=first, gate_last=c.size("gate_from"))  # fmt: skip


def _stock(c: Columns, stock: Stock) -> None:
    first = c.size("put_time")
    for time, units in stock.puts:
        c.add(put_time=time, put_units=units)
    c.add(stock_initial=stock.initial, put_first=first, put_last=c.size("put_time"))
