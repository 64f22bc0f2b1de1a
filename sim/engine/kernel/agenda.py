"""What is due soon: events of the open bucket and before it, in the order of SEMANTICS section 3.

The agenda is a list in order, taken from the front. What joins while it is short is put into its place;
what joins a long one stands in a four-ary heap beside it. Many that come at once, of a bucket or a
departure, are gathered and put in order together, which takes a fraction of what a heap takes.
"""

from __future__ import annotations

import numpy as np

from sim.engine.kernel.memory import (
    EVENT,
    Record,
    agenda,
    bring_hold,
    entity,
    events,
    events_at,
    ints,
    no_room,
)
from sim.engine.kernel.once import compiled, inlined
from sim.engine.kernel.records import prefetch

FEW = 64
"""Events that are put in order by counting, for each, those before it."""
_MANY = 4 * FEW  # that are put in order byte by byte
_EVENT_SIZE = EVENT.itemsize
_FEW, _FEW_SHIFT = FEW, FEW.bit_length() - 1
_SHORT = 32
_SPENT = 1_024  # places at the front that are used again
_LAST = np.iinfo(np.int64).max
_SIDE_BY_SIDE = 15  # comparisons less one
DIGITS = 256
_DIGITS = DIGITS


@inlined
def _before(a: Record, b: Record) -> bool:
    return a.time < b.time or (a.time == b.time and a.key < b.key)


@inlined
def _copy(to: Record, event: Record) -> None:
    to.time, to.key, to.slot = event.time, event.key, event.slot


@inlined
def nothing_soon(m: Record) -> bool:
    """Whether the next bucket has to be opened."""
    return m.agenda_at == m.agenda_end and not m.event_size


@compiled
def soon(m: Record, time: int, key: int, slot: int) -> None:
    """Keep an event of the open bucket."""
    if m.gathering:
        gather(m, time, key, slot)
    elif m.agenda_end - m.agenda_at < _SHORT:
        _insert(m, time, key, slot)
    else:
        _push(m, time, key, slot)


@compiled
def _insert(m: Record, time: int, key: int, slot: int) -> None:
    if m.agenda_at >= _SPENT or m.agenda_at == m.agenda_end:
        _to_front(m)
    at = m.agenda_end
    if at >= m.agenda_room:
        no_room(m)
    m.agenda_end = at + 1
    a = agenda(m)
    while at > m.agenda_at:
        last = a[at - 1]
        if last.time < time or (last.time == time and last.key <= key):
            break
        _copy(a[at], last)
        at -= 1
    event = a[at]
    event.time, event.key, event.slot = time, key, slot


@compiled
def _to_front(m: Record) -> None:
    a, size = agenda(m), m.agenda_end - m.agenda_at
    for i in range(size):
        _copy(a[i], a[m.agenda_at + i])
    m.agenda_at, m.agenda_end = 0, size


@inlined
def from_agenda(m: Record) -> None:
    """Drop the first of the agenda, which the caller has read; those who are next are asked for.

    First an entity, and a little later, when it is there, what it holds.
    """
    at = m.agenda_at + 1
    m.agenda_at = at
    a = agenda(m)
    if at + 5 < m.agenda_end:
        prefetch(m.entities + a[at + 5].slot * m.stride)
        bring_hold(m, np.int64(entity(m, a[at + 2].slot).hold))


# -- many at once -----------------------------------------------------------------------------------


@compiled
def gather(m: Record, time: int, key: int, slot: int) -> None:
    """Keep an event that will be put in order with others."""
    at = m.loose_size
    if at >= m.agenda_room:
        no_room(m)
    m.loose_size = at + 1
    event = events_at(m.loose)[at]
    event.time, event.key, event.slot = time, key, slot


@compiled
def put_in_order(m: Record) -> None:
    """Put what was gathered on the agenda."""
    count = m.loose_size
    m.loose_size = 0
    if count > _MANY:
        _merge(m, _by_digits(m, count), count)
        return
    for first in range(0, count, _FEW):
        few = min(count - first, _FEW)
        _count_before(m, first, few)
        _merge(m, m.spare, few)


