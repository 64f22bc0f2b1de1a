"""How much work a server can begin between two closings."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sim.network.model import Distribution
from sim.study.require.laws import mean, within

POINTS = 600
_SHORT = 0.5
Works = tuple[tuple[Distribution, float], ...]
"""Laws of the work of those served by one station, each with the factor that it is taken times."""


@lru_cache(maxsize=4096)
def begun(works: Works, open_for: int) -> float:
    """Most mean work [us] of the cases that one server begins in so long a time [us], whichever it takes next.

    What has been begun is finished after closing, so it is more than `open_for`; at most the mean of one case
    more. The most of all orders of taking cases and of idling, by dynamic programming backwards from closing;
    times in service are cut down to points of a grid, so it errs upwards. Infinite where the grid is too wide
    for a law.
    """
    step = open_for / POINTS
    chances = [_chances(law, factor, step) for law, factor in works]
    if any(p[0] > _SHORT for p in chances):
        return float("inf")
    means = [mean(law) * factor for law, factor in works]
    most = np.zeros(POINTS + 1)
    for left in range(1, POINTS + 1):
        before = most[left - 1 :: -1]
        each = (m + float(p[1 : left + 1] @ before) for m, p in zip(means, chances, strict=True))
        best = max(e / (1.0 - p[0]) for e, p in zip(each, chances, strict=True))
        most[left] = max(float(most[left - 1]), best)
    return float(most[POINTS])


def _chances(law: Distribution, factor: float, step: float) -> NDArray[np.float64]:
    """Chance of each number of whole steps, up to POINTS."""
    edges = [within(law, step * k / factor) for k in range(POINTS + 2)]
    edges[0] = 0.0
    return np.diff(np.array(edges))
