"""Taking an entity out of what it is in, and sending it to another step."""

from __future__ import annotations

from sim.engine.simpy_engine.clockwork import Wake
from sim.engine.simpy_engine.entity import (
    DELAYED,
    GRANTED,
    RUNNING,
    SERVED,
    STOPPED,
    WAITING,
    Entity,
)
from sim.engine.simpy_engine.route import Step
from sim.engine.simpy_engine.system import System
from sim.engine.simpy_engine.tally import end_row
from sim.log import Ended


def leave_lines(system: System, e: Entity) -> None:
    """Leave every line, as one who waits or as stopped work; patience ends."""
    step, now = e.step, system.env.now
    e.ticket += 1
    if e.doing is WAITING:
        for line in step.lines:
            line.people -= 1
        step.use.add_waiting(-1, now)
        step.waiting[e.group] -= 1
    else:
        step.use.add_stopped(-1, now)
        step.stopped[e.group] -= 1
    if e.patience is not None:
        e.patience.callbacks = ()
        e.patience = None


def leave_service(system: System, e: Entity) -> None:
    """The server comes free; who is next is not looked for here."""
    step = e.step
    if step.station.stops:
        step.station.serving.discard(e)
    step.use.add_busy(-1, system.env.now)
    step.busy[e.group] -= 1


def withdraw(system: System, e: Entity, how: Ended) -> None:
    """Leave whatever the entity waits for or is doing; its unfinished step is void."""
    doing, step = e.doing, e.step
    if doing is WAITING or doing is STOPPED:
        leave_lines(system, e)
    elif doing is SERVED:
        leave_service(system, e)
    elif doing is DELAYED:
        step.busy[e.group] -= 1
    if doing is not GRANTED:
        end_row(system.tally, e.row, system.env.now, how)
    (step.impatient if how is Ended.IMPATIENT else step.left)[e.group] += 1
    e.doing = RUNNING
    if doing is not GRANTED:
        step.look(system, step)


def anew(system: System, e: Entity, to: Step | None = None) -> None:
    """Let the process wait for a new event; the old one, if it is pending, does nothing."""
    old = e.wake
    e.wake = Wake(system.env, to, old.callbacks)
    old.callbacks = ()


def move(system: System, e: Entity, to: Step) -> None:
    """Go to a step by an event at this instant, which replaces whatever was pending."""
    anew(system, e, to)
    e.doing = GRANTED
    e.due = system.env.now
    system.env.at(e.due, e.key, e.wake)


def go(system: System, e: Entity, to: Step) -> None:
    """Go to a step at once, within the present event."""
    anew(system, e)
    now = Wake(system.env, to)
    for callback in e.wake.callbacks:
        callback(now)
