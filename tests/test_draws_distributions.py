"""Every law is inverted exactly, in both tails, and remembers what it should."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from sim.draws import cumulative, duration, inverse, remaining, survival
from sim.draws.distributions import LONGEST, Law
from sim.draws.tables import from_scipy
from sim.network import laws
from sim.network.model import Distribution
from sim.study.require.laws import law as law_of

HOUR = 3.6e9

U = [2.0**-53, 1e-12, 1e-9, 1e-6, 1e-3, *np.linspace(0.01, 0.99, 49).tolist(),
     0.999, 1 - 1e-6, 1 - 1e-9, 1 - 1e-12, 1 - 2.0**-53]  # fmt: skip

PEERS: list[tuple[Distribution, Any]] = [
    (laws.law("exponential", mean=3.0), stats.expon(scale=3.0)),
    (laws.law("normal", mean=3.0, sd=2.0), stats.norm(3.0, 2.0)),
    (laws.law("lognormal", median=38 * HOUR, sigma=1.1), stats.lognorm(1.1, scale=38 * HOUR)),
    (laws.law("weibull", shape=0.7, scale=5e6), stats.weibull_min(0.7, scale=5e6)),
    (laws.law("weibull", shape=3.5, scale=2.0), stats.weibull_min(3.5, scale=2.0)),
    (laws.law("uniform", low=2.0, high=5e6), stats.uniform(2.0, 5e6 - 2.0)),
    (laws.law("triangular", low=2.0, mode=3.0, high=7.0), stats.triang(0.2, 2.0, 5.0)),
    (laws.law("erlang", k=3, mean=6.0), stats.erlang(3, scale=2.0)),
    *((laws.law("gamma", shape=a, scale=2.0), stats.gamma(a, scale=2.0))
      for a in (0.01, 0.1, 0.5, 0.99, 1.0, 1.01, 2.0, 15.9, 16.0, 65.0, 1e3, 1e4)),
    *((laws.law("beta", a=a, b=b, low=0.0, high=1.0), stats.beta(a, b))
      for a, b in ((0.1, 0.1), (0.5, 0.5), (3.0, 0.01), (1.0, 1.0), (2.0, 3.0), (1.0, 100.0),
                   (100.0, 1.0), (0.5, 200.0), (20.0, 30.0), (300.0, 2.0), (1.01, 1.01))),
    (laws.law("beta", a=2.0, b=3.0, low=5.0, high=9.0), stats.beta(2.0, 3.0, 5.0, 4.0)),
]  # fmt: skip

SOME = {
    "exponential": laws.law("exponential", mean=3 * HOUR),
    "normal": laws.law("normal", mean=9 * HOUR, sd=2 * HOUR),
    "lognormal": laws.law("lognormal", mean=70 * HOUR, median=38 * HOUR),
    "weibull": laws.law("weibull", shape=0.7, scale=5 * HOUR),
    "uniform": laws.law("uniform", low=HOUR, high=5 * HOUR),
    "triangular": laws.law("triangular", low=HOUR, mode=2 * HOUR, high=9 * HOUR),
    "erlang": laws.law("erlang", k=4, mean=2 * HOUR),
    "small gamma": laws.law("gamma", shape=0.4, scale=2 * HOUR),
    "gamma": laws.law("gamma", mean=8 * HOUR, cv=0.5),
    "beta": laws.law("beta", a=2.0, b=0.5, low=HOUR, high=4 * HOUR),
    "quantiles": laws.by_quantiles({0: HOUR, 0.5: 3 * HOUR, 0.9: 9 * HOUR, 1: 40 * HOUR}),
    "table": from_scipy("invgauss", {"mu": 1.0}, HOUR),
}
LAWS = {name: law_of(distribution) for name, distribution in SOME.items()}
names = st.sampled_from(sorted(LAWS))
probability = st.floats(1e-9, 1 - 1e-9)


@pytest.mark.parametrize(("distribution", "peer"), PEERS)
def test_inverse_is_that_of_scipy(distribution: Distribution, peer: Any) -> None:
    law = law_of(distribution)
    for u in U:
        assert math.isclose(inverse(*law, u), peer.ppf(u), rel_tol=1e-10, abs_tol=1e-300)


@pytest.mark.parametrize(("distribution", "peer"), PEERS)
def test_both_tails_are_those_of_scipy(distribution: Distribution, peer: Any) -> None:
    """SciPy takes 1 - F for the upper tail of the uniform and triangular laws."""
    law = law_of(distribution)
    for u in U:
        x = float(peer.ppf(u))
        assert math.isclose(cumulative(*law, x), peer.cdf(x), rel_tol=1e-11, abs_tol=1e-300)
        absolute = 1e-15 if distribution.kind in ("uniform", "triangular") else 1e-300
        assert math.isclose(survival(*law, x), peer.sf(x), rel_tol=1e-11, abs_tol=absolute)


@settings(deadline=None)
@given(names, probability)
def test_cumulative_undoes_inverse(name: str, u: float) -> None:
    law = LAWS[name]
    x = inverse(*law, u)
    # x itself is a rounded number: the tails may be off by what a step of it is worth.
    below, above = math.nextafter(x, -math.inf), math.nextafter(x, math.inf)
    step = cumulative(*law, above) - cumulative(*law, below)
    assert math.isclose(cumulative(*law, x), u, rel_tol=1e-11, abs_tol=1e-15 + step)
    step = survival(*law, below) - survival(*law, above)
    assert math.isclose(survival(*law, x), 1.0 - u, rel_tol=1e-11, abs_tol=1e-15 + step)


@settings(deadline=None)
@given(names, probability, probability)
def test_inverse_rises(name: str, u: float, v: float) -> None:
    law = LAWS[name]
    if abs(u - v) > 1e-12:
        assert (inverse(*law, u) < inverse(*law, v)) == (u < v)


@settings(deadline=None)
@given(names, probability)
def test_duration_is_rounded_half_up(name: str, u: float) -> None:
    law = LAWS[name]
    assert duration(*law, u) == max(0, math.floor(inverse(*law, u) + 0.5))


@pytest.mark.parametrize(
    ("value", "whole"), [(0.49, 0), (0.5, 1), (1.5, 2), (2.5, 3), (1e30, LONGEST)]
)
def test_halves_go_up_and_the_longest_is_cut(value: float, whole: int) -> None:
    assert duration(*law_of(laws.law("constant", value=value)), 0.3) == whole


def test_a_duration_is_never_below_zero() -> None:
    assert duration(*law_of(laws.law("normal", mean=1.0, sd=1.0)), 0.01) == 0


def rescaled(law: Law, factor: float) -> Law:
    """The same law in a unit `factor` times smaller, for laws whose every parameter is a time."""
    kind, p0, p1, p2, p3, knots, first, last = law
    return kind, p0 * factor, p1 * factor, p2 * factor, p3, knots, first, last


@settings(deadline=None)
@given(st.sampled_from(["exponential", "normal", "uniform", "triangular"]), probability)
def test_a_change_of_unit_changes_nothing(name: str, u: float) -> None:
    law = LAWS[name]
    assert inverse(*rescaled(law, 1024.0), u) == 1024.0 * inverse(*law, u)
    assert math.isclose(inverse(*rescaled(law, 24.0), u), 24.0 * inverse(*law, u), rel_tol=1e-14)


@settings(deadline=None)
@given(probability, st.floats(1.0, 1e6))
def test_scale_laws(u: float, factor: float) -> None:
    pairs = [
        (laws.law("lognormal", mean=5.0, cv=1.1), laws.law("lognormal", mean=5.0 * factor, cv=1.1)),
        (laws.law("weibull", shape=0.7, scale=5.0), laws.law("weibull", shape=0.7, scale=5.0 * factor)),
        (laws.law("gamma", shape=0.7, scale=5.0), laws.law("gamma", shape=0.7, scale=5.0 * factor)),
        (laws.law("erlang", k=3, mean=5.0), laws.law("erlang", k=3, mean=5.0 * factor)),
        (laws.law("beta", a=2.0, b=3.0, low=0.0, high=5.0),
         laws.law("beta", a=2.0, b=3.0, low=0.0, high=5.0 * factor)),
    ]
    for small, large in pairs:
        expected = factor * inverse(*law_of(small), u)
        assert math.isclose(inverse(*law_of(large), u), expected, rel_tol=1e-13)


@settings(deadline=None)
@given(probability)
def test_laws_that_are_one_another(u: float) -> None:
    """An exponential is a Weibull, gamma and Erlang of shape 1; beta (1, 1) is uniform."""
    expected = inverse(*law_of(laws.law("exponential", mean=7.0)), u)
    for same in (laws.law("weibull", shape=1.0, scale=7.0), laws.law("gamma", shape=1.0, scale=7.0),
                 laws.law("erlang", k=1, mean=7.0)):
        assert math.isclose(inverse(*law_of(same), u), expected, rel_tol=1e-13)
    assert math.isclose(inverse(*law_of(laws.law("beta", a=1.0, b=1.0, low=0.0, high=1.0)), u), u, rel_tol=1e-13)


@pytest.mark.parametrize(
    ("kind", "parameters"),
    [
        ("normal", (5.0, 0.0, 0.0, 0.0)),
        ("lognormal", (math.log(5.0), 0.0, 0.0, 0.0)),
        ("uniform", (5.0, 5.0, 0.0, 0.0)),
        ("triangular", (5.0, 5.0, 5.0, 0.0)),
        ("beta", (2.0, 3.0, 5.0, 5.0)),
    ],
)
def test_a_law_without_spread_is_its_value(kind: str, parameters: tuple[float, ...]) -> None:
    law = law_of(Distribution(kind, parameters))
    assert math.isclose(inverse(*law, 0.3), 5.0, rel_tol=1e-15)
    assert [cumulative(*law, x) for x in (4.9, 5.1)] == [0.0, 1.0]
    assert [remaining(*law, x, 0.3) for x in (2.0, 7.0)] == [3, 0]


def test_a_gamma_of_enormous_shape_is_quick_and_close() -> None:
    """Across the shape from which a formula replaces the series."""
    for a in (0.99e7, 1.01e7):
        law = law_of(Distribution("gamma", (a, 1.0, 0.0, 0.0)))
        for u in (1e-6, 0.3, 0.9, 1 - 1e-6):
            x = inverse(*law, u)
            z = stats.norm.ppf(u)
            cornish_fisher = a + z * math.sqrt(a) + (z * z - 1) / 3 + (z**3 - 7 * z) / 36 / a**0.5
            assert math.isclose(x, cornish_fisher, rel_tol=1e-9)
            assert math.isclose(cumulative(*law, x), u, rel_tol=1e-7)


# -- what remains --------------------------------------------------------------------------------


@settings(deadline=None)
@given(probability, st.floats(0.0, 1e4))
def test_exponential_is_memoryless(u: float, times_the_mean: float) -> None:
    mean = 1e15
    law = law_of(laws.law("exponential", mean=mean))
    left = remaining(*law, times_the_mean * mean, u)
    assert math.isclose(left, inverse(*law, u), rel_tol=1e-9, abs_tol=1.0)


@settings(deadline=None)
@given(probability, st.floats(0.0, 300.0))
def test_gamma_and_weibull_of_shape_one_are_memoryless(u: float, times_the_mean: float) -> None:
    mean = 1e15
    expected = inverse(*law_of(laws.law("exponential", mean=mean)), u)
    for law in (laws.law("gamma", shape=1.0, scale=mean), laws.law("weibull", shape=1.0, scale=mean),
                laws.law("erlang", k=1, mean=mean)):
        left = remaining(*law_of(law), times_the_mean * mean, u)
        assert math.isclose(left, expected, rel_tol=1e-9, abs_tol=1e-11 * mean)


@settings(deadline=None)
@given(names, st.floats(0.0, 10.0), probability)
def test_remaining_is_the_conditional_law(name: str, hours: float, u: float) -> None:
    """(1 - F(a + rest)) = (1 - u)(1 - F(a)), as far as the rounding to microseconds allows."""
    law, spent = LAWS[name], hours * HOUR
    rest = remaining(*law, spent, u)
    above = survival(*law, spent)
    if above == 0.0:
        assert rest == 0
    else:
        low, high = survival(*law, spent + rest + 1.0), survival(*law, spent + rest - 1.0)
        assert low * (1 - 1e-9) - 1e-14 <= (1.0 - u) * above <= high * (1 + 1e-9) + 1e-14


@settings(deadline=None)
@given(names, probability)
def test_nothing_spent_leaves_the_whole(name: str, u: float) -> None:
    law = LAWS[name]
    below = cumulative(*law, 0.0)
    if below == 0.0:
        assert abs(remaining(*law, 0.0, u) - duration(*law, u)) <= 1e-12 * duration(*law, u) + 1


def test_remaining_of_a_constant() -> None:
    law = law_of(laws.law("constant", value=100.0))
    assert [remaining(*law, spent, 0.3) for spent in (0.0, 60.0, 100.0, 200.0)] == [100, 40, 0, 0]


def test_remaining_of_observed_values_is_among_those_beyond() -> None:
    law = law_of(laws.by_values([40.0, 10.0, 30.0, 20.0]))
    found = {remaining(*law, 20.0, u) for u in np.linspace(0.01, 0.99, 50)}
    assert found == {10, 20}
    assert remaining(*law, 40.0, 0.5) == 0


def test_remaining_far_in_the_tail_follows_the_hazard() -> None:
    law = law_of(laws.law("gamma", shape=2.0, scale=HOUR))
    far = remaining(*law, 2000.0 * HOUR, 0.5)
    assert math.isclose(far, HOUR * math.log(2.0), rel_tol=1e-9)


@pytest.mark.parametrize("name", ["uniform", "triangular", "beta", "quantiles"])
def test_nothing_remains_beyond_the_end(name: str) -> None:
    assert remaining(*LAWS[name], 100.0 * HOUR, 0.9) == 0


# -- tables of values ----------------------------------------------------------------------------


def test_values_are_equally_likely() -> None:
    law = law_of(laws.by_values([3.0, 1.0, 2.0, 2.0]))
    assert [inverse(*law, u) for u in (0.1, 0.3, 0.6, 0.9)] == [1.0, 2.0, 2.0, 3.0]
    assert [cumulative(*law, x) for x in (0.9, 1.0, 2.5, 3.0)] == [0.0, 0.25, 0.75, 1.0]


def test_quantiles_are_met_and_linear_between() -> None:
    law = law_of(laws.by_quantiles({0: 0.0, 0.5: 10.0, 1: 30.0}))
    assert [inverse(*law, u) for u in (0.25, 0.5, 0.75)] == [5.0, 10.0, 20.0]
    assert [cumulative(*law, x) for x in (-1.0, 5.0, 10.0, 20.0, 31.0)] == [0, 0.25, 0.5, 0.75, 1]


def test_a_law_reads_only_its_own_rows() -> None:
    one, two = laws.by_values([1.0, 2.0]), laws.by_quantiles({0: 5.0, 1: 7.0})
    shared = np.array([*one.knots, *two.knots])
    assert inverse(*law_of(one)[:5], shared, 0, 2, 0.99) == 2.0
    assert inverse(*law_of(two)[:5], shared, 2, 4, 0.5) == 6.0
    assert cumulative(*law_of(two)[:5], shared, 2, 4, 6.0) == 0.5
