"""Serve: wait for a server of a station, be served."""

from __future__ import annotations

from heapq import heappop

from sim.draws import luck
from sim.engine.simpy_engine.entity import SERVED, STOPPED, Entity
from sim.engine.simpy_engine.leaving import leave_lines, leave_service
from sim.engine.simpy_engine.life import granted, priority
from sim.engine.simpy_engine.line import Counter, first_in
from sim.engine.simpy_engine.places import Station
from sim.engine.simpy_engine.route import Effort, Step
from sim.engine.simpy_engine.sharing import charge, join_account, least, waiting
from sim.engine.simpy_engine.stopping import preempt
from sim.engine.simpy_engine.system import System
from sim.engine.simpy_engine.tally import COMPLETED, end_row
from sim.engine.simpy_engine.waiting import bring, wait
from sim.log import Ended


def serve(system: System, e: Entity, step: Step) -> Step | None:
    """Begin service at a free server, or at one taken from somebody; else wait, if there is room."""
    station, use = step.station, step.use
    e.priority = step.priority if step.priority_by < 0 else priority(e, step)
    e.joined = system.env.now
    free = use.busy < use.capacity
    if (free or step.preempts) and would_be_next(station, step, e) and (free or preempt(system, e, step)):
        start(system, e)
        return None
    if 0 <= step.room_most <= use.waiting:
        end_row(system.tally, e.row, system.env.now, Ended.REFUSED)
        step.refused[e.group] += 1
        return step.room_to
    stood_empty = not step.line.people
    following = wait(system, e, step)
    if station.shared and stood_empty and following is None:
        join_account(station, step.line)
    return following


def would_be_next(station: Station, step: Step, e: Entity) -> bool:
    """Whether nobody is before it, in its line or another or among stopped work."""
    if station.paused and first_in(station.paused):
        return False
    return step.line.would_head(e) and not (station.shared and waiting(station))


def start(system: System, e: Entity) -> None:
    """Begin a service, or go on with one that was stopped; it ends by its own event."""
    now, step = system.env.now, e.step
    station = step.station
    if e.doing is not STOPPED:
        work = step.lengths[e.source](e.number, e.visit)
        if step.effort is not None:
            work = with_effort(system, work, step.effort)
        e.work = e.left = work
        if e.row >= 0:
            system.tally.rows[e.row + 1] = now
        step.started[e.group] += 1
        if e.end_of_order is not None:
            granted(e)
        if step.line.weight:
            charge(step.line, work)
    e.doing = SERVED
    e.due = now + e.left
    if station.stops:
        station.grants += 1
        e.grant = station.grants
        station.serving.add(e)
    station.use.add_busy(1, now)
    step.busy[e.group] += 1
    system.env.at(e.due, e.key, e.wake)


def with_effort(system: System, work: int, effort: Effort) -> int:
    """The drawn work times a piecewise-linear function of what is left of a stock."""
    initial = effort.stock.initial
    share = effort.stock.use.busy / initial if initial else 0.0
    points = system.network.table.efforts
    return int(luck.rounded(work * luck.multiplier(share, points, effort.first, effort.last)))


def served(system: System, e: Entity, step: Step) -> Step | None:
    """The service is over: the server takes the next before the entity goes on."""
    leave_service(system, e)
    end_row(system.tally, e.row, system.env.now, COMPLETED)
    step.finished[e.group] += 1
    look_station(system, step.station)
    return step.next


def head_of(station: Station) -> Entity | Counter | None:
    line = least(station) if len(station.lines) > 1 else station.lines[0]
    return None if line is None else line.head()


def look_station(system: System, station: Station) -> None:
    """Give free servers to stopped work first, then to the head of the line."""
    use = station.use
    while use.busy < use.capacity:
        paused = first_in(station.paused) if station.paused else None
        if paused is not None:
            heappop(station.paused)
        head = paused or head_of(station)
        if head is None:
            return
        e = bring(system, head)
        leave_lines(system, e)
        start(system, e)


def look_serve(system: System, step: Step) -> None:
    """A server may have come free, or the head of a line gone."""
    look_station(system, step.station)
