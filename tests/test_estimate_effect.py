"""Paired differences, and many of them at once."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import ttest_rel

from sim.estimate import (
    Kind,
    holm,
    holm_levels,
    mean_interval,
    paired_difference,
    paired_effects,
    ranked,
)

P_VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=8)


def stepwise(p_values: list[float], miss: float) -> list[bool]:
    """Holm's procedure as it is told: go up, stop at the first that fails."""
    order = sorted(range(len(p_values)), key=lambda i: p_values[i])
    rejected = [False] * len(p_values)
    for step, index in enumerate(order):
        if p_values[index] * (len(p_values) - step) > miss:
            break
        rejected[index] = True
    return rejected


@settings(deadline=None)
@given(P_VALUES, st.sampled_from([0.01, 0.05, 0.2]))
def test_adjusted_p_values_reject_what_the_steps_reject(p: list[float], miss: float) -> None:
    assert (holm(p) <= miss).tolist() == stepwise(p, miss)


@settings(deadline=None)
@given(P_VALUES, st.sampled_from([0.01, 0.05, 0.2]))
def test_levels_decide_as_the_adjusted_p_values_do(p: list[float], miss: float) -> None:
    levels = holm_levels(p, miss)
    close = np.isclose(p, levels, rtol=1e-9, atol=0)
    assert ((np.array(p) <= levels) | close).tolist() == ((holm(p) <= miss) | close).tolist()
    assert (levels <= miss * (1 + 1e-12)).all()
    assert (levels >= miss / len(p) * (1 - 1e-12)).all()


def test_pairing_sees_what_two_intervals_apart_do_not() -> None:
    """Shared luck of sd 100, an effect of 1 with sd .1; the paired one is found.

    False alarm: the paired interval leaves out zero at 30 standard errors; none to speak of.
    """
    chance = np.random.default_rng(7)
    luck = 1000 + 100 * chance.standard_normal(12)
    more = luck + 1 + 0.1 * chance.standard_normal(12)
    paired = paired_difference(more, luck)
    assert paired.interval.low > 0
    assert mean_interval(more).low < mean_interval(luck).high
    assert paired.p_value == pytest.approx(ttest_rel(more, luck).pvalue)


def test_no_difference_in_any_world_is_no_interval_of_width_zero() -> None:
    same = paired_difference(np.arange(10.0), np.arange(10.0))
    assert same.p_value == 1.0
    assert same.interval.kind is Kind.ALL_EQUAL
    assert same.interval.low < 0 < same.interval.high


def test_equal_differences_have_the_sign_tests_p_value() -> None:
    assert paired_difference(np.arange(10.0) + 2, np.arange(10.0)).p_value == 2 / 2**10


def families_with_a_false_find(adjusted: bool) -> float:
    """Share of 600 families of eight resources without effect in which any seems to have one."""
    chance, found = np.random.default_rng(11), 0
    for _ in range(600):
        base = chance.standard_normal(12)
        plus = base + chance.standard_normal((8, 12))
        if adjusted:
            intervals = [effect.interval for effect in paired_effects(base, plus)]
        else:
            intervals = [mean_interval(row - base) for row in plus]
        found += any(interval.low > 0 or interval.high < 0 for interval in intervals)
    return found / 600


def test_eight_resources_without_effect_seldom_seem_to_have_one() -> None:
    """Truth 4.9 % adjusted and 34 % naive; bounds at 4.5 standard errors: false alarm 4e-6."""
    assert families_with_a_false_find(adjusted=True) < 0.05 + 4.5 * 0.009
    assert families_with_a_false_find(adjusted=False) > 0.34 - 4.5 * 0.0194


def test_intervals_leave_out_zero_where_the_adjusted_p_value_is_small() -> None:
    chance = np.random.default_rng(3)
    base = chance.standard_normal(10)
    plus = base + np.array([[2.0], [0.8], [0.6], [0.0]]) + chance.standard_normal((4, 10))
    for effect in paired_effects(base, plus):
        outside = effect.interval.low > 0 or effect.interval.high < 0
        assert outside == (effect.p_adjusted <= 0.05)


def test_first_is_counted_world_by_world_and_not_on_the_mean() -> None:
    """Resource 0 gains 100 in one world of four, 1 gains 1 in the other three."""
    base = np.zeros(4)
    plus = np.array([[100.0, 0, 0, 0], [0, 1, 1, 1], [0, 0, 0, 0]])
    effects = paired_effects(base, plus)
    assert [effect.share_first for effect in effects] == [0.25, 0.75, 0.0]
    assert ranked(effects) == [0, 1, 2]


def test_ties_are_split_and_a_world_without_gain_has_no_first() -> None:
    effects = paired_effects(np.zeros(2), np.array([[1.0, 0.0], [1.0, -1.0]]))
    assert [effect.share_first for effect in effects] == [0.5 / 2, 0.5 / 2]


@settings(deadline=None)
@given(st.permutations(range(4)))
def test_order_of_resources_does_not_matter(order: list[int]) -> None:
    chance = np.random.default_rng(1)
    base, plus = chance.standard_normal(11), chance.standard_normal((4, 11))
    plain, shuffled = paired_effects(base, plus), paired_effects(base, plus[order])
    assert [plain[index] for index in order] == list(shuffled)


def test_other_worlds_are_refused() -> None:
    with pytest.raises(ValueError, match=r"\(3,\)"):
        paired_difference(np.zeros(3), np.zeros(4))
    with pytest.raises(ValueError, match=r"\(2, 4\)"):
        paired_effects(np.zeros(3), np.zeros((2, 4)))
