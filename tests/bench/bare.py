"""SimPy as one would write it by hand, for these two models alone."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Generator
from typing import Any

import simpy

from sim.network.model import DAY
from tests.bench.pipeline import OFFERED, PER_HOUR, SERVERS, Pipeline

Life = Generator[simpy.Event, Any, None]


class Line:
    """Units handed over in order of coming, by plain events: a Resource without its search on release."""

    def __init__(self, env: simpy.Environment, units: int) -> None:
        self.env, self.free = env, units
        self.waiting: deque[simpy.Event] = deque()

    def take(self) -> simpy.Event:
        event = self.env.event()
        if self.free:
            self.free -= 1
            event.succeed()
        else:
            self.waiting.append(event)
        return event

    def give(self) -> None:
        if self.waiting:
            self.waiting.popleft().succeed()
        else:
            self.free += 1


def pipeline(of: Pipeline) -> list[tuple[float, float, float, float, float]]:
    """Everybody who left: instants [us] of coming, bed, beginning and end of the hearing, flight."""
    env, draw = simpy.Environment(), random.Random(1)
    beds, judges, flights = Line(env, of.beds), Line(env, of.judges), Line(env, 0)
    done: list[tuple[float, float, float, float, float]] = []

    def person() -> Life:
        came = env.now
        yield beds.take()
        bed = env.now
        yield judges.take()
        begun = env.now
        yield env.timeout(draw.expovariate(1.0) * of.hearing_days * DAY)
        ended = env.now
        judges.give()
        flight = env.event()
        flights.waiting.append(flight)
        yield flight
        beds.give()
        done.append((came, bed, begun, ended, env.now))

    def people() -> Life:
        while True:
            yield env.timeout(draw.expovariate(1.0) * DAY / of.a_day)
            env.process(person())

    def timetable() -> Life:
        for time, seats in of.flights:
            yield env.timeout(time - env.now)
            for _ in range(min(seats, len(flights.waiting))):
                flights.waiting.popleft().succeed()

    env.process(people())
    env.process(timetable())
    env.run(until=of.days * DAY)
    return done


def one_station(customers: int) -> list[tuple[float, float, float]]:
    """M/M/5 with SimPy's own Resource: instants [h] of coming, beginning, end."""
    env, draw = simpy.Environment(), random.Random(1)
    clerks = simpy.Resource(env, SERVERS)
    done: list[tuple[float, float, float]] = []

    def customer() -> Life:
        came = env.now
        with clerks.request() as turn:
            yield turn
            begun = env.now
            yield env.timeout(draw.expovariate(PER_HOUR / OFFERED))
        done.append((came, begun, env.now))

    def customers_come() -> Life:
        for _ in range(customers):
            yield env.timeout(draw.expovariate(PER_HOUR))
            env.process(customer())

    env.process(customers_come())
    env.run()
    return done
