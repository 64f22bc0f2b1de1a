"""What a set of replications says to a question."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from math import ceil, isfinite

import numpy as np
from numpy.typing import NDArray

from sim.estimate import (
    FEWEST_REPLICATIONS,
    Interval,
    Kind,
    SaysYes,
    clopper_pearson,
    confidence_sequence,
    decide,
    mean_interval,
    says_yes,
    trailing_mean,
)
from sim.verdict.asked import Asked
from sim.verdict.verdict import Estimate, Finding, Probability, Range

CONFIDENCE = 0.95
Series = NDArray[np.float64]


def finding(asked: Asked, series: Sequence[Series]) -> Finding:
    """The answer of these replications, each a daily series (days,) of the measure asked about."""
    said = [answer_of(asked, one) for one in series]
    yes = sum(one.yes for one in said)
    return Finding(
        answer=decide(yes, len(said), asked.probability, CONFIDENCE),
        estimate=_estimate(asked, series),
        probability=_probability(asked, yes, len(said)),
        reached_on=_reached_on(asked, said),
        replications=len(said),
    )


def answer_of(asked: Asked, daily: Series) -> SaysYes:
    """Whether one replication says yes, with the first day that met the value."""
    return says_yes(
        daily,
        value=asked.value,
        window_days=asked.window,
        reached_by_day=asked.reached_by,
        sustained_until_day=asked.sustained_until,
        tolerance=asked.tolerance,
        at_least=asked.at_least,
    )


def over_dates(asked: Asked, daily: Series) -> float:
    """Mean of the measure, from the window that ends as it must be reached to the last date."""
    first = max(0, asked.reached_by - asked.window + 1)
    return float(np.mean(daily[first : asked.sustained_until + 1]))


def as_range(interval: Interval) -> Range:
    """An interval as it may be printed: no mean and no ends below ten replications."""
    differs = interval.differs_at_most if interval.kind is Kind.ALL_EQUAL else None
    if not interval.quotable:
        return Range(None, None, None, interval.confidence, differs)
    low, high = (x if isfinite(x) else None for x in (interval.low, interval.high))
    return Range(interval.mean, low, high, interval.confidence, differs)


def quoted(values: Sequence[float], at_least_zero: bool = True) -> Range:
    """Mean over replications with its interval; nothing where any value is not known."""
    if not len(values) or not np.isfinite(values).all():
        return Range(None, None, None, CONFIDENCE)
    if at_least_zero and min(values) >= 0:
        return as_range(mean_interval(values, CONFIDENCE, support=(0.0, float("inf"))))
    return as_range(mean_interval(values, CONFIDENCE))


def mean_of(values: Sequence[float]) -> float | None:
    """Mean over replications; None below ten of them."""
    return sum(values) / len(values) if len(values) >= FEWEST_REPLICATIONS else None


def _estimate(asked: Asked, series: Sequence[Series]) -> Estimate:
    means = np.array([trailing_mean(one, asked.window) for one in series])
    day = max(asked.reached_by, asked.window - 1)
    found = quoted([float(x) for x in means[:, day]])
    best_day, best = _best(asked, means.mean(axis=0)[: day + 1])
    quotable = found.mean is not None
    return Estimate(
        found.mean, found.low, found.high, found.confidence, asked.date(day), asked.window,
        best if quotable else None, asked.date(best_day) if quotable else None, found.differs_at_most,
    )  # fmt: skip


def _best(asked: Asked, means: Series) -> tuple[int, float]:
    day = int(np.nanargmax(means) if asked.at_least else np.nanargmin(means))
    return day, float(means[day])


def _probability(asked: Asked, yes: int, n: int) -> Probability:
    low, high = confidence_sequence(yes, n, CONFIDENCE)
    exact = clopper_pearson(yes, n, CONFIDENCE)
    return Probability(yes / n, low, high, asked.probability, n, yes, CONFIDENCE, exact)


def _reached_on(asked: Asked, said: Sequence[SaysYes]) -> date | None:
    """First date by which the required share of replications had met the value; None if never."""
    days = sorted(one.first_day for one in said if one.first_day is not None)
    needed = max(1, ceil(asked.probability * len(said) - 1e-9))
    return asked.date(days[needed - 1]) if len(days) >= needed else None
