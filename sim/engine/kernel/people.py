"""Entities: made, drawn for, waiting, granted, gone."""

from __future__ import annotations

import numpy as np

from sim.draws.blocks import BLOCK, BLOCK_SHIFT, fill_exponentials, fill_uniforms
from sim.draws.distributions import (
    CONSTANT,
    EXPONENTIAL,
    duration,
    plain_duration,
    scaled_duration,
)
from sim.draws.elementary import log_of_share
from sim.draws.luck import age
from sim.draws.philox import uniform
from sim.engine.kernel.calendar import push_due, push_expiry
from sim.engine.kernel.lines import bring_next, join, leave, take
from sim.engine.kernel.memory import (
    DELAYED,
    EXITS_HOLDING,
    FREE,
    GRANTED,
    NEVER,
    NONE,
    RUNNING,
    WAITING,
    Record,
    aheads,
    clocks,
    counters,
    drawn,
    entity,
    fail,
    floats,
    holds,
    ints,
    knots,
    laws,
    lines,
    name_of,
    new_clock,
    new_entity,
    nodes,
    sources,
    steps,
    values_of,
    visits_of,
)
from sim.engine.kernel.once import compiled, inlined
from sim.engine.kernel.tallies import (
    BUSY,
    COMPLETED,
    IN_LINE,
    NOT_YET,
    STARTED,
    count,
    end_row,
    flow,
    level,
    note_rows,
    opens_row,
)
from sim.log import Ended, Flow
from sim.network.model import Op
from sim.network.table import PATIENCE_PART, SOURCE_ORDERS

_BLOCK, _BLOCK_SHIFT, _LAST_OF_BLOCK = BLOCK, BLOCK_SHIFT, BLOCK - 1
_ENOUGH = 4  # draws made one by one before a block is
_SEIZE = int(Op.SEIZE)
_ORDERS = SOURCE_ORDERS
_REFUSED_BY_PATIENCE, _IMPATIENT = int(Ended.IMPATIENT), int(Flow.IMPATIENT)


@compiled
def draw(m: Record, e: Record, decision: int, visit: int) -> float:
    return uniform(m.key, np.int64(e.number), sources(m)[e.source].hash, decision, np.int64(visit))


@compiled
def draw_at(m: Record, e: Record, place: int, decision: int, visit: int, exponential: bool) -> float:
    """A draw, or what it gives by the exponential law of mean 1; out of a block made ahead if there is one.

    Draws are found by name, so those of entities that have yet to come can be made with this one's, many
    side by side. Most come to a decision in order of number who have not been apart before it.
    """
    if visit == 0:
        a, number = aheads(m)[place], np.int64(e.number)
        block = ((np.int64(e.source) << 32) | number) >> _BLOCK_SHIFT
        if a.block == block or _makes_block(m, a, e, block, place, decision, exponential):
            return floats(m.ahead)[place * _BLOCK + (number & _LAST_OF_BLOCK)]
    u = draw(m, e, decision, visit)
    return -log_of_share(1.0 - u) if exponential else u


@compiled
def _makes_block(
    m: Record, a: Record, e: Record, block: int, place: int, decision: int, exponential: bool
) -> bool:
    """Make the block if it is likely to be used: some of its first quarter came, and no others between."""
    if a.next != block:
        a.next, a.seen = block, 0
    a.seen += 1
    number = np.int64(e.number)
    if a.seen != _ENOUGH or number & _LAST_OF_BLOCK >= _BLOCK // 4:
        return False
    first, found = number & ~_LAST_OF_BLOCK, floats(m.ahead + 8 * place * _BLOCK)
    if exponential:
        fill_exponentials(m.key, sources(m)[e.source].hash, decision, first, found)
    else:
        fill_uniforms(m.key, sources(m)[e.source].hash, decision, first, found)
    a.block = block
    return True


@compiled
def draw_length(m: Record, e: Record, law: int, decision: int, place: int) -> int:
    """A duration of this visit [us]."""
    k = laws(m)[law]
    if k.kind == CONSTANT:  # nothing to draw
        return np.int64(scaled_duration(k.p0, 1.0))
    found = draw_at(m, e, place, decision, np.int64(e.visit), k.kind == EXPONENTIAL)
    if k.kind == EXPONENTIAL:
        return np.int64(scaled_duration(k.p0, found))
    if k.first == k.last:
        return np.int64(plain_duration(k.kind, k.p0, k.p1, k.p2, k.p3, found))
    return np.int64(duration(k.kind, k.p0, k.p1, k.p2, k.p3, knots(m), k.first, k.last, found))


@inlined
def patience_length(m: Record, e: Record, s: Record, step: int) -> int:
    """How long to wait at most, of this visit [us]."""
    return draw_length(m, e, s.patience, s.patience_hash, m.step_count + step)


