"""Kaplan-Meier curves of spells that are sorted already."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.estimate.wait import ROUNDING, Curve, quantiles
from sim.measures.spells import Timed
from sim.network.model import HOUR

PERCENTILES = (0.5, 0.9, 0.95, 0.99)
Floats = NDArray[np.float64]


def curve(of: Timed) -> Curve:
    """Share still waiting after each row [hours]; at a tie those over come first.

    Source: Kaplan and Meier 1958.
    """
    if not of.duration.size:
        return Curve(np.empty(0), np.empty(0), 0.0, 0)
    n = of.duration.size
    if of.weight is None:
        at_risk, gone = np.arange(n, 0.0, -1.0), of.over.astype(np.float64)
    else:
        at_risk, gone = np.cumsum(of.weight[::-1])[::-1], of.over * of.weight
    times, known_to = of.duration / HOUR, float(of.duration[-1]) / HOUR
    return Curve(times, _survival(of, at_risk, gone), known_to, round(float(at_risk[0])))


def _survival(of: Timed, at_risk: Floats, gone: Floats) -> Floats:
    """The product limit; where all is over it is the share not yet over, without rounding."""
    if of.over.all():
        return np.asarray((at_risk - gone) / at_risk[0], np.float64)
    return np.cumprod(1.0 - gone / at_risk, dtype=np.float64)


def _ended(of: Curve) -> bool:
    return of.survival.size > 0 and bool(of.survival[-1] <= ROUNDING)


def shares_over(of: Timed, bounds: Sequence[float]) -> dict[float, float]:
    """Share that lasts longer than each bound [hours]; NaN where that is not known."""
    if not bounds:
        return {}
    found = (
        on_grid(curve(of), np.array(bounds)) if of.duration.size else [float("nan")] * len(bounds)
    )
    return {bound: float(share) for bound, share in zip(bounds, found, strict=True)}


def on_grid(of: Curve, hours: Floats) -> Floats:
    """Share still waiting at each of `hours`, NaN beyond what is known."""
    place = np.searchsorted(of.times, hours, side="right")
    shares = np.append(1.0, of.survival)[place]
    return shares if _ended(of) else np.where(hours <= of.known_to, shares, np.nan)


def unfinished(of: Timed) -> float:
    """Share that is not over; NaN of none."""
    if not of.duration.size:
        return float("nan")
    if of.weight is None:
        return float(1.0 - of.over.mean())
    return float(of.weight[~of.over].sum() / of.weight.sum())


def described(of: Timed) -> dict[str, float]:
    """Number, share unfinished, mean [hours] and percentiles [hours] of spells.

    The mean is that of all where all are over, else the restricted mean of the curve: no mean of
    finished spells stands alone. A percentile that the curve does not reach is NaN.
    """
    whole = of.weight is None and of.duration.size > 0 and bool(of.over.all())
    n, mean, percentiles = _of_all(of.duration) if whole else _of_curve(curve(of))
    found = {"n": float(n), "unfinished": 0.0 if whole else unfinished(of), "mean": mean}
    for share, value in zip(PERCENTILES, percentiles, strict=True):
        found[f"p{round(share * 100)}"] = float(value)
    return found


def _of_all(duration: NDArray[np.int64]) -> tuple[int, float, Floats]:
    """What the curve would say, read off the sorted durations themselves."""
    rank = np.ceil(np.array(PERCENTILES) * duration.size - ROUNDING).astype(np.int64) - 1
    return duration.size, float(duration.mean()) / HOUR, duration[rank] / HOUR


def _of_curve(of: Curve) -> tuple[int, float, Floats]:
    if of.n == 0:
        return 0, float("nan"), quantiles(of, PERCENTILES)
    mean = of.times[0] + of.survival[:-1] @ np.diff(of.times)
    return of.n, float(mean), quantiles(of, PERCENTILES)
