"""Lines that people leave, or that have no room for them."""

from __future__ import annotations

from math import ceil, log, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

NEGLIGIBLE = -45.0
MOST_STATES = 50_000_000


class ErlangA(NamedTuple):
    """M/M/c+M in steady state; waits are of all who join, those who give up included."""

    abandoned: float
    delayed: float
    wait_mean: float
    waiting_mean: float
    busy_mean: float


class FiniteRoom(NamedTuple):
    """M/M/c with a finite waiting room; the wait is of those let in."""

    refused: float
    delayed: float
    wait_mean: float
    waiting_mean: float
    busy_mean: float


def birth_death(births: NDArray[np.float64], deaths: NDArray[np.float64]) -> NDArray[np.float64]:
    """Steady-state probabilities (states,) from rates up and down (states - 1,), in logarithms."""
    with np.errstate(divide="ignore"):
        logs = np.concatenate(([0.0], np.cumsum(np.log(births) - np.log(deaths))))
    weights = np.exp(logs - logs.max())
    return np.asarray(weights / weights.sum(), dtype=np.float64)


def erlang_a(servers: int, rate: float, service: float, patience: float) -> ErlangA:
    """Steady state when each who waits gives up after an exponential time of mean `patience`.

    Raises:
        ValueError: a rate or time is not above 0, or patience is so long that the line has no
            practical end.

    Source: Palm 1957; Mandelbaum and Zeltyn 2007.
    """
    _above_zero(rate=rate, service=service, patience=patience)
    room = _long_enough(servers, rate, service, patience)
    chances = _chances(servers, room, rate, service, 1.0 / patience)
    waiting, busy = _waiting(chances, servers), _busy(chances, servers)
    abandoned = waiting / patience / rate
    return ErlangA(abandoned, float(chances[servers:].sum()), waiting / rate, waiting, busy)


def mmck(servers: int, room: int, rate: float, service: float) -> FiniteRoom:
    """Steady state when at most `room` wait and who finds it full goes away.

    Raises:
        ValueError: a rate or time is not above 0.

    Source: birth and death equations.
    """
    _above_zero(rate=rate, service=service)
    chances = _chances(servers, room, rate, service, 0.0)
    waiting, refused = _waiting(chances, servers), float(chances[-1])
    let_in = 1.0 - refused
    delayed = float(chances[servers:-1].sum()) / let_in if let_in else 1.0
    wait = waiting / (rate * let_in) if let_in else 0.0
    return FiniteRoom(refused, delayed, wait, waiting, _busy(chances, servers))


def _chances(
    servers: int, room: int, rate: float, service: float, gives_up: float
) -> NDArray[np.float64]:
    inside = np.arange(1, servers + room + 1, dtype=np.float64)
    deaths = np.minimum(inside, servers) / service + np.maximum(inside - servers, 0) * gives_up
    return birth_death(np.full(inside.shape, rate), deaths)


def _waiting(chances: NDArray[np.float64], servers: int) -> float:
    return float(chances[servers:] @ np.arange(chances.size - servers))


def _busy(chances: NDArray[np.float64], servers: int) -> float:
    return float(chances @ np.minimum(np.arange(chances.size), servers))


def _long_enough(servers: int, rate: float, service: float, patience: float) -> int:
    """A line so long that what lies beyond it weighs nothing in double precision.

    Above its middle the line falls like a Poisson law of mean rate x patience; below load it
    falls at least geometrically.
    """
    over = max(rate - servers / service, 0.0) * patience
    room = over + 12.0 * sqrt(rate * patience) + 60.0
    if rate * service < servers:
        room = min(room, NEGLIGIBLE / log(rate * service / servers) + 1.0)
    if room > MOST_STATES:
        raise ValueError(f"patience {patience} with rate {rate}; wanted a line below {MOST_STATES}")
    return ceil(room)


def _above_zero(**values: float) -> None:
    for name, value in values.items():
        if not value > 0.0:
            raise ValueError(f"{name} {value}; wanted above 0")
