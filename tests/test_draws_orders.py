"""Orders are whole, exact and lose nothing over time."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.draws import daily_counts
from sim.network.model import DAY

OBSERVED = [0.91, 1.27, 1.31, 1.25, 1.19, 0.58, 0.49]
cents = st.integers(0, 500_000).map(lambda n: n / 100)


def test_a_plain_rate_is_that_many_each_day() -> None:
    assert daily_counts([0], [3000.0], 1.0, [1.0] * 7, 0, 30).tolist() == [3000] * 30


def test_a_share_written_in_decimals_is_exact() -> None:
    """In floating point .44 × 3,000 accumulates to one order too few on some days."""
    assert daily_counts([0], [3000.0], 0.44, [1.0] * 7, 0, 1000).tolist() == [1320] * 1000


def test_a_third_of_an_order_comes_every_third_day() -> None:
    assert daily_counts([0], [1.0], 0.5, [1.0] * 7, 0, 6).tolist() == [0, 1, 0, 1, 0, 1]


def test_weekday_factors_start_at_the_first_weekday() -> None:
    counts = daily_counts([0], [100.0], 1.0, OBSERVED, 2, 7)
    assert counts.tolist() == [131, 125, 119, 58, 49, 91, 127]


def test_a_change_within_a_day_counts_by_its_part() -> None:
    assert daily_counts([0, DAY // 4], [100.0, 20.0], 1.0, [1.0] * 7, 0, 2).tolist() == [40, 20]


def test_a_rate_from_before_the_start_holds() -> None:
    assert daily_counts([-DAY, DAY], [5.0, 7.0], 1.0, [1.0] * 7, 0, 2).tolist() == [5, 7]


@settings(deadline=None)
@given(cents, st.integers(0, 100), st.integers(0, 6), st.integers(0, 60))
def test_the_total_is_the_floor_of_the_whole(
    rate: float, percent: int, weekday: int, days: int
) -> None:
    counts = daily_counts([0], [rate], percent / 100, OBSERVED, weekday, days)
    factors = sum(Fraction(str(OBSERVED[(weekday + d) % 7])) for d in range(days))
    assert counts.sum() == Fraction(str(rate)) * Fraction(percent, 100) * factors // 1


@settings(deadline=None)
@given(cents, st.integers(0, 30))
def test_a_longer_run_has_the_same_beginning(rate: float, days: int) -> None:
    short = daily_counts([0], [rate], 0.44, OBSERVED, 3, days)
    assert np.array_equal(short, daily_counts([0], [rate], 0.44, OBSERVED, 3, days + 9)[:days])
