"""Pools, gates, stocks and departures: granting, giving back, looking at a line again."""

from __future__ import annotations

import numpy as np

from sim.engine.kernel.agenda import put_in_order
from sim.engine.kernel.lines import head, step_of
from sim.engine.kernel.memory import (
    NONE,
    Record,
    entity,
    holds,
    lines,
    new_hold,
    objects,
    runs,
    shorts,
    steps,
)
from sim.engine.kernel.once import compiled
from sim.engine.kernel.people import bring, resume, unline
from sim.engine.kernel.tallies import end_hold, touch

_FEW = 8  # who resume at one instant and are put in order one by one
_HELD = 15  # an entity's `held` has a bit for each pool, beyond sixteen pools one for several


@compiled
def lowest(mask: int) -> int:
    """The first pool of a mask that is not empty."""
    pool = 0
    while not (mask >> pool) & 1:
        pool += 1
    return pool


@compiled
def held_by(m: Record, e: Record, pool: int) -> int:
    """The hold an entity has of a pool, or NONE."""
    if not (np.int64(e.held) >> (pool & _HELD)) & 1:
        return NONE
    hold = np.int64(e.hold)
    while hold >= 0 and holds(m)[hold].pool != pool:
        hold = np.int64(holds(m)[hold].after)
    return hold


@compiled
def hold(m: Record, e: Record, slot: int, pool: int, units: int, since: int) -> None:
    """Put units of a pool in the hands of an entity; the visit that took them ends with the holding."""
    o = objects(m)[pool]
    touch(m, pool)
    new = new_hold(m)
    h = holds(m)[new]
    h.slot, h.units, h.started, h.pool, h.after = slot, units, since, pool, e.hold
    h.joined, h.step, h.visit, h.row = e.joined, e.step, e.visit, e.rows - 1
    e.hold = new
    e.held = np.int64(e.held) | (1 << (pool & _HELD))
    if o.bumpable:
        _may_be_bumped(m, new, o.run_first + e.priority)
    o.busy += units
    shorts(m.held)[pool * m.classes + e.group] += units


@compiled
def _may_be_bumped(m: Record, new: int, run: int) -> None:
    """Stand before all holders of the priority, as the one granted last."""
    h, r = holds(m)[new], runs(m)[run]
    h.run, h.newer, h.older = run, NONE, r.head
    if r.head >= 0:
        holds(m)[r.head].newer = new
    r.head = new


@compiled
def _may_not(m: Record, h: Record) -> None:
    if h.newer >= 0:
        holds(m)[h.newer].older = h.older
    else:
        runs(m)[h.run].head = h.older
    if h.older >= 0:
        holds(m)[h.older].newer = h.newer


@compiled
def give_back(m: Record, e: Record, pool: int, how: int) -> None:
    """Units come free; whoever is next is not looked for here."""
    last, this = NONE, np.int64(e.hold)
    while holds(m)[this].pool != pool:
        last, this = this, np.int64(holds(m)[this].after)
    h = holds(m)[this]
    if last < 0:
        e.hold = h.after
    else:
        holds(m)[last].after = h.after
    end_hold(m, e, h, m.now, how)
    touch(m, pool)
    o = objects(m)[pool]
    o.busy -= h.units
    if o.bumpable:
        _may_not(m, h)
    if e.hold < 0:
        e.held = 0
    elif m.pools <= _HELD:
        e.held = np.int64(e.held) & ~(1 << pool)
    shorts(m.held)[pool * m.classes + e.group] -= h.units
    h.slot = NONE
    h.after = m.hold_free
    m.hold_free = this


@compiled
def give_back_all(m: Record, e: Record, mask: int, how: int) -> int:
    """Give back what is held of the pools of a mask; returns those given back."""
    given = np.int64(0)
    while mask:
        pool = lowest(mask)
        mask &= mask - 1
        if held_by(m, e, pool) >= 0:
            give_back(m, e, pool, how)
            given |= np.int64(1) << pool
    return given


@compiled
def look_pools(m: Record, mask: int) -> None:
    """Grant to the heads of the lines of pools while their units are free, in order of pools.

    Who is granted a unit of one pool leaves the lines of others, which are then looked at too.
    """
    while mask:
        pool = lowest(mask)
        mask &= mask - 1
        o = objects(m)[pool]
        while o.busy < o.capacity:
            who = head(m, pool)
            if who == NONE:
                break
            s = steps(m)[step_of(m, who)]
            if o.capacity - o.busy < s.units:
                break
            slot = bring(m, pool, who)
            e = entity(m, slot)
            unline(m, e)
            hold(m, e, slot, pool, s.units, m.now)
            resume(m, e, slot)
            mask |= s.pools & ~(np.int64(1) << pool)


@compiled
def look_gate(m: Record, index: int) -> None:
    """An open gate lets everybody through."""
    while objects(m)[index].capacity:
        who = head(m, index)
        if who == NONE:
            break
        _through(m, index, who)


@compiled
def _through(m: Record, index: int, who: int) -> None:
    slot = bring(m, index, who)
    e = entity(m, slot)
    unline(m, e)
    resume(m, e, slot)


@compiled
def change_stock(m: Record, index: int, by: int) -> None:
    touch(m, index)
    o = objects(m)[index]
    o.busy = max(0, o.busy + by)


@compiled
def look_stock(m: Record, index: int) -> None:
    while True:
        who = head(m, index)
        if who == NONE:
            break
        units = steps(m)[step_of(m, who)].units
        if objects(m)[index].busy < units:
            break
        change_stock(m, index, -units)
        _through(m, index, who)


@compiled
def depart(m: Record, index: int, seats: int) -> None:
    """A departure: seats go in line order; with too few waiting it does not go."""
    o = objects(m)[index]
    people = lines(m)[index].people
    if people < max(1, o.minimum):
        return
    o.seats += seats
    m.gathering = min(seats, people) > _FEW
    for _ in range(min(seats, people)):
        _through(m, index, head(m, index))
        o.taken += 1
    if m.gathering:
        m.gathering = 0
        put_in_order(m)
