"""How long things take, with those that are not over yet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

ROUNDING = 1e-12


class Curve(NamedTuple):
    """Share of `n` still waiting after each time at which any ended.

    `times` and `survival` are (ends,), times ascending; nothing is known after `known_to`.
    """

    times: NDArray[np.float64]
    survival: NDArray[np.float64]
    known_to: float
    n: int


def quantiles(curve: Curve, shares: ArrayLike) -> NDArray[np.float64]:
    """Least time by which each share had ended; NaN where the curve does not come so far."""
    wanted = 1.0 - np.asarray(shares, dtype=np.float64) + ROUNDING
    place = np.searchsorted(-curve.survival, -wanted, side="left")
    return np.append(curve.times, np.nan)[place]


def cohort_outcomes(
    entered: ArrayLike, outcome: ArrayLike, edges: Sequence[float], outcomes: int
) -> NDArray[np.int64]:
    """How each cohort left, (cohorts, outcomes + 1), the last column those still inside.

    Cohort i entered in [edges[i], edges[i + 1]). `outcome` is (n,), from 0 to outcomes - 1, or
    negative while inside.
    """
    began = np.asarray(entered, dtype=np.float64)
    cohort = np.searchsorted(np.asarray(edges, dtype=np.float64), began, side="right") - 1
    how = np.asarray(outcome, dtype=np.int64)
    counts = np.zeros((len(edges) - 1, outcomes + 1), dtype=np.int64)
    within = (cohort >= 0) & (cohort < len(edges) - 1)
    np.add.at(counts, (cohort[within], np.where(how < 0, outcomes, how)[within]), 1)
    return counts
