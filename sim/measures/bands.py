"""Where each measure lies on each day, over replications."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.measures.daily import dates
from sim.measures.reduced import Reduced

LEVELS = {"p5": 0.05, "p25": 0.25, "p50": 0.5, "p75": 0.75, "p95": 0.95}
"""From p5 to p95 lie 90 % of replications, from p25 to p75 half of them."""
BAND_COLUMNS = ("date", "column", "mean", *LEVELS)


def bands(reduced: Sequence[Reduced]) -> pd.DataFrame:
    """One row per day and measure: its mean and quantiles over the replications.

    Where facts carry ranges each replication is a world of its own, so the bands are of what is
    not known and of chance together. Those of a mean over days are narrower: see `intervals`.
    """
    plan = reduced[0].plan
    names = [m.name for m in plan.measures if m.name in reduced[0].daily]
    parts = [_of(name, _stacked(reduced, name), reduced[0]) for name in names]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=BAND_COLUMNS)


def spread(values: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
    """Mean and quantiles of (replications, n), each (n,)."""
    quantiles = np.quantile(values, list(LEVELS.values()), axis=0)
    return {"mean": values.mean(axis=0), **dict(zip(LEVELS, quantiles, strict=True))}


def _stacked(reduced: Sequence[Reduced], name: str) -> NDArray[np.float64]:
    return np.stack([np.asarray(one.daily[name], np.float64) for one in reduced])


def _of(name: str, values: NDArray[np.float64], one: Reduced) -> pd.DataFrame:
    days = dates(one.plan, values.shape[1])
    return pd.DataFrame({"date": days, "column": name, **spread(values)})
