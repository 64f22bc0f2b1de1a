"""Whether one replication says yes to a question about a daily series."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

DAYS_IN_WEEK = 7
ROUNDING = 1e-12


class SaysYes(NamedTuple):
    """The answer of one replication, with the first day that met the value or None."""

    yes: bool
    first_day: int | None


def trailing_mean(daily: ArrayLike, window_days: int) -> NDArray[np.float64]:
    """Mean of each day and the days before it, NaN until a whole window lies inside the run.

    Takes and returns (days,). The window is whole weeks, so that no weekday counts twice.

    Raises:
        ValueError: the window is not a whole number of weeks.
    """
    _whole_weeks(window_days)
    series = np.asarray(daily, dtype=np.float64)
    means = np.full(series.shape, np.nan)
    if series.size >= window_days:
        windows = np.lib.stride_tricks.sliding_window_view(series, window_days)
        means[window_days - 1 :] = windows.mean(axis=1)
    return means


def _whole_weeks(window_days: int) -> None:
    if window_days < DAYS_IN_WEEK or window_days % DAYS_IN_WEEK:
        raise ValueError(f"averaged over {window_days} days; wanted whole weeks, such as 28 days")


def meets(
    daily: ArrayLike,
    value: float,
    window_days: int,
    tolerance: float = 0.01,
    at_least: bool = True,
) -> NDArray[np.bool_]:
    """Which dates meet the value on the trailing mean, (days,); no date before a full window does.

    The tolerance is a share of the value: without it unlimited capacity would meet a Poisson
    target only half of the time.

    Raises:
        ValueError: the tolerance is not in [0, 1).
    """
    if not 0.0 <= tolerance < 1.0:
        raise ValueError(f"tolerance {tolerance}; wanted a share from 0 to below 1")
    means = trailing_mean(daily, window_days)
    slack = ROUNDING * abs(value)
    if at_least:
        return means >= (1.0 - tolerance) * value - slack
    return means <= (1.0 + tolerance) * value + slack


def says_yes(
    daily: ArrayLike,
    *,
    value: float,
    window_days: int,
    reached_by_day: int,
    sustained_until_day: int,
    tolerance: float = 0.01,
    at_least: bool = True,
) -> SaysYes:
    """Yes if the first date that meets is by `reached_by_day` and none after it fails to.

    Days count from 0 and both limits are inclusive. A series that meets, falls away and meets
    again says no, even if the second time is early enough: it was not sustained.

    Raises:
        ValueError: the limits are out of order or beyond the run.
    """
    met = meets(daily, value, window_days, tolerance, at_least)
    _inside(met.size, reached_by_day, sustained_until_day)
    if not met.any():
        return SaysYes(False, None)
    first = int(np.argmax(met))
    kept = first <= reached_by_day and bool(met[first : sustained_until_day + 1].all())
    return SaysYes(kept, first)


def _inside(days: int, reached_by_day: int, sustained_until_day: int) -> None:
    if not 0 <= reached_by_day <= sustained_until_day < days:
        raise ValueError(
            f"reached by day {reached_by_day}, sustained until day {sustained_until_day}; "
            f"wanted both in this order within the {days} days of the run"
        )
