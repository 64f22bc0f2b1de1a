"""Events of the system that are known before the run: censuses, changes, departures, gates, refills."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from sim.engine.simpy_engine.departures import leave
from sim.engine.simpy_engine.gates import close_gate, open_gate
from sim.engine.simpy_engine.holding import look_pools
from sim.engine.simpy_engine.places import Departure, Gate, Pool, Station, Stock
from sim.engine.simpy_engine.stations import look_station
from sim.engine.simpy_engine.stocks import refill
from sim.engine.simpy_engine.stopping import pause
from sim.engine.simpy_engine.system import System
from sim.network.model import DAY
from sim.network.table import CENSUS, CHANGE, DEPARTURE

Columns = Mapping[str, list[Any]]


def put_up(system: System, c: Columns) -> None:
    """Make an event of everything that is dated."""
    for day in range(system.network.table.days):
        system.env.call((day + 1) * DAY, CENSUS, 0, day, partial(_census, system, day))
    ranks = iter(c["rank"])
    places: list[Pool | Station] = [*system.pools, *system.stations]
    for o, place in enumerate(places):
        _capacity(system, place, o, next(ranks), c)
    for d, departure in enumerate(system.departures):
        _departures(system, departure, d, next(ranks), c)
    for g, gate in enumerate(system.gates):
        _closings(system, gate, g, next(ranks))
    for k, stock in enumerate(system.stocks):
        _refills(system, stock, k, next(ranks), c)


def _census(system: System, day: int, _: Any) -> None:
    system.tally.midnight(day, system.env.now, system.steps, system.pools, system.departures)


def _capacity(system: System, place: Pool | Station, o: int, rank: int, c: Columns) -> None:
    first = c["cap_first"][o]
    for i in range(first + 1, c["cap_last"][o]):
        act = partial(_change, system, place, c["cap_value"][i])
        system.env.call(c["cap_time"][i], CHANGE, rank, i - first, act)


def _change(system: System, place: Pool | Station, capacity: int, _: Any) -> None:
    """A pool never takes units back; a station may stop work."""
    was = place.use.capacity
    place.use.set_capacity(capacity, system.env.now)
    if isinstance(place, Pool):
        look_pools(system, [place])
        return
    if capacity < was and place.pauses:
        pause(system, place)
    look_station(system, place)


def _departures(system: System, departure: Departure, d: int, rank: int, c: Columns) -> None:
    first = c["dep_first"][d]
    for i in range(first, c["dep_last"][d]):
        if not system.chance.cancelled[i]:
            act = partial(_leave, system, departure, c["dep_seats"][i])
            system.env.call(c["dep_time"][i], DEPARTURE, rank, i - first, act)


def _leave(system: System, departure: Departure, seats: int, _: Any) -> None:
    leave(system, departure, seats)


def _closings(system: System, gate: Gate, g: int, rank: int) -> None:
    chance = system.chance
    gate.use.set_capacity(1, 0)
    windows = range(chance.gate_first[g], chance.gate_last[g])
    for i, w in enumerate(windows):
        start, until = int(chance.gate_from[w]), int(chance.gate_until[w])
        if until <= 0:
            continue
        if start <= 0:
            gate.use.set_capacity(0, 0)
        else:
            system.env.call(start, CHANGE, rank, 2 * i, partial(_close, system, gate))
        system.env.call(until, CHANGE, rank, 2 * i + 1, partial(_open, system, gate))


def _close(system: System, gate: Gate, _: Any) -> None:
    close_gate(system, gate)


def _open(system: System, gate: Gate, _: Any) -> None:
    open_gate(system, gate)


def _refills(system: System, stock: Stock, k: int, rank: int, c: Columns) -> None:
    stock.use.add_busy(stock.initial, 0)
    first = c["put_first"][k]
    for i in range(first, c["put_last"][k]):
        act = partial(_refill, system, stock, c["put_units"][i])
        system.env.call(c["put_time"][i], CHANGE, rank, i - first, act)


def _refill(system: System, stock: Stock, units: int, _: Any) -> None:
    refill(system, stock, units)
