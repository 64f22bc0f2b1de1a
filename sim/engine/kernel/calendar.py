"""What is due later: a calendar of buckets, in the order of SEMANTICS section 3 only once opened.

Time is cut into buckets of equal width. What is due later than the bucket that is open is dropped into its
bucket in no order. An event whose entity has been moved on is known when its bucket is opened, because
the entity is no longer due then.
"""

from __future__ import annotations

import numpy as np

from sim.engine.kernel.agenda import gather, put_in_order, soon
from sim.engine.kernel.memory import (
    DELAYED,
    EVENT,
    FREE,
    GRANTED,
    NONE,
    PARCEL,
    SERVED,
    WAITING,
    Record,
    buckets,
    entity,
    name_of,
    new_parcel,
    parcels,
    shorts,
)
from sim.engine.kernel.once import compiled, inlined
from sim.engine.kernel.records import prefetch
from sim.network.table import CLASS_SHIFT, DUE, EXPIRY, NUMBER_SHIFT, PATIENCE_PART

_DUE_CLASS = DUE
_DUE = DUE << CLASS_SHIFT
_EXPIRY = EXPIRY << CLASS_SHIFT
_NAME = (1 << (CLASS_SHIFT - NUMBER_SHIFT)) - 1
_PARCEL = PARCEL
_LAST_PLACE = PARCEL - 1  # a mask, since a parcel holds a power of two
_LINE = 64  # bytes
_PARCEL_LINES = PARCEL * EVENT.itemsize // _LINE


@compiled
def push_due(m: Record, e: Record, slot: int, time: int) -> None:
    """End of a service or delay, or resumption: class 2."""
    e.due = time
    _push(m, time, _DUE | (name_of(m, e) << NUMBER_SHIFT), slot)


@compiled
def push_expiry(m: Record, e: Record, slot: int, time: int, part: int) -> None:
    """End of patience, of a clock or of an order: class 4."""
    _push(m, time, _EXPIRY | (name_of(m, e) << NUMBER_SHIFT) | part, slot)


@inlined
def _push(m: Record, time: int, key: int, slot: int) -> None:
    """Keep an event; one beyond the horizon is forgotten."""
    bucket = time >> m.bucket_shift
    if bucket <= m.opened:
        soon(m, time, key, slot)
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
def in_next_bucket(m: Record, until: int) -> int:
    """Events of the bucket that would be opened next, of those that begin by a time; NONE if there is none.

    No bucket is opened that begins after something else is due: what is made by then and is due before
    the bucket would have to be put in order one by one.
    """
    bucket = m.opened + 1
    if bucket >= m.bucket_count or bucket > until >> m.bucket_shift:
        return NONE
    return np.int64(buckets(m)[bucket].count)


@compiled
def open_bucket(m: Record) -> None:
    """Put the events of the next bucket that are still due on the agenda, which is empty and has room."""
    m.opened += 1
    _bring(m)
    parcel, here = _chain(m, m.opened)
    while parcel >= 0:
        for i in range(parcel * _PARCEL, parcel * _PARCEL + here):
            event = parcels(m)[i]
            if _stands(m, event.time, event.key, entity(m, event.slot)):
                gather(m, event.time, event.key, event.slot)
        after = np.int64(shorts(m.parcel_after)[parcel])
        shorts(m.parcel_after)[parcel] = m.parcel_free
        m.parcel_free = parcel
        parcel, here = after, _PARCEL
    buckets(m)[m.opened].count = 0
    put_in_order(m)


@compiled
def _bring(m: Record) -> None:
    """Ask memory for the parcels of the bucket after next, and for the entities of the next bucket.

    They arrive while the events of this one are taken.
    """
    parcel, _ = _chain(m, m.opened + 2)
    while parcel >= 0:
        for i in range(_PARCEL_LINES):
            prefetch(m.parcels + (parcel * _PARCEL_LINES + i) * _LINE)
        parcel = np.int64(shorts(m.parcel_after)[parcel])
    parcel, here = _chain(m, m.opened + 1)
    while parcel >= 0:
        for i in range(parcel * _PARCEL, parcel * _PARCEL + here):
            prefetch(m.entities + parcels(m)[i].slot * m.stride)
        parcel, here = np.int64(shorts(m.parcel_after)[parcel]), _PARCEL


@compiled
def _chain(m: Record, bucket: int) -> tuple[int, int]:
    """The parcel of a bucket that was begun last, or NONE, and how many events it has; the others are full."""
    if bucket >= m.bucket_count or not buckets(m)[bucket].count:
        return NONE, 0
    b = buckets(m)[bucket]
    return np.int64(b.parcel), ((b.count - 1) & _LAST_PLACE) + 1


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
