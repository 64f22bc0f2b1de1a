"""The event list of entities: a calendar of buckets in front of a heap, in the order of SEMANTICS section 3.

Time is cut into buckets of equal width. What is due later than the bucket that is open is dropped into its
bucket in no order; what is due earlier stands in a four-ary heap of (time, key), which is thus small.
Nothing is taken out before its time: an event whose entity has been moved on is known when its bucket is
opened, or when it comes, because the entity is no longer due then.
"""

from __future__ import annotations

import numpy as np

from sim.engine.kernel.memory import (
    DELAYED,
    FREE,
    GRANTED,
    NONE,
    PARCEL,
    SERVED,
    WAITING,
    Record,
    buckets,
    entity,
    events,
    holds,
    name_of,
    new_parcel,
    no_room,
    parcels,
    shorts,
)
from sim.engine.kernel.once import compiled, inlined
from sim.network.table import CLASS_SHIFT, DUE, EXPIRY, NUMBER_SHIFT, PATIENCE_PART

_DUE_CLASS = DUE
_DUE = DUE << CLASS_SHIFT
_EXPIRY = EXPIRY << CLASS_SHIFT
_NAME = (1 << (CLASS_SHIFT - NUMBER_SHIFT)) - 1
_PARCEL = PARCEL
_LAST_PLACE = PARCEL - 1  # a mask, since a parcel holds a power of two


@inlined
def push(m: Record, time: int, key: int, slot: int) -> None:
    """Keep an event; one beyond the horizon is forgotten."""
    bucket = time >> m.bucket_shift
    if bucket <= m.opened:
        _push(m, time, key, slot)
    elif bucket < m.bucket_count:
        _drop(m, bucket, time, key, slot)


@compiled
def _drop(m: Record, bucket: int, time: int, key: int, slot: int) -> None:
    b = buckets(m)[bucket]
    place = b.count & _LAST_PLACE
    if place == 0:
        parcel = new_parcel(m)
        after = NONE
        if b.count:
            after = b.parcel
        shorts(m.parcel_after)[parcel] = after
        b.parcel = parcel
    event = parcels(m)[b.parcel * _PARCEL + place]
    event.time, event.key, event.slot = time, key, slot
    b.count += 1


# -- opening a bucket -------------------------------------------------------------------------------


@compiled
def in_next_bucket(m: Record) -> int:
    """Events of the bucket that would be opened next; empty ones are passed over."""
    while m.opened + 1 < m.bucket_count:
        count = buckets(m)[m.opened + 1].count
        if count:
            return count
        m.opened += 1
    return 0


@compiled
def open_bucket(m: Record) -> None:
    """Put the events of the next bucket that are still due into the heap, which has room for them.

    The records of a parcel's entities and of what they hold are asked for together before any is looked
    at: memory then brings them side by side, where the heap would ask for one after another.
    """
    m.opened += 1
    b = buckets(m)[m.opened]
    parcel, here = b.parcel, ((b.count - 1) & _LAST_PLACE) + 1
    while parcel >= 0:
        first = parcel * _PARCEL
        touched = np.int64(0)
        for i in range(first, first + here):
            touched |= entity(m, parcels(m)[i].slot).hold
        for i in range(first, first + here):
            hold = entity(m, parcels(m)[i].slot).hold
            if hold >= 0:
                touched |= holds(m)[hold].units
        m.touched = touched
        for i in range(first, first + here):
            event = parcels(m)[i]
            if _stands(m, event.time, event.key, entity(m, event.slot)):
                _push(m, event.time, event.key, event.slot)
        after = shorts(m.parcel_after)[parcel]
        shorts(m.parcel_after)[parcel] = m.parcel_free
        m.parcel_free = parcel
        parcel, here = after, _PARCEL
    b.count = 0


@compiled
def _stands(m: Record, time: int, key: int, e: Record) -> bool:
    """Whether an event may still come true: what fails now will fail when it comes."""
    doing = e.doing
    if doing == FREE or name_of(m, e) != (key >> NUMBER_SHIFT) & _NAME:
        return False
    if key >> CLASS_SHIFT == _DUE_CLASS:
        return (doing == SERVED or doing == DELAYED or doing == GRANTED) and e.due == time
    if key & 255 == PATIENCE_PART:
        return doing == WAITING and e.due == time
    return e.clock >= 0


# -- the heap ---------------------------------------------------------------------------------------


@inlined
def _push(m: Record, time: int, key: int, slot: int) -> None:
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


@inlined
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
            less = (t < best_time) | ((t == best_time) & (k < best_key))  # chosen without a jump
            least = i if less else least
            best_time = t if less else best_time
            best_key = k if less else best_key
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
