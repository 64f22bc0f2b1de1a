"""The memory of one run: records of what there is, found through one record of addresses.

A compiled function that takes a hundred arrays spends its time passing them. Here everything is reached
from one record, `MEMORY`, by address; the arrays themselves belong to the caller (`setup`), who also
makes them larger between two events. What the loop only reads is shared by all runs of a network (`layout`):
no flag that NumPy keeps stops a write by address. Nothing here is a Python object while the loop runs.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import carray, types
from numba.core import cgutils
from numba.core.imputils import impl_ret_borrowed
from numba.extending import intrinsic
from numpy.typing import NDArray

from sim.engine.kernel.once import compiled
from sim.engine.kernel.records import prefetch, records_of

Record = Any  # one element of a structured array
Records = Any  # a structured array
Pointer = Any  # a plain array without bounds
Array = NDArray[Any]  # to Python, which makes them

NONE = -1
NEVER = np.iinfo(np.int64).max
CACHE_LINE = 64  # bytes

FREE, RUNNING, WAITING, SERVED, PAUSED, PREEMPTED, DELAYED, GRANTED = range(8)

ENTITY = np.dtype(
    [
        ("joined", "i8"),  # first joining of the present step, and so when it last ran
        ("due", "i8"),  # end of service, delay or patience; what is left of stopped work
        ("started", "i8"),  # beginning of the service, once it has begun
        ("number", "u4"),
        ("rows", "i4"),  # visits so far that leave a row
        ("hold", "i4"),  # first of its holds
        ("clock", "i4"),  # first of its clocks
        ("before", "i4"),  # granted just before it at the same station; of who waits, first of its places
        ("after", "i4"),  # granted just after it; the next free slot of one that has left
        ("priority", "i2"),  # rank among all priorities
        ("source", "i2"),
        ("step", "i2"),
        ("to", "i2"),  # step it has been moved to, or -1
        ("group", "i2"),
        ("hops", "i2"),
        ("held", "u2"),  # bits of the pools of which it may hold units
        ("visit", "u1"),
        ("doing", "i1"),
    ],
    align=True,
)

EVENT = np.dtype([("time", "i8"), ("key", "i8"), ("slot", "i8")], align=True)
PARCEL = 8
"""Events kept together in a bucket, three cache lines."""
BUCKET = np.dtype([("parcel", "i4"), ("count", "i4")], align=True)

NODE = np.dtype(
    [
        ("joined", "i8"),
        ("name", "i8"),  # rank << 32 | number
        ("priority", "i4"),
        ("slot", "i4"),
        ("child", "i4"),  # in a run the node before
        ("sibling", "i4"),  # in a run the node after
        ("run", "i4"),  # NONE in a heap
        ("other", "i4"),  # the next place of the same entity
    ],
    align=True,
)

# A chain of one priority: of a line, those who came in order; of a pool, its holders, last granted first.
RUN = np.dtype(
    [("joined", "i8"), ("name", "i8"), ("priority", "i4"), ("head", "i4"), ("tail", "i4")], align=True
)

LINE = np.dtype(
    [
        ("run_first", "i4"),  # a run for each priority, the first before the second
        ("run_last", "i4"),
        ("root", "i4"),  # a heap of those who came out of order
        ("paused", "i4"),  # 1 for the stopped work of a station
        ("counted_first", "i4"),
        ("counted_last", "i4"),
        ("people", "i8"),
        ("weight", "i8"),
        ("order", "i8"),
        ("account", "i8"),
    ],
    align=True,
)

HOLD = np.dtype(
    [
        ("joined", "i8"),
        ("started", "i8"),
        ("units", "i8"),
        ("slot", "i4"),  # -1 when given back
        ("after", "i4"),
        ("row", "i4"),  # which of its entity's rows it will leave
        ("run", "i4"),  # where it may be bumped
        ("newer", "i4"),  # granted next
        ("older", "i4"),
        ("chosen", "i4"),  # the next to be bumped
        ("pool", "i2"),
        ("step", "i2"),
        ("visit", "u1"),
    ],
    align=True,
)

# A visit as it is written when it ends: `VISIT`, and which of its entity's rows it is.
ROW = np.dtype(
    [
        ("joined", "i8"),
        ("started", "i8"),
        ("finished", "i8"),
        ("number", "u4"),
        ("row", "i4"),
        ("units", "i4"),
        ("source", "i2"),
        ("step", "i2"),
        ("group", "i2"),
        ("object", "i2"),
        ("visit", "u1"),
        ("ended", "i1"),
    ],
    align=True,
)

# How many rows an entity has left.
GONE = np.dtype([("number", "u4"), ("rows", "i4"), ("source", "i2")], align=True)

CLOCK = np.dtype([("time", "i8"), ("after", "i4"), ("step", "i2"), ("part", "i2")], align=True)

# next: the number of who is served next; law: of the time its members have spent; joined: when `next` did
COUNTER = np.dtype(
    [(name, "i8") for name in ("next", "count", "source", "step", "law", "joined")], align=True
)

MEMBER = np.dtype([("joined", "i8"), ("number", "i8"), ("source", "i8")], align=True)

DATED = np.dtype([("time", "i8"), ("key", "i8"), ("what", "i8"), ("of", "i8"), ("value", "i8")], align=True)
CAPACITY, GATE_CLOSES, GATE_OPENS, PUT, DEPARTURE, ORDER = range(6)

LAW = np.dtype(
    [("kind", "i8"), ("p0", "f8"), ("p1", "f8"), ("p2", "f8"), ("p3", "f8"), ("first", "i8"), ("last", "i8")],
    align=True,
)

# What most steps need comes first, in one cache line.
_STEP = {
    "op": "i2", "next": "i2", "object": "i2", "queue": "i2", "visit_slot": "i2", "lined": "i2",
    "attribute": "i2", "value": "i2", "option_first": "i4", "option_last": "i4", "period_first": "i4",
    "period_last": "i4", "step_hash": "u4", "law": "i4", "alt_first": "i4", "alt_last": "i4",
    "priority": "i4", "priority_by": "i2", "to": "i2",
    "units": "i8", "pools": "i8", "release": "i8", "bump_release": "i8", "evict_release": "i8",
    "room_most": "i8", "patience_hash": "u4", "patience": "i4", "priority_first": "i4", "obj": "i4",
    "effort_stock": "i4", "effort_first": "i4", "effort_last": "i4", "evict_first": "i4",
    "evict_last": "i4", "patience_to": "i2", "bump_to": "i2", "room_to": "i2", "evict_to": "i2",
    "line": "i2", "preempt": "i2", "enters": "i2",
}  # fmt: skip
# object: among all; queue: its line; pools: mask of its alternatives; lined: 1 if it leaves a row
_STEP_MADE = ("object", "queue", "pools", "lined")
STEP_COPIED = tuple(name for name in _STEP if name not in _STEP_MADE)
STEP = np.dtype(list(_STEP.items()), align=True)

OBJECT = np.dtype(
    [
        (name, "i8")
        for name in (
            "capacity", "busy", "waiting", "stopped", "last", "area_capacity", "area_busy",
            "area_waiting", "area_stopped", "small", "run_first", "run_last", "bumpable", "pause", "ordered",
            "line_first", "line_last", "paused_line", "oldest", "newest", "minimum", "seats", "taken",
        )
    ],
    align=True,
)

SOURCE = np.dtype(
    [
        (name, "i8")
        for name in (
            "kind", "rank", "hash", "named", "enters", "draw_first", "draw_last", "batch", "carry_over", "holds",
            "clock_first", "clock_last", "arrivals", "arrival", "arrival_count", "number", "time",
            "unserved",
        )
    ],
    align=True,
)

DRAWN = np.dtype(
    [(name, "i8") for name in ("attribute", "hash", "period_first", "period_last", "class_first")],
    align=True,
)

# What may have to grow: room of each, and how many are used (top, with a chain of free ones).
GROWING = (
    "entities", "works", "events", "agenda", "loose", "spare", "parcels", "parcel_after", "nodes", "holds",
    "clocks", "rows", "gone",
)  # fmt: skip
TABLES = (
    "steps", "objects", "sources", "lines", "runs", "laws", "drawn", "counters", "members", "dated",
    "counted", "knots", "alternatives", "priorities", "evicted", "option_step", "option_value",
    "branch_time", "branch_row", "thresholds", "efforts", "drawn_time", "drawn_row", "drawn_thresholds",
    "spawn_source", "initial_clocks", "buckets", "flows", "level", "levels", "use", "held", "helds", "level_time",
    "shortfall", "stock_initial", "ahead_of", "ahead", "times", "digits",
)  # fmt: skip
SIZES = (
    "step_count", "pools", "stations", "departures", "gates", "stocks", "object_count", "source_count",
    "line_count", "attributes", "slots", "days", "classes", "knot_count", "effort_count", "law_count",
    "member_count", "dated_count", "counter_count", "drawn_count", "horizon", "traced", "recorded", "evicts",
    "scratch", "works_kept", "stride", "visits_at", "first_priority", "bucket_shift", "bucket_count",
)  # fmt: skip
STATE = (
    "now", "day", "midnight", "today", "placed", "next_dated", "soonest", "order_made", "order_end",
    "gone_top", "event_size", "agenda_at", "agenda_end", "loose_size", "gathering", "opened",
    "parcel_top", "parcel_free", "entity_top",
    "entity_free", "node_top", "node_free", "hold_top", "hold_free", "clock_top", "clock_free",
    "row_size", "entered", "left", "events_taken", "need", "fault", "fault_source", "fault_number",
    "fault_step", "fault_pools",
)  # fmt: skip
ROOMS = (
    "entity_room", "event_room", "agenda_room", "parcel_room", "node_room", "hold_room", "clock_room",
    "row_room", "gone_room",
)  # fmt: skip
MEMORY = np.dtype(
    [(name, "i8") for name in (*GROWING, *TABLES, *SIZES, *STATE, *ROOMS)] + [("key", "u8")], align=True
)

# Which block of numbers the draws ahead of a step are for, and which might be next.
AHEAD = np.dtype([(name, "i8") for name in ("block", "next", "seen")], align=True)

# Faults: what went wrong, in `fault`; ROOM is not an error of the user but asks for more memory.
ROOM, ENDLESS, VISITS, HOLDS_ALREADY, NOT_HELD, EXITS_HOLDING, NO_OPTION, SPAWNED = range(1, 9)


def filled(dtype: np.dtype[Any], number: int, /, **columns: Any) -> Array:
    """So many records with these columns, and 0 in all others."""
    made = np.zeros(number, dtype)
    for name, values in columns.items():
        made[name] = values
    return made


@intrinsic
def _address(_context: Any, _number: Any) -> Any:
    def codegen(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.inttoptr(arguments[0], cgutils.voidptr_t)

    return types.voidptr(types.int64), codegen


@intrinsic
def _read_only(_context: Any, array: Any) -> Any:
    """The same array, of the type that one of a table has, so that a draw is compiled for both at once."""

    def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return impl_ret_borrowed(context, builder, signature.return_type, arguments[0])

    return array.copy(readonly=True)(array), codegen


def _pointer_to(of: Any, llvm: Any) -> Any:
    @intrinsic
    def pointer(_context: Any, _number: Any) -> Any:
        def codegen(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
            return builder.inttoptr(arguments[0], llvm.as_pointer())

        return types.CPointer(of)(types.int64), codegen

    return pointer


ints = _pointer_to(types.int64, ir.IntType(64))
shorts = _pointer_to(types.int32, ir.IntType(32))
small = _pointer_to(types.int16, ir.IntType(16))
floats = _pointer_to(types.float64, ir.DoubleType())

_ENTITY_SIZE, _HOLD_SIZE = ENTITY.itemsize, HOLD.itemsize
_entities = records_of(ENTITY)
events_at = records_of(EVENT)
_nodes = records_of(NODE)
_holds = records_of(HOLD)
_clocks = records_of(CLOCK)
_rows = records_of(ROW)
_gone = records_of(GONE)
_buckets = records_of(BUCKET)
_lines = records_of(LINE)
_runs = records_of(RUN)
_steps = records_of(STEP)
_objects = records_of(OBJECT)
_sources = records_of(SOURCE)
_laws = records_of(LAW)
_drawn = records_of(DRAWN)
_counters = records_of(COUNTER)
_members = records_of(MEMBER)
_dated = records_of(DATED)
_aheads = records_of(AHEAD)


@compiled
def entity(m: Record, slot: int) -> Record:
    return _entities(m.entities + slot * m.stride)[0]


@compiled
def values_of(m: Record, slot: int) -> Pointer:
    """Attributes of an entity, which lie behind it."""
    return small(m.entities + slot * m.stride + _ENTITY_SIZE)


@compiled
def visits_of(m: Record, slot: int) -> Pointer:
    """How often an entity has come to each step that it may come to again."""
    return small(m.entities + slot * m.stride + m.visits_at)


@compiled
def events(m: Record) -> Records:
    return events_at(m.events)


@compiled
def agenda(m: Record) -> Records:
    return events_at(m.agenda)


@compiled
def parcels(m: Record) -> Records:
    return events_at(m.parcels)


@compiled
def buckets(m: Record) -> Records:
    return _buckets(m.buckets)


@compiled
def nodes(m: Record) -> Records:
    return _nodes(m.nodes)


@compiled
def holds(m: Record) -> Records:
    return _holds(m.holds)


@compiled
def clocks(m: Record) -> Records:
    return _clocks(m.clocks)


@compiled
def rows(m: Record) -> Records:
    return _rows(m.rows)


@compiled
def gone(m: Record) -> Records:
    return _gone(m.gone)


@compiled
def lines(m: Record) -> Records:
    return _lines(m.lines)


@compiled
def runs(m: Record) -> Records:
    return _runs(m.runs)


@compiled
def steps(m: Record) -> Records:
    return _steps(m.steps)


@compiled
def objects(m: Record) -> Records:
    return _objects(m.objects)


@compiled
def sources(m: Record) -> Records:
    return _sources(m.sources)


@compiled
def laws(m: Record) -> Records:
    return _laws(m.laws)


@compiled
def drawn(m: Record) -> Records:
    return _drawn(m.drawn)


@compiled
def counters(m: Record) -> Records:
    return _counters(m.counters)


@compiled
def members(m: Record) -> Records:
    return _members(m.members)


@compiled
def dated(m: Record) -> Records:
    return _dated(m.dated)


@compiled
def aheads(m: Record) -> Records:
    return _aheads(m.ahead_of)


@compiled
def knots(m: Record) -> Records:
    return _read_only(carray(_address(m.knots), (m.knot_count, 2), np.float64))


@compiled
def efforts(m: Record) -> Records:
    return _read_only(carray(_address(m.efforts), (m.effort_count, 2), np.float64))


@compiled
def no_room(m: Record) -> None:
    """Stop: an event needed more memory than was set aside; the run begins anew with more."""
    m.fault = ROOM
    raise MemoryError("more room")


@compiled
def fail(m: Record, fault: int, e: Record, step: int, pools: int) -> None:
    """Stop with an error of the route, which the caller words."""
    m.fault = fault
    m.fault_source = e.source
    m.fault_number = e.number
    m.fault_step = step
    m.fault_pools = pools
    raise ValueError("fault")


@compiled
def new_entity(m: Record) -> int:
    slot = m.entity_free
    if slot >= 0:
        m.entity_free = entity(m, slot).after
        prefetch(m.entities + m.entity_free * m.stride)
        return slot
    slot = m.entity_top
    if slot >= m.entity_room:
        no_room(m)
    m.entity_top = slot + 1
    return slot


@compiled
def new_parcel(m: Record) -> int:
    parcel = m.parcel_free
    if parcel >= 0:
        m.parcel_free = shorts(m.parcel_after)[parcel]
        return parcel
    parcel = m.parcel_top
    if parcel >= m.parcel_room:
        no_room(m)
    m.parcel_top = parcel + 1
    return parcel


@compiled
def new_node(m: Record) -> int:
    node = m.node_free
    if node >= 0:
        m.node_free = nodes(m)[node].sibling
        return node
    node = m.node_top
    if node >= m.node_room:
        no_room(m)
    m.node_top = node + 1
    return node


@compiled
def new_hold(m: Record) -> int:
    hold = m.hold_free
    if hold >= 0:
        m.hold_free = holds(m)[hold].after
        bring_hold(m, m.hold_free)
        return hold
    hold = m.hold_top
    if hold >= m.hold_room:
        no_room(m)
    m.hold_top = hold + 1
    return hold


@compiled
def bring_hold(m: Record, hold: int) -> None:
    """Have memory bring a hold that will soon be asked for; there need be none."""
    prefetch(m.holds + hold * _HOLD_SIZE)


@compiled
def new_clock(m: Record) -> int:
    clock = m.clock_free
    if clock >= 0:
        m.clock_free = clocks(m)[clock].after
        return clock
    clock = m.clock_top
    if clock >= m.clock_room:
        no_room(m)
    m.clock_top = clock + 1
    return clock


@compiled
def name_of(m: Record, e: Record) -> int:
    """Rank and number in one word: the order of names."""
    return (sources(m)[e.source].rank << 32) | np.int64(e.number)
