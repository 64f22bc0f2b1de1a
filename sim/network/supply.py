"""Capacity over time, timetables, windows and refills of a scenario's objects."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from fractions import Fraction

from sim.network.amounts import Frame, Points, daily, half_up
from sim.network.chance import Tabulate, distribution
from sim.network.hiring import made_of
from sim.network.model import DAY, Capacity, Departure, Gate, Pool, Station, Stock
from sim.scenario import grammar
from sim.scenario.dated import Dated
from sim.scenario.quantity import Quantity

MINUTE = 60_000_000


def pool(name: str, said: grammar.Pool, frame: Frame) -> Pool:
    return Pool(name, capacity(_units(said.capacity, frame), said.calendar, None, frame))


def station(name: str, said: grammar.Station, frame: Frame) -> Station:
    servers = _units(said.servers, frame)
    if said.hiring is not None:
        servers = _sum(servers, made_of(said.hiring, frame))
    return Station(name, capacity(servers, said.calendar, said.at_end, frame))


def _units(said: Dated[Quantity], frame: Frame) -> Points:
    return [(time, half_up(value)) for time, value in frame.points(said)]


def _sum(one: Points, other: Points) -> Points:
    """Of two profiles, each of which is there at 0 or before."""
    there, found = [0, 0], {}
    for time, which, units in sorted((t, i, n) for i, of in enumerate((one, other)) for t, n in of):
        there[which] = units
        found[max(time, 0)] = sum(there)
    return list(found.items())


def capacity(points: Points, calendar: grammar.Calendar | None, at_end: str | None, frame: Frame) -> Capacity:
    """The profile, nothing outside the hours of the calendar."""
    if calendar is not None:
        points = _within(points, list(_open(calendar, frame)), frame.horizon)
    ends = at_end or (calendar.at_end if calendar is not None else None)
    return Capacity(tuple(_changes(points)), ends == "pause")


def _changes(points: Points) -> Iterator[tuple[int, int]]:
    """The value at 0 and every later change of it."""
    last: int | None = None
    for time, value in points:
        if last is None or value != last:
            yield max(time, 0), value
        last = value


def _within(points: Points, windows: list[tuple[int, int]], horizon: int) -> Points:
    """The profile cut to windows [from, to) that rise and do not overlap."""
    marks = sorted({0, *(max(t, 0) for t, _ in points), *(m for w in windows for m in w)})
    found: Points = []
    p = w = 0
    for mark in marks:
        if not 0 <= mark < horizon:
            continue
        while p + 1 < len(points) and points[p + 1][0] <= mark:
            p += 1
        while w < len(windows) and windows[w][1] <= mark:
            w += 1
        inside = w < len(windows) and windows[w][0] <= mark
        found.append((mark, points[p][1] if inside else 0))
    return found


def _open(calendar: grammar.Calendar, frame: Frame) -> Iterator[tuple[int, int]]:
    """Opening windows [us], those that begin the day before the start included; touching merged."""
    last: tuple[int, int] | None = None
    for day in range(-1, -(-frame.horizon // DAY)):
        date = frame.start + timedelta(days=day)
        if date.weekday() not in calendar.days or date in calendar.holidays:
            continue
        for first, until in calendar.hours:
            window = (day * DAY + first * MINUTE, day * DAY + until * MINUTE)
            if last is not None and window[0] <= last[1]:
                last = (last[0], max(last[1], window[1]))
                continue
            if last is not None:
                yield last
            last = window
    if last is not None:
        yield last


def departure(name: str, said: grammar.Departure, frame: Frame) -> Departure:
    times = list(_instants(said, frame))
    inside = [(time, index) for time, index in times if 0 <= time < frame.horizon]
    timetable = tuple((time, _seats(said, index, time, frame)) for time, index in inside)
    minimum = 1 if said.minimum is None else frame.whole(said.minimum)
    cancelled = 0.0 if said.cancelled is None else float(frame.exact(said.cancelled))
    return Departure(name, timetable, minimum, cancelled)


def _instants(said: grammar.Departure, frame: Frame) -> Iterator[tuple[int, int]]:
    """(time [us], place in the cycle of seats), rising."""
    if said.at is not None:
        listed = sorted((frame.time(m), i) for i, m in enumerate(said.at))
        period = 0 if said.period is None else frame.whole(said.period)
        turn = 0
        while turn == 0 or (period and listed[0][0] + turn * period < frame.horizon):
            yield from ((time + turn * period, i) for time, i in listed)
            turn += 1
        return
    assert said.every is not None
    every = max(frame.whole(said.every), 1)
    first = 0 if said.first is None else frame.time(said.first)
    index = max(0, -(first // every))
    while first + index * every < frame.horizon:
        yield first + index * every, index
        index += 1


def _seats(said: grammar.Departure, index: int, time: int, frame: Frame) -> int:
    if isinstance(said.seats, tuple):
        return frame.whole(said.seats[index % len(said.seats)])
    value = [v for t, v in frame.points(said.seats) if t <= time][-1]
    return half_up(value)


def gate(name: str, said: grammar.GateObject, frame: Frame, tabulate: Tabulate | None) -> Gate:
    if said.random is not None:
        every = distribution(said.random.every, frame, tabulate)
        return Gate(name, (), every, distribution(said.random.for_, frame, tabulate))
    windows = [(frame.time(w.from_), _end(w, frame)) for w in said.closed or ()]
    return Gate(name, tuple(_merged(windows, frame.horizon)))


def _end(window: grammar.Window, frame: Frame) -> int:
    return frame.horizon if window.to is None else frame.time(window.to)


def _merged(windows: list[tuple[int, int]], horizon: int) -> Iterator[tuple[int, int]]:
    """Windows cut to the run, in order, those that touch made one."""
    last: tuple[int, int] | None = None
    for opening, closing in sorted(windows):
        first, until = max(opening, 0), min(closing, horizon)
        if first >= until:
            continue
        if last is not None and first <= last[1]:
            last = (last[0], max(last[1], until))
            continue
        if last is not None:
            yield last
        last = (first, until)
    if last is not None:
        yield last


def stock(name: str, said: grammar.Stock, frame: Frame) -> Stock:
    puts: dict[int, int] = {}
    if said.refill is not None:
        counts = daily(frame.points(said.refill), [Fraction(1)] * 7, -(-frame.horizon // DAY))
        puts = {day * DAY: units for day, units in enumerate(counts)}
    for when, q in said.puts.points if said.puts is not None else ():
        assert when is not None
        time = frame.time(when)
        puts[time] = puts.get(time, 0) + frame.whole(q)
    inside = sorted((t, units) for t, units in puts.items() if units and 0 <= t < frame.horizon)
    return Stock(name, frame.whole(said.initial), tuple(inside))
