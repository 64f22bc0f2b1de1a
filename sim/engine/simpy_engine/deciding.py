"""Delay, branch, set and spawn: steps that need nothing scarce."""

from __future__ import annotations

from sim.draws.blocks import BLOCK_SHIFT
from sim.engine import faults
from sim.engine.simpy_engine.clockwork import Wake
from sim.engine.simpy_engine.draws import WITHIN, alone, pick
from sim.engine.simpy_engine.entity import DELAYED, GRANTED, Entity
from sim.engine.simpy_engine.life import MOST_VISITS, at, live, make
from sim.engine.simpy_engine.route import Step
from sim.engine.simpy_engine.system import System
from sim.engine.simpy_engine.tally import COMPLETED, end_row


def delay(system: System, e: Entity, step: Step) -> Step | None:
    """Time passes; it ends by an event, also if it has no length."""
    now = system.env.now
    if e.row >= 0:
        system.tally.rows[e.row + 1] = now
    step.started[e.group] += 1
    be_delayed(system, e, step, now + step.lengths[e.source](e.number, e.visit))
    return None


def be_delayed(system: System, e: Entity, step: Step, until: int) -> None:
    step.busy[e.group] += 1
    e.doing = DELAYED
    e.due = until
    system.env.at(until, e.key, e.wake)


def delayed(system: System, e: Entity, step: Step) -> Step | None:
    """The delay is over."""
    step.busy[e.group] -= 1
    end_row(system.tally, e.row, system.env.now, COMPLETED)
    step.finished[e.group] += 1
    return step.next


def branch(system: System, e: Entity, step: Step) -> Step | None:
    """Choose by the value of an attribute, or by chance."""
    if step.attribute >= 0:
        option = step.by_value.get(e.values[step.attribute])
        if option is None:
            raise faults.no_option(system.network, *at(e, step))
        return option
    if step.choices is not None and not e.visit and not e.source.spawned:
        return step.options[step.choices[e.source][e.number >> BLOCK_SHIFT][e.number & WITHIN]]
    u = alone(system.chance.key, e.source, step.decision, e.number, e.visit)
    return step.options[pick(step.periods, system.env.now, u)]


def set_value(system: System, e: Entity, step: Step) -> Step | None:
    e.values[step.attribute] = step.value
    return step.next


def spawn(system: System, e: Entity, step: Step) -> Step | None:
    """A new entity, named parent / step / visit, who begins by an event at this instant."""
    number = e.number * MOST_VISITS + e.visit
    source = e.source.children.get(step)
    if source is None or number >= 1 << 32:
        raise faults.too_many_spawned(system.network, *at(e, step))
    begin_by_event(system, make(system, source, number, step.enters, like=e))
    return step.next


def begin_by_event(system: System, e: Entity) -> None:
    e.wake = Wake(system.env, e.step)
    e.doing = GRANTED
    e.due = system.env.now
    live(system, e)
    system.env.at(e.due, e.key, e.wake)
