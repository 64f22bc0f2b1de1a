"""Worlds told apart: chance within one, ignorance between them, what those that say yes share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, log, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from sim.estimate import FEWEST_REPLICATIONS, holm, trailing_mean
from sim.verdict.asked import Asked
from sim.verdict.evidence import Evidence, series
from sim.verdict.finding import CONFIDENCE, answer_of

Series = NDArray[np.float64]
ALARM = 1.0 - CONFIDENCE
"""Chance of naming any fact at all where none of them matters."""


@dataclass(frozen=True)
class Chance:
    """How much of the variance of the rate reached is chance: that of one world over that of all.

    `low` and `high` of the share; spreads are standard deviations [measure/day]. `runs` of the
    stated world show the chance, which is taken to be alike in all worlds.
    """

    share: float
    low: float
    high: float
    spread_within: float
    spread_in_all: float
    runs: int


@dataclass(frozen=True)
class Told:
    """One fact whose values differ between worlds that say yes and worlds that say no.

    Least, middle and greatest value in each; `p_adjusted` is Holm-adjusted over all facts.
    """

    fact: str
    unit: str
    yes: tuple[float, float, float]
    no: tuple[float, float, float]
    p_adjusted: float


@dataclass(frozen=True)
class Moves:
    """One fact with its rank correlation with the rate reached, Holm-adjusted over all facts."""

    fact: str
    correlation: float
    p_adjusted: float


@dataclass(frozen=True)
class Plausible:
    """`drawn` worlds of which `yes` say yes; `chance` is None where too few runs show it.

    `told_apart_by` and `moved_by` hold the facts that show, surest first; of `facts` in all.
    """

    drawn: int
    yes: int
    facts: int
    chance: Chance | None
    told_apart_by: tuple[Told, ...]
    moved_by: tuple[Moves, ...]


def plausible(
    asked: Asked | None, evidence: Evidence, units: Mapping[str, str]
) -> Plausible | None:
    """What many worlds say together; None where no world was drawn or nothing was asked.

    `units` of the facts, by path.
    """
    if asked is None or not evidence.facts:
        return None
    rates = reached(asked, series(evidence.base, asked.measure))
    said = answers(asked, series(evidence.base, asked.measure))
    stated = series(evidence.central, asked.measure)
    return Plausible(
        drawn=len(rates),
        yes=int(said.sum()),
        facts=len(evidence.facts),
        chance=chance(rates, reached(asked, stated)),
        told_apart_by=told_apart(evidence.facts, said, units),
        moved_by=moved(evidence.facts, rates),
    )


def answers(asked: Asked, daily: Sequence[Series]) -> NDArray[np.bool_]:
    """Which replications say yes (replications,)."""
    return np.array([answer_of(asked, one).yes for one in daily], dtype=np.bool_)


def reached(asked: Asked, daily: Sequence[Series]) -> Series:
    """The trailing mean on the date to reach it by, (replications,) [measure/day]."""
    day = max(asked.reached_by, asked.window - 1)
    return np.array([trailing_mean(one, asked.window)[day] for one in daily])


def chance(rates: Series, stated: Series) -> Chance | None:
    """The share of chance in the variance of `rates` over worlds, from runs of one world.

    The interval is that of the logarithm of a ratio of two variances, each with its own kurtosis.
    None below ten runs of either, or where the rate is the same in all worlds.

    Source: Layard 1973, "Robust large-sample tests for homogeneity of variances".
    """
    if min(rates.size, stated.size) < FEWEST_REPLICATIONS or np.ptp(rates) == 0.0:
        return None
    within, everything = float(stated.var(ddof=1)), float(rates.var(ddof=1))
    spreads = sqrt(within), sqrt(everything), stated.size
    if within == 0.0:
        return Chance(0.0, 0.0, 0.0, *spreads)
    error = sqrt(_log_variance(rates) + _log_variance(stated))
    half = float(stdtrit(min(rates.size, stated.size) - 1, 1.0 - ALARM / 2.0)) * error
    middle = log(within / everything)
    low, share, high = (min(1.0, exp(x)) for x in (middle - half, middle, middle + half))
    return Chance(share, low, high, *spreads)


def _log_variance(sample: Series) -> float:
    """Variance of the logarithm of a sample's variance, by the delta method."""
    off = (sample - sample.mean()) ** 2
    return float((off**2).mean() / off.mean() ** 2 - 1.0) / sample.size + 2.0 / sample.size**2


def told_apart(
    facts: Mapping[str, Series], said: NDArray[np.bool_], units: Mapping[str, str]
) -> tuple[Told, ...]:
    """Facts whose values differ between yes and no, surest first.

    Two tests a fact, of place (Mann and Whitney) and of shape (Kolmogorov and Smirnov), the lesser
    p doubled, then Holm over the facts: none is named by chance in 95 of 100 studies.
    """
    if said.all() or not said.any():
        return ()
    pairs = {fact: (values[said], values[~said]) for fact, values in facts.items()}
    adjusted = holm([_differ(yes, no) for yes, no in pairs.values()])
    rows = [
        Told(fact, units.get(fact, ""), _three(yes), _three(no), float(p))
        for (fact, (yes, no)), p in zip(pairs.items(), adjusted, strict=True)
    ]
    return tuple(sorted((r for r in rows if r.p_adjusted <= ALARM), key=lambda r: r.p_adjusted))


def _differ(yes: Series, no: Series) -> float:
    from scipy import stats  # takes as long to import as all else, and is not always needed

    place = stats.mannwhitneyu(yes, no).pvalue
    shape = stats.ks_2samp(yes, no).pvalue
    return min(1.0, 2.0 * min(float(place), float(shape)))


def _three(values: Series) -> tuple[float, float, float]:
    return float(values.min()), float(np.median(values)), float(values.max())


def moved(facts: Mapping[str, Series], rates: Series) -> tuple[Moves, ...]:
    """Facts whose rank correlation with the rate shows, strongest first."""
    if rates.size < FEWEST_REPLICATIONS or np.ptp(rates) == 0.0:
        return ()
    from scipy import stats

    found = {fact: stats.spearmanr(values, rates) for fact, values in facts.items()}
    adjusted = holm([float(np.nan_to_num(of.pvalue, nan=1.0)) for of in found.values()])
    rows = [
        Moves(fact, float(of.statistic), float(p))
        for (fact, of), p in zip(found.items(), adjusted, strict=True)
    ]
    shown = [row for row in rows if row.p_adjusted <= ALARM]
    return tuple(sorted(shown, key=lambda row: -abs(row.correlation)))
