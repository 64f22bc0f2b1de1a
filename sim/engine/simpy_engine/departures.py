"""Depart: wait for the next departure with a seat."""

from __future__ import annotations

from sim.engine.simpy_engine.entity import Entity
from sim.engine.simpy_engine.leaving import leave_lines
from sim.engine.simpy_engine.life import priority
from sim.engine.simpy_engine.places import Departure
from sim.engine.simpy_engine.route import Step
from sim.engine.simpy_engine.system import System
from sim.engine.simpy_engine.waiting import bring, resume, wait


def depart(system: System, e: Entity, step: Step) -> Step | None:
    e.priority = priority(e, step)
    e.joined = system.env.now
    return wait(system, e, step)


def leave(system: System, departure: Departure, seats: int) -> None:
    """Seats go in line order; with fewer than the minimum waiting it does not go, and its seats are lost."""
    line = departure.line
    if line.people < max(1, departure.minimum):
        return
    departure.seats += seats
    for _ in range(min(seats, line.people)):
        head = line.head()
        assert head is not None
        e = bring(system, head)
        leave_lines(system, e)
        resume(system, e)
        departure.taken += 1
