"""Steps and sources as they run: what the table says of each, resolved once, with what is counted of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from sim.engine.simpy_engine.draws import Blocks, Choices, Lengths
from sim.network.model import Op, Preempt
from sim.network.table import CLASS_SHIFT, DUE, RANK_SHIFT

if TYPE_CHECKING:
    from sim.engine.simpy_engine.entity import Entity
    from sim.engine.simpy_engine.line import Line
    from sim.engine.simpy_engine.places import Departure, Gate, Pool, Station, Stock
    from sim.engine.simpy_engine.system import System
    from sim.engine.simpy_engine.tally import Use

Periods = list[tuple[int, list[float]]]
"""(begin [us], cumulative shares) one after another; the first also holds before it begins."""


class Kind(NamedTuple):
    """What a kind of step does: on coming; when what was waited for has come; and what is looked at again
    when somebody who waited or was served there is taken away."""

    begin: Callable[[System, Entity, Step], Step | None]
    finish: Callable[[System, Entity, Step], Step | None]
    look: Callable[[System, Step], None]
    at_once: bool = False
    """Nobody ever waits there, so that who has entered has also started and finished."""


class Effort(NamedTuple):
    """Work is multiplied by a piecewise-linear function, points[first:last], of what is left of a stock."""

    stock: Stock
    first: int
    last: int


class Step:
    """One step of the route. An attribute that its kind does not use is not there.

    Counted since midnight, by class: `entered` … `left`; now, by class: `waiting`, `busy`, `stopped`.
    """

    __slots__ = (
        "again",
        "at_grant",
        "at_once",
        "attribute",
        "begin",
        "bump_release",
        "bump_to",
        "busy",
        "by_value",
        "choices",
        "clock",
        "clock_part",
        "decision",
        "departure",
        "effort",
        "entered",
        "enters",
        "evict_release",
        "evict_to",
        "evicted",
        "finish",
        "finished",
        "gate",
        "impatient",
        "index",
        "left",
        "lengths",
        "line",
        "lines",
        "look",
        "next",
        "op",
        "options",
        "patience",
        "patience_to",
        "periods",
        "place",
        "pools",
        "preempt",
        "preempts",
        "priorities",
        "priority",
        "priority_by",
        "refused",
        "release",
        "room_most",
        "room_to",
        "started",
        "station",
        "stock",
        "stopped",
        "to",
        "units",
        "use",
        "value",
        "waiting",
        "write",
    )  # fmt: skip

    index: int
    op: Op
    begin: Callable[[System, Entity, Step], Step | None]
    finish: Callable[[System, Entity, Step], Step | None]
    look: Callable[[System, Step], None]
    next: Step | None
    to: Step | None
    write: Callable[[int, int, int], int] | None  # begins the row of a visit, if it leaves one
    at_once: bool
    at_grant: bool  # whether a visit ends as what was waited for is granted
    again: bool  # whether one entity may come twice
    place: int
    units: int
    priority: int
    priority_by: int
    priorities: list[int]
    use: Use  # of the object at which those in `lines` are counted
    lines: Sequence[Line]
    pools: list[Pool]
    station: Station
    departure: Departure
    gate: Gate
    stock: Stock
    clock: int
    clock_part: int
    lengths: Lengths  # of its law
    decision: int
    choices: Choices | None
    patience: Lengths | None
    patience_to: Step
    bump_to: Step | None
    bump_release: int
    room_most: int
    room_to: Step
    line: Line
    preempt: Preempt
    preempts: bool
    effort: Effort | None
    release: int
    evict_to: Step | None
    evict_release: int
    evicted: frozenset[Step]
    attribute: int
    value: int
    options: list[Step]
    by_value: dict[int, Step]
    periods: Periods
    enters: Step

    def __init__(self, index: int, op: Op, kind: Kind, classes: int) -> None:
        self.index, self.op = index, op
        self.begin, self.finish, self.look, self.at_once = kind
        self.entered = [0] * classes
        self.clear_flows()
        self.waiting, self.busy, self.stopped = ([0] * classes for _ in range(3))

    def clear_flows(self) -> None:
        """Of a new day."""
        n = len(self.entered)
        self.entered, self.started, self.finished = ([0] * n for _ in range(3))
        self.refused, self.impatient, self.left = ([0] * n for _ in range(3))

    def flows(self) -> list[list[int]]:
        """In the order of `log.Flow`."""
        if self.at_once:
            self.started = self.finished = self.entered
        return [self.entered, self.started, self.finished, self.refused, self.impatient, self.left]

    def levels(self) -> list[list[int]]:
        """In the order of `log.Level`."""
        return [self.waiting, self.busy, self.stopped]


class Trait(NamedTuple):
    """An attribute drawn when an entity is made; its class number grows by `weight` × (value + 1)."""

    attribute: int
    decision: int
    periods: Periods
    weight: int


class Source:
    """Where entities come from; `key` is that of number 0's class 2 events, `stream` names it in draws."""

    __slots__ = ("children", "enters", "index", "key", "next_number", "people", "rank", "spawned", "stream",
                 "traits", "unserved")  # fmt: skip

    people: Blocks[tuple[list[int], int]] | None  # where shares never change

    def __init__(self, index: int, rank: int, stream: int, spawned: bool, enters: Step) -> None:
        self.index, self.rank, self.stream, self.spawned = index, rank, stream, spawned
        self.key = DUE << CLASS_SHIFT | rank << RANK_SHIFT
        self.enters = enters
        self.traits: list[Trait] = []
        self.children: dict[Step, Source] = {}  # by the step that spawns
        self.next_number = self.unserved = 0
