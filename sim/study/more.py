"""Ten per cent more of one resource, at least one whole unit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from sim.network.model import Capacity, Departure, Model, Pool, Station, Stock

_TENTH = 10
_Held = TypeVar("_Held", Pool, Station)


def resources(model: Model) -> list[str]:
    """What can be had more of: pools, stations, departures and stocks that are refilled."""
    names = [pool.name for pool in model.pools if _ever(pool.capacity.changes)]
    names += [station.name for station in model.stations if _ever(station.capacity.changes)]
    names += [d.name for d in model.departures if _ever(d.timetable)]
    return names + [s.name for s in model.stocks if _ever(s.puts)]


def with_more(model: Model, resource: str) -> Model:
    """The model with a tenth more of one resource.

    A capacity grows by a tenth, rounded half up and by one at least; closed hours stay closed.
    Seats and refills, which come in small pieces, grow by a tenth of their running total.
    """
    return replace(
        model,
        pools=tuple(_capacity(p) if p.name == resource else p for p in model.pools),
        stations=tuple(_capacity(s) if s.name == resource else s for s in model.stations),
        departures=tuple(_seats(d) if d.name == resource else d for d in model.departures),
        stocks=tuple(_puts(s) if s.name == resource else s for s in model.stocks),
    )


def _ever(pairs: Iterable[tuple[int, int]]) -> bool:
    return any(units > 0 for _, units in pairs)


def _capacity(of: _Held) -> _Held:
    changes = tuple((time, units + _extra(units)) for time, units in of.capacity.changes)
    return replace(of, capacity=Capacity(changes, of.capacity.pause))


def _extra(units: int) -> int:
    return max(1, (units + _TENTH // 2) // _TENTH) if units > 0 else 0


def _seats(of: Departure) -> Departure:
    return replace(of, timetable=_running(of.timetable))


def _puts(of: Stock) -> Stock:
    return replace(of, puts=_running(of.puts))


def _running(pairs: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
    """Each positive amount with its part of a tenth of the running total, one at the least."""
    made, total, given = [], 0, 0
    for time, units in pairs:
        total += max(units, 0)
        due = max(total // _TENTH, 1) if total else 0
        more = due - given if units > 0 else 0
        given += more
        made.append((time, units + more))
    return tuple(made)
