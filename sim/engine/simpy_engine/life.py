"""What happens at an event: an entity goes on, and runs from step to step until one makes it wait.

This is the middle of the engine; `steps` lists what each kind of step does, each in a file of its own.
"""

from __future__ import annotations

from collections.abc import Generator

from simpy.events import Event

from sim.draws.blocks import BLOCK_SHIFT
from sim.engine import faults
from sim.engine.simpy_engine.clockwork import Life, Wake
from sim.engine.simpy_engine.draws import WITHIN, person
from sim.engine.simpy_engine.entity import GONE, RUNNING, Entity
from sim.engine.simpy_engine.route import Source, Step
from sim.engine.simpy_engine.system import System
from sim.engine.simpy_engine.tally import COMPLETED

MOST_STEPS = 10_000
"""At one instant, by one entity."""
MOST_VISITS = 256


def life(system: System, e: Entity) -> Generator[Event, Step | None, None]:
    """The process of one entity.

    It yields one event a wait. When that event comes with no value, what was waited for is due or granted;
    with a value, someone has moved the entity to that step and has settled everything else.
    """
    env, group = system.env, e.group
    since, steps = env.now, 0
    step = e.step if e.doing is RUNNING else None
    while True:
        while step is not None:
            steps += 1
            if steps > MOST_STEPS:
                raise faults.endless(system.network, *at(e, step))
            e.step = step
            e.visit = come_again(system, e, step) if step.again else 0
            step.entered[group] += 1
            e.row = step.write(since, e.who, step.place + e.visit) if step.write else -1
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


def come_again(system: System, e: Entity, step: Step) -> int:
    """The number of this visit of a step that one can come to again."""
    visit = e.visits.get(step.index, 0)
    if visit >= MOST_VISITS:
        raise faults.too_many_visits(system.network, *at(e, step))
    e.visits[step.index] = visit + 1
    return visit


def at(e: Entity, step: Step) -> tuple[int, int, int]:
    """Source, number and step, as faults are told."""
    return e.source.index, e.number, step.index


def pass_on(system: System, e: Entity, step: Step) -> Step | None:
    """What one waits for at other times is there at once."""
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
    vanish(system, e)
    return None


def vanish(system: System, e: Entity) -> None:
    """Out of the system: all its clocks end."""
    system.tally.left += 1
    e.doing = GONE
    for event in e.clocks.values():
        event.callbacks = ()
    if e.end_of_order is not None:
        granted(e)
    system.people.remove(e)


def granted(e: Entity) -> None:
    """A first grant ends the shortfall clock of an order."""
    assert e.end_of_order is not None
    e.end_of_order.callbacks = ()
    e.end_of_order = None


def make(
    system: System, source: Source, number: int, step: Step, like: Entity | None = None
) -> Entity:
    """A new entity, who has not begun to live; attributes are drawn, or are those of its parent."""
    if like is not None:
        values, group = like.values.copy(), like.group
    elif source.people is not None:
        values, group = source.people[number >> BLOCK_SHIFT][number & WITHIN]
    else:
        attributes = system.network.table.attributes
        values, group = person(system.chance.key, source, number, attributes, system.env.now)
    e = Entity(source, number, step, values, group, Wake(system.env))
    system.tally.entered += 1
    system.people.add(e)
    return e


def priority(e: Entity, step: Step) -> int:
    """Of an entity at a step: by an attribute, if the step says so and it is set."""
    if step.priority_by < 0 or e.values[step.priority_by] < 0:
        return step.priority
    return step.priorities[e.values[step.priority_by]]
