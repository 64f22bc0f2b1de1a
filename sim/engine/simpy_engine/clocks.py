"""Deadline and clear: clocks that run across steps."""

from __future__ import annotations

from functools import partial
from typing import Any

from sim.engine.simpy_engine.clockwork import Wake, cancel
from sim.engine.simpy_engine.entity import Entity
from sim.engine.simpy_engine.holding import give_back_all, look_pools
from sim.engine.simpy_engine.leaving import go, withdraw
from sim.engine.simpy_engine.route import Step
from sim.engine.simpy_engine.system import System
from sim.log import Ended
from sim.network.table import CLASS_SHIFT, DUE, EXPIRY

EXPIRY_KEY = (EXPIRY - DUE) << CLASS_SHIFT


def deadline(system: System, e: Entity, step: Step) -> Step | None:
    """Start a clock, or start it anew."""
    run_clock(system, e, step, system.env.now + step.lengths[e.source](e.number, e.visit))
    return step.next


def run_clock(system: System, e: Entity, step: Step, time: int) -> None:
    if step.clock in e.clocks:
        cancel(e.clocks[step.clock])
    e.clocks[step.clock] = event = Wake(system.env, None, [partial(expire, system, e, step)])
    system.env.at(time, e.key + EXPIRY_KEY + step.clock_part, event)


def clear(system: System, e: Entity, step: Step) -> Step | None:
    event = e.clocks.pop(step.clock, None)
    if event is not None:
        cancel(event)
    return step.next


def expire(system: System, e: Entity, step: Step, _: Any) -> None:
    """A clock has run out: leave, give back what is listed, go on at the named step."""
    del e.clocks[step.clock]
    withdraw(system, e, Ended.EXPIRED)
    look_pools(system, give_back_all(system, e, step.release, Ended.EXPIRED))
    assert step.to is not None
    go(system, e, step.to)
