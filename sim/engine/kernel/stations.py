"""Stations: service, stopped work, sharing between classes."""

from __future__ import annotations

import numpy as np

from sim.draws.distributions import LONGEST
from sim.draws.luck import multiplier, rounded
from sim.engine.kernel.calendar import push_due
from sim.engine.kernel.lines import first, head, join_loose, would_head
from sim.engine.kernel.memory import (
    NONE,
    PAUSED,
    PREEMPTED,
    SERVED,
    Record,
    efforts,
    entity,
    ints,
    lines,
    name_of,
    objects,
    steps,
)
from sim.engine.kernel.once import compiled, inlined
from sim.engine.kernel.people import bring, draw_length, first_grant, unline
from sim.engine.kernel.tallies import BUSY, STARTED, STOPPED, count, flow
from sim.network.model import Preempt

_RESTART = int(Preempt.RESTART)


@compiled
def look_station(m: Record, index: int) -> None:
    """Give free servers to work that was paused, then to the head of the line."""
    o = objects(m)[index]
    while o.busy < o.capacity:
        if o.pause:
            node = first(m, o.paused_line)
            if node >= 0:
                slot = bring(m, o.paused_line, node)
                _go_on(m, index, slot)
                continue
        line = o.line_first
        if o.line_last - line > 1:
            line = _next_class(m, o)
            if line < 0:
                return
        who = head(m, line)
        if who == NONE:
            return
        slot = bring(m, line, who)
        if entity(m, slot).doing == PREEMPTED:
            _go_on(m, index, slot)
        else:
            unline(m, entity(m, slot))
            begin(m, index, slot)


@compiled
def _go_on(m: Record, index: int, slot: int) -> None:
    """Stopped work goes on for what is left of it."""
    e = entity(m, slot)
    count(m, index, e, STOPPED, -1)
    _serve(m, index, slot, e.due)