@compiled
def make(m: Record, source: int, number: int, step: int) -> int:
    """A new entity with its attributes drawn; it has come to no step yet."""
    slot = _blank(m, source, number, step)
    e = entity(m, slot)
    s = sources(m)[source]
    values = values_of(m, slot)
    for i in range(m.attributes):
        values[i] = NONE
    for i in range(s.draw_first, s.draw_last):
        d = drawn(m)[i]
        row = in_force(m.drawn_time, m.drawn_row, d.period_first, d.period_last, m.now)
        u = draw_at(m, e, 2 * m.step_count + i, d.hash, 0, False)
        value = pick(m.drawn_thresholds, row, u)
        values[d.attribute] = value
        e.group += d.class_first * (value + 1)
    return slot


@compiled
def make_like(m: Record, source: int, number: int, step: int, parent: int) -> int:
    """A new entity with the attributes of another."""
    slot = _blank(m, source, number, step)
    entity(m, slot).group = entity(m, parent).group
    values, its = values_of(m, slot), values_of(m, parent)
    for i in range(m.attributes):
        values[i] = its[i]
    return slot


@inlined
def _blank(m: Record, source: int, number: int, step: int) -> int:
    slot = new_entity(m)
    e = entity(m, slot)
    e.joined = m.now
    e.due = e.started = 0
    e.number, e.source, e.step, e.to = number, source, step, NONE
    e.rows = 0
    e.hold = e.clock = e.before = e.after = NONE
    e.priority = e.group = e.hops = e.held = e.visit = 0
    e.doing = RUNNING
    visits = visits_of(m, slot)
    for i in range(m.slots):
        visits[i] = 0
    s = sources(m)[source]
    s.named = max(s.named, number + 1)
    m.entered += 1
    return slot


@compiled
def in_force(times: int, row_of: int, first: int, last: int, now: int) -> int:
    """Row of the last period that has begun; the first period if none has."""
    at = ints(times)
    period = first
    while period + 1 < last and at[period + 1] <= now:
        period += 1
    return ints(row_of)[period]


@compiled
def pick(thresholds: int, row: int, u: float) -> int:
    """The first value whose cumulative share is above u; the last threshold is 1."""
    share = floats(thresholds)
    value = 0
    while u >= share[row + value]:
        value += 1
    return value


@compiled
def priority_at(m: Record, slot: int, s: Record) -> int:
    """Priority of an entity at a step, by an attribute if the step says so."""
    if s.priority_by < 0:
        return s.priority
    value = values_of(m, slot)[s.priority_by]
    if value < 0:
        return s.priority
    return ints(m.priorities)[s.priority_first + value]


# -- clocks -----------------------------------------------------------------------------------------


@compiled
def run_clock(m: Record, e: Record, slot: int, part: int, step: int, time: int) -> None:
    """Start a clock, or start it anew; part 0 is the end of an order."""
    stop_clock(m, e, part)
    clock = new_clock(m)
    c = clocks(m)[clock]
    c.time, c.part, c.step, c.after = time, part, step, e.clock
    e.clock = clock
    push_expiry(m, e, slot, time, part)


@compiled
def stop_clock(m: Record, e: Record, part: int) -> None:
    """Stop a clock if it runs."""
    last = NONE
    clock = e.clock
    while clock >= 0 and clocks(m)[clock].part != part:
        last, clock = clock, clocks(m)[clock].after
    if clock < 0:
        return
    c = clocks(m)[clock]
    if last < 0:
        e.clock = c.after
    else:
        clocks(m)[last].after = c.after
    c.after = m.clock_free
    m.clock_free = clock


@compiled
def clock_of(m: Record, e: Record, part: int) -> int:
    """The running clock of a part, or NONE."""
    clock = e.clock
    while clock >= 0 and clocks(m)[clock].part != part:
        clock = clocks(m)[clock].after
    return clock


@compiled
def await_end(m: Record, e: Record, slot: int) -> None:
    """An order just made that has to wait, or takes time, gets the clock of its end.

    Most are granted what they come for, or leave, as soon as they are made, and never have one.
    """
    if slot == m.order_made:
        m.order_made = NONE
        run_clock(m, e, slot, 0, NONE, m.order_end)


@compiled
def first_grant(m: Record, e: Record, slot: int) -> None:
    """A first grant stops the clock of an order."""
    if slot == m.order_made:
        m.order_made = NONE
    elif e.clock >= 0 and sources(m)[e.source].kind == _ORDERS:
        stop_clock(m, e, 0)


@compiled
def vanish(m: Record, e: Record, slot: int) -> None:
    """Leave the system; the slot is free for another."""
    m.left += 1
    note_rows(m, e)
    while e.clock >= 0:
        clock = np.int64(e.clock)
        c = clocks(m)[clock]
        e.clock = c.after
        c.after = m.clock_free
        m.clock_free = clock
    e.doing = FREE
    e.after = m.entity_free
    m.entity_free = slot


