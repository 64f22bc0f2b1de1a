"""How many are inside when nobody ever waits."""

from __future__ import annotations

from collections.abc import Callable
from math import inf

import numpy as np
from numpy.typing import ArrayLike, NDArray

Cdf = Callable[[float], float]


def mginf_census(rate: float, stay_cdf: Cdf, times: ArrayLike) -> NDArray[np.float64]:
    """Mean (and variance: it is Poisson) number inside an M/G/infinity that began empty.

    `times` and the answer are (times,), in the unit of the stay and of the rate.

    Source: Takacs 1962.
    """
    return mginf_census_profile([0.0, inf], [rate], stay_cdf, times)


def mginf_census_profile(
    edges: ArrayLike, rates: ArrayLike, stay_cdf: Cdf, times: ArrayLike
) -> NDArray[np.float64]:
    """The same for a rate that is rates[i] from edges[i] to edges[i + 1], and nothing outside.

    Source: Takacs 1962; Eick, Massey and Whitt 1993.
    """
    edge, rate = np.asarray(edges, dtype=np.float64), np.asarray(rates, dtype=np.float64)
    when = np.atleast_1d(np.asarray(times, dtype=np.float64))
    ages = np.maximum(when[:, None] - edge[None, :], 0.0)
    spent = mean_spent_within(stay_cdf, ages)
    return np.asarray((spent[:, :-1] - spent[:, 1:]) @ rate, dtype=np.float64)


def mean_spent_within(stay_cdf: Cdf, ages: NDArray[np.float64]) -> NDArray[np.float64]:
    """E[min(stay, age)] for each age, summed over the gaps between ages in order."""
    points, place = np.unique(ages, return_inverse=True)
    starts = np.concatenate(([0.0], points))[:-1]
    pieces = [_still_inside(stay_cdf, *span) for span in zip(starts, points, strict=True)]
    return np.cumsum(pieces)[place].reshape(ages.shape)


def _still_inside(stay_cdf: Cdf, start: float, end: float) -> float:
    if end <= start:
        return 0.0
    from scipy.integrate import quad  # slow to import, and no run needs it

    return float(quad(lambda age: 1.0 - stay_cdf(age), start, end, limit=500)[0])