@inlined
def begin(m: Record, index: int, slot: int) -> None:
    """A service begins: its work is drawn."""
    e = entity(m, slot)
    s = steps(m)[e.step]
    work = effort(m, s, draw_length(m, e, s.law, s.step_hash, e.step))
    if m.works_kept:
        ints(m.works)[slot] = work
    e.started = m.now
    flow(m, e, STARTED)
    first_grant(m, e, slot)
    line = lines(m)[s.queue]
    if line.weight:
        line.account = min(line.account + -(-work // 1_000_000), LONGEST)
    _serve(m, index, slot, work)


@inlined
def _serve(m: Record, index: int, slot: int, length: int) -> None:
    o = objects(m)[index]
    e = entity(m, slot)
    e.doing = SERVED
    if o.ordered:
        e.before, e.after = o.newest, NONE
        if o.newest >= 0:
            entity(m, o.newest).after = slot
        else:
            o.oldest = slot
        o.newest = slot
    count(m, index, e, BUSY, 1)
    push_due(m, e, slot, m.now + length)


@compiled
def end_service(m: Record, index: int, e: Record) -> None:
    """A server is free again; nobody is looked for here."""
    o = objects(m)[index]
    if o.ordered:
        if e.before >= 0:
            entity(m, e.before).after = e.after
        else:
            o.oldest = e.after
        if e.after >= 0:
            entity(m, e.after).before = e.before
        else:
            o.newest = e.before
    count(m, index, e, BUSY, -1)


@compiled
def effort(m: Record, s: Record, work: int) -> int:
    """The drawn work times a piecewise-linear function of what is left of a stock."""
    if s.effort_stock < 0:
        return work
    initial = ints(m.stock_initial)[s.effort_stock]
    now = objects(m)[m.object_count - m.stocks + s.effort_stock].busy
    share = 0.0
    if initial:
        share = now / initial
    return np.int64(rounded(work * multiplier(share, efforts(m), s.effort_first, s.effort_last)))


@compiled
def _stop(m: Record, index: int, slot: int, doing: int) -> None:
    """Stop a service; `due` is what is left of it from now on."""
    e = entity(m, slot)
    end_service(m, index, e)
    e.due -= m.now
    e.doing = doing
    count(m, index, e, STOPPED, 1)


@compiled
def preempt(m: Record, index: int, newcomer: Record, how: int) -> bool:
    """Stop the service of lowest priority, last granted, strictly below the newcomer's."""
    o = objects(m)[index]
    if o.busy > o.capacity:
        return False
    victim, lowest = NONE, np.int64(newcomer.priority)
    slot = o.newest
    while slot >= 0:
        e = entity(m, slot)
        if e.priority > lowest and e.due > m.now:
            victim, lowest = slot, np.int64(e.priority)
        slot = np.int64(e.before)
    if victim < 0:
        return False
    _stop(m, index, victim, PREEMPTED)
    e = entity(m, victim)
    if how == _RESTART:
        e.due = ints(m.works)[victim]
    join_loose(m, steps(m)[e.step].queue, victim, e.priority, e.joined, name_of(m, e))
    return True


@compiled
def pause(m: Record, index: int) -> None:
    """Capacity has dropped: of the work not due now, the last granted stops."""
    o = objects(m)[index]
    going = 0
    slot = o.newest
    while slot >= 0:
        going += entity(m, slot).due > m.now
        slot = np.int64(entity(m, slot).before)
    slot = o.newest
    while slot >= 0 and going > o.capacity:
        e = entity(m, slot)
        earlier = np.int64(e.before)
        if e.due > m.now:
            _stop(m, index, slot, PAUSED)
            join_loose(m, o.paused_line, slot, e.priority, e.joined, name_of(m, e))
            going -= 1
        slot = earlier


# -- sharing between classes ------------------------------------------------------------------------


@compiled
def others_wait(m: Record, o: Record, but: int) -> bool:
    """Whether anybody waits in a class of the station other than `but`."""
    for i in range(o.line_first, o.line_last):
        if i != but and lines(m)[i].people:
            return True
    return False


@compiled
def join_account(m: Record, o: Record, index: int) -> None:
    """A class that stood empty starts from the least account then waiting, or its own if greater."""
    own = lines(m)[index]
    least = NONE
    for i in range(o.line_first, o.line_last):
        line = lines(m)[i]
        if i != index and line.people:
            account = _over(line, own.weight)
            if least < 0 or account < least:
                least = account
    own.account = max(own.account, least)


@compiled
def _next_class(m: Record, o: Record) -> int:
    """The waiting class with the least account over its weight, ties by name; NONE if none waits."""
    best = NONE
    for i in range(o.line_first, o.line_last):
        if not lines(m)[i].people:
            continue
        if best < 0:
            best = i
            continue
        a, b = lines(m)[i], lines(m)[best]
        way = _compared(a, b)
        if way < 0 or (way == 0 and a.order < b.order):
            best = i
    return best


@compiled
def _over(line: Record, weight: int) -> int:
    """Account × weight ÷ the line's own weight, rounded up; parts that 64 bits hold, and at most LONGEST."""
    whole, rest = line.account // line.weight, line.account % line.weight
    if whole > LONGEST // weight:
        return LONGEST
    return min(whole * weight + -(-rest * weight // line.weight), LONGEST)


@compiled
def _compared(a: Record, b: Record) -> int:
    """Below 0 where account ÷ weight of the first is less: the wholes, then the rest cross-multiplied."""
    whole = a.account // a.weight - b.account // b.weight
    if whole != 0:
        return whole
    return a.account % a.weight * b.weight - b.account % b.weight * a.weight


@inlined
def heads(m: Record, index: int, s: Record, e: Record) -> bool:
    """Whether an entity that joined now would be the next to be served."""
    o = objects(m)[index]
    if o.pause and first(m, o.paused_line) >= 0:
        return False
    if o.line_last - o.line_first > 1 and others_wait(m, o, NONE):
        return False
    return would_head(m, s.queue, e)
