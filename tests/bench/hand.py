"""Bed, hearing, flight written by hand for a compiler: the least such a route can cost.

It has what the kernel's log has of it: exact instants of everybody and tallies by day; nothing else. Lines are
counters, since who came first to a bed is first at every line but the flight's. Its draws are the
kernel's (the result is then the same to the bit) or those of the compiler's own generator.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from sim.draws import luck
from sim.draws.distributions import Law, duration
from sim.draws.philox import uniform
from sim.network.model import DAY
from sim.network.table import Network
from tests.bench.pipeline import Pipeline

EXPONENTIAL_LAW = 0
ROOM = 1 << 14


class Route(NamedTuple):
    """What the loop is told: arrivals and flights [us], sizes, and the names of its draws."""

    arrivals: NDArray[np.int64]
    flight_time: NDArray[np.int64]
    flight_seats: NDArray[np.int64]
    beds: int
    judges: int
    days: int
    law: Law
    key: int
    source_hash: int
    step_hash: int
    own_draws: bool


def route(of: Pipeline, network: Network, *, own_draws: bool, seed: int = 1) -> Route:
    """The loop's input for one replication; made anew each time, as the kernel does."""
    t = network.table
    chance = luck.prepare(network, seed, 0, 0)
    hearing = network.names.steps.index("hearing")
    return Route(
        chance.arrivals[0], t.dep_time, t.dep_seats, of.beds, of.judges, of.days,
        luck.law(t, int(t.law[hearing])), chance.key, int(t.source_hash[0]),
        int(t.step_hash[hearing]), own_draws,
    )  # fmt: skip


@njit(nogil=True)
def _push(times: Any, who: Any, size: int, time: int, person: int) -> None:
    at = size
    while at > 0:
        above = (at - 1) >> 2
        if times[above] < time or (times[above] == time and who[above] <= person):
            break
        times[at], who[at] = times[above], who[above]
        at = above
    times[at], who[at] = time, person


@njit(nogil=True)
def _pop(times: Any, who: Any, size: int) -> None:
    """Drop the first of `size`."""
    size -= 1
    time, person = times[size], who[size]
    at = 0
    while True:
        first = 4 * at + 1
        if first >= size:
            break
        least = first
        for i in range(first + 1, min(first + 4, size)):
            if times[i] < times[least] or (times[i] == times[least] and who[i] < who[least]):
                least = i
        if time < times[least] or (time == times[least] and person <= who[least]):
            break
        times[at], who[at] = times[least], who[least]
        at = least
    times[at], who[at] = time, person


@njit(nogil=True)
def run(
    arrivals: Any, flight_time: Any, flight_seats: Any, beds: int, judges: int, days: int, law: Any,
    key: int, source_hash: int, step_hash: int, own_draws: bool,
) -> tuple[Any, Any, int, int]:  # fmt: skip
    """Instants (people, 5) [us] of coming, bed, hearing, its end, flight (-1: not yet); levels by day
    (days, 4); how many left; events taken."""
    n = len(arrivals)
    times = np.full((n, 5), -1, np.int64)
    levels = np.zeros((days, 4), np.int64)
    due, who, size = np.empty(n, np.int64), np.empty(n, np.int64), 0
    line, ready, flown = np.empty(n, np.int64), 0, 0
    came = bedded = heard = flight = day = left = events = 0
    free_beds, free_judges = beds, judges
    while True:
        now, kind = days * DAY, 0
        if size and due[0] < now:
            now, kind = due[0], 1
        if flight < len(flight_time) and (flight_time[flight] < now):
            now, kind = flight_time[flight], 2
        if came < n and arrivals[came] < now:
            now, kind = arrivals[came], 3
        while day < days and (day + 1) * DAY <= now:
            levels[day] = came - bedded, bedded - heard, heard - ready, ready - flown
            day += 1
        if kind == 0:
            return times, levels, left, events
        events += 1
        if kind == 1:
            person = who[0]
            _pop(due, who, size)
            size -= 1
            times[person, 3] = now
            free_judges += 1
            line[ready] = person
            ready += 1
        elif kind == 2:
            most = min(flight_seats[flight], ready - flown)
            for i in range(flown, flown + most):
                times[line[i], 4] = now
            events += most
            flown += most
            left += most
            free_beds += most
            flight += 1
        else:
            times[came, 0] = now
            came += 1
        while free_beds and bedded < came:
            times[bedded, 1] = now
            free_beds -= 1
            bedded += 1
        while free_judges and heard < bedded:
            times[heard, 2] = now
            if own_draws:
                end = now + np.int64(np.random.exponential() * law[1] + 0.5)
            else:
                u = uniform(key, heard, source_hash, step_hash, 0)
                end = now + np.int64(
                    duration(law[0], law[1], law[2], law[3], law[4], law[5], law[6], law[7], u)
                )
            _push(due, who, size, end, heard)
            size += 1
            free_judges -= 1
            heard += 1
