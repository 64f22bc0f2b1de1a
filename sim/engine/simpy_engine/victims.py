"""Bump and evict: who loses what they hold, or where they are, to somebody or something else."""

from __future__ import annotations

from sim.engine.simpy_engine.entity import DELAYED, GRANTED, RUNNING, SERVED, Entity, Hold
from sim.engine.simpy_engine.holding import give_back, give_back_all, look_pools
from sim.engine.simpy_engine.leaving import move, withdraw
from sim.engine.simpy_engine.places import Pool
from sim.engine.simpy_engine.route import Step
from sim.engine.simpy_engine.system import System
from sim.log import Ended


def holders_to_bump(system: System, e: Entity, pool: Pool) -> list[Hold]:
    """Holders of strictly lower priority, last granted first, just enough of them; else none."""
    now = system.env.now
    lower = [
        held for held in pool.holders
        if held.priority > e.priority and held.entity is not e and not is_over(held.entity, now)
    ]  # fmt: skip
    lower.sort(key=lambda held: (-held.priority, -held.grant))
    free, units, victims = pool.free(), e.step.units, []
    for held in lower:
        if free >= units:
            break
        free += held.units
        victims.append(held)
    return victims if free >= units else []


def is_over(e: Entity, now: int) -> bool:
    """Whether what the entity is in ends at the present instant."""
    return (e.doing is SERVED or e.doing is DELAYED or e.doing is GRANTED) and e.due == now


def bump(system: System, held: Hold, by: Step, to: Step) -> None:
    """A holder leaves its wait or service, gives back the units and what `by` lists, and goes to a step."""
    e = held.entity
    withdraw(system, e, Ended.BUMPED)
    give_back(system, e, held.pool, Ended.BUMPED)
    given = give_back_all(system, e, by.bump_release, Ended.BUMPED)
    move(system, e, to)
    look_pools(system, given)


def evict(system: System, by: Step, to: Step) -> None:
    """Everyone at a step beyond the closed gate leaves it, by name and number."""
    found = [e for e in system.people if e.step in by.evicted and e.doing is not RUNNING]
    for e in sorted(found, key=lambda e: e.key):
        withdraw(system, e, Ended.EVICTED)
        given = give_back_all(system, e, by.evict_release, Ended.EVICTED)
        move(system, e, to)
        look_pools(system, given)
