"""The warm-up: scores by their definition, pooled against one replication at a time."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from sim.estimate import common_truncation, mser5, pooled_mser5

SERIES = st.lists(st.integers(0, 30), min_size=50, max_size=120)


def by_definition(values: list[int]) -> list[float]:
    """Squared standard error of what is left after each cut outside the last tenth."""
    count = len(values) // 5
    means = [sum(values[5 * i : 5 * i + 5]) / 5 for i in range(count)]
    last = count - max(5, count // 10)
    return [float(np.var(means[cut:])) / (count - cut) for cut in range(last + 1)]


@settings(deadline=None)
@given(SERIES)
@example([0] * 18 + [1, 4] + [0] * 30)
def test_cut_is_the_one_of_the_definition_or_refused(values: list[int]) -> None:
    scores = by_definition(values)
    firsts = [5 * cut for cut, score in enumerate(scores) if score <= min(scores) + 1e-12]
    cut = cut_or_none(np.array(values, dtype=np.float64))
    if cut is None:
        assert 2 * firsts[-1] > len(values)
    else:
        assert cut in firsts


def test_a_series_that_settles_for_good_is_cut_just_there() -> None:
    """All later cuts score 0 too; the first is taken, not the one that rounding favours."""
    assert mser5([7.0] * 20 + [0.1] * 80) == 20
    assert mser5([0.1] * 100) == 0


@settings(deadline=None)
@given(SERIES, st.floats(0.5, 20), st.integers(-9, 9))
def test_change_of_unit_does_not_move_the_cut(values: list[int], scale: float, shift: int) -> None:
    """Only where the best cut is clear of the next by more than rounding."""
    plain = np.array(values) + np.linspace(0, 1e-3, len(values)) ** 2
    assert cut_or_none(plain) == cut_or_none(plain * scale + shift)


def cut_or_none(values: NDArray[np.float64]) -> int | None:
    try:
        return mser5(values)
    except ValueError:
        return None


def autoregressive(replications: int, n: int, seed: int) -> NDArray[np.float64]:
    """Series that start 6 standard deviations off and settle with a time of 50: 0.98 a step."""
    chance = np.random.default_rng(seed)
    series = np.empty((replications, n))
    level = np.full(replications, 6.0)
    for step in range(n):
        level = 0.98 * level + np.sqrt(1 - 0.98**2) * chance.standard_normal(replications)
        series[:, step] = level
    return series


def test_pooling_leaves_less_of_the_start_in_than_one_replication_at_a_time() -> None:
    """Bias left at the cut, in truth 6 x 0.98^cut. Of seeds 0 to 29 one is refused, none worse."""
    series = autoregressive(20, 2000, seed=4)
    pooled = pooled_mser5(series)
    alone = [cut for row in series if (cut := cut_or_none(row)) is not None]
    assert 50 < pooled <= 1000
    assert 6 * 0.98**pooled < 6 * np.mean([0.98**cut for cut in alone])


def test_a_series_that_never_settles_is_refused() -> None:
    with pytest.raises(ValueError, match="beyond half the run"):
        mser5(np.arange(1000.0))
    late = np.where(np.arange(1000) < 700, 0.0, 10.0) + np.random.default_rng(0).normal(size=1000)
    with pytest.raises(ValueError, match="700 of 1000"):
        pooled_mser5(late)


def test_a_step_is_cut_at_it_or_soon_after() -> None:
    """Cutting less leaves 9 standard deviations in; noise alone decides how much more."""
    step = np.where(np.arange(1000) < 200, 9.0, 0.0) + np.random.default_rng(0).normal(size=1000)
    assert 200 <= mser5(step) <= 300


def test_the_largest_cut_serves_all() -> None:
    assert common_truncation([20, 85, 0]) == 85
    with pytest.raises(ValueError, match=r"\[\]"):
        common_truncation([])


def test_too_short_a_series_is_refused() -> None:
    with pytest.raises(ValueError, match="29 observations"):
        mser5(np.zeros(29))


def test_pooled_is_of_the_mean_and_not_of_any_one() -> None:
    """Two replications whose starts are opposite have no start to cut when pooled."""
    start = np.where(np.arange(500) < 100, 9.0, 0.0)
    noise = np.random.default_rng(6).normal(size=500)
    assert mser5(start + noise) >= 100
    assert pooled_mser5([start + noise, noise - start]) == mser5(noise)
