"""Laws have the mean and spread they were given by, or say why they cannot."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from sim.draws import from_scipy, inverse, laws
from sim.draws.distributions import law_of
from sim.draws.expectation import moments
from sim.network.laws import KIND
from sim.network.model import Distribution

size = st.floats(1e-3, 1e12)
cv = st.floats(0.01, 5.0)


def spread(law: Distribution) -> tuple[float, float]:
    return moments(KIND[law.kind], law.parameters, np.array(law.knots).reshape(-1, 2))


@settings(deadline=None)
@given(size, cv)
def test_given_by_mean_and_cv(mean: float, given_cv: float) -> None:
    for make in (laws.gamma_from_mean_cv, laws.lognormal_from_mean_cv):
        law = make(mean, given_cv)
        found, sd = spread(law)
        assert math.isclose(found, mean, rel_tol=1e-9)
        assert math.isclose(sd, mean * given_cv, rel_tol=1e-9)


@settings(deadline=None)
@given(size, st.floats(1.001, 50.0))
def test_given_by_mean_and_median(median: float, ratio: float) -> None:
    law = laws.lognormal_from_mean_median(ratio * median, median)
    assert math.isclose(spread(law)[0], ratio * median, rel_tol=1e-9)
    assert math.isclose(inverse(*law_of(law), 0.5), median, rel_tol=1e-9)


@settings(deadline=None)
@given(size, st.floats(0.2, 20.0))
def test_given_by_shape_and_mean(mean: float, shape: float) -> None:
    for law in (laws.weibull_from_shape_mean(shape, mean), laws.gamma_from_shape_mean(shape, mean)):
        assert math.isclose(spread(law)[0], mean, rel_tol=1e-9)


@pytest.mark.parametrize(
    "law",
    [
        laws.exponential(3.0),
        laws.normal(1.0, 2.0),
        laws.lognormal_from_mean_cv(3.0, 1.0),
        laws.weibull(1.5, 2.0),
        laws.uniform_between(1.0, 4.0),
        laws.triangular(1.0, 2.0, 9.0),
        laws.erlang(3, 2.0),
        laws.gamma(0.7, 2.0),
        laws.beta(2.0, 3.0, 1.0, 9.0),
        laws.from_quantiles({0: 1.0, 0.5: 2.0, 1: 7.0}),
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
    assert spread(laws.from_values([1.0, 2.0, 2.0, 7.0])) == (3.0, math.sqrt(22.0 / 4.0))


@pytest.mark.parametrize(
    "law",
    [
        laws.normal(5.0, 0.0),
        laws.lognormal_from_mean_median(5.0, 5.0),
        laws.lognormal_from_mean_cv(5.0, 0.0),
        laws.gamma_from_mean_cv(5.0, 0.0),
        laws.uniform_between(5.0, 5.0),
        laws.triangular(5.0, 5.0, 5.0),
        laws.beta(2.0, 2.0, 5.0, 5.0),
    ],
)
def test_no_spread_is_a_constant(law: Distribution) -> None:
    assert law == laws.constant(5.0)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: laws.exponential(0.0), "mean 0 must be above 0"),
        (lambda: laws.exponential(math.nan), "mean nan must be a finite number"),
        (lambda: laws.constant(-1.0), "value -1 must not be below 0"),
        (lambda: laws.normal(1.0, -2.0), "sd -2 must not be below 0"),
        (lambda: laws.normal(math.inf, 2.0), "mean inf must be a finite number"),
        (lambda: laws.lognormal_from_mean_median(3.0, 4.0), "mean 3 is below median 4"),
        (lambda: laws.lognormal_from_median_sigma(-3.0, 1.0), "median -3 must be above 0"),
        (lambda: laws.lognormal_from_mean_cv(3.0, -1.0), "cv -1 must not be below 0"),
        (lambda: laws.weibull(0.0, 1.0), "shape 0 must be above 0"),
        (lambda: laws.uniform_between(5.0, 4.0), "high 4 must not be below low 5"),
        (lambda: laws.uniform_between(-5.0, 4.0), "low -5 must not be below 0"),
        (lambda: laws.triangular(5.0, 4.0, 9.0), "mode 4 must not be below low 5"),
        (lambda: laws.triangular(3.0, 4.0, 2.0), "high 2 must not be below mode 4"),
        (lambda: laws.erlang(0, 1.0), "k 0 must be a whole number"),
        (lambda: laws.gamma(1e9, 1.0), "shape 1e\\+09 must be from 0.001"),
        (lambda: laws.gamma_from_mean_cv(1.0, 1e-5), "cv 1e-05 of a gamma law"),
        (lambda: laws.gamma_from_mean_cv(1.0, 1e-200), "cv 1e-200 of a gamma law"),
        (lambda: laws.beta(0.0, 1.0), "a 0 must be from"),
        (lambda: laws.from_quantiles({0.1: 1.0, 1: 2.0}), "quantiles 0.1, 1 must include 0 and 1"),
        (lambda: laws.from_quantiles({}), "quantiles none must include"),
        (lambda: laws.from_quantiles({0: 3.0, 1: 2.0}), "quantile 1 2 must not be below"),
        (lambda: laws.from_values([]), "values: found none"),
        (lambda: laws.from_values([-2.0]), "value -2 must not be below 0"),
    ],
)
def test_refusals_name_the_value(make: Callable[[], Distribution], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()


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
    exact = laws.lognormal_from_mean_median(70.0, 38.0)
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