# -- waiting ----------------------------------------------------------------------------------------


@compiled
def wait(m: Record, e: Record, slot: int, s: Record) -> int:
    """Join the line, unless patience is nothing: then the step to go to."""
    patience = NEVER
    if s.patience >= 0:
        length = patience_length(m, e, s, np.int64(e.step))
        if length == 0:
            end_row(m, e, NOT_YET, _REFUSED_BY_PATIENCE)
            flow(m, e, _IMPATIENT)
            return s.patience_to
        patience = m.now + length
    stand(m, e, slot, s, patience)
    return NONE


@inlined
def stand(m: Record, e: Record, slot: int, s: Record, patience: int) -> None:
    """Stand in the line or lines of a step until `patience` [us]."""
    e.doing = WAITING
    e.due = patience
    await_end(m, e, slot)
    if patience != NEVER:
        push_expiry(m, e, slot, patience, PATIENCE_PART)
    e.before = NONE
    if s.queue >= 0:
        _stand_in(m, e, slot, s.queue)
    else:
        for i in range(s.alt_first, s.alt_last):
            _stand_in(m, e, slot, ints(m.alternatives)[i])
    count(m, s.object, e, IN_LINE, 1)


@inlined
def _stand_in(m: Record, e: Record, slot: int, line: int) -> None:
    node = join(m, line, slot, e.priority, e.joined, name_of(m, e))
    if node >= 0:
        nodes(m)[node].other = e.before
        e.before = node
    lines(m)[line].people += 1


@compiled
def unline(m: Record, e: Record) -> None:
    """Leave every line; patience stops because nobody waits any more."""
    s = steps(m)[e.step]
    node = np.int64(e.before)
    while node >= 0:
        other = np.int64(nodes(m)[node].other)
        leave(m, node)
        node = other
    e.before = NONE
    if s.queue >= 0:
        lines(m)[s.queue].people -= 1
    else:
        for i in range(s.alt_first, s.alt_last):
            lines(m)[ints(m.alternatives)[i]].people -= 1
    count(m, s.object, e, IN_LINE, -1)


@compiled
def bring(m: Record, index: int, who: int) -> int:
    """The entity at the head of a line, made now if it was only counted.

    A place that nobody would leave ends here, others by `unline`.
    """
    if who >= 0:
        slot = np.int64(nodes(m)[who].slot)
        if nodes(m)[who].run < 0:
            take(m, index, who)
        else:
            bring_next(m, who)
        return slot
    return _materialise(m, -2 - who)


@compiled
def _materialise(m: Record, counter: int) -> int:
    c = counters(m)[counter]
    number, s = c.next, steps(m)[c.step]
    slot = make(m, c.source, number, c.step)
    e = entity(m, slot)
    e.joined = c.joined
    _count_on(m, c)
    e.priority = s.priority
    e.doing = WAITING
    e.due = NEVER
    sources(m)[c.source].unserved -= 1
    if s.visit_slot >= 0:
        visits_of(m, slot)[s.visit_slot] = 1
    opens_row(m, e, s)
    level(m, c.step, 0, IN_LINE, -1)
    level(m, c.step, np.int64(e.group), IN_LINE, 1)
    return slot


@compiled
def _count_on(m: Record, c: Record) -> None:
    """The next member of a counter is the one to be served next."""
    c.next += 1
    if c.law >= 0 and c.next <= c.count:
        k = laws(m)[c.law]
        c.joined = -age(k.kind, k.p0, k.p1, k.p2, k.p3, knots(m), k.first, k.last, c.next, c.count)


@compiled
def resume(m: Record, e: Record, slot: int) -> None:
    """A granted unit, seat or gate resumes its entity by an event at this instant."""
    e.doing = GRANTED
    e.to = NONE
    if steps(m)[e.step].op != _SEIZE:
        end_row(m, e, m.now, COMPLETED)
    flow(m, e, STARTED)
    first_grant(m, e, slot)
    push_due(m, e, slot, m.now)


@compiled
def move(m: Record, e: Record, slot: int, step: int) -> None:
    """Go to a step by an event at this instant; it replaces whatever was pending."""
    e.doing = GRANTED
    e.to = step
    push_due(m, e, slot, m.now)


@compiled
def start_delay(m: Record, e: Record, slot: int, end: int) -> None:
    level(m, e.step, e.group, BUSY, 1)
    e.doing = DELAYED
    await_end(m, e, slot)
    push_due(m, e, slot, end)


@inlined
def leave_for_good(m: Record, e: Record, slot: int, step: int) -> None:
    """Exit; nothing may be held."""
    if e.hold >= 0:
        pools = np.int64(0)
        hold = e.hold
        while hold >= 0:
            pools |= np.int64(1) << np.int64(holds(m)[hold].pool)
            hold = holds(m)[hold].after
        fail(m, EXITS_HOLDING, e, step, pools)
    vanish(m, e, slot)
