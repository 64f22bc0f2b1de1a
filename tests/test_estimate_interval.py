"""Intervals over replications: Student's where it holds, exact bounds where it cannot."""

from __future__ import annotations

from math import inf, sqrt

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.stats import binom, t

from sim.estimate import Kind, clopper_pearson, mean_interval, share_interval

VALUES = st.lists(st.integers(-1000, 1000), min_size=2, max_size=40)
SHARES = st.lists(st.floats(0, 1), min_size=1, max_size=40)


def test_student_against_its_definition() -> None:
    values = [3.0, 5.0, 4.0, 8.0, 6.0, 5.5, 7.0, 2.0, 4.5, 6.5]
    found = mean_interval(values)
    half = t.ppf(0.975, 9) * np.std(values, ddof=1) / sqrt(10)
    assert (found.low, found.high) == pytest.approx((found.mean - half, found.mean + half))
    assert found.quotable


@settings(deadline=None)
@given(VALUES, st.floats(0.1, 10), st.integers(-50, 50))
def test_change_of_unit_moves_the_interval_with_it(
    values: list[int], scale: float, shift: int
) -> None:
    plain, moved = mean_interval(values), mean_interval(np.array(values) * scale + shift)
    if plain.kind is Kind.T:
        ends = np.array([plain.low, plain.mean, plain.high]) * scale + shift
        assert [moved.low, moved.mean, moved.high] == pytest.approx(ends, rel=1e-9, abs=1e-6)


@settings(deadline=None)
@given(VALUES)
def test_no_interval_has_width_zero(values: list[int]) -> None:
    found = mean_interval(values)
    assert found.low < found.mean < found.high


@settings(deadline=None)
@given(SHARES)
@example([3.9e-197, 3.2e-264])
@example([0.00390625])
def test_no_share_interval_has_width_zero_or_leaves_the_unit(values: list[float]) -> None:
    found = share_interval(values)
    assert 0 <= found.low <= found.mean + 1e-12
    assert found.mean - 1e-12 <= found.high <= 1
    assert found.low < found.high


def test_none_in_n_is_at_most_x() -> None:
    """Naive: 0 to 0. The chance of none in ten is 2.5 % where 31 % of replications have some."""
    none = mean_interval(np.zeros(10), support=(0, inf))
    assert (none.low, none.high, none.kind) == (0.0, inf, Kind.ALL_EQUAL)
    assert (1 - none.differs_at_most) ** 10 == pytest.approx(0.025)
    assert none.differs_at_most == pytest.approx(0.308, abs=5e-4)


def test_equal_values_within_known_ends_have_a_finite_exact_bound() -> None:
    full = mean_interval([4.0] * 20, support=(0, 4))
    assert full.high == 4.0
    assert full.low == pytest.approx(4 * (1 - clopper_pearson(0, 20)[1]))


@pytest.mark.parametrize("n", [1, 2, 10, 100])
def test_shares_of_nought_have_the_bound_of_none_in_n(n: int) -> None:
    assert share_interval([0.0] * n).high == pytest.approx(clopper_pearson(0, n)[1])
    assert share_interval([1.0] * n).low == pytest.approx(clopper_pearson(n, n)[0])


def test_share_bound_holds_where_students_fails() -> None:
    """Shares that are 1 in 2 % of replications, else 0: ten replications see none in 82 %.

    Exact: the number of ones is binomial. Student's interval misses in at least those 82 %.
    """
    chances = binom.pmf(np.arange(11), 10, 0.02)
    samples = [[1.0] * ones + [0.0] * (10 - ones) for ones in range(11)]
    missed = naive = 0.0
    for chance, sample in zip(chances, samples, strict=True):
        found = share_interval(sample)
        half = t.ppf(0.975, 9) * np.std(sample, ddof=1) / sqrt(10)
        missed += chance * (not found.low <= 0.02 <= found.high)
        naive += chance * (not abs(np.mean(sample) - 0.02) <= half)
    assert naive > 0.8
    assert missed <= 0.05


def test_inner_shares_are_students_and_clipped() -> None:
    found = share_interval([0.01, 0.02, 0.01, 0.3])
    assert found.kind is Kind.T
    assert found.low == 0.0
    assert found.high == pytest.approx(mean_interval([0.01, 0.02, 0.01, 0.3]).high)


def test_fewer_than_ten_are_not_quoted() -> None:
    assert not mean_interval([1.0, 2.0] * 4).quotable
    assert mean_interval(np.arange(10.0)).quotable


def test_one_replication_says_nothing_of_the_mean() -> None:
    assert mean_interval([3.0]).high == inf


@pytest.mark.parametrize(
    ("call", "names"),
    [
        (lambda: mean_interval([]), r"shape \(0,\)"),
        (lambda: mean_interval([1.0, float("nan")]), "value nan"),
        (lambda: share_interval([0.5, 1.5]), r"value 1\.5"),
        (lambda: mean_interval([1.0, 2.0], 95), "confidence 95"),
    ],
)
def test_what_is_wrong_is_named(call: object, names: str) -> None:
    with pytest.raises(ValueError, match=names):
        call()  # type: ignore[operator]
