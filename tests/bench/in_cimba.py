"""The same models in Cimba, whose compiler reads the classes.

    python -m tests.bench.in_cimba station CUSTOMERS ROUNDS | pipeline A_DAY DAYS ROUNDS

Prints the median processor seconds. In a process of its own, because Cimba cannot compile in one that has
imported our kernel first.
"""

import sys
import time
from statistics import median
from typing import Any

import cimba as cb
from cimba import random

from tests.bench.pipeline import OFFERED, PER_HOUR, SERVERS, Pipeline


class Clerks(cb.Model):
    """M/M/5 in Cimba's best form: a process for each server, and the line a bare count."""

    customers: cb.Param[int]
    gap: cb.Param[float]
    work: cb.Param[float]
    line: cb.Container
    done: cb.Output[float]

    @cb.on_start
    def begin(self) -> None:
        self.done = 0.0

    @cb.process
    def arrivals(self) -> None:
        for _ in range(self.customers):
            cb.hold(random.exponential(self.gap))
            self.line.put(1)

    @cb.process(copies=SERVERS)
    def server(self) -> None:
        while True:
            self.line.get(1)
            cb.hold(random.exponential(self.work))
            self.done = self.done + 1.0


class Person(cb.Model):
    """One person's way through bed, hearing and flight; seats come back as others have flown."""

    beds: cb.Ref[cb.Resource]
    judges: cb.Ref[cb.Resource]
    seats: cb.Ref[cb.Resource]
    hearing: cb.Param[float]
    flight: cb.Param[float]

    @cb.process
    def live(self) -> None:
        self.beds.acquire(1)
        self.judges.acquire(1)
        cb.hold(random.exponential(self.hearing))
        self.judges.release(1)
        self.seats.acquire(1)
        cb.hold(self.flight)
        self.seats.release(1)
        self.beds.release(1)


class Country(cb.Model):
    """Sends people on their way, a process each."""

    people: cb.Param[int]
    gap: cb.Param[float]
    hearing: cb.Param[float]
    flight: cb.Param[float]
    beds: cb.Resource
    judges: cb.Resource
    seats: cb.Resource

    @cb.process
    def arrivals(self) -> None:
        for _ in range(self.people):
            cb.hold(random.exponential(self.gap))
            cb.spawn(Person, beds=self.beds, judges=self.judges, seats=self.seats,
                     hearing=self.hearing, flight=self.flight)  # fmt: skip


def main(model: str, *numbers: str) -> None:
    """Measure, print; the first turn, which compiles, does not count."""
    *size, rounds = map(int, numbers)
    found = []
    for _ in range(rounds + 1):
        began = time.process_time()
        one_station(*size) if model == "station" else pipeline(Pipeline(*size))
        found.append(time.process_time() - began)
    print(median(found[1:]))


def one_station(customers: int) -> int:
    """How many finished."""
    model = Clerks()
    model.customers = customers
    model.gap, model.work = 1.0 / PER_HOUR, OFFERED / PER_HOUR
    return round(float(_ran(model).done.values[0, 0]))


def pipeline(of: Pipeline) -> None:
    """All people of the pipeline, one process each, until all have left."""
    model = Country()
    model.people = of.a_day * of.days
    model.gap, model.hearing, model.flight = 1.0 / of.a_day, of.hearing_days, 0.125
    model.beds = cb.Resource(capacity=of.beds)
    model.judges = cb.Resource(capacity=of.judges)
    model.seats = cb.Resource(capacity=of.flights[0][1])
    _ran(model)


def _ran(model: Any) -> Any:
    return cb.Experiment(model, replications=1, seed=1).run(workers=1)[model]


if __name__ == "__main__":
    main(*sys.argv[1:])
