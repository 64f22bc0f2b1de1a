"""Intervals for a mean over replications."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import inf, sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.estimate.probability import check_confidence, clopper_pearson

FEWEST_REPLICATIONS = 10
SAME = 1e-12
SMALLEST = 1e-300
NO_SQUARE = 1e-150  # the square of less is 0 in double precision

Support = tuple[float, float]
ANYTHING: Support = (-inf, inf)


class Kind(StrEnum):
    """How an interval was found."""

    T = "t"
    EXACT = "exact"
    ALL_EQUAL = "all_equal"
    ONE_VALUE = "one_value"


@dataclass(frozen=True)
class Interval:
    """A mean with what it may as well be; an end that nothing bounds is infinite.

    `differs_at_most` is 1 but for ALL_EQUAL, where it bounds the share of replications that would
    differ from those seen. With `quotable` false the mean must not be printed.
    """

    mean: float
    low: float
    high: float
    confidence: float
    n: int
    kind: Kind
    differs_at_most: float = 1.0

    @property
    def quotable(self) -> bool:
        """Whether there are replications enough to quote the mean."""
        return self.n >= FEWEST_REPLICATIONS


def mean_interval(
    values: ArrayLike,
    confidence: float = 0.95,
    *,
    support: Support = ANYTHING,
) -> Interval:
    """Student's interval for the mean of independent replications, values (n,).

    `support` is what a value can be at all, (0, inf) for a count; the ends are clipped to it.
    Values that are all equal do not give an interval of width zero: at most a share x of
    replications would differ (exact), by no more than the support allows.

    Raises:
        ValueError: no value, or a value that is not finite or outside the support.
    """
    sample = _sample(values, confidence, support)
    if sample.size == 1:
        return Interval(float(sample[0]), *support, confidence, 1, Kind.ONE_VALUE)
    if all_equal(sample):
        return _equal_interval(float(sample[0]), sample.size, confidence, support)
    return _student(sample, confidence, support)


def _sample(values: ArrayLike, confidence: float, support: Support) -> NDArray[np.float64]:
    check_confidence(confidence)
    sample = np.asarray(values, dtype=np.float64)
    if sample.ndim != 1 or sample.size == 0:
        raise ValueError(f"values of shape {sample.shape}; wanted at least one, in one row")
    wrong = ~(np.isfinite(sample) & (sample >= support[0]) & (sample <= support[1]))
    if wrong.any():
        raise ValueError(f"value {sample[wrong][0]}; wanted finite, {support[0]} to {support[1]}")
    return sample


def all_equal(sample: NDArray[np.float64]) -> bool:
    """Whether values differ by no more than rounding, so that no spread can be read off them."""
    return bool(np.ptp(sample) <= max(SAME * np.abs(sample).max(), NO_SQUARE))


def _student(sample: NDArray[np.float64], confidence: float, support: Support) -> Interval:
    n = sample.size
    mean = float(sample.mean())
    half = student_half_width(sample, 1.0 - confidence)
    low, high = max(support[0], mean - half), min(support[1], mean + half)
    return Interval(mean, low, high, confidence, n, Kind.T)


def student_half_width(sample: NDArray[np.float64], miss: float) -> float:
    """Half the width of Student's interval that misses with chance `miss`."""
    from scipy.special import stdtrit  # slow to import, and no worker needs it

    n = sample.size
    return float(stdtrit(n - 1, 1.0 - miss / 2.0) * sample.std(ddof=1) / sqrt(n))


def _equal_interval(value: float, n: int, confidence: float, support: Support) -> Interval:
    """Exact: at most a share x differs, so the mean moves by at most x of the way to an end."""
    share = clopper_pearson(0, n, confidence)[1]
    low = value if value == support[0] else value - share * (value - support[0])
    high = value if value == support[1] else value + share * (support[1] - value)
    return Interval(value, low, high, confidence, n, Kind.ALL_EQUAL, share)


def share_interval(values: ArrayLike, confidence: float = 0.95) -> Interval:
    """Interval for a mean of shares, values (n,) each from 0 to 1.

    Student's, clipped to [0, 1]; but if any share is 0 or 1, or all are equal, the spread seen is
    no guide, and an exact bound for any law on [0, 1] takes its place. For n shares of 0 it is
    that of Clopper and Pearson for none in n.

    Raises:
        ValueError: a value is not a share.

    Source: Hoeffding 1963, theorem 1 (relative entropy form).
    """
    sample = _sample(values, confidence, (0.0, 1.0))
    touches = bool(((sample == 0.0) | (sample == 1.0)).any())
    if not touches and sample.size > 1 and not all_equal(sample):
        return _student(sample, confidence, (0.0, 1.0))
    mean = float(sample.mean())
    low = _bounded_low(mean, sample.size, confidence)
    high = 1.0 - _bounded_low(1.0 - mean, sample.size, confidence)
    if sample.size > 1 and all_equal(sample):
        differs = clopper_pearson(0, sample.size, confidence)[1]
        return Interval(mean, low, high, confidence, sample.size, Kind.ALL_EQUAL, differs)
    return Interval(mean, low, high, confidence, sample.size, Kind.EXACT)


def _bounded_low(mean: float, n: int, confidence: float) -> float:
    """Least mean of a law on [0, 1] under which n values could average `mean` or more."""
    if mean <= 0.0:
        return 0.0
    limit = -np.log((1.0 - confidence) / 2.0) / n
    if mean >= 1.0:
        return float(np.exp(-limit))
    from scipy.special import rel_entr

    def excess(p: float) -> float:
        return float(rel_entr(mean, p) + rel_entr(1.0 - mean, 1.0 - p) - limit)

    if excess(SMALLEST) <= 0.0:
        return 0.0
    from scipy.optimize import brentq

    return float(brentq(excess, SMALLEST, mean, xtol=1e-14))
