"""What must hold of every log, whatever the network."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from sim.errors import SimError
from sim.log import Ended, Use
from sim.measures.logged import Logged
from sim.measures.places import Sort
from sim.measures.spells import Rows
from sim.network.model import DAY

WORD = 2**64
"""Areas of millions of people over years overflow 64 bits; equal sums wrap alike."""


def check(of: Logged) -> None:
    """Raises SimError naming every law that the log breaks: a fault of the engine, no user's."""
    _refuse(list(violations(of)))


def check_counts(of: Logged) -> None:
    """As `check`, of the laws that can be seen without looking at single visits."""
    _refuse([*_people(of), *_capacities(of)])


def _refuse(broken: Sequence[str]) -> None:
    if broken:
        raise SimError("the log contradicts itself: " + "; ".join(broken))


def violations(of: Logged) -> Iterator[str]:
    """The laws that do not hold, in words."""
    yield from _people(of)
    pools = range(of.network.table.pools)
    waited = _counted(of, pools)
    for obj, sort in enumerate(of.places.sorts):
        rows = of.visits.rows(obj)
        yield from _order(of.network.names.objects[obj], rows)
        yield from _area(of, obj, sort, rows)
        waited += _time_in_line(of, rows) if sort is Sort.POOL else 0
    if waited % WORD != _sum(of.log.use[:, list(pools), Use.AREA_WAITING]):
        yield "the area under the number waiting for pools is not the time spent waiting"
    yield from _capacities(of)


def _people(of: Logged) -> Iterator[str]:
    log = of.log
    if log.entered != log.left + log.inside:
        yield f"{log.entered} came, {log.left} left and {log.inside} are inside"
    present = int(log.levels[-1].sum(dtype=np.int64)) if of.days else log.inside
    inside = log.inside + int(log.unserved.sum())
    if present != inside:
        yield f"{present} are counted at the last midnight and {inside} are inside"


def _order(name: str, rows: Rows) -> Iterator[str]:
    if (rows.begun & (rows.started < rows.joined)).any():
        yield f"somebody at {name} is served before joining"
    if (rows.begun & rows.over & (rows.finished < rows.started)).any():
        yield f"somebody at {name} leaves before being served"


def _area(of: Logged, obj: int, sort: Sort, rows: Rows) -> Iterator[str]:
    """Area under the number inside against the time spent inside, unfinished included, exactly."""
    name, use = of.network.names.objects[obj], of.log.use[:, obj]
    until = np.where(rows.over, rows.finished, of.horizon)
    if sort is Sort.POOL:
        held = (until - np.maximum(rows.started, 0)) * rows.units.astype(np.int64)
        if _sum(held[rows.begun]) != _sum(use[:, Use.AREA_BUSY]):
            yield f"the area under the units of {name} in use is not the time they are held"
        return
    time = _counted(of, [obj])
    if sort is Sort.STATION:
        areas = [Use.AREA_WAITING, Use.AREA_BUSY, Use.AREA_STOPPED]
        time += _sum((until - np.maximum(rows.joined, 0))[_came_in(rows)])
    else:
        areas = [Use.AREA_WAITING]
        time += _time_in_line(of, rows)
    if time % WORD != _sum(use[:, areas]):
        yield f"the area under the number at {name} is not the time spent there"


def _came_in(rows: Rows) -> NDArray[np.bool_]:
    """Not those turned away at the door, nor units held from the start."""
    refused, diverted = (np.equal(rows.ended, how) for how in (Ended.REFUSED, Ended.DIVERTED))
    return np.greater_equal(rows.step, 0) & ~refused & ~diverted


def _time_in_line(of: Logged, rows: Rows) -> int:
    until = np.where(rows.over, rows.finished, of.horizon)
    line = np.where(rows.begun, rows.started, until) - np.maximum(rows.joined, 0)
    return _sum(line[_came_in(rows)])


def _sum(times: NDArray[np.int64]) -> int:
    """Sum modulo 2**64."""
    return int(times.astype(np.uint64).sum(dtype=np.uint64))


def _counted(of: Logged, objects: Collection[int]) -> int:
    """Time that members of counters who were never served spent in line."""
    enters, people = of.network.table.source_enters, 0
    for source in np.flatnonzero(of.log.unserved):
        if of.places.waited_for(int(enters[source])) in objects:
            people += int(of.log.unserved[source])
    return people * of.horizon


def _capacities(of: Logged) -> Iterator[str]:
    """Never more in use than there has been capacity for, but for what was held at the start."""
    table = of.network.table
    midnights = np.arange(1, of.days + 1) * DAY
    for obj in range(table.pools + table.stations):
        change = slice(int(table.cap_first[obj]), int(table.cap_last[obj]))
        latest = np.searchsorted(table.cap_time[change], midnights) - 1
        most = np.maximum.accumulate(table.cap_value[change])[latest]
        if (of.log.use[:, obj, Use.BUSY] > np.maximum(most, _held_at_start(of, obj))).any():
            yield f"more of {of.network.names.objects[obj]} is in use than there ever was"


def _held_at_start(of: Logged, obj: int) -> int:
    table = of.network.table
    if obj >= table.pools:
        return 0
    return int((((table.initial_holds >> obj) & 1) * table.initial_count).sum())
