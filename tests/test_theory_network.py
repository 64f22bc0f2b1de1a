"""Flows through networks, and the census of a system in which nobody waits."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import lognorm

from sim.theory import (
    jackson,
    mginf_census,
    mginf_census_profile,
    mmc_wait_mean,
    offered_load,
    traffic,
)


@settings(deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 5))
def test_what_leaves_is_what_came(seed: int, stations: int) -> None:
    chance = np.random.default_rng(seed)
    routing = chance.dirichlet(np.ones(stations + 1), stations)[:, :-1]
    external = chance.uniform(0, 5, stations)
    rates = traffic(routing, external)
    assert rates @ (1 - routing.sum(axis=1)) == pytest.approx(external.sum())
    assert rates == pytest.approx(external + rates @ routing)


def test_feedback_is_counted_at_every_return() -> None:
    """One in two comes back: naive load without feedback is half of it."""
    assert offered_load([[0.5]], [3.0], [2.0]).tolist() == [12.0]


@settings(deadline=None)
@given(st.integers(1, 4), st.floats(0, 0.9), st.floats(0.05, 0.95))
def test_one_station_with_feedback_is_an_mmc_of_its_total_rate(
    servers: int, back: float, load: float
) -> None:
    rate = load * servers
    found = jackson([[back]], [rate * (1 - back)], [1.0], [servers])
    inside = rate * (mmc_wait_mean(servers, rate, 1.0) + 1.0)
    assert found.inside[0] == pytest.approx(inside)
    assert found.stay_mean == pytest.approx(inside / (rate * (1 - back)))


def test_two_single_servers_in_a_row() -> None:
    """By hand: loads .5 and .8, so 1 and 4 inside."""
    found = jackson([[0, 1], [0, 0]], [0.5, 0.0], [1.0, 1.6], [1, 1])
    assert found.inside == pytest.approx([1.0, 4.0])
    assert found.stay_mean == pytest.approx(10.0)


def test_an_overloaded_station_has_no_mean_and_the_others_keep_theirs() -> None:
    found = jackson([[0, 0], [0, 0]], [2.0, 0.5], [1.0, 1.0], [1, 1])
    assert found.inside.tolist() == [np.inf, 1.0]


@pytest.mark.parametrize(
    ("routing", "external", "names"),
    [
        ([[0.6, 0.6], [0, 0]], [1, 1], "rows add to"),
        ([[0, 1], [1, 0]], [1, 1], "way out"),
        ([[0.5]], [1, 1], r"\(1, 1\)"),
        ([[-0.5]], [1], "probabilities"),
    ],
)
def test_what_is_wrong_is_named(
    routing: list[list[float]], external: list[float], names: str
) -> None:
    with pytest.raises(ValueError, match=names):
        traffic(routing, external)


@settings(deadline=None)
@given(st.floats(0.1, 50), st.floats(0.1, 20), st.lists(st.floats(0, 100), max_size=5))
def test_census_of_exponential_stays(rate: float, mean: float, times: list[float]) -> None:
    found = mginf_census(rate, lambda age: 1 - np.exp(-age / mean), times)
    assert found == pytest.approx(rate * mean * (1 - np.exp(-np.array(times) / mean)), rel=1e-6)


def test_census_fills_slowly_when_stays_are_skewed() -> None:
    """A naive rate x mean is reached only late: a twentieth of it is missing at half a year."""
    stay = lognorm(s=1.2, scale=25.0)
    census = mginf_census(10.0, stay.cdf, [0.0, 180.0, 20_000.0])
    full = 10.0 * stay.mean()
    assert census[0] == 0.0
    assert census[1] < 0.95 * full
    assert census[2] == pytest.approx(full, rel=1e-4)


def test_census_of_equal_stays_is_those_of_the_last_stay() -> None:
    census = mginf_census(3.0, lambda age: float(age >= 7.0), [2.0, 7.0, 30.0])
    assert census == pytest.approx([6.0, 21.0, 21.0], rel=1e-3)


@settings(deadline=None)
@given(st.floats(0, 5), st.floats(0, 5), st.floats(0.1, 30))
def test_profiles_add_up(first: float, second: float, time: float) -> None:
    def cdf(age: float) -> float:
        return float(1 - np.exp(-age / 4))

    both = mginf_census_profile([0, 10, 20], [first, second], cdf, [time])
    later = mginf_census(second, cdf, [max(time - 10, 0), max(time - 20, 0)])
    early = mginf_census(first, cdf, [time, max(time - 10, 0)])
    assert both[0] == pytest.approx(early[0] - early[1] + later[0] - later[1], abs=1e-9)
