"""A line: who waits for one thing, in the order of SEMANTICS section 4.

A heap of (priority, first joined, rank, number, ticket, entity). Leaving is lazy: an entity that has
left has another ticket. Members of a counter stand in line without existing; they are in its order.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from sim.engine.simpy_engine import Entity


class Place(NamedTuple):
    """A place in line; compares in the order in which people are served."""

    priority: int
    joined: int
    rank: int
    number: int


class Counter:
    """Members `next`, `next` + 1, … of an initial stock that wait unseen; joined[k - 1] of member k."""

    def __init__(self, source: int, rank: int, priority: int, joined: list[int]) -> None:
        self.source = source
        self.rank = rank
        self.priority = priority
        self.joined = joined
        self.next = 1

    def place(self) -> Place | None:
        if self.next > len(self.joined):
            return None
        return Place(self.priority, self.joined[self.next - 1], self.rank, self.next)


class Line:
    """One line; `people` counts the entities and counter members in it."""

    def __init__(self) -> None:
        self.heap: list[tuple[Place, int, Entity]] = []
        self.counters: list[Counter] = []
        self.people = 0

    def join(self, entity: Entity, place: Place) -> None:
        heappush(self.heap, (place, entity.ticket, entity))

    def first(self) -> tuple[Place, Entity | Counter] | None:
        """The head of the line, an entity or a counter whose next member it is."""
        heap = self.heap
        while heap and heap[0][2].ticket != heap[0][1]:
            heappop(heap)
        best: tuple[Place, Entity | Counter] | None = (heap[0][0], heap[0][2]) if heap else None
        for counter in self.counters:
            place = counter.place()
            if place is not None and (best is None or place < best[0]):
                best = place, counter
        return best

    def would_head(self, place: Place) -> bool:
        head = self.first()
        return head is None or place < head[0]
