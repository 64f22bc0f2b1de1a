"""Seize and release: units of pools, held across steps."""

from __future__ import annotations

from sim.engine import faults
from sim.engine.simpy_engine.entity import Entity
from sim.engine.simpy_engine.holding import give_back, hold, look_pools, say_pool
from sim.engine.simpy_engine.life import at, granted, priority
from sim.engine.simpy_engine.places import Pool
from sim.engine.simpy_engine.route import Step
from sim.engine.simpy_engine.system import System
from sim.engine.simpy_engine.tally import COMPLETED
from sim.engine.simpy_engine.victims import bump, holders_to_bump
from sim.engine.simpy_engine.waiting import wait


def seize(system: System, e: Entity, step: Step) -> Step | None:
    """Take units of the first listed pool whose line one heads with enough free; else bump; else wait."""
    for pool in step.pools if e.holds else ():
        if pool.index in e.holds:
            raise faults.holds_already(system.network, *at(e, step), pool.index)
    e.priority = step.priority if step.priority_by < 0 else priority(e, step)
    e.joined = system.env.now
    for pool in step.pools:
        if pool.free() >= step.units and pool.line.would_head(e):
            return take(system, e, step, pool)
    if step.bump_to is not None:
        for pool in step.pools:
            if pool.line.would_head(e) and (victims := holders_to_bump(system, e, pool)):
                following = take(system, e, step, pool)
                for victim in victims:
                    bump(system, victim, step, step.bump_to)
                look_pools(system, [pool])
                return following
    return wait(system, e, step)


def take(system: System, e: Entity, step: Step, pool: Pool) -> Step | None:
    """A grant without waiting."""
    hold(system, e, pool, step.units)
    if len(step.pools) > 1:
        say_pool(system, e, pool)
    if e.end_of_order is not None:
        granted(e)
    if e.row >= 0:
        system.tally.rows[e.row + 1] = system.env.now
    step.started[e.group] += 1
    step.finished[e.group] += 1
    return step.next


def release(system: System, e: Entity, step: Step) -> Step | None:
    """Give back all that is held of the pools named; it is granted at once to those in line."""
    held = [pool for pool in step.pools if pool.index in e.holds]
    if not held:
        raise faults.not_held(system.network, *at(e, step))
    waited_for = 0
    for pool in held:
        give_back(system, e, pool, COMPLETED)
        waited_for |= pool.line.people
    if waited_for:
        look_pools(system, held)
    return step.next


def look_seize(system: System, step: Step) -> None:
    """Who stood in the lines of the step has gone."""
    look_pools(system, step.pools)
