"""How long things take, with those that are not over yet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

QUANTILES = (0.5, 0.9, 0.95, 0.99)
ROUNDING = 1e-12


class Curve(NamedTuple):
    """Share of `n` still waiting after each time at which any ended.

    `times` and `survival` are (ends,), times ascending; nothing is known after `known_to`.
    """

    times: NDArray[np.float64]
    survival: NDArray[np.float64]
    known_to: float
    n: int


class CohortWait(NamedTuple):
    """Waits of those who entered in [start, end), in the unit of the durations.

    A quantile that the curve does not reach is NaN. `mean_restricted` is the mean of the lesser
    of the wait and `restricted_to`. `mean_finished` is biased low while any are still inside and
    must never stand alone.
    """

    start: float
    end: float
    n: int
    share_inside: float
    quantiles: NDArray[np.float64]
    mean_restricted: float
    restricted_to: float
    mean_finished: float


def kaplan_meier(durations: ArrayLike, finished: ArrayLike) -> Curve:
    """Product-limit curve of durations (n,), those not `finished` (n,) being ages so far.

    At a tie the finished count as ended before the unfinished leave sight.

    Raises:
        ValueError: lengths differ, or a duration is negative or not finite.

    Source: Kaplan and Meier 1958.
    """
    lasted, over = _checked(durations, finished)
    if lasted.size == 0:
        return Curve(np.empty(0), np.empty(0), 0.0, 0)
    times, ends = np.unique(lasted[over], return_counts=True)
    at_risk = lasted.size - np.searchsorted(np.sort(lasted), times, side="left")
    survival = np.cumprod(1.0 - ends / at_risk, dtype=np.float64)
    return Curve(times, survival, float(lasted.max()), lasted.size)


def _checked(
    durations: ArrayLike, finished: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    lasted = np.asarray(durations, dtype=np.float64)
    over = np.asarray(finished, dtype=np.bool_)
    if lasted.shape != over.shape:
        raise ValueError(f"{lasted.shape} durations, {over.shape} finished; wanted one for each")
    wrong = ~(np.isfinite(lasted) & (lasted >= 0.0))
    if wrong.any():
        raise ValueError(f"duration {lasted[wrong][0]}; wanted a finite one, 0 or more")
    return lasted, over


def quantiles(curve: Curve, shares: ArrayLike = QUANTILES) -> NDArray[np.float64]:
    """Least time by which each share had ended; NaN where the curve does not come so far."""
    wanted = 1.0 - np.asarray(shares, dtype=np.float64) + ROUNDING
    place = np.searchsorted(-curve.survival, -wanted, side="left")
    return np.append(curve.times, np.nan)[place]


def restricted_mean(curve: Curve, restricted_to: float | None = None) -> float:
    """Mean of the lesser of the wait and `restricted_to`, by default as far as is known.

    Raises:
        ValueError: the curve is not known so far.
    """
    if curve.n == 0:
        return float("nan")
    end = curve.known_to if restricted_to is None else restricted_to
    ended = curve.survival.size > 0 and curve.survival[-1] <= ROUNDING
    if end > curve.known_to and not ended:
        raise ValueError(f"mean restricted to {end}; waits are known only to {curve.known_to}")
    edges = np.minimum(np.concatenate(([0.0], curve.times, [end])), end)
    return float(np.append(1.0, curve.survival) @ np.maximum(np.diff(edges), 0.0))


def cohort_waits(
    entered: ArrayLike,
    durations: ArrayLike,
    finished: ArrayLike,
    edges: Sequence[float],
    *,
    shares: Sequence[float] = QUANTILES,
    restricted_to: float | None = None,
) -> tuple[CohortWait, ...]:
    """Waits by when they began: cohort i entered in [edges[i], edges[i + 1]).

    `entered`, `durations` and `finished` are (n,). To compare cohorts give one `restricted_to`
    that all were watched for; a cohort watched for less is restricted to what it was.

    Raises:
        ValueError: edges do not ascend, or arrays do not match.
    """
    began = np.asarray(entered, dtype=np.float64)
    lasted, over = _checked(durations, finished)
    cohort = _cohorts(began, edges)
    return tuple(
        _cohort_wait(
            (edges[index], edges[index + 1]),
            lasted[cohort == index],
            over[cohort == index],
            shares,
            restricted_to,
        )
        for index in range(len(edges) - 1)
    )


def _cohorts(began: NDArray[np.float64], edges: Sequence[float]) -> NDArray[np.intp]:
    if len(edges) < 2 or not bool(np.all(np.diff(edges) > 0)):
        raise ValueError(f"cohort edges {list(edges)}; wanted at least two, ascending")
    return np.searchsorted(np.asarray(edges, dtype=np.float64), began, side="right") - 1


def _cohort_wait(
    span: tuple[float, float],
    lasted: NDArray[np.float64],
    over: NDArray[np.bool_],
    shares: Sequence[float],
    restricted_to: float | None,
) -> CohortWait:
    curve = kaplan_meier(lasted, over)
    limit = curve.known_to if restricted_to is None else min(restricted_to, curve.known_to)
    if restricted_to is not None and over.all() and over.size:
        limit = restricted_to
    return CohortWait(
        *span,
        n=curve.n,
        share_inside=float(1.0 - over.mean()) if curve.n else float("nan"),
        quantiles=quantiles(curve, shares),
        mean_restricted=restricted_mean(curve, limit),
        restricted_to=limit,
        mean_finished=float(lasted[over].mean()) if over.any() else float("nan"),
    )


def cohort_outcomes(
    entered: ArrayLike, outcome: ArrayLike, edges: Sequence[float], outcomes: int
) -> NDArray[np.int64]:
    """How each cohort left, (cohorts, outcomes + 1), the last column those still inside.

    `outcome` is (n,), from 0 to outcomes - 1, or negative while inside.
    """
    cohort = _cohorts(np.asarray(entered, dtype=np.float64), edges)
    how = np.asarray(outcome, dtype=np.int64)
    counts = np.zeros((len(edges) - 1, outcomes + 1), dtype=np.int64)
    within = (cohort >= 0) & (cohort < len(edges) - 1)
    np.add.at(counts, (cohort[within], np.where(how < 0, outcomes, how)[within]), 1)
    return counts
