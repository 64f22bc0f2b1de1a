"""Chance within worlds told from ignorance between them, and what worlds that say yes share."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from sim.verdict.evidence import Evidence
from sim.verdict.plausible import (
    Chance,
    Plausible,
    _differ,
    _log_variance,
    chance,
    moved,
    plausible,
    told_apart,
)
from sim.verdict.worlds_frame import worlds_frame
from sim.verdict.worlds_words import worlds_in_words
from tests.verdict_runs import asked, runs

RNG = np.random.default_rng(11)


def worlds(n: int, needed: float) -> tuple[Evidence, np.ndarray]:
    """Rates that rise with one of thirty facts; those above `needed` of it say yes."""
    facts = {f"stations.f{i}.servers": RNG.uniform(0, 1, n) for i in range(30)}
    rates = 10 + 5 * (facts["stations.f3.servers"] - needed)
    central = runs(list(10 + 0.1 * RNG.standard_normal(30)))
    return Evidence(runs(list(rates)), central=central, facts=facts), rates


def test_what_the_few_that_say_yes_share_is_named() -> None:
    evidence, _ = worlds(1000, 0.99)
    found = plausible(asked(), evidence, {})
    assert found is not None
    assert 3 <= found.yes < 60
    assert [row.fact for row in found.told_apart_by] == ["stations.f3.servers"]
    text = worlds_in_words(found)
    assert text.startswith(f"achievable in {found.yes} of 1,000 plausible worlds.")
    assert "servers of f3 from 0.9" in text
    assert f"What the {found.yes} that say yes have in common" in text


def test_where_none_says_yes_what_moves_the_rate_is_named() -> None:
    evidence, _ = worlds(200, 2.0)
    found = plausible(asked(), evidence, {})
    assert found is not None
    assert found.yes == 0
    assert found.told_apart_by == ()
    assert [row.fact for row in found.moved_by] == ["stations.f3.servers"]
    assert "achievable in none of 200" in worlds_in_words(found)
    assert "servers of f3 (+1.00)" in worlds_in_words(found)


def test_little_chance_is_told_as_finely_as_its_interval() -> None:
    text = worlds_in_words(Plausible(10, 0, 3, Chance(0.002, 0.0003, 0.011, 12.4, 259.0, 10), (), ()))
    assert "0.2 % (under 0.1 % to 1.1 %) of the variance is chance within a world" in text


@pytest.mark.slow
def test_facts_that_do_not_matter_are_named_in_five_studies_of_a_hundred_at_most() -> None:
    """100 studies, two tests at 5 % at most in each: 25 or more by chance under once in 10,000."""
    named = 0
    for _ in range(100):
        facts = {f"a.f{i}.b": RNG.uniform(size=60) for i in range(20)}
        said = np.arange(60) < 8
        named += bool(told_apart(facts, said, {})) or bool(moved(facts, RNG.uniform(size=60)))
    assert named <= 2 * 12


@pytest.mark.parametrize("share", [0.1, 0.5])
def test_the_interval_of_the_share_of_chance_holds_it(share: float) -> None:
    """Nominal 95 %, uniform between worlds: fewer than 170 of 200 in under 1 of 10^6 such tests."""
    held = 0
    for _ in range(200):
        between = RNG.uniform(-1, 1, 200) * np.sqrt(3 * (1 - share))
        rates = between + np.sqrt(share) * RNG.standard_normal(200)
        found = chance(rates, np.sqrt(share) * RNG.standard_normal(60))
        assert found is not None
        held += found.low <= share <= found.high
    assert held >= 170


def test_nothing_is_said_without_worlds_or_with_too_few_runs() -> None:
    assert plausible(asked(), Evidence(runs([10.0] * 10)), {}) is None
    assert chance(RNG.uniform(size=9), RNG.uniform(size=9)) is None
    assert chance(np.ones(10), RNG.uniform(size=10)) is None


def test_the_table_has_a_row_a_world() -> None:
    evidence, rates = worlds(50, 0.5)
    frame = worlds_frame(asked(), evidence)
    assert len(frame) == 50
    assert np.allclose(frame["reached"], rates)
    assert np.allclose(frame["shortfall"], 9.9 - rates)
    assert ((frame["shortfall"] <= 0) == frame["yes"]).all()
    assert list(frame.columns[:5]) == ["world", "replication", "yes", "reached", "shortfall"]


def test_the_lesser_of_two_tests_counts_twice() -> None:
    yes, no = np.arange(8.0), np.arange(8.0) + 3.5
    place, shape = stats.mannwhitneyu(yes, no).pvalue, stats.ks_2samp(yes, no).pvalue
    assert _differ(yes, no) == pytest.approx(2 * min(place, shape))


def test_the_variance_of_a_logarithm_is_that_of_the_delta_method() -> None:
    """Half at -1, half at 1 have kurtosis 1: only the term of the sample's size is left, 2 / n^2."""
    assert _log_variance(np.array([-1.0, 1.0] * 4)) == pytest.approx(2 / 64)
    three = np.array([-1.0, -1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0])  # kurtosis 2
    assert _log_variance(three) == pytest.approx(1 / 8 + 2 / 64)
