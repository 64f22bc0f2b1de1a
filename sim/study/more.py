"""Ten per cent more of one resource, at least one whole unit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TypeVar

from sim.network.model import Capacity, Departure, Model, Pool, Station, Stock
from sim.scenario import Scenario
from sim.study.building import model_of

_TENTH = 10
_AMOUNTS = {
    "pools": ("capacity",), "stations": ("servers", "hiring.hired"), "departures": ("seats",),
    "stocks": ("refill", "puts"),
}  # fmt: skip
"""Keys of a section that say how much there is of something."""
_Any = TypeVar("_Any")
_Held = TypeVar("_Held", Pool, Station)


def resources(model: Model) -> list[str]:
    """What can be had more of: pools, stations, departures and stocks that are refilled."""
    names = [pool.name for pool in model.pools if _ever(pool.capacity.changes)]
    names += [station.name for station in model.stations if _ever(station.capacity.changes)]
    names += [d.name for d in model.departures if _ever(d.timetable)]
    return names + [s.name for s in model.stocks if _ever(s.puts)]


def tried(scenario: Scenario, model: Model, worlds: bool) -> list[str]:
    """What more of is compared: all there is any of at the stated values or, with `worlds`, in any world."""
    most = greatest(scenario) if worlds else {}
    stated = {fact.path: fact.central for fact in scenario.uncertain}
    if all(stated[path] > 0 for path in most):
        return resources(model)
    return resources(model_of(scenario, most))


def greatest(scenario: Scenario) -> dict[str, float]:
    """The high end of each range on how much there is of a resource, by path."""
    found = {fact.path: fact.high for fact in scenario.uncertain if fact.high > 0}
    return {path: high for path, high in found.items() if _is_amount(*path.split(".", 2))}


def _is_amount(section: str, name: str = "", key: str = "") -> bool:
    return bool(name) and f"{key}.".startswith(tuple(f"{of}." for of in _AMOUNTS.get(section, ())))


def more_of(scenario: Scenario, values: Mapping[str, float], resource: str) -> Model:
    """The model of a world with a tenth more of one resource; where there is none of it, with one unit.

    That unit is there whenever there would be some in a world of plenty: closed hours stay closed.
    """
    model = model_of(scenario, values)
    if resource in resources(model):
        return with_more(model, resource)
    return _with_one(model, model_of(scenario, {**values, **greatest(scenario)}), resource)


def _with_one(model: Model, plenty: Model, resource: str) -> Model:
    return replace(
        model,
        pools=tuple(_one(q) if p.name == resource else p for p, q in _both(model.pools, plenty.pools)),
        stations=tuple(_one(q) if p.name == resource else p for p, q in _both(model.stations, plenty.stations)),
        departures=tuple(
            replace(p, timetable=_first_one(q.timetable)) if p.name == resource else p
            for p, q in _both(model.departures, plenty.departures)
        ),
        stocks=tuple(
            replace(p, puts=_first_one(q.puts)) if p.name == resource else p
            for p, q in _both(model.stocks, plenty.stocks)
        ),
    )


def _both(of: Iterable[_Any], plenty: Iterable[_Any]) -> Iterable[tuple[_Any, _Any]]:
    return zip(of, plenty, strict=True)


def _one(of: _Held) -> _Held:
    changes = tuple((time, min(units, 1)) for time, units in of.capacity.changes)
    return replace(of, capacity=Capacity(changes, of.capacity.pause))


def _first_one(pairs: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
    """One unit in all, where there would first be some."""
    first = next((i for i, (_, units) in enumerate(pairs) if units > 0), -1)
    return tuple((time, int(i == first) if units > 0 else units) for i, (time, units) in enumerate(pairs))


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
