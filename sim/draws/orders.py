"""Pieces of work set each day, counted without rounding error."""


from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from sim.network.model import DAY


def daily_counts(
    rate_times: Sequence[int] | NDArray[np.int64],
    rates_per_day: Sequence[float] | NDArray[np.float64],
    share: float,
    weekday_factors: Sequence[float] | NDArray[np.float64],
    first_weekday: int,
    days: int,
) -> NDArray[np.int64]:
    """Orders of each day: floor(C(d + 1)) - floor(C(d)), (days,).

    C is the exact cumulative of rate × share × weekday factor: every number is the decimal that was
    written, so that .44 of 3,000 a day is 1,320 and not one less in some weeks. rate_times [us]
    rise, the first at or before 0; weekday 0 is Monday.
    """
    times = [int(t) for t in rate_times]
    rates = [_exact(r) for r in rates_per_day]
    factors = [_exact(f) * _exact(share) for f in weekday_factors]
    counts, total = np.zeros(days, np.int64), Fraction(0)
    for day in range(days):
        before = total
        factor = factors[(first_weekday + day) % 7]
        total += factor * sum(_of_day(times, rates, day), Fraction(0))
        counts[day] = total.__floor__() - before.__floor__()
    return counts


def _of_day(times: list[int], rates: list[Fraction], day: int) -> Iterator[Fraction]:
    """Rate times the part of the day in which it holds, for each rate."""
    start, end = day * DAY, (day + 1) * DAY
    ends = [*times[1:], end]
    for time, until, rate in zip(times, ends, rates, strict=True):
        length = min(until, end) - max(time, start)
        if length > 0:
            yield rate * Fraction(length, DAY)


def _exact(value: float) -> Fraction:
    """The decimal that prints as this float."""
    return Fraction(repr(float(value)))
