"""Service that stops before its end: pre-empted by somebody, or paused by a drop of capacity."""

from __future__ import annotations

from heapq import heappush

from sim.engine.simpy_engine.entity import STOPPED, Entity
from sim.engine.simpy_engine.leaving import anew, leave_service
from sim.engine.simpy_engine.line import place
from sim.engine.simpy_engine.places import Station
from sim.engine.simpy_engine.route import Step
from sim.engine.simpy_engine.system import System
from sim.network.model import Preempt


def preempt(system: System, e: Entity, step: Step) -> bool:
    """Stop the service of the lowest priority, last granted, strictly below this one's; is a server free now?

    The stopped work goes back to its line with the time it first joined.
    """
    station, now = step.station, system.env.now
    lower = [v for v in station.serving if v.priority > e.priority and v.due > now]
    if not lower or station.use.busy - 1 >= station.use.capacity:
        return False
    victim = max(lower, key=lambda v: (v.priority, v.grant))
    stop(system, victim)
    if step.preempt is Preempt.RESTART:
        victim.left = victim.work
    victim.step.line.join(victim)
    return True


def pause(system: System, station: Station) -> None:
    """Capacity has dropped: of the work not due now, the last granted stops."""
    now = system.env.now
    going = sorted((e for e in station.serving if e.due > now), key=lambda e: -e.grant)
    for e in going[: max(0, len(going) - station.use.capacity)]:
        stop(system, e)
        heappush(station.paused, place(e))


def stop(system: System, e: Entity) -> None:
    step, now = e.step, system.env.now
    leave_service(system, e)
    e.left = e.due - now
    e.doing = STOPPED
    e.ticket += 1
    anew(system, e)
    step.use.add_stopped(1, now)
    step.stopped[e.group] += 1
