"""Leaving what one is in: bumped, evicted, expired, out of patience, short of time."""

from __future__ import annotations

import numpy as np

from sim.engine.kernel.lines import join_loose, take
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
    entity,
    holds,
    ints,
    lines,
    name_of,
    nodes,
    objects,
    runs,
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

    Returns the first of their holds, which are chained by `chosen`.
    """
    o = objects(m)[pool]
    free, run = o.capacity - o.busy, o.run_last - 1
    chosen = last = NONE
    while run > o.run_first + newcomer.priority:
        this = np.int64(runs(m)[run].head)
        while this >= 0 and free < units:
            h = holds(m)[this]
            if h.slot != slot and not _over(m, entity(m, h.slot)):
                h.chosen = NONE
                if last < 0:
                    chosen = this
                else:
                    holds(m)[last].chosen = this
                last = this
                free += h.units
            this = np.int64(h.older)
        run -= 1
    return chosen if free >= units else NONE


@compiled
def _over(m: Record, e: Record) -> bool:
    """Whether what the entity is in ends at the present instant."""
    return (e.doing == SERVED or e.doing == DELAYED or e.doing == GRANTED) and e.due == m.now


@compiled
def bump_all(m: Record, hold: int, pool: int, step: int) -> None:
    """Each victim gives up its units of the pool and goes where the step says."""
    s = steps(m)[step]
    while hold >= 0:
        slot, after = np.int64(holds(m)[hold].slot), np.int64(holds(m)[hold].chosen)
        e = entity(m, slot)
        withdraw(m, e, _BUMPED)
        give_back(m, e, pool, _BUMPED)
        given = give_back_all(m, e, s.bump_release, _BUMPED)
        move(m, e, slot, s.bump_to)
        look_pools(m, given)
        hold = after
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
        e = entity(m, slot)
        if e.doing == FREE or e.doing == RUNNING:
            continue
        for i in range(s.evict_first, s.evict_last):
            if ints(m.evicted)[i] == e.step:
                join_loose(m, m.scratch, slot, 0, 0, name_of(m, e))
                break


@folded
def _evict(m: Record, s: Record) -> None:
    line = lines(m)[m.scratch]
    while line.root >= 0:
        node = np.int64(line.root)
        slot = np.int64(nodes(m)[node].slot)
        take(m, m.scratch, node)
        e = entity(m, slot)
        withdraw(m, e, _EVICTED)
        given = give_back_all(m, e, s.evict_release, _EVICTED)
        move(m, e, slot, s.evict_to)
        look_pools(m, given)
