"""Waiting: to stand in line, to be granted, to lose patience."""

from __future__ import annotations

from sim.engine.simpy_engine.clockwork import Wake
from sim.engine.simpy_engine.entity import GRANTED, WAITING, Entity
from sim.engine.simpy_engine.leaving import go, withdraw
from sim.engine.simpy_engine.life import granted, live, make
from sim.engine.simpy_engine.line import Counter
from sim.engine.simpy_engine.route import Step
from sim.engine.simpy_engine.system import System
from sim.engine.simpy_engine.tally import COMPLETED, end_row
from sim.log import Ended
from sim.network.table import CLASS_SHIFT, DUE, EXPIRY, PATIENCE_PART

PATIENCE_KEY = ((EXPIRY - DUE) << CLASS_SHIFT) + PATIENCE_PART


def wait(system: System, e: Entity, step: Step) -> Step | None:
    """Stand in the lines of the step, unless patience is nothing; patience runs from now."""
    if step.patience is not None:
        patience = step.patience[e.source](e.number, e.visit)
        if patience == 0:
            end_row(system.tally, e.row, system.env.now, Ended.IMPATIENT)
            step.impatient[e.group] += 1
            return step.patience_to
        run_out(system, e, system.env.now + patience)
    stand(system, e, step)
    return None


def run_out(system: System, e: Entity, time: int) -> None:
    e.patience = Wake(system.env, e, system.impatience)
    system.env.at(time, e.key + PATIENCE_KEY, e.patience)


def impatient(system: System, event: Wake) -> None:
    """Patience has run out: on to another step."""
    e: Entity = event._value
    e.patience = None
    to = e.step.patience_to
    withdraw(system, e, Ended.IMPATIENT)
    go(system, e, to)


def stand(system: System, e: Entity, step: Step) -> None:
    for line in step.lines:
        line.join(e)
        line.people += 1
    e.doing = WAITING
    step.use.add_waiting(1, system.env.now)
    step.waiting[e.group] += 1


def resume(system: System, e: Entity) -> None:
    """A granted unit, seat or gate resumes its entity by an event at this instant."""
    env, step = system.env, e.step
    e.doing = GRANTED
    e.due = now = env.now
    if e.row >= 0:
        rows = system.tally.rows
        rows[e.row + 1] = now
        if step.at_grant:
            rows[e.row + 2] = now
            rows[e.row + 5] = COMPLETED
    step.started[e.group] += 1
    if e.end_of_order is not None:
        granted(e)
    env.at(now, e.key, e.wake)


def bring(system: System, who: Entity | Counter) -> Entity:
    """The entity at the head of a line, made now if it was only counted."""
    if isinstance(who, Entity):
        return who
    step, number = who.step, who.next
    e = make(system, who.source, number, step)
    e.priority, e.joined = who.priority, who.joined
    who.next += 1
    who.source.unserved -= 1
    step.waiting[0] -= 1  # members have no class until they are served
    step.waiting[e.group] += 1
    e.visit = 0
    if step.again:
        e.visits[step.index] = 1
    if step.write:
        e.row = step.write(e.joined, e.who, step.place)
    e.doing = WAITING
    live(system, e)
    return e
