"""Units of pools in hands: given, given back, granted to those in line."""

from __future__ import annotations

from collections.abc import Iterable

from sim.engine.simpy_engine.entity import Entity, Hold
from sim.engine.simpy_engine.leaving import leave_lines
from sim.engine.simpy_engine.places import Pool
from sim.engine.simpy_engine.system import System
from sim.engine.simpy_engine.tally import end_row, place_code
from sim.engine.simpy_engine.waiting import bring, resume
from sim.log import Ended


def hold(system: System, e: Entity, pool: Pool, units: int) -> None:
    """Put units into somebody's hands."""
    e.holds[pool.index] = held = Hold(e, pool, units, e.priority, pool.grants, e.row)
    if pool.bumpable:
        pool.grants += 1
        pool.holders.add(held)
    pool.use.add_busy(units, system.env.now)
    pool.held[e.group] += units


def say_pool(system: System, e: Entity, pool: Pool) -> None:
    """The row of a visit says the first pool of its step, until another gives the units."""
    if e.row >= 0 and pool is not e.step.pools[0]:
        system.tally.rows[e.row + 4] = place_code(e.step.index, pool.index) + e.visit


def give_back(system: System, e: Entity, pool: Pool, how: Ended) -> None:
    """The units come free; whoever is next is not looked for here."""
    held = e.holds.pop(pool.index)
    if pool.bumpable:
        pool.holders.discard(held)
    end_row(system.tally, held.row, system.env.now, how)
    pool.use.add_busy(-held.units, system.env.now)
    pool.held[e.group] -= held.units


def give_back_all(system: System, e: Entity, mask: int, how: Ended) -> list[Pool]:
    """Give back what is held of the pools whose bits are set; returns them."""
    given = [system.pools[p] for p in sorted(e.holds) if mask >> p & 1]
    for pool in given:
        give_back(system, e, pool, how)
    return given


def look_pools(system: System, pools: Iterable[Pool]) -> None:
    """Grant to the heads of the lines of pools while their units are free, in order of pools.

    Who is granted a unit of one pool leaves the lines of others, which are then looked at too.
    """
    pending = {pool.index for pool in pools if pool.line.people}
    while pending:
        pool = system.pools[min(pending)]
        pending.remove(pool.index)
        while (head := pool.line.head()) is not None and pool.free() >= head.step.units:
            e = bring(system, head)
            leave_lines(system, e)
            hold(system, e, pool, e.step.units)
            if len(e.step.pools) > 1:
                say_pool(system, e, pool)
            resume(system, e)
            pending.update(other.index for other in e.step.pools if other is not pool)
