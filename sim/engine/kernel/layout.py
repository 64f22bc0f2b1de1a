"""What a network alone settles of the memory of its runs, laid out once."""

from __future__ import annotations

from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np

from sim.draws.luck import knots_of
from sim.engine.kernel import dated
from sim.engine.kernel.inside import add_people
from sim.engine.kernel.memory import (
    AHEAD,
    CACHE_LINE,
    DRAWN,
    ENTITY,
    LAW,
    MEMORY,
    NONE,
    SOURCE,
    Array,
    filled,
)
from sim.engine.kernel.places import add_places, every_priority
from sim.network.model import DAY, Preempt
from sim.network.table import Network, Table

_COPIED = (
    "alternatives", "evicted", "option_step", "option_value", "branch_time", "branch_row", "thresholds",
    "efforts", "drawn_time", "drawn_row", "drawn_thresholds", "spawn_source", "stock_initial", "initial_clocks",
)  # fmt: skip
_CHANGED = ("objects", "lines", "runs", "sources", "counters", "level", "ahead_of")


@dataclass(frozen=True, eq=False)
class Layout:
    """The memory of a run as far as there is no luck in it; none of it is written to.

    record: sizes, and where the shared arrays are; shared: what no run changes; begun: what runs change,
    as each of them finds it; certain, departures: what is dated, for `dated.of_run`.
    """

    record: Array
    shared: dict[str, Array]
    begun: dict[str, Array]
    certain: Array
    departures: Array


_LAID_OUT: WeakKeyDictionary[Network, Layout] = WeakKeyDictionary()


def layout_of(network: Network) -> Layout:
    """Laid out when it is first asked for, and kept as long as the network is."""
    found = _LAID_OUT.get(network)
    return found or _LAID_OUT.setdefault(network, _laid_out(network))


def _laid_out(network: Network) -> Layout:
    table = network.table
    arrays = {name: getattr(table, name) for name in _COPIED}
    _add_laws(arrays, table)
    _add_sources(arrays, table)
    add_places(arrays, network)
    add_people(arrays, table)
    places = 2 * table.steps + len(table.drawn_attribute)  # steps, their patience, attributes
    arrays["ahead_of"] = filled(AHEAD, places, block=NONE, next=NONE)
    shared = {name: _read_only(array) for name, array in arrays.items()}
    begun = {name: shared.pop(name) for name in _CHANGED}
    record = _record(table, shared, len(begun["counters"]))
    certain, departures = dated.certain(table), dated.departures(table)
    return Layout(_read_only(record), shared, begun, _read_only(certain), _read_only(departures))


def _read_only(array: Array) -> Array:
    """As compiled code wants it, and so that a mistake shows; an array of the network's stays as it is."""
    seen = np.ascontiguousarray(array).view()
    seen.setflags(write=False)
    return seen


def _record(table: Table, shared: dict[str, Array], counters: int) -> Array:
    scratch = len(table.rank) + len(table.line_weight) + table.stations
    visits_at = ENTITY.itemsize + 2 * table.attributes
    return filled(
        MEMORY, 1, step_count=table.steps, pools=table.pools, stations=table.stations,
        departures=table.departures, gates=table.gates, stocks=table.stocks, object_count=len(table.rank),
        source_count=table.sources, scratch=scratch, line_count=scratch + 1, attributes=table.attributes,
        slots=table.visit_slots, days=table.days, classes=table.classes, horizon=table.horizon,
        law_count=len(shared["laws"]), knot_count=len(shared["knots"]), effort_count=len(shared["efforts"]),
        drawn_count=len(shared["drawn"]), member_count=len(shared["members"]), counter_count=counters,
        first_priority=np.searchsorted(every_priority(table), 1), midnight=DAY, soonest=NONE, entity_free=NONE,
        node_free=NONE, hold_free=NONE, clock_free=NONE, parcel_free=NONE, opened=NONE, order_made=NONE,
        visits_at=visits_at, stride=-(-(visits_at + 2 * table.visit_slots) // CACHE_LINE) * CACHE_LINE,
        works_kept=(table.preempt == Preempt.RESTART).any(),
        **{name: array.ctypes.data for name, array in shared.items()},
    )  # fmt: skip


def _add_laws(arrays: dict[str, Array], table: Table) -> None:
    first, last, arrays["knots"] = knots_of(table)
    p = table.law_p
    arrays["laws"] = filled(LAW, len(first), kind=table.law_kind, p0=p[:, 0], p1=p[:, 1], p2=p[:, 2],
                            p3=p[:, 3], first=first, last=last)  # fmt: skip


def _add_sources(arrays: dict[str, Array], table: Table) -> None:
    arrays["sources"] = filled(
        SOURCE, table.sources, kind=table.source_kind, rank=table.source_rank, hash=table.source_hash,
        enters=table.source_enters, draw_first=table.draw_first, draw_last=table.draw_last,
        batch=table.batch, carry_over=table.carry_over, holds=table.initial_holds,
        clock_first=table.initial_clock_first, clock_last=table.initial_clock_last,
    )  # fmt: skip
    arrays["drawn"] = filled(
        DRAWN, len(table.drawn_attribute), attribute=table.drawn_attribute, hash=table.drawn_hash,
        period_first=table.drawn_period_first, period_last=table.drawn_period_last,
        class_first=table.class_first[table.drawn_attribute],
    )  # fmt: skip
