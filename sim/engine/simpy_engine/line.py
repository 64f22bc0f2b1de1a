"""A line: who waits for one thing, in order of priority, time of first joining, name and number."""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING

from sim.network.table import NUMBER_SHIFT

if TYPE_CHECKING:
    from sim.engine.simpy_engine.entity import Entity
    from sim.engine.simpy_engine.route import Source, Step

Place = tuple[int, int, int, int, "Entity"]
"""Priority, first joined, key (name and number), ticket, who."""


class Counter:
    """Members of an initial stock that wait without existing; its place is that of the next of them."""

    __slots__ = ("joins", "next", "priority", "source", "step")

    def __init__(self, source: Source, step: Step, joins: list[int]) -> None:
        self.source, self.step, self.joins = source, step, joins
        self.priority = step.priority
        self.next = 1  # member k joined at joins[k - 1]

    @property
    def joined(self) -> int:
        return self.joins[self.next - 1]

    @property
    def key(self) -> int:
        return self.source.key + (self.next << NUMBER_SHIFT)


class Line:
    """One line; `people` counts the entities and counter members that wait in it, not stopped work.

    Leaving is lazy: a place whose ticket is no longer its owner's is empty. A class that shares servers has
    a weight, an order among such classes, and an account of work begun [s].
    """

    __slots__ = ("account", "counters", "heap", "order", "people", "weight")

    def __init__(self, weight: int = 0, order: int = 0) -> None:
        self.heap: list[Place] = []
        self.counters: list[Counter] = []
        self.people = 0
        self.weight, self.order, self.account = weight, order, 0

    def join(self, e: Entity) -> None:
        heappush(self.heap, place(e))

    def head(self) -> Entity | Counter | None:
        """The first in line, an entity or a counter whose next member it is."""
        first = first_in(self.heap) if self.heap else None
        return self._head_with_counters(first) if self.counters else first

    def _head_with_counters(self, first: Entity | None) -> Entity | Counter | None:
        best: Entity | Counter | None = first
        for counter in self.counters:
            if counter.next <= len(counter.joins) and (best is None or before(counter, best)):
                best = counter
        return best

    def would_head(self, e: Entity) -> bool:
        if not self.heap and not self.counters:
            return True
        head = self.head()
        return head is None or before(e, head)


def place(e: Entity) -> Place:
    return e.priority, e.joined, e.key, e.ticket, e


def before(a: Entity | Counter, b: Entity | Counter) -> bool:
    """Whether `a` is served before `b`."""
    return (a.priority, a.joined, a.key) < (b.priority, b.joined, b.key)


def first_in(heap: list[Place]) -> Entity | None:
    """The first of those who are still there."""
    while heap:
        _, _, _, ticket, e = heap[0]
        if e.ticket == ticket:
            return e
        heappop(heap)
    return None
