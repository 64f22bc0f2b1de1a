"""Waiting where the service time may have any law, or classes have priority.

Arrays are (classes,), first priority first; `means` and `seconds` are E[S] and E[S^2] of the work.
Under overload the classes that still have a steady state get finite answers.
"""

from __future__ import annotations

from math import inf
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.theory.erlang import erlang_c


class PreemptiveTimes(NamedTuple):
    """Mean time to first service and mean time in the station, each (classes,)."""

    wait: NDArray[np.float64]
    stay: NDArray[np.float64]


def mg1_wait(rate: float, mean: float, second: float) -> float:
    """Mean wait in an M/G/1, first come first served.

    Source: Pollaczek 1930, Khinchine 1932.
    """
    spare = 1.0 - rate * mean
    return rate * second / (2.0 * spare) if spare > 0 else inf


def _row(values: ArrayLike) -> NDArray[np.float64]:
    return np.atleast_1d(np.asarray(values, dtype=np.float64))


def _room(loads: NDArray[np.float64]) -> NDArray[np.float64]:
    """(1 - load above)(1 - load with own class), 0 where a class has no steady state."""
    free = 1.0 - np.cumsum(loads)
    above = np.concatenate(([1.0], free[:-1]))
    return np.where(free > 0.0, above * free, 0.0)


def _over(top: ArrayLike, bottom: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.divide(top, bottom, out=np.full(bottom.shape, inf), where=bottom > 0.0))


def priority_waits(rates: ArrayLike, means: ArrayLike, seconds: ArrayLike) -> NDArray[np.float64]:
    """Mean waits of an M/G/1 in which service, once begun, is not interrupted.

    A class without a steady state takes all the time that those above it leave, and those below
    it are never served.

    Source: Cobham 1954.
    """
    rate, mean, second = _row(rates), _row(means), _row(seconds)
    above = np.concatenate(([0.0], np.cumsum(rate * mean)[:-1]))
    served = np.minimum(rate, np.maximum(1.0 - above, 0.0) / mean)
    residual = float(served @ second) / 2.0
    return _over(residual, _room(rate * mean))


def mmc_priority_waits(servers: int, rates: ArrayLike, service: float) -> NDArray[np.float64]:
    """Mean waits of an M/M/c in which all classes have one exponential service time.

    Source: Cobham 1954.
    """
    rate = _row(rates)
    all_busy = erlang_c(servers, float(rate.sum()) * service)
    return _over(all_busy * service / servers, _room(rate * service / servers))


def priority_times_preemptive(
    rates: ArrayLike, means: ArrayLike, seconds: ArrayLike
) -> PreemptiveTimes:
    """Mean times of an M/G/1 in which a higher class stops a lower one, whose work is kept.

    Source: preemptive-resume priorities, Miller 1960; Conway, Maxwell and Miller 1967.
    """
    rate, mean, second = _row(rates), _row(means), _row(seconds)
    wait = _over(np.cumsum(rate * second) / 2.0, _room(rate * mean))
    above = 1.0 - np.concatenate(([0.0], np.cumsum(rate * mean)[:-1]))
    return PreemptiveTimes(wait, wait + _over(mean, np.maximum(above, 0.0)))
