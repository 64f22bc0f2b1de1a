"""What must hold of every log, whatever the network."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from sim.errors import SimError
from sim.log import Ended, Log, Use
from sim.measures.places import Places, Sort
from sim.measures.spells import Rows, Visits
from sim.network.model import DAY


def check(places: Places, visits: Visits, log: Log) -> None:
    """Raises SimError naming every law that the log breaks: a fault of the engine, not of the user."""
    broken = list(violations(places, visits, log))
    if broken:
        raise SimError("the log contradicts itself: " + "; ".join(broken))


def violations(places: Places, visits: Visits, log: Log) -> Iterator[str]:
    """The laws that do not hold, in words."""
    present = int(log.levels[-1].sum()) if log.levels.size else log.inside
    inside = log.inside + int(log.unserved.sum())
    if log.entered != log.left + log.inside:
        yield f"{log.entered} came, {log.left} left and {log.inside} are inside"
    if present != inside:
        yield f"{present} are counted at the last midnight and {inside} are inside"
    spent = {"waiting": 0, "held": 0}
    for obj, sort in enumerate(places.sorts):
        rows = visits.rows(obj)
        yield from _order(places.network.names.objects[obj], rows)
        yield from _areas(places, log, obj, sort, rows, spent)
    waited = _wrapped(log.use[:, : places.network.table.pools, Use.AREA_WAITING])
    waited -= _counted(places, log, range(places.network.table.pools))
    if spent["waiting"] != waited % 2**64:
        yield "the area under the number waiting for pools is not the time spent waiting"
    yield from _capacities(places, log)


def _wrapped(area: NDArray[np.int64]) -> int:
    """Sum modulo 2**64: years of millions of people overflow, and equal sums wrap alike."""
    return int(area.astype(np.uint64).sum(dtype=np.uint64))


def _order(name: str, rows: Rows) -> Iterator[str]:
    if (rows.begun & (rows.started < rows.joined)).any():
        yield f"somebody at {name} is served before joining"
    if (rows.begun & rows.over & (rows.finished < rows.started)).any():
        yield f"somebody at {name} leaves before being served"


def _areas(
    places: Places, log: Log, obj: int, sort: Sort, rows: Rows, spent: dict[str, int]
) -> Iterator[str]:
    """Area under the number inside against the time spent inside, unfinished included, exactly."""
    name, horizon = places.network.names.objects[obj], places.network.table.horizon
    joined = np.maximum(rows.joined, 0)
    until = np.where(rows.over, rows.finished, horizon)
    inside = (rows.ended != Ended.REFUSED) & (rows.ended != Ended.DIVERTED)
    line = np.where(rows.begun, rows.started, until)
    if sort is Sort.POOL:
        asked = rows.step >= 0
        spent["waiting"] = (spent["waiting"] + _wrapped((line - joined)[asked])) % 2**64
        held = (until - np.maximum(rows.started, 0)) * rows.units
        if _wrapped(held[rows.begun]) != _wrapped(log.use[:, obj, Use.AREA_BUSY]):
            yield f"the area under the units of {name} in use is not the time they are held"
        return
    uses = [Use.AREA_WAITING]
    if sort is Sort.STATION:
        uses, line = [Use.AREA_WAITING, Use.AREA_BUSY, Use.AREA_STOPPED], until
    area = sum(_wrapped(log.use[:, obj, use]) for use in uses)
    time = _wrapped((line - joined)[inside]) + _counted(places, log, [obj])
    if area % 2**64 != time % 2**64:
        yield f"the area under the number at {name} is not the time spent there"


def _counted(places: Places, log: Log, objects: range | list[int]) -> int:
    """Time that members of counters who were never served spent in line."""
    table = places.network.table
    sources = np.flatnonzero(log.unserved > 0)
    at = [places.waited_for(int(table.source_enters[source])) for source in sources]
    people = sum(int(log.unserved[s]) for s, obj in zip(sources, at, strict=True) if obj in objects)
    return people * table.horizon


def _capacities(places: Places, log: Log) -> Iterator[str]:
    """Never more in use than there has been capacity for, but for what was held at the start."""
    table = places.network.table
    for obj in range(table.pools + table.stations):
        held = _held_at_start(places, log, obj)
        use = log.use[:, obj]
        first, last = table.cap_first[obj], table.cap_last[obj]
        days = np.searchsorted(table.cap_time[first:last], np.arange(1, len(use) + 1) * DAY)
        most = np.maximum.accumulate(table.cap_value[first:last])[days - 1]
        if (use[:, Use.BUSY] > np.maximum(most, held)).any():
            yield f"more of {places.network.names.objects[obj]} is in use than there ever was"


def _held_at_start(places: Places, log: Log, obj: int) -> int:
    table = places.network.table
    if obj >= table.pools:
        return 0
    holds = (table.initial_holds >> obj) & 1
    return int((holds * table.initial_count).sum())

