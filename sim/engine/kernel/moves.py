"""Leaving what one is in: bumped, evicted, expired, out of patience, short of time."""

from __future__ import annotations

import numpy as np

from sim.engine.kernel.lines import drop, first_holder, join, keep, take
from sim.engine.kernel.memory import (
    DELAYED,
    FREE,
    GRANTED,
    NONE,
    PAUSED,
    PREEMPTED,
    RUNNING,
    SERVED,
    WAITING,
    Record,
    clocks,
    entities,
    holds,
    ints,
    lines,
    name_of,
    nodes,
    objects,
    steps,
)
from sim.engine.kernel.once import compiled, folded
from sim.engine.kernel.people import move, stop_clock, unline, vanish
from sim.engine.kernel.pools import give_back, give_back_all, look_pools, look_stock
from sim.engine.kernel.stations import end_service, look_station
from sim.engine.kernel.tallies import (
    BUSY,
    IMPATIENT,
    LEFT,
    STOPPED,
    count,
    end_row,
    flow,
    level,
    started_at,
)
from sim.log import Ended
from sim.network.model import DAY, Op

_SERVE, _SEIZE, _TAKE, _GATE = int(Op.SERVE), int(Op.SEIZE), int(Op.TAKE), int(Op.GATE)
_BUMPED, _EVICTED, _EXPIRED = int(Ended.BUMPED), int(Ended.EVICTED), int(Ended.EXPIRED)
_IMPATIENT, _SHORTFALL = int(Ended.IMPATIENT), int(Ended.SHORTFALL)
_DAY = DAY


@compiled
def withdraw(m: Record, e: Record, how: int) -> None:
    """Leave whatever the entity waits for or is doing; its unfinished step is void."""
    doing = e.doing
    s = steps(m)[e.step]
    if doing != GRANTED:
        end_row(m, e, started_at(e), how)
    if doing == WAITING:
        unline(m, e)
    elif doing == PAUSED or doing == PREEMPTED:
        count(m, s.object, e, STOPPED, -1)
    elif doing == SERVED:
        end_service(m, s.object, e)
    elif doing == DELAYED:
        level(m, e.step, e.group, BUSY, -1)
    flow(m, e, IMPATIENT if how == _IMPATIENT else LEFT)
    e.doing = RUNNING
    if s.op == _SERVE:
        look_station(m, s.object)
    elif doing == WAITING and s.op == _SEIZE:
        look_pools(m, s.pools)
    elif doing == WAITING and s.op == _TAKE:
        look_stock(m, s.object)


@compiled
def impatient(m: Record, e: Record) -> int:
    """Patience has run out; returns the step to run on from."""
    step = e.step
    withdraw(m, e, _IMPATIENT)
    return steps(m)[step].patience_to


@compiled
def shortfall(m: Record, e: Record, slot: int) -> None:
    """The end of an order that was never granted anything; it leaves if it still waits."""
    if e.doing != WAITING:
        return
    withdraw(m, e, _SHORTFALL)
    day = (m.now - 1) // _DAY
    ints(m.shortfall)[day * m.source_count + e.source] += 1
    vanish(m, e, slot)


@compiled
def expire(m: Record, e: Record, clock: int) -> int:
    """A clock has run out: leave, give back what is listed; returns the step to run on from."""
    s = steps(m)[clocks(m)[clock].step]
    stop_clock(m, e, clocks(m)[clock].part)
    withdraw(m, e, _EXPIRED)
    look_pools(m, give_back_all(m, e, s.release, _EXPIRED))
    return s.to


# -- bump -------------------------------------------------------------------------------------------


@compiled
def victims(m: Record, newcomer: Record, slot: int, pool: int, units: int) -> int:
    """Holders of strictly lower priority, last granted first, just enough of them; else NONE.

    Returns the first of their nodes, which are out of the line and chained by `sibling`.
    """
    o = objects(m)[pool]
    line, free = o.line_first, o.capacity - o.busy
    chosen = last = aside = NONE
    while free < units:
        node = first_holder(m, line)
        if node < 0 or -nodes(m)[node].priority <= newcomer.priority:
            break
        take(m, line, node)
        n = nodes(m)[node]
        n.sibling = NONE
        hold = holds(m)[n.slot]
        if hold.slot == slot or _over(m, entities(m)[hold.slot]):
            n.sibling = aside
            aside = node
            continue
        if last < 0:
            chosen = node
        else:
            nodes(m)[last].sibling = node
        last = node
        free += hold.units
    _keep_all(m, line, aside)
    if free >= units:
        return chosen
    _keep_all(m, line, chosen)
    return NONE


@compiled
def _keep_all(m: Record, line: int, node: int) -> None:
    while node >= 0:
        after = np.int64(nodes(m)[node].sibling)
        keep(m, line, node)
        node = after


@compiled
def _over(m: Record, e: Record) -> bool:
    """Whether what the entity is in ends at the present instant."""
    return (e.doing == SERVED or e.doing == DELAYED or e.doing == GRANTED) and e.due == m.now


@compiled
def bump_all(m: Record, node: int, pool: int, step: int) -> None:
    """Each victim gives up its units of the pool and goes where the step says."""
    s = steps(m)[step]
    while node >= 0:
        slot = np.int64(holds(m)[nodes(m)[node].slot].slot)
        after = np.int64(nodes(m)[node].sibling)
        drop(m, node)
        e = entities(m)[slot]
        withdraw(m, e, _BUMPED)
        give_back(m, e, pool, _BUMPED)
        given = give_back_all(m, e, s.bump_release, _BUMPED)
        move(m, e, slot, s.bump_to)
        look_pools(m, given)
        node = after
    look_pools(m, np.int64(1) << np.int64(pool))


# -- gates ------------------------------------------------------------------------------------------


@compiled
def evict_all(m: Record, gate: int) -> None:
    """A gate closes: at each of its steps that evict, everybody beyond it leaves."""
    for step in range(m.step_count):
        s = steps(m)[step]
        if s.op == _GATE and s.object == gate and s.evict_to >= 0:
            _gather(m, s)
            _evict(m, s)


@folded
def _gather(m: Record, s: Record) -> None:
    """Put everybody at a step beyond the gate into the scratch line, by name."""
    for slot in range(m.entity_top):
        e = entities(m)[slot]
        if e.doing == FREE or e.doing == RUNNING:
            continue
        for i in range(s.evict_first, s.evict_last):
            if ints(m.evicted)[i] == e.step:
                join(m, m.scratch, slot, 0, 0, name_of(m, e))
                break


@folded
def _evict(m: Record, s: Record) -> None:
    line = lines(m)[m.scratch]
    while line.head >= 0 or line.root >= 0:
        node = _first_of(m, line)
        slot = np.int64(nodes(m)[node].slot)
        take(m, m.scratch, node)
        drop(m, node)
        e = entities(m)[slot]
        withdraw(m, e, _EVICTED)
        given = give_back_all(m, e, s.evict_release, _EVICTED)
        move(m, e, slot, s.evict_to)
        look_pools(m, given)


@compiled
def _first_of(m: Record, line: Record) -> int:
    """The first node of a line of which nobody can leave."""
    if line.head < 0:
        return np.int64(line.root)
    if line.root < 0 or nodes(m)[line.head].name < nodes(m)[line.root].name:
        return np.int64(line.head)
    return np.int64(line.root)
