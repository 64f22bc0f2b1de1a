"""What flows through a network of stations, with no line or with exponential ones."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.theory.erlang import erlang_c

ROUNDING = 1e-9


class JacksonAnswer(NamedTuple):
    """Steady state by station (stations,); `stay_mean` is of the whole visit to the network.

    A station whose load is not below its servers has an infinite number inside.
    """

    rates: NDArray[np.float64]
    loads: NDArray[np.float64]
    waiting: NDArray[np.float64]
    inside: NDArray[np.float64]
    stay_mean: float


def traffic(routing: ArrayLike, external: ArrayLike) -> NDArray[np.float64]:
    """Arrivals per unit of time at each station, feedback included, if no line grows for ever.

    `routing` (stations, stations): chance of going from the row to the column; what is missing
    from a row leaves. `external` (stations,).

    Raises:
        ValueError: a row is not of probabilities, or somewhere nobody ever leaves.

    Source: traffic equations, Jackson 1957.
    """
    chances = np.asarray(routing, dtype=np.float64)
    outside = np.asarray(external, dtype=np.float64)
    _check(chances, outside)
    return np.asarray(np.linalg.solve(np.eye(outside.size) - chances.T, outside))


def _check(chances: NDArray[np.float64], outside: NDArray[np.float64]) -> None:
    if chances.shape != (outside.size, outside.size):
        raise ValueError(f"routing is {chances.shape}; wanted {(outside.size, outside.size)}")
    sums = chances.sum(axis=1)
    if (chances < 0).any() or (sums > 1.0 + ROUNDING).any():
        raise ValueError(f"routing rows add to {sums}; wanted probabilities of at most 1 a row")
    greatest = float(np.abs(np.linalg.eigvals(chances)).max()) if outside.size else 0.0
    if greatest > 1.0 - ROUNDING:
        raise ValueError(f"routing keeps all it has (eigenvalue {greatest:.6g}); wanted a way out")


def offered_load(
    routing: ArrayLike, external: ArrayLike, service: ArrayLike
) -> NDArray[np.float64]:
    """Mean servers each station would keep busy if none ever had to wait.

    `service` (stations,) is the mean work. Returns (stations,) [servers].

    Raises:
        ValueError: as `traffic`.

    Source: traffic equations, Jackson 1957.
    """
    return traffic(routing, external) * np.asarray(service, dtype=np.float64)


def jackson(
    routing: ArrayLike, external: ArrayLike, service: ArrayLike, servers: ArrayLike
) -> JacksonAnswer:
    """Mean numbers in an open network of exponential stations (stations,).

    Raises:
        ValueError: as `traffic`.

    Source: product form, Jackson 1957.
    """
    rates = traffic(routing, external)
    loads = rates * np.asarray(service, dtype=np.float64)
    counts = np.asarray(servers, dtype=np.float64)
    waiting = np.array([_waiting(c, a) for c, a in zip(counts, loads, strict=True)])
    inside = waiting + np.minimum(loads, counts)
    return JacksonAnswer(
        rates, loads, waiting, inside, float(inside.sum() / np.asarray(external).sum())
    )


def _waiting(servers: float, load: float) -> float:
    if load == 0.0:
        return 0.0
    return erlang_c(servers, load) * load / (servers - load) if load < servers else np.inf
