"""People who come, or go, several at once."""

from __future__ import annotations

from math import ceil, inf, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

SETTLED = 1e-13
MOST_ROUNDS = 200


class BatchArrivals(NamedTuple):
    """M^X/M/1: mean number inside, and mean wait of a member of a batch, drawn at random."""

    inside: float
    wait_mean: float


class BulkDepartures(NamedTuple):
    """Mean number waiting over time, mean wait, and mean share of seats that are filled."""

    waiting: float
    wait_mean: float
    filled: float


def batch_arrivals_mxm1(
    batch_rate: float, size_mean: float, size_second: float, service: float
) -> BatchArrivals:
    """Steady state of one exponential server to which batches come.

    `size_second` is E[X^2] of the batch's size.

    Source: M^X/M/1, Gross and Harris, section 3.1.
    """
    people = batch_rate * size_mean
    load = people * service
    if load >= 1.0:
        return BatchArrivals(inf, inf)
    inside = load * (1.0 + size_second / size_mean) / (2.0 * (1.0 - load))
    return BatchArrivals(inside, inside / people - service)


def bulk_departures(rate: float, every: float, seats: int) -> BulkDepartures:
    """Poisson arrivals that leave at fixed times, at most `seats` together.

    Raises:
        ValueError: as many come as there are seats, so the line grows for ever.

    Source: Bailey 1954, by the chain of what each departure leaves behind.
    """
    coming = rate * every
    if coming >= seats:
        raise ValueError(f"{coming} come for {seats} seats; wanted fewer than the seats")
    left = _left_behind(coming, seats)
    waiting = float(left @ np.arange(left.size)) + coming / 2.0
    return BulkDepartures(waiting, waiting / rate, coming / seats)


def _left_behind(coming: float, seats: int) -> NDArray[np.float64]:
    """Steady law of those left behind, by squaring the chain until it stands still."""
    spare = seats - coming
    states = ceil(40.0 * (coming / (2.0 * spare) + sqrt(coming) + 1.0)) + 1
    step = _chain(coming, seats, states)
    for _ in range(MOST_ROUNDS):
        step, before = step @ step, step[0]
        step /= step.sum(axis=1, keepdims=True)
        if np.abs(step[0] - before).max() < SETTLED:
            break
    return np.asarray(step[0], dtype=np.float64)


def _chain(coming: float, seats: int, states: int) -> NDArray[np.float64]:
    """Chances from each number left behind to the next, (states, states)."""
    here, there = np.meshgrid(np.arange(states), np.arange(states), indexing="ij")
    from scipy.stats import poisson  # takes longer to import than the rest of this room

    chain = poisson.pmf(there + seats - here, coming)
    chain[:, 0] = poisson.cdf(seats - np.arange(states), coming)
    chain[:, -1] += 1.0 - chain.sum(axis=1)
    return np.asarray(chain, dtype=np.float64)
