"""The loop: the least pending (time, key) is taken next, until the horizon."""

from __future__ import annotations

import numpy as np

from sim.draws.distributions import duration, remaining
from sim.draws.luck import BATCH
from sim.draws.philox import uniform
from sim.engine.kernel.agenda import from_agenda, from_heap, nothing_soon
from sim.engine.kernel.calendar import in_next_bucket, open_bucket
from sim.engine.kernel.memory import (
    CAPACITY,
    DELAYED,
    DEPARTURE,
    FREE,
    GATE_OPENS,
    GRANTED,
    NEVER,
    NONE,
    ORDER,
    PUT,
    SERVED,
    WAITING,
    Record,
    agenda,
    clocks,
    dated,
    entity,
    events,
    ints,
    knots,
    laws,
    members,
    name_of,
    objects,
    sources,
    steps,
    visits_of,
)
from sim.engine.kernel.moves import evict_all, expire, impatient, shortfall
from sim.engine.kernel.once import compiled, folded
from sim.engine.kernel.people import (
    draw,
    draw_length,
    make,
    move,
    patience_length,
    priority_at,
    run_clock,
    stand,
    start_delay,
)
from sim.engine.kernel.pools import (
    change_stock,
    depart,
    hold,
    look_gate,
    look_pools,
    look_stock,
    lowest,
)
from sim.engine.kernel.route import finish, run_on
from sim.engine.kernel.stations import look_station, pause
from sim.engine.kernel.tallies import midnight, opens_row, touch, unfinished
from sim.network.model import DAY, Op
from sim.network.table import (
    ARRIVAL,
    CLASS_SHIFT,
    DUE,
    NUMBER_SHIFT,
    PATIENCE_PART,
)

DONE, GROW = 0, 1
SLACK = 4_096
_UNCHECKED = 16  # events after which room is looked at again
_AGENDA, _HEAP, _DATED, _ARRIVES = 1, 2, 3, 4
_DAY = DAY
_BATCH = BATCH
_NAME = (1 << (CLASS_SHIFT - NUMBER_SHIFT)) - 1
_DUE_CLASS = DUE
_ARRIVAL = ARRIVAL << CLASS_SHIFT
_DELAY, _GATE = int(Op.DELAY), int(Op.GATE)
_IN_LINE = tuple(int(op) for op in (Op.SEIZE, Op.SERVE, Op.DEPART, Op.TAKE))


@compiled
def run_until_done(m: Record) -> int:
    """Take events until the end (DONE), or until more memory is wanted first (GROW)."""
    if not m.placed:
        if short(m, 8 * m.member_count):
            return GROW
        place_all(m)
        m.placed = 1
        soonest(m)
    while m.day < m.days:
        if short(m, 0):
            return GROW
        for _ in range(_UNCHECKED):
            if m.day < m.days and not _next(m):
                return GROW
    if short(m, m.entity_top + m.hold_top):
        return GROW
    unfinished(m)
    return DONE


@compiled
def short(m: Record, need: int) -> bool:
    """Whether less than SLACK and `need` of anything is free; `need` is then kept for the caller."""
    m.need = need + SLACK
    return (
        m.entity_top + m.need > m.entity_room
        or m.event_size + m.need > m.event_room
        or m.agenda_end + m.need > m.agenda_room
        or m.parcel_top + m.need > m.parcel_room
        or m.node_top + m.need > m.node_room
        or m.hold_top + m.need > m.hold_room
        or m.clock_top + m.need > m.clock_room
        or m.row_size + m.need > m.row_room
        or m.gone_top + m.need > m.gone_room
    )


