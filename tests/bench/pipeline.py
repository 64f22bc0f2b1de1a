"""One route, bed, hearing, flight, at any daily rate; and one station, as networks for our engines."""

from __future__ import annotations

from dataclasses import dataclass

from sim.network.compiling import compile_network
from sim.network.model import (
    DAY,
    HOUR,
    Capacity,
    Departure,
    Distribution,
    Model,
    Op,
    Pool,
    Profile,
    Station,
    Step,
    Stream,
)
from sim.network.table import Network

SERVERS, OFFERED = 5, 4.0
PER_HOUR = 1_000.0
"""Customers an hour of the one station."""


@dataclass(frozen=True)
class Pipeline:
    """Sizes of bed, hearing, flight: people a day, and what there is for them."""

    a_day: int
    days: int
    hearing_days: float = 8.0

    @property
    def judges(self) -> int:
        return max(2, round(1.05 * self.hearing_days * self.a_day))

    @property
    def beds(self) -> int:
        return max(3, round(1.25 * self.hearing_days * self.a_day))

    @property
    def flights(self) -> tuple[tuple[int, int], ...]:
        """Four a day (time [us], seats), with a fifth more seats than people."""
        seats = max(1, -(-6 * self.a_day // 20))
        return tuple((d * DAY + h * HOUR, seats) for d in range(self.days) for h in (6, 10, 14, 18))

    def network(self) -> Network:
        law = Distribution("exponential", (self.hearing_days * DAY,))
        return compile_network(
            Model(
                horizon=self.days * DAY,
                first_weekday=0,
                steps=(
                    Step("bed", Op.SEIZE, next="hearing", objects=("beds",)),
                    Step("hearing", Op.SERVE, next="flight", objects=("judges",), law=law),
                    Step("flight", Op.DEPART, next="leave", objects=("flights",)),
                    Step("leave", Op.RELEASE, next="out", objects=("beds",)),
                    Step("out", Op.EXIT, outcome="removed"),
                ),
                pools=(Pool("beds", Capacity(((0, self.beds),))),),
                stations=(Station("judges", Capacity(((0, self.judges),))),),
                departures=(Departure("flights", self.flights),),
                streams=(Stream("people", "bed", rate=Profile(((0, self.a_day / DAY),))),),
            )
        )


def one_station(customers: int) -> Network:
    """M/M/5 at four fifths of what it can do, for about so many customers."""
    law = Distribution("exponential", (OFFERED / PER_HOUR * HOUR,))
    return compile_network(
        Model(
            horizon=round(customers / PER_HOUR * HOUR),
            first_weekday=0,
            steps=(
                Step("counter", Op.SERVE, next="out", objects=("clerks",), law=law),
                Step("out", Op.EXIT, outcome="done"),
            ),
            stations=(Station("clerks", Capacity(((0, SERVERS),))),),
            streams=(Stream("customers", "counter", rate=Profile(((0, PER_HOUR / HOUR),))),),
        )
    )
