"""Laws have the mean and spread they were given by, or say why they cannot."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from sim.draws import from_scipy, inverse
from sim.draws.expectation import moments
from sim.network import laws
from sim.network.laws import KIND, NoLawError
from sim.network.model import Distribution
from sim.study.require.laws import law as law_of

size = st.floats(1e-3, 1e12)
cv = st.floats(0.01, 5.0)


def spread(law: Distribution) -> tuple[float, float]:
    return moments(KIND[law.kind], law.parameters, np.array(law.knots).reshape(-1, 2))


@settings(deadline=None)
@given(size, cv)
def test_given_by_mean_and_cv(mean: float, given_cv: float) -> None:
    for kind in ("gamma", "lognormal"):
        law = laws.law(kind, mean=mean, cv=given_cv)
        found, sd = spread(law)
        assert math.isclose(found, mean, rel_tol=1e-9)
        assert math.isclose(sd, mean * given_cv, rel_tol=1e-9)


@settings(deadline=None)
@given(size, st.floats(1.001, 50.0))
def test_given_by_mean_and_median(median: float, ratio: float) -> None:
    law = laws.law("lognormal", mean=ratio * median, median=median)
    assert math.isclose(spread(law)[0], ratio * median, rel_tol=1e-9)
    assert math.isclose(inverse(*law_of(law), 0.5), median, rel_tol=1e-9)


@settings(deadline=None)
@given(size, st.floats(0.2, 20.0))
def test_given_by_shape_and_mean(mean: float, shape: float) -> None:
    for law in (laws.law("weibull", shape=shape, mean=mean), laws.law("gamma", shape=shape, mean=mean)):
        assert math.isclose(spread(law)[0], mean, rel_tol=1e-9)


@pytest.mark.parametrize(
    "law",
    [
        laws.law("exponential", mean=3.0),
        laws.law("normal", mean=1.0, sd=2.0),
        laws.law("lognormal", mean=3.0, cv=1.0),
        laws.law("weibull", shape=1.5, scale=2.0),
        laws.law("uniform", low=1.0, high=4.0),
        laws.law("triangular", low=1.0, mode=2.0, high=9.0),
        laws.law("erlang", k=3, mean=2.0),
        laws.law("gamma", shape=0.7, scale=2.0),
        laws.law("beta", a=2.0, b=3.0, low=1.0, high=9.0),
        laws.by_quantiles({0: 1.0, 0.5: 2.0, 1: 7.0}),
        from_scipy("invgauss", {"mu": 1.0}, 2.0),
    ],
    ids=lambda law: law.kind,
)
def test_moments_are_those_of_what_is_drawn(law: Distribution) -> None:
    """The integral over u of max(0, F⁻¹(u)), by its own quadrature in log(u / (1 - u))."""
    whole = law_of(law)

    def at(z: float, power: int) -> float:
        u = 1.0 / (1.0 + math.exp(-z))
        return max(0.0, inverse(*whole, u)) ** power * u * (1.0 - u)

    z = np.linspace(-36.0, 36.0, 20_001)
    mean, second = (integrate.trapezoid([at(x, n) for x in z], z) for n in (1, 2))
    found, sd = spread(law)
    assert math.isclose(found, mean, rel_tol=1e-4)
    assert math.isclose(sd, math.sqrt(second - mean * mean), rel_tol=1e-3)


def test_moments_of_observed_values() -> None:
    assert spread(laws.by_values([1.0, 2.0, 2.0, 7.0])) == (3.0, math.sqrt(22.0 / 4.0))


@pytest.mark.parametrize(
    "law",
    [
        laws.law("normal", mean=5.0, sd=0.0),
        laws.law("lognormal", mean=5.0, median=5.0),
        laws.law("lognormal", mean=5.0, cv=0.0),
        laws.law("gamma", mean=5.0, cv=0.0),
        laws.law("uniform", low=5.0, high=5.0),
        laws.law("triangular", low=5.0, mode=5.0, high=5.0),
        laws.law("beta", a=2.0, b=2.0, low=5.0, high=5.0),
    ],
)
def test_no_spread_is_a_constant(law: Distribution) -> None:
    assert law == laws.law("constant", value=5.0)


@pytest.mark.parametrize(
    ("kind", "given", "message"),
    [
        ("exponential", {"mean": 0.0}, "found mean 0; wanted a number above 0"),
        ("exponential", {"mean": math.nan}, "found mean nan; wanted a finite number"),
        ("constant", {"value": -1.0}, "found value -1; wanted a number not below 0"),
        ("normal", {"mean": 1.0, "sd": -2.0}, "found sd -2; wanted a number not below 0"),
        ("normal", {"mean": math.inf, "sd": 2.0}, "found mean inf; wanted a finite number"),
        ("lognormal", {"mean": 3.0, "median": 4.0}, "found mean 3 and median 4; wanted mean not below"),
        ("lognormal", {"median": -3.0, "sigma": 1.0}, "found median -3; wanted a number above 0"),
        ("lognormal", {"mean": 3.0, "cv": -1.0}, "found cv -1; wanted a number not below 0"),
        ("lognormal", {"mean": -3.0, "cv": 1.0}, "found mean -3; wanted a number above 0"),
        ("weibull", {"shape": 0.0, "scale": 1.0}, "found shape 0; wanted a number above 0"),
        ("weibull", {"shape": 1.0, "mean": 0.0}, "found mean 0; wanted a number above 0"),
        ("uniform", {"low": 5.0, "high": 4.0}, "found high 4 and low 5; wanted high not below low"),
        ("uniform", {"low": -5.0, "high": 4.0}, "found low -5; wanted a number not below 0"),
        ("triangular", {"low": 5.0, "mode": 4.0, "high": 9.0}, "found mode 4 and low 5; wanted"),
        ("triangular", {"low": 3.0, "mode": 4.0, "high": 2.0}, "found high 2 and mode 4; wanted"),
        ("erlang", {"k": 0, "mean": 1.0}, "found k 0; wanted a whole number from 1 to"),
        ("erlang", {"k": 2.5, "mean": 1.0}, "found k 2.5; wanted a whole number"),
        ("gamma", {"shape": 1e9, "scale": 1.0}, "found shape 1e\\+09; wanted a number from 0.001"),
        ("gamma", {"mean": 1.0, "cv": 1e-5}, "found cv 1e-05; wanted 0, or a number from 0.001"),
        ("gamma", {"mean": 1.0, "cv": 1e-200}, "found cv 1e-200; wanted 0, or a number from"),
        ("beta", {"a": 0.0, "b": 1.0, "low": 0.0, "high": 1.0}, "found a 0; wanted a number from"),
        ("beta", {"a": 1.0, "b": math.nan, "low": 0.0, "high": 1.0}, "found b nan; wanted"),
    ],
)
def test_refusals_name_the_value(kind: str, given: dict[str, float], message: str) -> None:
    with pytest.raises(NoLawError, match=message):
        laws.law(kind, **given)


@pytest.mark.parametrize(
    ("quantiles", "message"),
    [
        ({0.1: 1.0, 1: 2.0}, "found quantiles 0.1, 1; wanted 0 and 1 among them"),
        ({}, "found quantiles none"),
        ({0: 3.0, 1: 2.0}, "found quantile 1 2; wanted a value not below the one before, 3"),
        ({0: -3.0, 1: 2.0}, "found quantile 0 -3; wanted a number not below 0"),
    ],
)
def test_quantiles_run_from_0_to_1_and_rise(quantiles: dict[float, float], message: str) -> None:
    with pytest.raises(NoLawError, match=message):
        laws.by_quantiles(quantiles)


def test_observed_values_are_some_and_not_below_0() -> None:
    with pytest.raises(NoLawError, match="found no values; wanted at least one"):
        laws.by_values([])
    with pytest.raises(NoLawError, match="found value -2; wanted a number not below 0"):
        laws.by_values([-2.0])


# -- tables --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "params"),
    [
        ("gamma", {"a": 0.5}),
        ("lognorm", {"s": 1.105}),
        ("lognorm", {"s": 2.0}),
        ("pareto", {"b": 3.0}),
        ("genpareto", {"c": 0.2}),
        ("expon", {}),
        ("arcsine", {}),
        ("t", {"df": 5.0}),
    ],
)
def test_a_table_is_close(name: str, params: dict[str, float]) -> None:
    peer, law = getattr(stats, name)(**params, scale=2.0), law_of(from_scipy(name, params, 2.0))
    for u in (1e-9, 1e-3, 0.1, 0.4, 0.6, 0.9, 1 - 1e-6, 1 - 1e-9):
        assert math.isclose(inverse(*law, u), peer.ppf(u), rel_tol=1e-3, abs_tol=1e-9)


def test_a_table_holds_the_second_moment_of_a_stay() -> None:
    """The lognormal stay of mean 70 and median 38 days, which a table linear in p gets wrong."""
    exact = laws.law("lognormal", mean=70.0, median=38.0)
    sigma = exact.parameters[1]
    mean, sd = spread(from_scipy("lognorm", {"s": sigma}, 38.0))
    true_mean, true_sd = spread(exact)
    assert math.isclose(mean, true_mean, rel_tol=1e-5)
    assert math.isclose(mean**2 + sd**2, true_mean**2 + true_sd**2, rel_tol=1e-3)


@pytest.mark.parametrize(
    ("name", "params", "message"),
    [
        ("lognorm", {"s": 4.0}, "its second moment is .*, the law's"),
        ("pareto", {"b": 1.5}, "no finite second moment"),
        ("cauchy", {}, "no finite second moment"),
        ("poisson", {"mu": 3.0}, "wanted a continuous law"),
        ("lognrm", {"s": 1.0}, "the nearest is 'lognorm'"),
        ("gamma", {}, "missing 1 required positional argument"),
        ("gamma", {"a": -1.0}, "outside its range"),
        ("norm", {"sigma": 1.0}, "unexpected keyword argument 'sigma'"),
    ],
)
def test_a_bad_table_is_refused(name: str, params: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        from_scipy(name, params, 1.0)


@pytest.mark.parametrize("scale", [0.0, -1.0, math.inf, math.nan])
def test_a_table_needs_a_scale(scale: float) -> None:
    with pytest.raises(ValueError, match="must be above 0"):
        from_scipy("expon", {}, scale)


@settings(deadline=None, max_examples=4)
@given(st.floats(0.01, 1e12))
def test_a_table_scales_with_its_unit(scale: float) -> None:
    one, other = from_scipy("expon", {}, 1.0), from_scipy("expon", {}, scale)
    assert other.knots == tuple((z, x * scale) for z, x in one.knots)
