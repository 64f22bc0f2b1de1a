"""The memory of one run: what its network has laid out, its luck, room to grow."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.draws.blocks import BLOCK
from sim.draws.luck import Luck
from sim.engine.kernel import dated
from sim.engine.kernel.agenda import DIGITS, FEW
from sim.engine.kernel.layout import Layout, layout_of
from sim.engine.kernel.memory import (
    BUCKET,
    CACHE_LINE,
    CLOCK,
    EVENT,
    GONE,
    HOLD,
    NODE,
    PARCEL,
    ROW,
    Array,
)
from sim.log import MOST_LEVEL, Flow, Level, Use
from sim.network.table import Network, Table

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
_ROWS_EACH = 6  # an unused row costs addresses only
_CHUNK = 1 << 20  # rows; so large that its memory goes back to the system when it has been read
_PEOPLE_A_BUCKET = 32


class Memory:
    """The arrays of one run and the record of their addresses that the loop is given."""

    def __init__(self, network: Network, luck: Luck, trace: bool, room: int, visits: bool = True) -> None:
        self.network, self.luck = network, luck
        layout, table = layout_of(network), network.table
        self.record = layout.record.copy()
        self.arrays = dict(layout.shared)
        self.record["key"] = np.uint64(luck.key)
        self.record["traced"], self.record["recorded"] = trace, visits
        for name, array in layout.begun.items():
            self.put(name, array.copy())
        if not visits:
            self.put("steps", layout.shared["steps"].copy())
            self.arrays["steps"]["lined"] = 0
        self._luck(layout)
        self._tallies(table)
        self._blank()
        people = self._people()
        self._calendar(people)
        self.full: list[Array] = []
        self._chunk(max(room, min(_CHUNK, _ROWS_EACH * people)))
        for of in GROWN:
            self._room(of, room)

    def put(self, name: str, array: Array) -> None:
        """Keep an array and tell the loop where it is."""
        array = np.ascontiguousarray(array)
        self.arrays[name] = array
        self.record[name] = array.ctypes.data

    def _whole(self, name: str) -> int:
        return int(self.record[name][0])

    def _luck(self, layout: Layout) -> None:
        """Arrivals, gates shut when the run begins, and all that is dated."""
        table, luck = self.network.table, self.luck
        sources = self.arrays["sources"]
        sources["arrivals"] = [times.ctypes.data for times in luck.arrivals]
        sources["arrival_count"] = [len(times) for times in luck.arrivals]
        shut = (luck.gate_from <= 0) & (luck.gate_until > 0)
        self.arrays["objects"]["capacity"][dated.gate_of(table, luck)[shut]] = 0
        self.put("dated", dated.of_run(table, layout.certain, layout.departures, luck))
        self.record["dated_count"] = len(self.arrays["dated"])

    def _tallies(self, table: Table) -> None:
        cells = (table.steps, table.classes)
        self.put("flows", np.zeros((table.days, *cells, len(Flow)), np.int32))
        self.record["today"] = self.record["flows"]
        self.put("levels", np.zeros((table.days, *cells, len(Level)), np.int32))
        self.put("use", np.zeros((table.days, len(table.rank), len(Use)), np.int64))
        self.put("held", np.zeros((table.pools, table.classes), np.int32))
        self.put("helds", np.zeros((table.days, table.pools, table.classes), np.int32))
        self.put("level_time", np.zeros((table.pools + table.stations, MOST_LEVEL + 2), np.int64))
        self.put("shortfall", np.zeros((table.days, table.sources), np.int64))

    def _blank(self) -> None:
        """What is written before it is read."""
        self.put("ahead", np.empty((len(self.arrays["ahead_of"]), BLOCK)))
        self.put("times", np.empty(FEW, np.int64))
        self.put("digits", np.empty(DIGITS, np.int64))

    def _people(self) -> int:
        """How many are known to come, batches and spawned ones aside."""
        sizes = [self._whole("member_count"), int(self.network.table.order_counts.sum())]
        return sum(sizes) + sum(len(times) for times in self.luck.arrivals)

    def _calendar(self, people: int) -> None:
        """Cut time into as many buckets as keep few events in each."""
        last, shift = self.network.table.horizon - 1, 0
        while last >> shift > max(1, people // _PEOPLE_A_BUCKET):
            shift += 1
        self.record["bucket_shift"], self.record["bucket_count"] = shift, (last >> shift) + 1
        self.put("buckets", np.zeros((last >> shift) + 1, BUCKET))

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
    room = np.empty(size + CACHE_LINE, np.uint8)
    first = -room.ctypes.data % CACHE_LINE
    return room[first : first + size].view(dtype).reshape(shape)
