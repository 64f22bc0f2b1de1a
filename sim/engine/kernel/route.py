"""The route: what an entity does at each step until one makes it wait."""

from __future__ import annotations

import numpy as np

from sim.engine.kernel.lines import would_head
from sim.engine.kernel.memory import (
    DELAYED,
    ENDLESS,
    GRANTED,
    HOLDS_ALREADY,
    NO_OPTION,
    NONE,
    NOT_HELD,
    RUNNING,
    SPAWNED,
    VISITS,
    Record,
    entity,
    fail,
    ints,
    lines,
    objects,
    steps,
    values_of,
    visits_of,
)
from sim.engine.kernel.moves import bump_all, victims
from sim.engine.kernel.once import compiled, folded, inlined
from sim.engine.kernel.people import (
    draw_at,
    draw_length,
    first_grant,
    in_force,
    leave_for_good,
    make_like,
    move,
    pick,
    priority_at,
    run_clock,
    start_delay,
    stop_clock,
    wait,
)
from sim.engine.kernel.pools import (
    change_stock,
    give_back_all,
    held_by,
    hold,
    look_pools,
    look_stock,
)
from sim.engine.kernel.stations import (
    begin,
    end_service,
    heads,
    join_account,
    look_station,
    preempt,
)
from sim.engine.kernel.tallies import (
    BUSY,
    COMPLETED,
    ENTERED,
    FINISHED,
    LEFT,
    NOT_YET,
    REFUSED,
    STARTED,
    end_row,
    flow,
    flow_through,
    level,
    opens_row,
    started_at,
)
from sim.log import Ended
from sim.network.model import Op

MOST_STEPS, MOST_VISITS = 10_000, 256
_WAIT, _GONE = -1, -2
_REFUSED, _DIVERTED = int(Ended.REFUSED), int(Ended.DIVERTED)
_SEIZE, _RELEASE, _SERVE, _DELAY, _DEPART = (
    int(Op.SEIZE), int(Op.RELEASE), int(Op.SERVE), int(Op.DELAY), int(Op.DEPART)
)  # fmt: skip
_GATE, _TAKE, _PUT, _DEADLINE, _CLEAR = (
    int(Op.GATE), int(Op.TAKE), int(Op.PUT), int(Op.DEADLINE), int(Op.CLEAR)
)  # fmt: skip
_BRANCH, _SET, _SPAWN = int(Op.BRANCH), int(Op.SET), int(Op.SPAWN)


@compiled
def run_on(m: Record, slot: int, step: int) -> None:
    """Run on from a step until one makes the entity wait or leave."""
    e = entity(m, slot)
    if m.now > e.joined:
        e.hops = 0
    while step >= 0:
        e.hops += 1
        if e.hops > MOST_STEPS:
            fail(m, ENDLESS, e, step, 0)
        step = _at(m, e, slot, step)


@inlined
def come(m: Record, e: Record, slot: int, step: int) -> None:
    """A new visit of a step: count it, and open its row if it leaves one."""
    s = steps(m)[step]
    e.step = step
    e.joined = m.now
    e.doing = RUNNING
    visit = np.int64(0)
    if s.visit_slot >= 0:
        visits = visits_of(m, slot)
        visit = np.int64(visits[s.visit_slot])
        if visit >= MOST_VISITS:
            fail(m, VISITS, e, step, 0)
        visits[s.visit_slot] = visit + 1
    e.visit = visit
    flow(m, e, ENTERED)
    opens_row(m, e, s)


@compiled
def pass_on(m: Record, e: Record, s: Record) -> int:
    """An instantaneous step is done."""
    flow_through(m, e)
    end_row(m, e, m.now, COMPLETED)
    return s.next


@inlined
def finish(m: Record, slot: int) -> int:
    """What was waited for has come; returns the step to run on from."""
    e = entity(m, slot)
    s = steps(m)[e.step]
    doing, to, started = e.doing, np.int64(e.to), started_at(e)
    e.doing, e.to = RUNNING, NONE
    if doing == GRANTED:
        if to >= 0:
            return to
        flow(m, e, FINISHED)
        return s.next
    end_row(m, e, started, COMPLETED)
    flow(m, e, FINISHED)
    if doing == DELAYED:
        level(m, e.step, e.group, BUSY, -1)
    else:
        end_service(m, s.object, e)
        look_station(m, s.object)
    return s.next


@folded
def _at(m: Record, e: Record, slot: int, step: int) -> int:
    """Come to a step and begin it; the next step, or -1 to wait, or -2 when gone."""
    come(m, e, slot, step)
    s = steps(m)[step]
    op = s.op
    if op == _SERVE:
        return _serve(m, e, slot, s)
    if op == _DELAY:
        length = draw_length(m, e, s.law, s.step_hash, step)
        flow(m, e, STARTED)
        start_delay(m, e, slot, m.now + length)
        return _WAIT
    if op == _SEIZE:
        return _seize(m, e, slot, step)
    if op == _RELEASE:
        return _release(m, e, s, step)
    if op == _BRANCH:
        return _branch(m, e, slot, s, step)
    if op == _DEPART:
        e.priority = priority_at(m, slot, s)
        return wait(m, e, slot, s)
    if op == _GATE:
        return _gate(m, e, slot, s)
    if op == _TAKE:
        return _take(m, e, slot, s)
    if op == _SPAWN:
        return _spawn(m, e, slot, step)
    return _small(m, e, slot, step)


