"""Laying out the memory of one run from a network and its luck, and making it larger."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.draws.blocks import BLOCK
from sim.draws.luck import Luck, age, knots_of, law, members_joined
from sim.engine.kernel.agenda import DIGITS, FEW
from sim.engine.kernel.memory import (
    AHEAD,
    BUCKET,
    CAPACITY,
    CLOCK,
    COUNTER,
    DATED,
    DEPARTURE,
    DRAWN,
    ENTITY,
    EVENT,
    GATE_CLOSES,
    GATE_OPENS,
    GONE,
    HOLD,
    LAW,
    LINE,
    MEMBER,
    MEMORY,
    NODE,
    NONE,
    OBJECT,
    ORDER,
    PARCEL,
    PUT,
    ROW,
    RUN,
    SOURCE,
    STEP,
    STEP_COPIED,
)
from sim.log import MOST_LEVEL, RECORDED, Flow, Level, Use
from sim.network.model import DAY, Op, Preempt
from sim.network.table import (
    ARRIVAL,
    CHANGE,
    CLASS_SHIFT,
    NUMBER_SHIFT,
    RANK_SHIFT,
    SOURCE_INITIAL,
    SOURCE_ORDERS,
    Network,
    Table,
)
from sim.network.table import DEPARTURE as DEPARTURES

FLAT = (
    "alternatives", "priorities", "evicted", "option_step", "option_value", "branch_time", "branch_row",
    "thresholds", "efforts", "drawn_time", "drawn_row", "drawn_thresholds", "spawn_source",
    "stock_initial", "initial_clocks",
)  # fmt: skip
# rooms and the arrays whose first axis they are
GROWN: dict[str, tuple[str, ...]] = {
    "entity": ("entities", "works"), "event": ("events",), "agenda": ("agenda", "loose", "spare"), "node": ("nodes",),
    "hold": ("holds",), "clock": ("clocks",), "parcel": ("parcels", "parcel_after"),
    "gone": ("gone",),
}  # fmt: skip
TOP = {"entity": "entity_top", "event": "event_size", "agenda": "agenda_end", "node": "node_top", "hold": "hold_top",
       "clock": "clock_top", "parcel": "parcel_top", "gone": "gone_top"}  # fmt: skip
_DTYPES: dict[str, Any] = {
    "entities": np.uint8, "works": np.int64, "events": EVENT, "agenda": EVENT, "loose": EVENT,
    "spare": EVENT, "parcels": EVENT, "parcel_after": np.int32, "nodes": NODE, "holds": HOLD,
    "clocks": CLOCK, "gone": GONE,
}  # fmt: skip
_LINE = 64  # bytes of a cache line
_ROWS_EACH = 6  # an unused row costs addresses only
_CHUNK = 1 << 20  # rows; so large that its memory goes back to the system when it has been read
_PEOPLE_A_BUCKET = 32
Array = NDArray[Any]


class Memory:
    """The arrays of one run and the record of their addresses that the loop is given."""

    def __init__(self, network: Network, luck: Luck, trace: bool, room: int, visits: bool = True) -> None:
        self.record = np.zeros(1, MEMORY)
        self.arrays: dict[str, Array] = {}
        self.network, self.luck = network, luck
        table = network.table
        self._sizes(table, trace, visits)
        for name in FLAT:
            self.put(name, getattr(table, name))
        self._priorities(table)
        self._laws(table)
        self.put("drawn", _drawn(table))
        self.put("steps", _steps(table))
        self.arrays["steps"]["lined"] &= visits
        self.arrays["steps"]["priority"] = self._ranked(table.priority)
        self.put("objects", _objects(network))
        self.put("lines", _lines(table, self._whole("scratch")))
        self._runs()
        places = 2 * table.steps + len(table.drawn_attribute)  # steps, their patience, attributes
        self.put("ahead_of", _records(AHEAD, places, block=NONE, next=NONE))
        self.put("ahead", np.empty((places, BLOCK)))
        self.put("times", np.empty(FEW, np.int64))
        self.put("digits", np.empty(DIGITS, np.int64))
        self.put("sources", _sources(table))
        for s, times in enumerate(luck.arrivals):
            self._arrivals(s, np.ascontiguousarray(times, np.int64))
        self.put("dated", _dated(network, luck))
        self.record["dated_count"] = len(self.arrays["dated"])
        self._tallies(table)
        self._inside(table)
        self._calendar()
        self.full: list[Array] = []
        self._chunk(max(room, min(_CHUNK, _ROWS_EACH * self._people())))
        for of in GROWN:
            self._room(of, room)

    def _people(self) -> int:
        """How many are known to come, batches and spawned ones aside."""
        sizes = [int(self.record["member_count"][0]), int(self.network.table.order_counts.sum())]
        return sum(sizes) + sum(len(times) for times in self.luck.arrivals)

    def put(self, name: str, array: Array) -> None:
        """Keep an array and tell the loop where it is."""
        array = np.ascontiguousarray(array)
        self.arrays[name] = array
        self.record[name] = array.ctypes.data

    def _whole(self, name: str) -> int:
        return int(self.record[name][0])

    def _sizes(self, table: Table, trace: bool, visits: bool) -> None:
        r = self.record
        objects = table.pools + table.stations + table.departures + table.gates + table.stocks
        classes = len(table.line_weight)
        r["scratch"] = objects + classes + table.stations
        visits_at = ENTITY.itemsize + 2 * table.attributes
        for name, value in {
            "step_count": table.steps, "pools": table.pools, "stations": table.stations,
            "departures": table.departures, "gates": table.gates, "stocks": table.stocks,
            "object_count": objects, "source_count": table.sources,
            "line_count": self._whole("scratch") + 1, "attributes": table.attributes,
            "slots": table.visit_slots, "days": table.days, "classes": table.classes,
            "effort_count": len(table.efforts),
            "law_count": len(table.law_kind), "drawn_count": len(table.drawn_attribute),
            "horizon": table.horizon, "traced": trace, "recorded": visits, "key": np.uint64(self.luck.key),
            "midnight": DAY, "soonest": NONE, "entity_free": NONE, "node_free": NONE,
            "hold_free": NONE, "clock_free": NONE, "parcel_free": NONE, "opened": NONE, "order_made": NONE,
            "visits_at": visits_at, "stride": -(-(visits_at + 2 * table.visit_slots) // _LINE) * _LINE,
            "works_kept": bool((table.preempt == Preempt.RESTART).any()),
        }.items():  # fmt: skip
            r[name] = value

    def _laws(self, table: Table) -> None:
        first, last, knots = knots_of(table)
        p = table.law_p.reshape(-1, 4)
        self.put("laws", _records(LAW, len(first), kind=table.law_kind, p0=p[:, 0], p1=p[:, 1], p2=p[:, 2],
                                  p3=p[:, 3], first=first, last=last))  # fmt: skip
        self.put("knots", knots)
        self.record["knot_count"] = len(knots)

    # -- priorities -----------------------------------------------------------------------------

    def _priorities(self, table: Table) -> None:
        """Only their order matters: each is put by its rank among all, of which 1 is one."""
        self.levels = np.unique(np.concatenate([[1], table.priority, table.priorities]))
        self.record["first_priority"] = self._ranked(np.array([1]))[0]
        self.put("priorities", self._ranked(table.priorities))

    def _ranked(self, priorities: Array) -> Array:
        return np.searchsorted(self.levels, priorities).astype(np.int64)

    def _runs(self) -> None:
        """A run for each priority that may stand in a line, and for each of a pool that may be bumped."""
        runs: list[int] = []
        for line, priorities in enumerate(self._priorities_by_line()):
            _add(runs, self.arrays["lines"][line], sorted(priorities))
        for pool in self.arrays["objects"]:
            if pool["bumpable"]:
                _add(runs, pool, range(len(self.levels)))
        self.put("runs", _records(RUN, len(runs), priority=runs, head=NONE, tail=NONE))

    def _priorities_by_line(self) -> list[set[int]]:
        found: list[set[int]] = [set() for _ in self.arrays["lines"]]
        for step in self.arrays["steps"]:
            its = {int(step["priority"])}
            if step["priority_by"] >= 0:
                first = int(step["priority_first"])
                values = len(self.network.names.values[step["priority_by"]])
                its |= {int(p) for p in self.arrays["priorities"][first : first + values]}
            for line in _lines_of(self.network.table, step):
                found[line] |= its
        return found

    def _arrivals(self, s: int, times: Array) -> None:
        self.arrays[f"arrivals of {s}"] = times
        self.arrays["sources"][s]["arrivals"] = times.ctypes.data
        self.arrays["sources"][s]["arrival_count"] = len(times)

    def _tallies(self, table: Table) -> None:
        cells = (table.steps, table.classes)
        objects = self._whole("object_count")
        self.put("flows", np.zeros((table.days, *cells, len(Flow)), np.int32))
        self.record["today"] = self.record["flows"]
        self.put("level", np.zeros((*cells, len(Level)), np.int32))
        self.put("levels", np.zeros((table.days, *cells, len(Level)), np.int32))
        self.put("use", np.zeros((table.days, objects, len(Use)), np.int64))
        self.put("held", np.zeros((table.pools, table.classes), np.int32))
        self.put("helds", np.zeros((table.days, table.pools, table.classes), np.int32))
        self.put("level_time", np.zeros((table.pools + table.stations, MOST_LEVEL + 2), np.int64))
        self.put("shortfall", np.zeros((table.days, table.sources), np.int64))
        for g in range(table.gates):
            windows = range(self.luck.gate_first[g], self.luck.gate_last[g])
            shut = any(self.luck.gate_from[w] <= 0 < self.luck.gate_until[w] for w in windows)
            first = table.pools + table.stations + table.departures
            self.arrays["objects"][first + g]["capacity"] = not shut

    # -- people inside at the start -------------------------------------------------------------

    def _inside(self, table: Table) -> None:
        members: list[Array] = []
        counters: list[tuple[int, ...]] = []
        for s in range(table.sources):
            if table.source_kind[s] != SOURCE_INITIAL:
                continue
            if not table.initial_counter[s]:
                members.append(_members(s, members_joined(table, s)))
            elif table.initial_count[s]:
                counters.append(_counter(table, s))
        self._members(members)
        self.put("counters", np.array(counters, COUNTER))
        self.record["counter_count"] = len(counters)
        self._counted()

    def _members(self, members: list[Array]) -> None:
        everybody = np.concatenate([np.empty(0, MEMBER), *members])
        rank = self.network.table.source_rank[everybody["source"]]
        order = np.lexsort((everybody["number"], rank, everybody["joined"]))
        self.put("members", everybody[order])
        self.record["member_count"] = len(everybody)

    def _counted(self) -> None:
        """Stand counters in their lines, and count their members as waiting."""
        steps, lines, objects = (self.arrays[name] for name in ("steps", "lines", "objects"))
        in_line: dict[int, list[int]] = {}
        for number, counter in enumerate(self.arrays["counters"]):
            at, count = int(counter["step"]), int(counter["count"])
            step = steps[at]
            for line in _lines_of(self.network.table, step):
                in_line.setdefault(line, []).append(number)
                lines[line]["people"] += count
            objects[step["object"]]["waiting"] += count
            self.arrays["level"][at, 0, Level.WAITING] += count
            self.arrays["sources"][int(counter["source"])]["unserved"] = count
        flat: list[int] = []
        for line, numbers in in_line.items():
            lines[line]["counted_first"] = len(flat)
            flat += numbers
            lines[line]["counted_last"] = len(flat)
        self.put("counted", np.array(flat, np.int64))

    # -- room -----------------------------------------------------------------------------------

    def _room(self, of: str, room: int) -> None:
        for name in GROWN[of]:
            new = _aligned((room, self._width(name)), np.dtype(_DTYPES[name]))
            if name in self.arrays:
                used = self._whole(TOP[of])
                new[:used] = self.arrays[name][:used]
            self.put(name, new)
        self.record[f"{of}_room"] = room

    def _width(self, name: str) -> int:
        widths = {"entities": "stride", "works": "works_kept"}
        return self._whole(widths[name]) if name in widths else PARCEL if name == "parcels" else 1

    def _chunk(self, room: int) -> None:
        """Room for rows; those there are, which are never touched again, are put aside."""
        if "rows" in self.arrays:
            self.full.append(self._last_rows())
        self.put("rows", np.empty(room, ROW))
        self.record["row_size"], self.record["row_room"] = 0, room

    def _last_rows(self) -> Array:
        return self.arrays["rows"][: self._whole("row_size")]

    def rows(self) -> list[Array]:
        """All rows in the order in which they were written; they are the caller's from then on."""
        chunks = [*self.full, self._last_rows()]
        self.full = []
        del self.arrays["rows"]
        return chunks

    def gone(self) -> Array:
        """How many rows each entity has that has any."""
        return self.arrays["gone"][: self._whole("gone_top"), 0]

    def named(self) -> Array:
        """One more than the largest number of each source, (sources,)."""
        return np.ascontiguousarray(self.arrays["sources"]["named"])

    def _calendar(self) -> None:
        """Cut time into as many buckets as keep few events in each."""
        last, shift = self.network.table.horizon - 1, 0
        while last >> shift > max(1, self._people() // _PEOPLE_A_BUCKET):
            shift += 1
        self.record["bucket_shift"], self.record["bucket_count"] = shift, (last >> shift) + 1
        self.put("buckets", np.zeros((last >> shift) + 1, BUCKET))

    def grow(self) -> None:
        """Make room for what the loop says it needs next, and twice what there was of what is short."""
        need = self._whole("need")
        for of in GROWN:
            room, used = self._whole(f"{of}_room"), self._whole(TOP[of])
            if used + need > room:
                self._room(of, max(2 * room, used + need))
        if self._whole("row_size") + need > self._whole("row_room"):
            self._chunk(max(_CHUNK, need))

    def rooms(self) -> int:
        return max(self._whole(f"{of}_room") for of in GROWN)


def _aligned(shape: tuple[int, int], dtype: np.dtype[Any]) -> Array:
    """An array that begins with a cache line, so that a record of that size is never in two."""
    size = shape[0] * shape[1] * dtype.itemsize
    room = np.empty(size + _LINE, np.uint8)
    first = -room.ctypes.data % _LINE
    return room[first : first + size].view(dtype).reshape(shape)


def _add(runs: list[int], to: Any, priorities: Iterable[int]) -> None:
    to["run_first"] = len(runs)
    runs.extend(priorities)
    to["run_last"] = len(runs)


def _lines_of(table: Table, step: Any) -> list[int]:
    """The lines in which one stands at a step."""
    if step["op"] in (Op.RELEASE, Op.PUT):
        return []
    if step["queue"] >= 0:
        return [int(step["queue"])]
    return [int(p) for p in table.alternatives[step["alt_first"] : step["alt_last"]]]


def _records(dtype: np.dtype[Any], count: int, **columns: Any) -> Array:
    made = np.zeros(count, dtype)
    for name, values in columns.items():
        made[name] = values
    return made


def _drawn(table: Table) -> Array:
    return _records(
        DRAWN, len(table.drawn_attribute), attribute=table.drawn_attribute, hash=table.drawn_hash,
        period_first=table.drawn_period_first, period_last=table.drawn_period_last,
        class_first=table.class_first[table.drawn_attribute],
    )  # fmt: skip


def _steps(table: Table) -> Array:
    made = _records(STEP, table.steps, **{name: getattr(table, name) for name in STEP_COPIED})
    stations, departures = table.pools, table.pools + table.stations
    gates = departures + table.departures
    first = {Op.SERVE: stations, Op.DEPART: departures, Op.GATE: gates, Op.TAKE: gates + table.gates,
             Op.PUT: gates + table.gates}  # fmt: skip
    objects = gates + table.gates + table.stocks
    for step in made:
        op = Op(int(step["op"]))
        pools = [int(p) for p in table.alternatives[step["alt_first"] : step["alt_last"]]]
        step["pools"] = sum(1 << p for p in set(pools))
        step["object"] = pools[0] if pools else first[op] + step["obj"] if op in first else NONE
        step["queue"] = objects + step["line"] if op is Op.SERVE else NONE if pools else step["object"]
        step["lined"] = op in RECORDED
    return made


def _objects(network: Network) -> Array:
    table = network.table
    made = np.zeros(len(network.names.objects), OBJECT)
    made["oldest"] = made["newest"] = NONE
    objects = len(made)
    for o in range(table.pools + table.stations):
        values = table.cap_value[table.cap_first[o] : table.cap_last[o]]
        made[o]["capacity"] = values[0]
        made[o]["small"] = values.max() <= MOST_LEVEL
    for p in range(table.pools):
        made[p]["bumpable"] = table.bumpable[p]
    preempted = {int(o) for o in table.obj[table.preempt > 0]}
    for i in range(table.stations):
        o = made[table.pools + i]
        o["pause"] = table.pause[i]
        o["ordered"] = table.pause[i] or i in preempted
        o["line_first"], o["line_last"] = objects + table.station_line[i : i + 2]
        o["paused_line"] = objects + len(table.line_weight) + i
    first = table.pools + table.stations
    made["minimum"][first : first + table.departures] = table.dep_minimum
    made["busy"][objects - table.stocks :] = table.stock_initial
    return made


def _lines(table: Table, scratch: int) -> Array:
    made = np.zeros(scratch + 1, LINE)
    made["root"] = NONE
    classes = len(table.line_weight)
    first = scratch - table.stations - classes
    made["weight"][first : first + classes] = table.line_weight
    made["order"][first : first + classes] = table.line_order
    paused = slice(first + classes, first + classes + table.stations)
    made["paused"][paused] = 1
    made["order"][paused] = np.arange(table.stations)
    return made


def _sources(table: Table) -> Array:
    return _records(
        SOURCE, table.sources, kind=table.source_kind, rank=table.source_rank, hash=table.source_hash,
        enters=table.source_enters, draw_first=table.draw_first, draw_last=table.draw_last,
        batch=table.batch, carry_over=table.carry_over, holds=table.initial_holds,
        clock_first=table.initial_clock_first, clock_last=table.initial_clock_last,
    )  # fmt: skip


def _counter(table: Table, s: int) -> tuple[int, ...]:
    count, spent_by = int(table.initial_count[s]), int(table.initial_spent[s])
    oldest = 0 if spent_by < 0 else -age(*law(table, spent_by), 1, count)
    return 1, count, s, int(table.source_enters[s]), spent_by, oldest


def _members(s: int, joined: Array) -> Array:
    return _records(MEMBER, len(joined), joined=joined, number=np.arange(1, len(joined) + 1), source=s)


# -- what is dated ----------------------------------------------------------------------------------


def _dated(network: Network, luck: Luck) -> Array:
    """Changes, departures and orders within the horizon, in the order in which they are taken."""
    table = network.table
    events = [e for part in (_changes, _departures, _closings, _puts, _orders) for e in part(table, luck)]
    made = np.array(events, DATED)
    made = made[made["time"] < table.horizon]
    return made[np.lexsort((made["key"], made["time"]))]


Event = tuple[int, int, int, int, int]


def _key(kind: int, rank: int, number: int) -> int:
    return kind << CLASS_SHIFT | int(rank) << RANK_SHIFT | number << NUMBER_SHIFT


def _changes(table: Table, _luck: Luck) -> Iterator[Event]:
    for o in range(table.pools + table.stations):
        first = int(table.cap_first[o])
        for i in range(first + 1, int(table.cap_last[o])):
            key = _key(CHANGE, table.rank[o], i - first)
            yield int(table.cap_time[i]), key, CAPACITY, o, int(table.cap_value[i])


def _departures(table: Table, luck: Luck) -> Iterator[Event]:
    for d in range(table.departures):
        o, first = table.pools + table.stations + d, int(table.dep_first[d])
        for i in range(first, int(table.dep_last[d])):
            if not luck.cancelled[i]:
                key = _key(DEPARTURES, table.rank[o], i - first)
                yield int(table.dep_time[i]), key, DEPARTURE, o, int(table.dep_seats[i])


def _closings(table: Table, luck: Luck) -> Iterator[Event]:
    for g in range(table.gates):
        o = table.pools + table.stations + table.departures + g
        for i, w in enumerate(range(luck.gate_first[g], luck.gate_last[g])):
            start, until = int(luck.gate_from[w]), int(luck.gate_until[w])
            if start > 0:
                yield start, _key(CHANGE, table.rank[o], 2 * i), GATE_CLOSES, o, 0
            if until > 0:
                yield until, _key(CHANGE, table.rank[o], 2 * i + 1), GATE_OPENS, o, 0


def _puts(table: Table, _luck: Luck) -> Iterator[Event]:
    for k in range(table.stocks):
        o = table.pools + table.stations + table.departures + table.gates + k
        first = int(table.put_first[k])
        for i in range(first, int(table.put_last[k])):
            key = _key(CHANGE, table.rank[o], i - first)
            yield int(table.put_time[i]), key, PUT, o, int(table.put_units[i])


def _orders(table: Table, _luck: Luck) -> Iterator[Event]:
    for s in range(table.sources):
        if table.source_kind[s] != SOURCE_ORDERS:
            continue
        number, first = 0, int(table.order_first[s])
        for day in range(table.days):
            count = int(table.order_counts[first + day])
            if count:
                yield day * DAY, _key(ARRIVAL, table.source_rank[s], number), ORDER, s, count
            number += count
