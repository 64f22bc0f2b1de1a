"""Laws of chance as a scenario gives them, turned into the parameters that draws take.

Nothing here is compiled, and times are in microseconds throughout. A law with no spread is a
constant.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from sim.network.model import Distribution

MOST_SHAPE, LEAST_SHAPE = 1e6, 1e-3


def constant(value: float) -> Distribution:
    """Always this value."""
    return _law("constant", _at_least_zero("value", value))


def exponential(mean: float) -> Distribution:
    """Without memory."""
    return _law("exponential", _positive("mean", mean))


def normal(mean: float, sd: float) -> Distribution:
    """Normal; a duration drawn below 0 is 0."""
    if _at_least_zero("sd", sd) == 0:
        return constant(mean)
    return _law("normal", _finite("mean", mean), sd)


def lognormal_from_median_sigma(median: float, sigma: float) -> Distribution:
    """Lognormal with this median and this standard deviation of the natural logarithm."""
    if _at_least_zero("sigma", sigma) == 0:
        return constant(_positive("median", median))
    return _law("lognormal", math.log(_positive("median", median)), sigma)


def lognormal_from_mean_median(mean: float, median: float) -> Distribution:
    """Lognormal with this mean and this median: sigma² = 2 log(mean / median)."""
    if _positive("mean", mean) < _positive("median", median):
        raise ValueError(f"mean {mean:g} is below median {median:g}; no lognormal has that")
    return lognormal_from_median_sigma(median, math.sqrt(2.0 * math.log(mean / median)))


def lognormal_from_mean_cv(mean: float, cv: float) -> Distribution:
    """Lognormal with this mean and this coefficient of variation: sigma² = log(1 + cv²)."""
    variance = math.log1p(_at_least_zero("cv", cv) * cv)
    median = _positive("mean", mean) * math.exp(-0.5 * variance)
    return lognormal_from_median_sigma(median, math.sqrt(variance)) if cv else constant(mean)


def weibull(shape: float, scale: float) -> Distribution:
    """Weibull: the share (x / scale)^shape of the unit hazard has passed by x."""
    return _law("weibull", _positive("shape", shape), _positive("scale", scale))


def weibull_from_shape_mean(shape: float, mean: float) -> Distribution:
    """Weibull with this shape and mean: scale = mean / Γ(1 + 1 / shape)."""
    log_gamma = math.lgamma(1.0 + 1.0 / _positive("shape", shape))
    return weibull(shape, math.exp(math.log(_positive("mean", mean)) - log_gamma))


def uniform_between(low: float, high: float) -> Distribution:
    """Any value from low to high alike."""
    if _at_least_zero("low", low) == _not_below("high", high, "low", low):
        return constant(low)
    return _law("uniform", low, high)


def triangular(low: float, mode: float, high: float) -> Distribution:
    """A density that rises in a line from low to mode and falls in a line to high."""
    _not_below("mode", mode, "low", _at_least_zero("low", low))
    if _not_below("high", high, "mode", mode) == low:
        return constant(low)
    return _law("triangular", low, mode, high)


def erlang(k: int, mean: float) -> Distribution:
    """Sum of k equal exponential stages."""
    if k != int(k) or not 1 <= k <= MOST_SHAPE:
        raise ValueError(f"k {k:g} must be a whole number from 1 to {MOST_SHAPE:g}")
    return _law("erlang", float(k), _positive("mean", mean))


def gamma(shape: float, scale: float) -> Distribution:
    """Gamma with mean shape × scale."""
    return _law("gamma", _shape("shape", shape), _positive("scale", scale))


def gamma_from_mean_cv(mean: float, cv: float) -> Distribution:
    """Gamma with this mean and coefficient of variation: shape = 1 / cv²."""
    if _at_least_zero("cv", cv) == 0:
        return constant(_positive("mean", mean))
    shape = 1.0 / (cv * cv) if cv > 1e-150 else math.inf
    if not LEAST_SHAPE <= shape <= MOST_SHAPE:
        least, most = MOST_SHAPE**-0.5, LEAST_SHAPE**-0.5
        raise ValueError(f"cv {cv:g} of a gamma law must be 0 or from {least:g} to {most:.4g}")
    return gamma(shape, _positive("mean", mean) * cv * cv)


def gamma_from_shape_mean(shape: float, mean: float) -> Distribution:
    """Gamma with this shape and mean."""
    return gamma(shape, _positive("mean", mean) / _shape("shape", shape))


def beta(a: float, b: float, low: float = 0.0, high: float = 1.0) -> Distribution:
    """Beta of shapes a and b, stretched from [0, 1] to [low, high]."""
    _shape("a", a), _shape("b", b)
    if _at_least_zero("low", low) == _not_below("high", high, "low", low):
        return constant(low)
    return _law("beta", a, b, low, high)


def from_quantiles(quantiles: Mapping[float, float]) -> Distribution:
    """Linear between quantiles {probability: value}, which must run from 0 to 1 and rise."""
    knots = tuple(sorted((float(p), float(x)) for p, x in quantiles.items()))
    if len(knots) < 2 or knots[0][0] != 0.0 or knots[-1][0] != 1.0:
        given = ", ".join(f"{p:g}" for p, _ in knots) or "none"
        raise ValueError(f"quantiles {given} must include 0 and 1, and none beyond")
    for (p, x), (_, before) in zip(knots, (knots[0], *knots[:-1]), strict=True):
        _not_below(f"quantile {p:g}", x, "the one before", _at_least_zero("quantile", before))
    return Distribution("quantiles", (0.0, 0.0, 0.0, 0.0), knots)


def from_values(values: Iterable[float]) -> Distribution:
    """Observed values, equally likely."""
    rising = sorted(_at_least_zero("value", float(x)) for x in values)
    if not rising:
        raise ValueError("values: found none; wanted at least one")
    knots = tuple(((i + 1) / len(rising), x) for i, x in enumerate(rising))
    return Distribution("values", (0.0, 0.0, 0.0, 0.0), knots)


def _law(kind: str, *parameters: float) -> Distribution:
    four = (*(float(p) for p in parameters), 0.0, 0.0, 0.0, 0.0)[:4]
    return Distribution(kind, four)


def _finite(name: str, value: float) -> float:
    if not math.isfinite(value):
        raise ValueError(f"{name} {value:g} must be a finite number")
    return value


def _positive(name: str, value: float) -> float:
    if not _finite(name, value) > 0.0:
        raise ValueError(f"{name} {value:g} must be above 0")
    return value


def _at_least_zero(name: str, value: float) -> float:
    if not _finite(name, value) >= 0.0:
        raise ValueError(f"{name} {value:g} must not be below 0")
    return value


def _not_below(name: str, value: float, other: str, bound: float) -> float:
    if not bound <= _finite(name, value):
        raise ValueError(f"{name} {value:g} must not be below {other} {bound:g}")
    return value


def _shape(name: str, value: float) -> float:
    if not LEAST_SHAPE <= _finite(name, value) <= MOST_SHAPE:
        raise ValueError(f"{name} {value:g} must be from {LEAST_SHAPE:g} to {MOST_SHAPE:g}")
    return value
