"""The event list of entities: a four-ary heap of (time, key), the order of SEMANTICS section 3.

Nothing is taken out before its time: an event whose entity has been moved on is known when it comes,
because the entity is no longer due then.
"""

from __future__ import annotations

from sim.engine.kernel.memory import Record, events, name_of, no_room
from sim.engine.kernel.once import compiled
from sim.network.table import CLASS_SHIFT, DUE, EXPIRY, NUMBER_SHIFT

_DUE = DUE << CLASS_SHIFT
_EXPIRY = EXPIRY << CLASS_SHIFT


@compiled
def push(m: Record, time: int, key: int, slot: int) -> None:
    at = m.event_size
    if at >= m.event_room:
        no_room(m)
    m.event_size = at + 1
    heap = events(m)
    while at > 0:
        above = (at - 1) >> 2
        parent = heap[above]
        if parent.time < time or (parent.time == time and parent.key <= key):
            break
        child = heap[at]
        child.time, child.key, child.slot = parent.time, parent.key, parent.slot
        at = above
    child = heap[at]
    child.time, child.key, child.slot = time, key, slot


@compiled
def pop(m: Record) -> None:
    """Drop the first event; the caller has read it."""
    size = m.event_size - 1
    m.event_size = size
    heap = events(m)
    last = heap[size]
    time, key, slot = last.time, last.key, last.slot
    at = 0
    while True:
        first = 4 * at + 1
        if first >= size:
            break
        least = first
        best_time, best_key = heap[first].time, heap[first].key
        for i in range(first + 1, min(first + 4, size)):
            t, k = heap[i].time, heap[i].key
            if t < best_time or (t == best_time and k < best_key):
                least, best_time, best_key = i, t, k
        if time < best_time or (time == best_time and key <= best_key):
            break
        hole, child = heap[at], heap[least]
        hole.time, hole.key, hole.slot = best_time, best_key, child.slot
        at = least
    hole = heap[at]
    hole.time, hole.key, hole.slot = time, key, slot


@compiled
def push_due(m: Record, e: Record, slot: int, time: int) -> None:
    """End of a service or delay, or resumption: class 2."""
    e.due = time
    push(m, time, _DUE | (name_of(m, e) << NUMBER_SHIFT), slot)


@compiled
def push_expiry(m: Record, e: Record, slot: int, time: int, part: int) -> None:
    """End of patience, of a clock or of an order: class 4."""
    push(m, time, _EXPIRY | (name_of(m, e) << NUMBER_SHIFT) | part, slot)
