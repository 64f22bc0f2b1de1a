"""Curves of sorted spells against the definition, and what they are for."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.estimate import Curve, cohort_outcomes
from sim.measures.spells import Spells, Timed, join
from sim.measures.survival import curve, described, on_grid, shares_over, unfinished
from sim.measures.waits import wait_table
from sim.network.model import DAY, HOUR
from tests.curves import quantile, restricted_mean, share_still

Pairs = list[tuple[int, bool]]
pairs = st.lists(st.tuples(st.integers(0, 9), st.booleans()), max_size=40)


def spells(of: Pairs, weights: list[int] | None = None) -> Timed:
    """Spells of (hours, over) pairs, in their order."""
    n = len(of)
    duration = np.array([h * HOUR for h, _ in of], np.int64)
    over = np.array([o for _, o in of], np.bool_)
    zeros = np.zeros(n, np.int16)
    weight = None if weights is None else np.array(weights, np.float64)
    timed = Timed(duration, over, weight)
    return join([Spells(timed, np.zeros(n, np.int64), zeros, zeros)]).timed


def share_at(of: Curve, time: float) -> float:
    """Share still waiting after `time`, whatever rows the curve has."""
    ends = of.survival[of.times <= time]
    return float(ends[-1]) if ends.size else 1.0


@given(pairs)
def test_the_curve_is_the_product_limit(of: Pairs) -> None:
    found = curve(spells(of))
    for time in np.arange(-0.5, 10.0, 0.5):
        assert share_at(found, time) == pytest.approx(share_still(of, time), abs=1e-12)
    told = described(spells(of))
    assert told["mean"] == pytest.approx(restricted_mean(of) if of else np.nan, nan_ok=True)
    for share in (0.5, 0.9, 0.95, 0.99):
        assert told[f"p{round(100 * share)}"] == pytest.approx(quantile(of, share), nan_ok=True)
    assert (found.known_to, found.n) == (max((h for h, _ in of), default=0.0), len(of))


@given(pairs)
def test_longer_ages_of_the_unfinished_never_shorten_the_wait(of: Pairs) -> None:
    more = [(h if over else h + 7, over) for h, over in of]
    before, after = described(spells(of))["mean"], described(spells(more))["mean"]
    assert not after < before - 1e-9


def test_finished_come_before_unfinished_at_a_tie() -> None:
    assert share_at(curve(spells([(2, True), (2, False)])), 2) == 0.5


def test_mean_of_finished_waits_is_biased_low_and_that_of_the_cohort_is_not() -> None:
    """Stays of mean 45 days watched for 60 from entries all through the first 5.

    Exact, for one who is watched for w days: E[min(stay, w)] = 45(1 - exp(-w/45)); the curve of all
    is known up to the longest watch, 60 days. The finished alone average about half of that.
    False alarm: 5 standard errors, the bound on the error being measured over 40 such samples.
    """
    chance, found, naive = np.random.default_rng(2), [], []
    for _ in range(40):
        entered = chance.uniform(0, 5 * DAY, 3000)
        end = entered + chance.exponential(45 * DAY, 3000)
        over = end < 60 * DAY
        watched = np.where(over, end, 60 * DAY) - entered
        zeros = np.zeros(3000, np.int16)
        timed = Timed(watched.astype(np.int64), over, None)
        whole = join([Spells(timed, entered.astype(np.int64), zeros, zeros)])
        (cohort,) = wait_table(date(2025, 1, 1), whole, 60 * DAY).cohorts
        assert cohort.still_waiting == pytest.approx(1 - over.mean())
        found.append(cohort.mean)
        naive.append(cohort.mean_finished)
    truth = 24 * 45 * (1 - np.exp(-60 / 45))
    assert abs(np.mean(found) - truth) < 5 * np.std(found, ddof=1) / np.sqrt(40)
    assert np.mean(naive) < 0.75 * truth


@given(st.lists(st.tuples(st.integers(-5, 30), st.integers(-1, 2)), max_size=50))
def test_every_member_of_a_cohort_left_somehow_or_is_inside(
    people: list[tuple[int, int]],
) -> None:
    entered, how = [p[0] for p in people], [p[1] for p in people]
    counts = cohort_outcomes(entered, how, [0, 10, 20], 3)
    inside = [sum(a <= e < b for e in entered) for a, b in ((0, 10), (10, 20))]
    assert counts.sum(axis=1).tolist() == inside
    assert counts[0, 3] == sum(0 <= e < 10 and h < 0 for e, h in people)


@given(pairs, st.data())
def test_a_weight_of_k_is_k_people(of: Pairs, data: st.DataObject) -> None:
    weights = [data.draw(st.integers(1, 4)) for _ in of]
    many = [pair for pair, k in zip(of, weights, strict=True) for _ in range(k)]
    one, other = curve(spells(of, weights)), curve(spells(many))
    for time in np.arange(-0.5, 10.0, 0.5):
        assert share_at(one, time) == pytest.approx(share_at(other, time), abs=1e-12)
    assert one.n == other.n
    if of:
        assert unfinished(spells(of, weights)) == pytest.approx(unfinished(spells(many)))


@given(st.lists(st.integers(0, 9), min_size=1))
def test_when_all_is_over_the_mean_is_the_mean(hours: list[int]) -> None:
    of = spells([(h, True) for h in hours])
    found = described(of)
    assert found["mean"] == pytest.approx(np.mean(hours))
    assert found["unfinished"] == 0.0
    assert found["p50"] == sorted(hours)[(len(hours) + 1) // 2 - 1]


def test_a_mean_of_finished_spells_never_stands_alone() -> None:
    of = spells([(1, True), (1, True), (9, False), (9, False)])
    found = described(of)
    assert found["mean"] == pytest.approx(5.0)  # the finished alone would say 1
    assert found["unfinished"] == 0.5
    assert np.isnan(found["p90"])


def test_a_share_beyond_what_is_known_is_not_known() -> None:
    of = shares_over(spells([(1, True), (3, False)]), [0.5, 1, 4])
    assert (of[0.5], of[1]) == (1.0, 0.5)
    assert np.isnan(of[4])
    assert shares_over(spells([(1, True), (3, True)]), [4]) == {4: 0.0}
    assert np.isnan(shares_over(spells([]), [4])[4])


@given(pairs)
def test_a_grid_reads_the_same_curve(of: Pairs) -> None:
    found = curve(spells(of))
    hours = np.arange(0.5, 12.0)
    for hour, share in zip(hours, on_grid(found, hours), strict=True):
        known = hour <= found.known_to or (of and share_at(found, hour) < 1e-9)
        assert (share == share_at(found, hour)) if known else np.isnan(share)


@given(pairs, st.data())
def test_parts_are_those_picked_one_by_one(of: Pairs, data: st.DataObject) -> None:
    codes = np.array([data.draw(st.integers(-1, 2)) for _ in of], np.int16)
    whole = spells(of)
    parts = dict(whole.split(codes))
    assert sorted(parts) == sorted(set(codes.tolist()))
    for code, part in parts.items():
        assert np.array_equal(part.duration, whole.duration[codes == code])
        assert np.array_equal(part.over, whole.over[codes == code])
