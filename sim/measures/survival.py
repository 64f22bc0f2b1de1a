"""Kaplan-Meier curves of spells that are sorted already."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.estimate.wait import ROUNDING, Curve, quantiles, restricted_mean
from sim.measures.spells import Spells
from sim.network.model import HOUR

PERCENTILES = (0.5, 0.9, 0.95, 0.99)


def curve(spells: Spells) -> Curve:
    """Share still waiting after each time [hours], as `estimate.kaplan_meier` without its sorts.

    Source: Kaplan and Meier 1958.
    """
    duration, over = spells.duration, spells.over
    if not duration.size:
        return Curve(np.empty(0), np.empty(0), 0.0, 0)
    first = np.flatnonzero(np.diff(duration, prepend=duration[0] - 1))
    if spells.weight is None:
        total, before = float(duration.size), first.astype(np.float64)
        ends = np.add.reduceat(over, first, dtype=np.float64)
    else:
        sums = np.cumsum(spells.weight)
        total, before = float(sums[-1]), sums[first] - spells.weight[first]
        ends = np.add.reduceat(over * spells.weight, first)
    at_risk, some = total - before, ends > 0
    times, survival = duration[first[some]] / HOUR, _product(ends[some], at_risk[some], total, over)
    return Curve(times, survival, float(duration[-1]) / HOUR, round(total))


def _product(
    ends: NDArray[np.float64], at_risk: NDArray[np.float64], total: float, over: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """The product limit; where all is over it is the share not yet over, without rounding."""
    if over.all():
        return np.asarray((at_risk - ends) / total, np.float64)
    return np.cumprod(1.0 - ends / at_risk, dtype=np.float64)


def share_over(of: Curve, bound: float) -> float:
    """Share that lasts longer than `bound` [hours]; NaN if that is not known."""
    ended = of.survival.size > 0 and of.survival[-1] <= ROUNDING
    if of.n == 0 or (bound > of.known_to and not ended):
        return float("nan")
    before = int(np.searchsorted(of.times, bound, side="right"))
    return float(of.survival[before - 1]) if before else 1.0


def unfinished(spells: Spells) -> float:
    """Share that is not over; NaN of none."""
    if not spells.duration.size:
        return float("nan")
    if spells.weight is None:
        return float(1.0 - spells.over.mean())
    return float(spells.weight[~spells.over].sum() / spells.weight.sum())


def described(spells: Spells, of: Curve) -> dict[str, float]:
    """Number, share unfinished, mean [hours] and percentiles [hours] of spells with their curve.

    The mean is that of all where all are over, else the restricted mean of the curve: no mean of
    finished spells stands alone. A percentile that the curve does not reach is NaN.
    """
    whole = of.n and spells.weight is None and bool(spells.over.all())
    mean = float(spells.duration.mean()) / HOUR if whole else restricted_mean(of)
    found = {"n": float(of.n), "unfinished": unfinished(spells), "mean": mean}
    for share, value in zip(PERCENTILES, quantiles(of, PERCENTILES), strict=True):
        found[f"p{round(share * 100)}"] = float(value)
    return found


def on_grid(of: Curve, hours: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share still waiting at each of `hours`, NaN beyond what is known."""
    place = np.searchsorted(of.times, hours, side="right")
    shares = np.append(1.0, of.survival)[place]
    ended = of.survival.size > 0 and of.survival[-1] <= ROUNDING
    return shares if ended else np.where(hours <= of.known_to, shares, np.nan)
