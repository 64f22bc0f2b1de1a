"""Waits of those who are done and of those who are not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.estimate import cohort_outcomes, cohort_waits, kaplan_meier, quantiles, restricted_mean

WAITS = st.lists(st.tuples(st.integers(0, 20), st.booleans()), min_size=1, max_size=40)


def by_hand(waits: list[tuple[int, bool]], time: float) -> float:
    """Product over times of the share of those still there who do not end then."""
    share = 1.0
    for moment in sorted({length for length, over in waits if over and length <= time}):
        there = sum(length >= moment for length, _ in waits)
        ended = sum(length == moment and over for length, over in waits)
        share *= 1 - ended / there
    return share


@settings(deadline=None)
@given(WAITS)
def test_curve_is_the_product_limit(waits: list[tuple[int, bool]]) -> None:
    curve = kaplan_meier(*zip(*waits, strict=True))
    assert curve.survival.tolist() == pytest.approx([by_hand(waits, t) for t in curve.times])


@settings(deadline=None)
@given(st.lists(st.integers(0, 50), min_size=1, max_size=60), st.floats(0.01, 1))
def test_with_all_finished_it_is_the_plain_sample(lengths: list[int], share: float) -> None:
    curve = kaplan_meier(lengths, np.ones(len(lengths), bool))
    ordered = np.sort(lengths)
    place = int(np.ceil(share * len(lengths) - 1e-9)) - 1
    assert quantiles(curve, [share])[0] == ordered[max(place, 0)]
    assert restricted_mean(curve) == pytest.approx(np.mean(lengths))


@settings(deadline=None)
@given(WAITS)
def test_longer_ages_of_the_unfinished_never_shorten_the_wait(
    waits: list[tuple[int, bool]],
) -> None:
    lengths, over = (np.array(column) for column in zip(*waits, strict=True))
    more = np.where(over, lengths, lengths + 7)
    end = float(lengths.max())
    before, after = kaplan_meier(lengths, over), kaplan_meier(more, over)
    assert restricted_mean(after, end) >= restricted_mean(before, end) - 1e-9


def test_mean_of_finished_waits_is_biased_low_and_the_curve_is_not() -> None:
    """Stays of mean 45 watched for 60 days from entries all through them.

    Exact: E[min(stay, 55)] = 45(1 - exp(-55/45)) = 31.7. The finished alone average about 17.
    False alarm: 5 standard errors, the bound on the error being measured over 40 such samples.
    """
    chance, found, naive = np.random.default_rng(2), [], []
    for _ in range(40):
        entered = chance.uniform(0, 60, 3000)
        stay = chance.exponential(45, 3000)
        over = entered + stay < 60
        watched = np.where(over, stay, 60 - entered)
        (cohort,) = cohort_waits(entered, watched, over, [0, 60], restricted_to=55)
        found.append(cohort.mean_restricted)
        naive.append(cohort.mean_finished)
    truth = 45 * (1 - np.exp(-55 / 45))
    assert abs(np.mean(found) - truth) < 5 * np.std(found, ddof=1) / np.sqrt(40)
    assert np.mean(naive) < 0.75 * truth


def test_quantiles_beyond_what_is_known_are_unknown() -> None:
    """Naive: the median of the one finished wait is 1. Half of four are still there."""
    curve = kaplan_meier([1, 5, 5, 5], [True, False, False, False])
    assert quantiles(curve, [0.25])[0] == 1
    assert np.isnan(quantiles(curve, [0.5])[0])
    with pytest.raises(ValueError, match=r"5\.0"):
        restricted_mean(curve, 6)


def test_finished_come_before_unfinished_at_a_tie() -> None:
    assert kaplan_meier([2, 2], [True, False]).survival.tolist() == [0.5]


def test_cohorts_are_half_open_and_keep_those_inside() -> None:
    first, second, third = cohort_waits(
        entered=[0, 6, 7, 7, 20], durations=[1, 2, 3, 9, 1], finished=[1, 1, 1, 0, 1],
        edges=[0, 7, 14, 15],
    )  # fmt: skip
    assert (first.n, first.share_inside, first.mean_finished) == (2, 0.0, 1.5)
    assert (second.n, second.share_inside, second.mean_restricted) == (2, 0.5, 6.0)
    assert second.restricted_to == 9
    assert third.n == 0
    assert np.isnan(third.share_inside)
    assert np.isnan(third.mean_restricted)


def test_a_finished_cohort_has_the_restriction_asked_for() -> None:
    (cohort,) = cohort_waits([0, 0], [1, 3], [True, True], [0, 1], restricted_to=2)
    assert (cohort.restricted_to, cohort.mean_restricted) == (2, 1.5)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(-5, 30), st.integers(-1, 2)), max_size=50))
def test_every_member_of_a_cohort_left_somehow_or_is_inside(
    people: list[tuple[int, int]],
) -> None:
    entered, how = [p[0] for p in people], [p[1] for p in people]
    counts = cohort_outcomes(entered, how, [0, 10, 20], 3)
    inside = [sum(a <= e < b for e in entered) for a, b in ((0, 10), (10, 20))]
    assert counts.sum(axis=1).tolist() == inside
    assert counts[0, 3] == sum(0 <= e < 10 and h < 0 for e, h in people)


@pytest.mark.parametrize(
    ("call", "names"),
    [
        (lambda: kaplan_meier([1.0], [True, False]), r"\(1,\) durations"),
        (lambda: kaplan_meier([-1.0], [True]), r"duration -1\.0"),
        (lambda: cohort_waits([1], [1], [True], [3, 2]), r"\[3, 2\]"),
    ],
)
def test_what_is_wrong_is_named(call: object, names: str) -> None:
    with pytest.raises(ValueError, match=names):
        call()  # type: ignore[operator]