@compiled
def _count_before(m: Record, first: int, count: int) -> None:
    """Into `spare` by time, each by how many are before it, found without a jump; then ties by key."""
    loose, spare = events_at(m.loose + first * _EVENT_SIZE), events_at(m.spare)
    times, since = ints(m.times), loose[0].time
    for i in range(count):
        times[i] = ((loose[i].time - since) << _FEW_SHIFT) | i
    padded = (count + _SIDE_BY_SIDE) & ~_SIDE_BY_SIDE
    for i in range(count, padded):
        times[i] = _LAST
    for i in range(count):
        rank, mine = 0, times[i]
        for j in range(padded):
            rank += np.int64(times[j] < mine)
        _copy(spare[rank], loose[i])
    for i in range(1, count):
        if _before(spare[i], spare[i - 1]):
            _sink(m, i)


@compiled
def _sink(m: Record, at: int) -> None:
    """Move an event of `spare` before those that it comes before."""
    spare = events_at(m.spare)
    time, key, slot = spare[at].time, spare[at].key, spare[at].slot
    while at > 0 and (time < spare[at - 1].time or (time == spare[at - 1].time and key < spare[at - 1].key)):
        _copy(spare[at], spare[at - 1])
        at -= 1
    event = spare[at]
    event.time, event.key, event.slot = time, key, slot


@compiled
def _by_digits(m: Record, count: int) -> int:
    """In order by the bytes in which they differ, the last of the key first; returns where they are then."""
    loose = events_at(m.loose)
    keys = times = np.int64(0)
    for i in range(1, count):
        keys |= loose[i].key ^ loose[0].key
        times |= loose[i].time ^ loose[0].time
    here, there = np.int64(m.loose), np.int64(m.spare)
    for digit in range(16):
        shift = 8 * (digit & 7)
        if ((keys if digit < 8 else times) >> shift) & 255:
            _by_digit(m, here, there, count, digit < 8, shift)
            here, there = there, here
    return here


@compiled
def _by_digit(m: Record, here: int, there: int, count: int, of_key: bool, shift: int) -> None:
    """From here to there by one byte; those that have the same stay as they were."""
    old, new, place = events_at(here), events_at(there), ints(m.digits)
    for d in range(_DIGITS):
        place[d] = 0
    for i in range(count):
        place[((old[i].key if of_key else old[i].time) >> shift) & 255] += 1
    before = 0
    for d in range(_DIGITS):
        before, place[d] = before + place[d], before
    for i in range(count):
        d = ((old[i].key if of_key else old[i].time) >> shift) & 255
        _copy(new[place[d]], old[i])
        place[d] += 1


@compiled
def _merge(m: Record, ordered: int, count: int) -> None:
    """Onto the agenda, from its end."""
    _to_front(m)
    a, new, size = agenda(m), events_at(ordered), m.agenda_end
    if size + count > m.agenda_room:
        no_room(m)
    m.agenda_end = size + count
    i, j = size - 1, count - 1
    while j >= 0:
        if i >= 0 and _before(new[j], a[i]):
            _copy(a[i + j + 1], a[i])
            i -= 1
        else:
            _copy(a[i + j + 1], new[j])
            j -= 1


# -- the heap ---------------------------------------------------------------------------------------


@compiled
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
        _copy(heap[at], parent)
        at = above
    child = heap[at]
    child.time, child.key, child.slot = time, key, slot


@compiled
def from_heap(m: Record) -> None:
    """Drop the first of the heap, which the caller has read."""
    size = m.event_size - 1
    m.event_size = size
    heap = events(m)
    last = heap[size]
    at = 0
    while True:
        first = 4 * at + 1
        if first >= size:
            break
        least = first
        for i in range(first + 1, min(first + 4, size)):
            if _before(heap[i], heap[least]):
                least = i
        if not _before(heap[least], last):
            break
        _copy(heap[at], heap[least])
        at = least
    _copy(heap[at], last)
