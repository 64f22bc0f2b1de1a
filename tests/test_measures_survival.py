"""Curves of sorted spells against the plain estimator."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.estimate import Curve, kaplan_meier, quantiles, restricted_mean
from sim.measures.spells import Spells, Timed, join
from sim.measures.survival import curve, described, on_grid, shares_over, unfinished
from sim.network.model import HOUR

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
def test_the_curve_is_that_of_kaplan_and_meier(of: Pairs) -> None:
    found = curve(spells(of))
    wanted = kaplan_meier([h for h, _ in of], [o for _, o in of])
    for time in np.arange(-0.5, 10.0, 0.5):
        assert share_at(found, time) == pytest.approx(share_at(wanted, time), abs=1e-12)
    assert restricted_mean(found) == pytest.approx(restricted_mean(wanted), nan_ok=True)
    assert np.array_equal(quantiles(found), quantiles(wanted), equal_nan=True)
    assert (found.known_to, found.n) == (wanted.known_to, wanted.n)


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
    assert found["p50"] == quantiles(kaplan_meier(hours, [True] * len(hours)), 0.5)


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
