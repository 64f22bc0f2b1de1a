"""Gate: pass if open; when closed, wait or be diverted."""

from __future__ import annotations

from sim.engine.simpy_engine.entity import Entity
from sim.engine.simpy_engine.leaving import leave_lines
from sim.engine.simpy_engine.life import granted, pass_on, priority
from sim.engine.simpy_engine.places import Gate
from sim.engine.simpy_engine.route import Step
from sim.engine.simpy_engine.system import System
from sim.engine.simpy_engine.tally import divert
from sim.engine.simpy_engine.victims import evict
from sim.engine.simpy_engine.waiting import bring, resume, wait
from sim.network.model import Op


def gate(system: System, e: Entity, step: Step) -> Step | None:
    if step.gate.use.capacity:
        if e.end_of_order is not None:
            granted(e)
        return pass_on(system, e, step)
    if step.to is not None:
        divert(system.tally, e, step, system.env.now)
        return step.to
    e.priority = priority(e, step)
    e.joined = system.env.now
    return wait(system, e, step)


def open_gate(system: System, gate: Gate) -> None:
    gate.use.set_capacity(1, system.env.now)
    look_gate(system, gate)


def close_gate(system: System, gate: Gate) -> None:
    """It closes; steps that evict do so in their order."""
    gate.use.set_capacity(0, system.env.now)
    for step in system.steps:
        if step.op is Op.GATE and step.gate is gate and step.evict_to is not None:
            evict(system, step, step.evict_to)


def look_gate(system: System, gate: Gate) -> None:
    """All who wait pass while it is open."""
    while gate.use.capacity and (head := gate.line.head()) is not None:
        e = bring(system, head)
        leave_lines(system, e)
        resume(system, e)
