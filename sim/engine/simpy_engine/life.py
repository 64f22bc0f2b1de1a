"""What happens at an event: an entity goes on, and runs from step to step until one makes it wait.

This is the middle of the engine; `steps` lists what each kind of step does, each in a file of its own.
"""

from __future__ import annotations

from collections.abc import Generator

from simpy.events import Event

from sim.engine import faults
from sim.engine.simpy_engine.clockwork import Life, Wake
from sim.engine.simpy_engine.draws import pick
from sim.engine.simpy_engine.entity import GONE, RUNNING, Entity
from sim.engine.simpy_engine.route import Source, Step
from sim.engine.simpy_engine.system import System
from sim.log import Ended

MOST_STEPS = 10_000
"""At one instant, by one entity."""
MOST_VISITS = 256
COMPLETED = int(Ended.COMPLETED)


def life(system: System, e: Entity) -> Generator[Event, Step | None, None]:
    """The process of one entity.

    It yields one event a wait. When that event comes with no value, what was waited for is due or granted;
    with a value, someone has moved the entity to that step and has settled everything else.
    """
    env = system.env
    since, steps = env.now, 0
    step = e.step if e.doing is RUNNING else None
    while True:
        while step is not None:
            steps += 1
            if steps > MOST_STEPS:
                raise faults.endless(system.network, *at(e, step))
            come(system, e, step)
            step = step.begin(system, e, step)
        if e.doing is GONE:
            return
        moved = yield e.wake
        if env.now > since:
            since, steps = env.now, 0
        e.doing = RUNNING
        if moved is None:
            step = e.step.finish(system, e, e.step)
        else:
            step, e.wake._value = moved, None


def live(system: System, e: Entity) -> None:
    """Begin the process of an entity, which runs on at once unless it is waiting already."""
    Life(system.env, life(system, e), e.wake)


def come(system: System, e: Entity, step: Step) -> None:
    """A new visit of a step: count it, and open its row if it leaves one."""
    e.step = step
    e.visit = 0
    if step.again:
        e.visit = e.visits.get(step.index, 0)
        if e.visit >= MOST_VISITS:
            raise faults.too_many_visits(system.network, *at(e, step))
        e.visits[step.index] = e.visit + 1
    step.entered[e.group] += 1
    if step.recorded:
        e.row = system.tally.open_row(system.env.now, e.who, step.place + e.visit)
    else:
        e.row = -1


def at(e: Entity, step: Step) -> tuple[int, int, int]:
    """Source, number and step, as faults are told."""
    return e.source.index, e.number, step.index


def pass_on(system: System, e: Entity, step: Step) -> Step | None:
    """A step that takes no time is done."""
    step.started[e.group] += 1
    step.finished[e.group] += 1
    if e.row >= 0:
        rows, now = system.tally.rows, system.env.now
        rows[e.row + 1] = rows[e.row + 2] = now
        rows[e.row + 5] = COMPLETED
    return step.next


def taken_up(system: System, e: Entity, step: Step) -> Step | None:
    """A granted unit, seat or gate is taken up."""
    step.finished[e.group] += 1
    return step.next


def look_nowhere(system: System, step: Step) -> None:
    """Nobody gains when somebody is taken away from here."""


def exit(system: System, e: Entity, step: Step) -> Step | None:
    if e.holds:
        raise faults.exits_holding(system.network, *at(e, step), sorted(e.holds))
    pass_on(system, e, step)
    vanish(system, e)
    return None


def vanish(system: System, e: Entity) -> None:
    """Out of the system: all its clocks end."""
    system.tally.left += 1
    e.doing = GONE
    for event in e.clocks.values():
        event.callbacks = ()
    e.clocks = {}
    granted(e)
    if system.people is not None:
        system.people.discard(e)


def granted(e: Entity) -> None:
    """A first grant ends the shortfall clock of an order."""
    if e.end_of_order is not None:
        e.end_of_order.callbacks = ()
        e.end_of_order = None


def make(
    system: System, source: Source, number: int, step: Step, like: Entity | None = None
) -> Entity:
    """A new entity, who has not begun to live; attributes are drawn, or are those of its parent."""
    if like is None:
        values, group = drawn(system, source, number)
    else:
        values, group = like.values.copy(), like.group
    e = Entity(source, number, step, values, group, Wake(system.env))
    system.tally.entered += 1
    if system.people is not None:
        system.people.add(e)
    return e


def drawn(system: System, source: Source, number: int) -> tuple[list[int], int]:
    """Values of the attributes, -1 for one not set, and the class they make."""
    values, group = [-1] * system.network.table.attributes, 0
    for attribute, uniform, periods, weight in source.traits:
        values[attribute] = value = pick(periods, system.env.now, uniform(number, 0))
        group += weight * (value + 1)
    return values, group


def priority(e: Entity, step: Step) -> int:
    """Of an entity at a step: by an attribute, if the step says so and it is set."""
    if step.priority_by < 0 or e.values[step.priority_by] < 0:
        return step.priority
    return step.priorities[e.values[step.priority_by]]
