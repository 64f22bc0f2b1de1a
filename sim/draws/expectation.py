"""Mean and standard deviation of a law as it is drawn: never below 0."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from sim.draws.tables import table_moments
from sim.network.laws import Kind

Floats = NDArray[np.float64]
Pair = tuple[float, float]


def moments(kind: int, p: Sequence[float], knots: Floats) -> Pair:
    """(mean, standard deviation) of the law before rounding, in the unit of its parameters.

    knots: only the rows of this law, (n, 2).

    Sources: closed forms of each law; Gauss's rule over a table.
    """
    if kind == Kind.TABLE:
        clipped = np.column_stack([knots[:, 0], np.maximum(knots[:, 1], 0.0)])
        mean = table_moments(clipped, 1)
        return mean, math.sqrt(max(0.0, table_moments(clipped, 2) - mean * mean))
    if kind in (Kind.QUANTILES, Kind.VALUES):
        return _of_quantiles(knots) if kind == Kind.QUANTILES else _of_values(knots)
    return _CLOSED[Kind(kind)](*p)


def _of_values(knots: Floats) -> Pair:
    return float(np.mean(knots[:, 1])), float(np.std(knots[:, 1]))


def _of_quantiles(knots: Floats) -> Pair:
    weight, x, y = np.diff(knots[:, 0]), knots[:-1, 1], knots[1:, 1]
    mean = float(np.sum(weight * (x + y) / 2.0))
    second = float(np.sum(weight * (x * x + x * y + y * y) / 3.0))
    return mean, math.sqrt(max(0.0, second - mean * mean))


def _constant(value: float, *_: float) -> Pair:
    return value, 0.0


def _exponential(mean: float, *_: float) -> Pair:
    return mean, mean


def _normal(mean: float, sd: float, *_: float) -> Pair:
    """Of max(0, X): what is drawn below 0 counts as 0."""
    z = mean / sd
    above = 0.5 * math.erfc(-z / math.sqrt(2.0))
    density = math.exp(-0.5 * z * z) / math.sqrt(2.0 * math.pi)
    first = mean * above + sd * density
    second = (mean * mean + sd * sd) * above + mean * sd * density
    return first, math.sqrt(max(0.0, second - first * first))


def _lognormal(mu: float, sigma: float, *_: float) -> Pair:
    mean = math.exp(mu + 0.5 * sigma * sigma)
    return mean, mean * math.sqrt(math.expm1(sigma * sigma))


def _weibull(shape: float, scale: float, *_: float) -> Pair:
    one, two = math.lgamma(1.0 + 1.0 / shape), math.lgamma(1.0 + 2.0 / shape)
    mean = scale * math.exp(one)
    return mean, mean * math.sqrt(math.expm1(two - 2.0 * one))


def _uniform(low: float, high: float, *_: float) -> Pair:
    return (low + high) / 2.0, (high - low) / math.sqrt(12.0)


def _triangular(low: float, mode: float, high: float, *_: float) -> Pair:
    left, right = mode - low, high - mode
    variance = (left * left + left * right + right * right) / 18.0
    return (low + mode + high) / 3.0, math.sqrt(variance)


def _erlang(k: float, mean: float, *_: float) -> Pair:
    return mean, mean / math.sqrt(k)


def _gamma(shape: float, scale: float, *_: float) -> Pair:
    return shape * scale, math.sqrt(shape) * scale


def _beta(a: float, b: float, low: float, high: float) -> Pair:
    mean = a / (a + b)
    sd = math.sqrt(mean * (1.0 - mean) / (a + b + 1.0))
    return low + (high - low) * mean, (high - low) * sd


_CLOSED: dict[Kind, Callable[..., Pair]] = {
    Kind.CONSTANT: _constant,
    Kind.EXPONENTIAL: _exponential,
    Kind.NORMAL: _normal,
    Kind.LOGNORMAL: _lognormal,
    Kind.WEIBULL: _weibull,
    Kind.UNIFORM: _uniform,
    Kind.TRIANGULAR: _triangular,
    Kind.ERLANG: _erlang,
    Kind.GAMMA: _gamma,
    Kind.BETA: _beta,
}
