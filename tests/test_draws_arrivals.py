"""Arrivals follow their rate, keep their beginning and skip what has no rate."""


from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from sim.draws import arrival_times, cumulative_rate, day_factors, run_key
from sim.draws.arrivals import EXPONENTIAL_GAPS, REGULAR_GAPS
from sim.network.model import DAY, HOUR

Ints = NDArray[np.int64]
Rate = list[tuple[int, float]]  # (time [us], rate [1/day])

KEY = run_key(5, 0, 0)
ALL_DAYS = [1.0] * 7
STREAM, GAP = 11, 12

rate = st.floats(0.0, 300.0)
changes = st.lists(st.tuples(st.integers(1, 10 * DAY), rate), max_size=5, unique_by=lambda c: c[0])
profiles = st.builds(lambda first, rest: [(0, first), *sorted(rest)], rate, changes)


def arrivals(
    profile: Rate, days: int, kind: int = EXPONENTIAL_GAPS, key: int = KEY,
    weekdays: list[float] = ALL_DAYS, first_weekday: int = 0,
    factors: NDArray[np.float64] | None = None, horizon: int | None = None,
) -> Ints:  # fmt: skip
    times = np.array([t for t, _ in profile], np.int64)
    rates = np.array([r / DAY for _, r in profile])
    daily = np.ones(days) if factors is None else factors
    end = days * DAY if horizon is None else horizon
    breaks, total = cumulative_rate(times, rates, np.array(weekdays), first_weekday, daily, end)
    return arrival_times(key, STREAM, GAP, kind, breaks, total, end)


@settings(deadline=None)
@given(profiles, st.integers(1, 9), st.sampled_from([EXPONENTIAL_GAPS, REGULAR_GAPS]))
def test_a_longer_run_has_the_same_beginning(profile: Rate, days: int, kind: int) -> None:
    short, long = arrivals(profile, days, kind), arrivals(profile, days + 3, kind)
    assert np.array_equal(short, long[long < days * DAY])


@settings(deadline=None)
@given(profiles, st.integers(1, 5 * DAY))
def test_a_horizon_within_a_day_cuts_and_nothing_more(profile: Rate, horizon: int) -> None:
    cut, whole = arrivals(profile, 5, horizon=horizon), arrivals(profile, 5)
    assert np.array_equal(cut, whole[whole < horizon])


@settings(deadline=None)
@given(profiles, st.sampled_from([EXPONENTIAL_GAPS, REGULAR_GAPS]))
def test_no_arrival_without_a_rate(profile: Rate, kind: int) -> None:
    found = arrivals(profile, 10, kind)
    ends = [t for t, _ in profile[1:]] + [10 * DAY]
    for (start, value), end in zip(profile, ends, strict=True):
        if value == 0.0:
            assert not np.any((found >= start) & (found < end))


@settings(deadline=None)
@given(profiles, st.sampled_from([EXPONENTIAL_GAPS, REGULAR_GAPS]))
def test_arrivals_never_go_back(profile: Rate, kind: int) -> None:
    found = arrivals(profile, 10, kind)
    assert np.all(np.diff(found) >= 0)
    assert found.size == 0 or (found[0] >= 0 and found[-1] < 10 * DAY)


def test_regular_arrivals_do_not_drift() -> None:
    """Every hour for 400 days: each at its own whole hour, the first after one gap."""
    found = arrivals([(0, 24.0)], 400, REGULAR_GAPS)
    assert np.array_equal(found, HOUR * np.arange(1, 400 * 24))


def test_regular_arrivals_at_an_awkward_rate_stay_within_rounding() -> None:
    found = arrivals([(0, 617.0)], 365, REGULAR_GAPS)
    exact = (np.arange(1, len(found) + 1, dtype=object) * DAY * 2 + 617) // (2 * 617)
    assert len(found) == 365 * 617 - 1
    assert np.max(np.abs(found - exact.astype(np.int64))) <= 1


def test_a_unit_due_at_the_end_of_a_window_comes_when_the_rate_is_back() -> None:
    weekdays = [1.0] * 5 + [0.0] * 2
    found = arrivals([(0, 1.0)], 9, REGULAR_GAPS, weekdays=weekdays)
    assert found.tolist() == [d * DAY for d in (1, 2, 3, 4, 7, 8)]


