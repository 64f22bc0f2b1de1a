"""How long each wait and stay at an object lasted, those not over with their age."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.log import NOT_YET, Ended, Log
from sim.measures.places import LINED, Places, Sort
from sim.network.table import SOURCE_INITIAL, Network

MOST_GROUPS = 4_096

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


class Rows(NamedTuple):
    """Visits of one object, each column (n,), in the order of the log."""

    joined: Ints
    started: Ints
    finished: Ints
    step: NDArray[np.int16]
    group: NDArray[np.int16]
    ended: NDArray[np.int8]
    units: NDArray[np.int32]

    @property
    def begun(self) -> Flags:
        return np.not_equal(self.started, NOT_YET)

    @property
    def over(self) -> Flags:
        return np.not_equal(self.finished, NOT_YET)


class Timed(NamedTuple):
    """Durations [us] (n,), shortest first; of equal ones the finished first.

    `over` is false for an age so far; `weight` is None where every row is one person.
    """

    duration: Ints
    over: Flags
    weight: NDArray[np.float64] | None = None

    def split(self, codes: NDArray[np.integer]) -> Iterator[tuple[int, Timed]]:
        """Those of each code (n,) that occurs, from the least, still in order."""
        if not codes.size:
            return
        order = np.argsort(codes, kind="stable")
        sorted_codes = codes[order]
        first = np.flatnonzero(np.diff(sorted_codes, prepend=sorted_codes[0] - 1))
        columns = [None if column is None else column[order] for column in self]
        for start, end in pairwise([*first.tolist(), codes.size]):
            mine = [None if column is None else column[start:end] for column in columns]
            yield int(sorted_codes[start]), Timed(*mine)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Spells:
    """Waits or stays with when they began (n,) [us], at which step and of which class."""

    timed: Timed
    joined: Ints
    step: NDArray[np.int16]
    group: NDArray[np.int16]

    def only(self, which: Flags | NDArray[np.intp]) -> Spells:
        """Those of `which`, flags (n,) or indices, in the order it gives."""
        duration, over, weight = self.timed
        timed = Timed(duration[which], over[which], None if weight is None else weight[which])
        return Spells(timed, self.joined[which], self.step[which], self.group[which])


class Visits:
    """The visits of a log by object; those of steps without a line (of a trace) are left out."""

    def __init__(self, network: Network, visits: NDArray[np.void]) -> None:
        at = np.where(lined(network)[visits["step"]], visits["object"], np.int16(-1))
        order = np.argsort(at, kind="stable")
        objects = np.arange(len(network.names.objects) + 1)
        self.edges = np.searchsorted(at[order], objects)
        self.columns = [visits[name].take(order) for name in Rows._fields]

    def rows(self, obj: int) -> Rows:
        first, last = self.edges[obj : obj + 2]
        return Rows(*(column[first:last] for column in self.columns))

    def rows_that_came(self, obj: int, places: Places) -> Rows:
        """Rows of those who came for an object, or for any of several of which it is the first."""
        steps = places.steps_of[obj]
        several = [step for step in steps if len(places.network.model.steps[step].objects) > 1]
        if not several:
            return self.rows(obj)
        mine = places.waited_for_first(obj)
        names = {name for step in mine for name in places.network.model.steps[step].objects}
        parts = [self.rows(places.objects[name]) for name in sorted(names | {places.network.names.objects[obj]})]
        kept = [[column[np.isin(part.step, mine)] for column in part] for part in parts]
        return Rows(*(np.concatenate(columns) for columns in zip(*kept, strict=True)))


def lined(network: Network) -> Flags:
    """By step, whether it has a line; the last, for -1, is a unit held from the start."""
    return np.append(np.isin(network.table.op, [int(op) for op in LINED]), True)


def waits(rows: Rows, horizon: int) -> Spells:
    """From joining to leaving the line, granted or not; of all who joined it.

    Those turned away at the door (refused, diverted) and units held from the start never joined.
    """
    joined = (rows.ended != Ended.REFUSED) & (rows.ended != Ended.DIVERTED) & (rows.step >= 0)
    until = np.where(rows.begun, rows.started, np.where(rows.over, rows.finished, horizon))
    return _spells(rows, joined, until - rows.joined, rows.begun | rows.over)


def stays(rows: Rows, sort: Sort, horizon: int) -> Spells:
    """Pool: from grant to giving back. Station: from joining to the end of service, of those whose
    service began or who may yet be served. Others: the wait."""
    if sort not in (Sort.POOL, Sort.STATION):
        return waits(rows, horizon)
    until = np.where(rows.over, rows.finished, horizon)
    if sort is Sort.POOL:
        return _spells(rows, rows.begun, until - rows.started, rows.over)
    return _spells(rows, rows.begun | ~rows.over, until - rows.joined, rows.over)


def _spells(rows: Rows, which: Flags, duration: Ints, over: Flags) -> Spells:
    """Sorted by duration, then finished first."""
    picked = np.flatnonzero(which)
    key = (duration.take(picked) << 1) | ~over.take(picked)
    order = np.argsort(key)
    key, picked = key.take(order), picked.take(order)
    timed = Timed(key >> 1, (key & 1) == 0)
    joined = rows.joined.take(picked)
    return Spells(timed, joined, rows.step.take(picked), rows.group.take(picked))


def unserved(places: Places, log: Log, obj: int) -> Spells | None:
    """Members of counters that still wait for an object at the end, with their ages.

    More than 4,096 of one stock are told by as many equal groups, each at its middle member's age.
    """
    table = places.network.table
    found = [
        _members(places.network, int(source), int(log.unserved[source]))
        for source in np.flatnonzero((table.source_kind == SOURCE_INITIAL) & (log.unserved > 0))
        if places.waited_for(int(table.source_enters[source])) == obj
    ]
    return None if not found else join(found)


def _members(network: Network, source: int, left: int) -> Spells:
    from sim.draws import luck

    table = network.table
    count, law = int(table.initial_count[source]), int(table.initial_spent[source])
    groups = min(left, MOST_GROUPS)
    edges = np.linspace(count - left, count, groups + 1)
    middle = np.floor((edges[:-1] + edges[1:]) / 2).astype(np.int64) + 1
    spent = np.zeros(groups, np.int64)
    if law >= 0:
        spent = luck.spent(*luck.law(table, law), middle, count)
    step = np.full(groups, table.source_enters[source], np.int16)
    weight = np.full(groups, left / groups)
    never = np.zeros(groups, np.bool_)
    group = np.zeros(groups, np.int16)
    return Spells(Timed(spent + table.horizon, never, weight), -spent, step, group)


def people(of: Timed) -> float:
    """How many the rows stand for."""
    return float(of.over.size if of.weight is None else of.weight.sum())


def join(parts: Sequence[Spells]) -> Spells:
    """Spells of all parts in one order; rows without a weight weigh one."""
    timed = [part.timed for part in parts]
    weights = [np.ones(t.over.size) if t.weight is None else t.weight for t in timed]
    whole = Spells(
        Timed(
            np.concatenate([t.duration for t in timed]),
            np.concatenate([t.over for t in timed]),
            None if all(t.weight is None for t in timed) else np.concatenate(weights),
        ),
        np.concatenate([part.joined for part in parts]),
        np.concatenate([part.step for part in parts]),
        np.concatenate([part.group for part in parts]),
    )
    return whole.only(np.lexsort((~whole.timed.over, whole.timed.duration)))
