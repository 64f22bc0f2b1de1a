"""How much of the beginning to leave out of a steady-state mean."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

BATCH = 5
LAST_BATCHES_IGNORED = 5
LAST_SHARE_IGNORED = 10
ROUNDING = 1e-12


def mser5(series: ArrayLike) -> int:
    """Observations of one series (n,) to leave out, a multiple of five.

    Cuts in the last tenth, at least the last five batches, are no candidates: there the score
    falls to nothing wherever a few neighbours happen to be alike, as neighbours in a line are.

    Raises:
        ValueError: the series is too short, or more than half of it would be left out.

    Source: White 1997; Hoad, Robinson and Davies 2010 on the last batches.
    """
    values = np.asarray(series, dtype=np.float64)
    batches = values.size // BATCH
    if batches <= LAST_BATCHES_IGNORED:
        raise ValueError(f"{values.size} observations; wanted at least 30 to find a warm-up")
    means = values[: batches * BATCH].reshape(batches, BATCH).mean(axis=1)
    last = batches - max(LAST_BATCHES_IGNORED, batches // LAST_SHARE_IGNORED)
    cut = int(np.argmin(_scores(means)[: last + 1])) * BATCH
    if 2 * cut > values.size:
        raise ValueError(
            f"a warm-up of {cut} of {values.size} observations is beyond half the run; "
            "wanted a longer run, or no steady state is there"
        )
    return cut


def _scores(means: NDArray[np.float64]) -> NDArray[np.float64]:
    """Squared standard error of the mean of what is left after each cut, (batches,)."""
    centred = means - means.mean()
    left = np.arange(means.size, 0, -1)
    total = np.cumsum(centred[::-1])[::-1]
    squares = np.cumsum((centred**2)[::-1])[::-1]
    spread = squares - total**2 / left
    spread[spread <= ROUNDING * squares[0]] = 0.0
    return spread / left.astype(np.float64) ** 2


def pooled_mser5(series: ArrayLike) -> int:
    """Observations to leave out of every replication, series (replications, n).

    Found on the mean over replications: found in each it follows that replication's luck.

    Raises:
        ValueError: as `mser5`.
    """
    return mser5(np.atleast_2d(np.asarray(series, dtype=np.float64)).mean(axis=0))


def common_truncation(pooled: Sequence[int]) -> int:
    """One cut for all measures, replications and scenarios to be compared: the largest.

    Raises:
        ValueError: there is none to choose from.
    """
    if not pooled:
        raise ValueError(f"truncations {list(pooled)}; wanted one for each measure")
    return max(pooled)
