"""How much of what a design shows is chance."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray

MOST = 0.05
"""Share of noise above which no index is told."""


@dataclass(frozen=True)
class Noise:
    """Variance of a mean over replications, over the variance of those means between points.

    `would_do` replications bring it to `MOST`; None where more of them never will.
    """

    share: float
    replications: int
    would_do: int | None

    @property
    def too_great(self) -> bool:
        return self.share > MOST


def noise(*designs: NDArray[np.float64]) -> Noise:
    """Of shortfalls (points, replications), at least two replications, one design for each seed.

    Luck is shared between the points of a design. What a replication adds to all of them alike moves
    no index and is taken out: noise is what is left, the interaction of points and replications.
    """
    replications = designs[0].shape[1]
    single = float(np.mean([_own(found) for found in designs]))
    total = float(np.mean([found.mean(axis=1).var(ddof=1) for found in designs]))
    if total == 0.0:
        return Noise(1.0, replications, None)
    share = min(1.0, single / replications / total)
    real = total - single / replications
    return Noise(share, replications, ceil(single * (1 - MOST) / (MOST * real)) if real > 0 else None)


def _own(found: NDArray[np.float64]) -> float:
    """Variance of one replication of one point, without what all points share."""
    off = found - found.mean(axis=1, keepdims=True) - found.mean(axis=0) + found.mean()
    points, replications = found.shape
    return float((off**2).sum() / ((points - 1) * (replications - 1)))
