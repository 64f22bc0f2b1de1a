"""The confidence sequence keeps its promise however often one looks; an interval does not.

Chances of false answers are computed exactly, by following the number of yeses as a Markov chain,
so these tests have no false-alarm rate.
"""

from __future__ import annotations

from math import comb, log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import binom

from sim.estimate import clopper_pearson, confidence_sequence, decide

REQUIRED = 0.9
MOST = 2000

COUNTS = st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def least_yes_sequence(most: int) -> NDArray[np.int64]:
    """Fewest yeses of n = 0..most that are called achievable, by bisection on `decide`."""
    return np.array([_least(lambda yes, n=n: decide(yes, n, REQUIRED), n) for n in range(most + 1)])


def _least(answer: object, n: int) -> int:
    low, high = 0, n + 1
    while low < high:
        middle = (low + high) // 2
        if answer(middle) == "achievable":  # type: ignore[operator]
            high = middle
        else:
            low = middle + 1
    return low


def least_yes_fixed(most: int) -> NDArray[np.int64]:
    """The same for the lower end of a 95 % Clopper-Pearson interval at each look."""
    n = np.arange(most + 1)
    return np.asarray(binom.isf(0.025, n, REQUIRED) + 1, dtype=np.int64)


def chance_ever(least: NDArray[np.int64], p: float, looks_from: int = 10) -> float:
    """Exact chance that the yeses ever reach `least`, at any look up to the last."""
    alive, caught = np.array([1.0]), 0.0
    for n in range(1, least.size):
        alive = np.append(alive * (1 - p), 0.0) + np.append(0.0, alive * p)
        if n >= looks_from:
            caught += alive[least[n] :].sum()
            alive[least[n] :] = 0.0
    return caught


def test_least_yes_of_the_naive_rule_is_what_clopper_pearson_says() -> None:
    for n, yes in enumerate(least_yes_fixed(200)):
        if 1 <= yes <= n:
            assert clopper_pearson(int(yes), n)[0] >= REQUIRED > clopper_pearson(int(yes) - 1, n)[0]


def test_looking_again_and_again_breaks_the_interval_and_not_the_sequence() -> None:
    """True .899 against .9 required: 'achievable' would be false."""
    naive = chance_ever(least_yes_fixed(MOST), 0.899)
    sound = chance_ever(least_yes_sequence(MOST), 0.899)
    assert naive > 0.10
    assert sound < 0.025


@pytest.mark.parametrize("p", [0.05, 0.5, 0.9])
def test_the_sequence_ever_leaves_out_the_truth_in_at_most_one_run_of_twenty(p: float) -> None:
    alive, missed = np.array([1.0]), 0.0
    for n in range(1, 400):
        alive = np.append(alive * (1 - p), 0.0) + np.append(0.0, alive * p)
        for yes in np.flatnonzero(alive > 1e-9):
            low, high = confidence_sequence(int(yes), n)
            if not low <= p <= high:
                missed += alive[yes]
                alive[yes] = 0.0
    assert 0.0 < missed <= 0.05


@settings(deadline=None)
@given(COUNTS, st.sampled_from([0.8, 0.95, 0.99]))
def test_the_ends_are_where_the_mixture_ratio_is_one_over_alpha(
    counts: tuple[int, int], confidence: float
) -> None:
    yes, n = counts
    for end in confidence_sequence(yes, n, confidence):
        if 0 < end < 1:
            log_ratio = -log((n + 1) * comb(n, yes)) - yes * log(end) - (n - yes) * log(1 - end)
            assert log_ratio == pytest.approx(-log(1 - confidence), abs=1e-6)


@settings(deadline=None)
@given(COUNTS)
def test_sequence_holds_the_share_mirrors_and_is_wider_than_the_fixed_interval(
    counts: tuple[int, int],
) -> None:
    yes, n = counts
    low, high = confidence_sequence(yes, n)
    assert 0 <= low <= yes / n <= high <= 1
    assert confidence_sequence(n - yes, n) == pytest.approx((1 - high, 1 - low), abs=1e-12)
    fixed = clopper_pearson(yes, n)
    assert low <= fixed[0] + 1e-12
    assert high >= fixed[1] - 1e-12


@settings(deadline=None)
@given(COUNTS)
def test_clopper_pearson_ends_have_tails_of_half_the_miss(counts: tuple[int, int]) -> None:
    yes, n = counts
    low, high = clopper_pearson(yes, n)
    if yes > 0:
        assert binom.sf(yes - 1, n, low) == pytest.approx(0.025, rel=1e-6)
    if yes < n:
        assert binom.cdf(yes, n, high) == pytest.approx(0.025, rel=1e-6)


def test_nothing_seen_rules_nothing_out() -> None:
    assert confidence_sequence(0, 0) == (0.0, 1.0)
    assert decide(0, 0, 0.9) == "undecided"


def test_a_certainty_can_be_refuted_but_not_shown() -> None:
    assert decide(1000, 1000, 1.0) == "undecided"
    assert decide(999, 1000, 1.0) == "not_achievable"


@pytest.mark.parametrize(("p", "answer"), [(0.0, "not_achievable"), (1.0, "achievable")])
def test_looking_on_never_takes_an_answer_back(p: float, answer: str) -> None:
    """Worlds that all say the same: undecided up to some number of them, then decided for good."""
    told = [decide(n if p else 0, n, REQUIRED) for n in range(1, 200)]
    first = told.index(answer)  # type: ignore[arg-type]
    assert set(told[:first]) <= {"undecided"}
    assert set(told[first:]) == {answer}


@pytest.mark.parametrize(
    ("call", "names"),
    [
        (lambda: confidence_sequence(3, 2), "3 yes of 2"),
        (lambda: clopper_pearson(-1, 2), "-1 yes of 2"),
        (lambda: confidence_sequence(1, 2, 1.0), r"confidence 1\.0"),
        (lambda: decide(1, 2, 0.0), r"required probability 0\.0"),
    ],
)
def test_what_is_wrong_is_named(call: object, names: str) -> None:
    with pytest.raises(ValueError, match=names):
        call()  # type: ignore[operator]