@folded
def _next(m: Record) -> bool:
    """Take one event; False if it needs more memory first."""
    if nothing_soon(m) and not _opened(m):
        return False
    time, key, of, slot = NEVER, NEVER, 0, 0
    if m.agenda_at < m.agenda_end:
        event = agenda(m)[m.agenda_at]
        time, key, of, slot = event.time, event.key, _AGENDA, event.slot
    if m.event_size:
        event = events(m)[0]
        if event.time < time or (event.time == time and event.key < key):
            time, key, of, slot = event.time, event.key, _HEAP, event.slot
    if m.next_dated < m.dated_count:
        d = dated(m)[m.next_dated]
        if d.time < time or (d.time == time and d.key < key):
            time, key, of = d.time, d.key, _DATED
    if m.soonest >= 0:
        s = sources(m)[m.soonest]
        if s.time <= time:
            its_key = _ARRIVAL | (((s.rank << 32) | s.number) << NUMBER_SHIFT)
            if s.time < time or its_key < key:
                time, key, of = s.time, its_key, _ARRIVES
    if time >= m.midnight:
        midnight(m)
        return True
    m.now = time
    if of == _ARRIVES:
        return _arrive(m)
    if of == _DATED:
        return _dated(m)
    if of == _AGENDA:
        from_agenda(m)
    else:
        from_heap(m)
    _due(m, key, slot)
    return True


@compiled
def _opened(m: Record) -> bool:
    """Open buckets until an event is due before all else; False if there is not room for the next."""
    until = m.midnight
    if m.next_dated < m.dated_count:
        until = min(until, dated(m)[m.next_dated].time)
    if m.soonest >= 0:
        until = min(until, sources(m)[m.soonest].time)
    while nothing_soon(m):
        count = in_next_bucket(m, until)
        if count < 0:
            return True
        if count and short(m, count):
            return False
        open_bucket(m)
    return True


# -- entities ---------------------------------------------------------------------------------------


@folded
def _due(m: Record, key: int, slot: int) -> None:
    """An event of an entity, unless it has been moved on since the event was made."""
    e = entity(m, slot)
    doing = e.doing
    if doing == FREE or name_of(m, e) != (key >> NUMBER_SHIFT) & _NAME:
        return
    if key >> CLASS_SHIFT == _DUE_CLASS:
        if (doing == SERVED or doing == DELAYED or doing == GRANTED) and e.due == m.now:
            m.events_taken += 1
            run_on(m, slot, finish(m, slot))
        return
    part = key & 255
    if part == PATIENCE_PART:
        if doing == WAITING and e.due == m.now:
            m.events_taken += 1
            run_on(m, slot, impatient(m, e))
        return
    _clock(m, e, slot, part)


@folded
def _clock(m: Record, e: Record, slot: int, part: int) -> None:
    clock = np.int64(e.clock)
    while clock >= 0 and clocks(m)[clock].part != part:
        clock = np.int64(clocks(m)[clock].after)
    if clock < 0 or clocks(m)[clock].time != m.now:
        return
    m.events_taken += 1
    if part == 0:
        shortfall(m, e, slot)
    else:
        run_on(m, slot, expire(m, e, clock))


# -- what is dated ----------------------------------------------------------------------------------


@folded
def _dated(m: Record) -> bool:
    d = dated(m)[m.next_dated]
    if d.what == ORDER and short(m, 8 * d.value):
        return False
    m.next_dated += 1
    m.events_taken += 1
    if d.what == CAPACITY:
        _change_capacity(m, d.of, d.value)
    elif d.what == DEPARTURE:
        depart(m, d.of, d.value)
    elif d.what == PUT:
        change_stock(m, d.of, d.value)
        look_stock(m, d.of)
    elif d.what == ORDER:
        _order(m, d.of, d.value)
    else:
        touch(m, d.of)
        objects(m)[d.of].capacity = d.what == GATE_OPENS
        if d.what == GATE_OPENS:
            look_gate(m, d.of)
        else:
            evict_all(m, d.of)
    return True


@folded
def _change_capacity(m: Record, index: int, value: int) -> None:
    touch(m, index)
    o = objects(m)[index]
    drops = value < o.capacity
    o.capacity = value
    if index < m.pools:
        look_pools(m, np.int64(1) << np.int64(index))
        return
    if drops and o.pause:
        pause(m, index)
    look_station(m, index)


