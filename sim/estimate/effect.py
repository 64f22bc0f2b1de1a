"""Differences between runs that share their luck, world by world."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.estimate.interval import Interval, Kind, mean_interval


class Difference(NamedTuple):
    """A paired difference and the chance of one as great if there were none."""

    interval: Interval
    p_value: float


class Effect(NamedTuple):
    """What more of one resource does; `share_first` of worlds have it as their greatest gain."""

    interval: Interval
    p_value: float
    p_adjusted: float
    share_first: float


def paired_difference(a: ArrayLike, b: ArrayLike, confidence: float = 0.95) -> Difference:
    """Mean of a - b over worlds with common random numbers, a and b (worlds,).

    Where every world gives the same difference there is no spread to judge by; the p-value is
    then that of the sign test.

    Raises:
        ValueError: a and b are not of the same worlds.
    """
    first, second = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    if first.shape != second.shape:
        raise ValueError(f"worlds {first.shape} and {second.shape}; wanted the same worlds in both")
    interval = mean_interval(first - second, confidence)
    return Difference(interval, _p_value(first - second, interval.kind))


def _p_value(difference: NDArray[np.float64], kind: Kind) -> float:
    n = difference.size
    if kind is not Kind.T:
        return 1.0 if difference[0] == 0.0 else float(min(1.0, 2.0 * 0.5**n))
    from scipy.special import stdtr  # slow to import, and no worker needs it

    t = abs(difference.mean()) / (difference.std(ddof=1) / np.sqrt(n))
    return float(2.0 * stdtr(n - 1, -t))


def holm(p_values: ArrayLike) -> NDArray[np.float64]:
    """Adjusted p-values (tests,): each may be compared with one level for the whole family.

    Source: Holm 1979.
    """
    p = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(p, kind="stable")
    steps = p[order] * np.arange(p.size, 0, -1)
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(1.0, np.maximum.accumulate(steps))
    return adjusted


def holm_levels(p_values: ArrayLike, miss: float = 0.05) -> NDArray[np.float64]:
    """Chance of missing to give each interval, so that it leaves out zero where Holm rejects.

    The chance that the interval of any test without effect leaves out zero is at most `miss`,
    whatever the dependence between tests. Where Holm stops, its level serves all that remain.
    """
    p = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(p, kind="stable")
    steps = miss / np.arange(p.size, 0, -1)
    stop = int((holm(p) <= miss).sum())
    levels = np.empty_like(p)
    levels[order] = np.where(np.arange(p.size) < stop, steps, steps[min(stop, p.size - 1)])
    return levels


def paired_effects(
    base: ArrayLike, plus: ArrayLike, confidence: float = 0.95
) -> tuple[Effect, ...]:
    """Effect of more of each resource, base (worlds,) and plus (resources, worlds).

    A world whose greatest gain is shared is split between those that share it; one in which
    nothing gains has no first. Effects are in the order of the resources.

    Raises:
        ValueError: base and plus are not of the same worlds.
    """
    before, after = np.asarray(base, dtype=np.float64), np.asarray(plus, dtype=np.float64)
    if after.ndim != 2 or after.shape[1:] != before.shape:
        raise ValueError(f"plus is {after.shape}; wanted (resources, {before.size} worlds)")
    p_values = np.array([paired_difference(row, before).p_value for row in after])
    adjusted, levels = holm(p_values), holm_levels(p_values, 1.0 - confidence)
    firsts = _share_first(after - before)
    return tuple(
        Effect(mean_interval(row - before, 1.0 - level), float(p), float(together), float(first))
        for row, level, p, together, first in zip(
            after, levels, p_values, adjusted, firsts, strict=True
        )
    )


def _share_first(gains: NDArray[np.float64]) -> NDArray[np.float64]:
    best = gains.max(axis=0)
    first = (gains == best) & (best > 0.0)
    shared = np.maximum(first.sum(axis=0), 1)
    return np.asarray((first / shared).mean(axis=1), dtype=np.float64)


def ranked(effects: tuple[Effect, ...]) -> list[int]:
    """Indices of resources from the greatest mean effect down, ties in their own order."""
    return sorted(range(len(effects)), key=lambda index: -effects[index].interval.mean)
