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


def noise(found: NDArray[np.float64]) -> Noise:
    """Of shortfalls (points, replications), at least two replications.

    Luck is shared between points, so part of this cancels: the share is not understated.
    """
    replications = found.shape[1]
    single = float(found.var(axis=1, ddof=1).mean())
    total = float(found.mean(axis=1).var(ddof=1))
    if total == 0.0:
        return Noise(1.0, replications, None)
    share = min(1.0, single / replications / total)
    real = total - single / replications
    return Noise(share, replications, ceil(single * (1 - MOST) / (MOST * real)) if real > 0 else None)