@folded
def _small(m: Record, e: Record, slot: int, step: int) -> int:
    """Put, deadline, clear, set, exit."""
    s = steps(m)[step]
    op = s.op
    if op == _PUT:
        pass_on(m, e, s)
        change_stock(m, s.object, s.units)
        look_stock(m, s.object)
    elif op == _DEADLINE:
        length = draw_length(m, e, s.law, s.step_hash, step)
        run_clock(m, e, slot, s.obj + 1, step, m.now + length)
        pass_on(m, e, s)
    elif op == _CLEAR:
        stop_clock(m, e, s.obj + 1)
        pass_on(m, e, s)
    elif op == _SET:
        values_of(m, slot)[s.attribute] = s.value
        pass_on(m, e, s)
    else:
        pass_on(m, e, s)
        leave_for_good(m, e, slot, step)
        return _GONE
    return s.next


# -- pools ------------------------------------------------------------------------------------------


@folded
def _seize(m: Record, e: Record, slot: int, step: int) -> int:
    s = steps(m)[step]
    alternatives = ints(m.alternatives)
    for i in range(s.alt_first, s.alt_last):
        if held_by(m, e, alternatives[i]) >= 0:
            fail(m, HOLDS_ALREADY, e, step, alternatives[i])
    e.priority = priority_at(m, slot, s)
    for i in range(s.alt_first, s.alt_last):
        pool = alternatives[i]
        o = objects(m)[pool]
        if o.capacity - o.busy >= s.units and would_head(m, pool, e):
            _grant(m, e, slot, s, pool)
            return s.next
    if s.bump_to >= 0:
        for i in range(s.alt_first, s.alt_last):
            pool = alternatives[i]
            if would_head(m, pool, e):
                chosen = victims(m, e, slot, pool, s.units)
                if chosen >= 0:
                    _grant(m, e, slot, s, pool)
                    bump_all(m, chosen, pool, step)
                    return s.next
    return wait(m, e, slot, s)


@compiled
def _grant(m: Record, e: Record, slot: int, s: Record, pool: int) -> None:
    """A grant without waiting."""
    hold(m, e, slot, pool, s.units, m.now)
    first_grant(m, e, slot)
    flow_through(m, e)


@folded
def _release(m: Record, e: Record, s: Record, step: int) -> int:
    held = np.int64(0)
    for i in range(s.alt_first, s.alt_last):
        pool = ints(m.alternatives)[i]
        if held_by(m, e, pool) >= 0:
            held |= np.int64(1) << pool
    if not held:
        fail(m, NOT_HELD, e, step, 0)
    pass_on(m, e, s)
    look_pools(m, give_back_all(m, e, held, COMPLETED))
    return s.next


# -- other steps ------------------------------------------------------------------------------------


@folded
def _serve(m: Record, e: Record, slot: int, s: Record) -> int:
    o = objects(m)[s.object]
    e.priority = priority_at(m, slot, s)
    if _gets_server(m, e, s, o):
        begin(m, s.object, slot)
        return _WAIT
    if s.room_most >= 0 and o.waiting >= s.room_most:
        end_row(m, e, NOT_YET, _REFUSED)
        flow(m, e, REFUSED)
        return s.room_to
    if o.line_last - o.line_first > 1 and not lines(m)[s.queue].people:
        join_account(m, o, s.queue)
    return wait(m, e, slot, s)


@inlined
def _gets_server(m: Record, e: Record, s: Record, o: Record) -> bool:
    """Whether a server is free for who comes, or is made free by stopping other work."""
    free = o.busy < o.capacity
    if not (free or s.preempt) or not heads(m, s.object, s, e):
        return False
    return free or preempt(m, s.object, e, s.preempt)


@folded
def _gate(m: Record, e: Record, slot: int, s: Record) -> int:
    if objects(m)[s.object].capacity:
        first_grant(m, e, slot)
        return pass_on(m, e, s)
    if s.to >= 0:
        return _divert(m, e, s)
    e.priority = priority_at(m, slot, s)
    return wait(m, e, slot, s)


@folded
def _take(m: Record, e: Record, slot: int, s: Record) -> int:
    e.priority = priority_at(m, slot, s)
    if objects(m)[s.object].busy >= s.units and would_head(m, s.queue, e):
        change_stock(m, s.object, -s.units)
        first_grant(m, e, slot)
        return pass_on(m, e, s)
    if s.to >= 0:
        return _divert(m, e, s)
    return wait(m, e, slot, s)


@compiled
def _divert(m: Record, e: Record, s: Record) -> int:
    end_row(m, e, NOT_YET, _DIVERTED)
    flow(m, e, LEFT)
    return s.to


@folded
def _branch(m: Record, e: Record, slot: int, s: Record, step: int) -> int:
    pass_on(m, e, s)
    if s.attribute < 0:
        row = in_force(m.branch_time, m.branch_row, s.period_first, s.period_last, m.now)
        u = draw_at(m, e, step, s.step_hash, np.int64(e.visit), False)
        return ints(m.option_step)[s.option_first + pick(m.thresholds, row, u)]
    value = values_of(m, slot)[s.attribute]
    for i in range(s.option_first, s.option_last):
        if ints(m.option_value)[i] == value:
            return ints(m.option_step)[i]
    fail(m, NO_OPTION, e, step, 0)
    return NONE


@folded
def _spawn(m: Record, e: Record, slot: int, step: int) -> int:
    s = steps(m)[step]
    source = ints(m.spawn_source)[e.source * m.step_count + step]
    number = np.int64(e.number) * MOST_VISITS + np.int64(e.visit)
    if source < 0 or number >> 32:
        fail(m, SPAWNED, e, step, 0)
    child = make_like(m, source, number, s.enters, slot)
    move(m, entity(m, child), child, s.enters)
    return pass_on(m, e, s)