def test_a_stream_that_ends_leaves_nothing_due() -> None:
    found = arrivals([(0, 24.0), (DAY, 0.0)], 3, REGULAR_GAPS)
    assert len(found) == 23


def test_twice_the_rate_uses_the_same_gaps() -> None:
    """Common random numbers: at double the rate arrival i comes at half the time."""
    one, two = arrivals([(0, 50.0)], 20), arrivals([(0, 100.0)], 10)
    assert len(one) == len(two)
    assert np.max(np.abs(one - 2 * two)) <= 2


def test_gaps_at_a_constant_rate_are_exponential() -> None:
    """A right stream fails for one key in 10^6; the key is fixed."""
    gaps = np.diff(arrivals([(0, 20_000.0)], 1))
    assert stats.kstest(gaps, "expon", args=(0, DAY / 20_000.0)).pvalue > 1e-6


def test_counts_have_the_mean_and_variance_of_poisson() -> None:
    """400 runs of mean 100: each band holds a right stream but for 2 in 10^6."""
    counts = np.array([len(arrivals([(0, 100.0)], 1, key=run_key(1, 0, r))) for r in range(400)])
    assert abs(counts.mean() - 100.0) < 4.8 * math.sqrt(100.0 / 400)
    spread = stats.chi2(399).cdf(399 * counts.var(ddof=1) / 100.0)
    assert 1e-6 < spread < 1 - 1e-6


def test_weekdays_start_from_the_first() -> None:
    only_monday = [1.0] + [0.0] * 6
    found = arrivals([(0, 1000.0)], 14, weekdays=only_monday, first_weekday=3)
    assert set((found // DAY).tolist()) == {4, 11}


def test_day_factors_multiply_the_rate() -> None:
    factors = np.array([0.0, 2.0, 1.0])
    found = arrivals([(0, 10_000.0)], 3, factors=factors)
    counts = np.bincount(found // DAY, minlength=3)
    assert counts[0] == 0
    assert abs(counts[1] - 20_000) < 5 * math.sqrt(20_000)
    assert abs(counts[2] - 10_000) < 5 * math.sqrt(10_000)


@settings(deadline=None)
@given(profiles)
def test_the_cumulative_rate_is_the_sum_of_its_pieces(profile: Rate) -> None:
    times = np.array([t for t, _ in profile], np.int64)
    rates = np.array([r / DAY for _, r in profile])
    breaks, total = cumulative_rate(times, rates, np.ones(7), 0, np.ones(11), 11 * DAY)
    inside = np.searchsorted(times, breaks[:-1], side="right") - 1
    exact = math.fsum(rates[inside] * np.diff(breaks))
    assert (breaks[0], breaks[-1]) == (0, 11 * DAY)
    assert np.all(np.diff(breaks) > 0)
    assert math.isclose(total[-1], exact, rel_tol=1e-15, abs_tol=1e-15)


def test_a_rate_that_began_before_the_start_holds() -> None:
    times, rates = np.array([-5 * DAY, -DAY, DAY]), np.array([9.0, 1.0, 2.0]) / DAY
    _, total = cumulative_rate(times, rates, np.ones(7), 0, np.ones(2), 2 * DAY)
    assert np.allclose(total, [0.0, 1.0, 3.0], rtol=1e-15)


def test_day_factors_have_mean_one_and_the_cv_given() -> None:
    """Bands hold right factors but for 2 keys in 10^6."""
    n, cv = 4000, 0.124
    found = day_factors(KEY, 3, 4, cv, n)
    assert abs(found.mean() - 1.0) < 4.8 * cv / math.sqrt(n)
    assert stats.kstest(found, stats.gamma(1 / cv**2, scale=cv**2).cdf).pvalue > 1e-6


def test_day_factors_are_shared_by_name_and_prefix() -> None:
    assert np.array_equal(day_factors(KEY, 3, 4, 0.2, 9), day_factors(KEY, 3, 4, 0.2, 20)[:9])
    assert not np.array_equal(day_factors(KEY, 3, 4, 0.2, 9), day_factors(KEY, 5, 4, 0.2, 9))


@pytest.mark.parametrize("days", [0, 3])
def test_no_variation_is_ones(days: int) -> None:
    assert day_factors(KEY, 3, 4, 0.0, days).tolist() == [1.0] * days


def test_no_rate_at_all() -> None:
    assert arrivals([(0, 0.0)], 5).size == 0