@folded
def _order(m: Record, source: int, count: int) -> None:
    """A day's orders join, in order of number."""
    s = sources(m)[source]
    end = (m.now // _DAY + 1 + s.carry_over) * _DAY
    for _ in range(count):
        slot = make(m, source, s.number, s.enters)
        s.number += 1
        m.order_made, m.order_end = slot, end
        run_on(m, slot, s.enters)
    m.order_made = NONE


# -- streams ----------------------------------------------------------------------------------------


@compiled
def soonest(m: Record) -> None:
    """The stream whose next arrival comes first."""
    m.soonest = NONE
    all_sources = sources(m)
    for i in range(m.source_count):
        s = all_sources[i]
        if s.arrival >= s.arrival_count:
            continue
        s.time = ints(s.arrivals)[s.arrival]
        if m.soonest < 0:
            m.soonest = i
            continue
        best = all_sources[m.soonest]
        if s.time < best.time or (s.time == best.time and s.rank < best.rank):
            m.soonest = i


@folded
def _arrive(m: Record) -> bool:
    """One batch of the stream that is soonest runs on, entity by entity."""
    source = m.soonest
    s = sources(m)[source]
    size = 1
    if s.batch >= 0:
        k = laws(m)[s.batch]
        u = uniform(m.key, s.arrival, s.hash, _BATCH, 0)
        drawn = duration(k.kind, k.p0, k.p1, k.p2, k.p3, knots(m), k.first, k.last, u)
        size = max(1, np.int64(drawn))
        if short(m, 8 * size):
            return False
    m.events_taken += 1
    first = s.number
    s.number += size
    for number in range(first, first + size):
        slot = make(m, source, number, s.enters)
        run_on(m, slot, s.enters)
    s.arrival += 1
    soonest(m)
    return True


# -- the start --------------------------------------------------------------------------------------


@compiled
def place_all(m: Record) -> None:
    """Place everybody who is inside at the start, then look at all lines."""
    for i in range(m.member_count):
        member = members(m)[i]
        _place(m, member.source, member.number, member.joined)
    look_pools(m, (np.int64(1) << m.pools) - 1)
    for index in range(m.pools, m.pools + m.stations):
        look_station(m, index)
    gates = m.pools + m.stations + m.departures
    for index in range(gates, gates + m.gates):
        look_gate(m, index)
    for index in range(gates + m.gates, m.object_count):
        look_stock(m, index)


@folded
def _place(m: Record, source: int, number: int, joined: int) -> None:
    s = sources(m)[source]
    slot = make(m, source, number, s.enters)
    e = entity(m, slot)
    e.step, e.joined, e.priority = NONE, joined, m.first_priority  # what it holds was taken at no step
    mask = s.holds
    while mask:
        pool = lowest(mask)
        mask &= mask - 1
        e.rows += 1
        hold(m, e, slot, pool, 1, joined)
    e.step, e.joined = s.enters, m.now
    for i in range(s.clock_first, s.clock_last):
        deadline = ints(m.initial_clocks)[i]
        at = steps(m)[deadline]
        time = max(0, joined + draw_length(m, e, at.law, at.step_hash, deadline))
        run_clock(m, e, slot, at.obj + 1, deadline, time)
    _put_at(m, e, slot, s.enters, joined)


@folded
def _put_at(m: Record, e: Record, slot: int, step: int, joined: int) -> None:
    """Stand in line, be in the middle of a delay, or run on from the step by an event at 0."""
    s = steps(m)[step]
    shut = s.op == _GATE and not objects(m)[s.object].capacity
    if s.op not in _IN_LINE and s.op != _DELAY and not shut:
        move(m, e, slot, step)
        return
    if s.visit_slot >= 0:
        visits_of(m, slot)[s.visit_slot] = 1
    e.priority, e.joined = priority_at(m, slot, s), joined
    opens_row(m, e, s)
    if s.op == _DELAY:
        k = laws(m)[s.law]
        u = draw(m, e, s.step_hash, 0)
        left = remaining(k.kind, k.p0, k.p1, k.p2, k.p3, knots(m), k.first, k.last, float(-joined), u)
        start_delay(m, e, slot, np.int64(left))
        return
    patience = NEVER
    if s.patience >= 0:
        patience = max(0, joined + patience_length(m, e, s, step))
    stand(m, e, slot, s, patience)
