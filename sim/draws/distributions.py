"""Laws of chance by number: quantile, probability, duration and what remains of one.

A `Law` is (kind, p0, p1, p2, p3, knots, first, last): four parameters in microseconds or plain
numbers and the rows [first, last) of one (n, 2) table shared by all laws.

| kind | p0, p1, p2, p3 | knots |
|---|---|---|
| CONSTANT | value | |
| EXPONENTIAL | mean | |
| NORMAL | mean, standard deviation | |
| LOGNORMAL | mean, standard deviation of the logarithm | |
| WEIBULL | shape, scale | |
| UNIFORM | low, high | |
| TRIANGULAR | low, mode, high | |
| ERLANG | k, mean | pieces of the quantile at scale 1, or none |
| GAMMA | shape, scale | the same |
| BETA | a, b, low, high | |
| QUANTILES | | probability from 0 to 1, value: linear between |
| VALUES | | share up to and with the value, value: equally likely, rising |
| TABLE | | log(p / (1 - p)), value: linear between |

Everything below takes the probability below, p, with that above, q = 1 - p, so that neither tail
loses digits.
"""


from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sim.draws.compiled import compiled
from sim.draws.elementary import exp, expm1, log, log1p
from sim.draws.incomplete import beta_quantile, beta_tails, gamma_quantile, gamma_tails
from sim.draws.pieces import LEAST, piece_quantile
from sim.draws.special import normal_cdf, normal_quantile
from sim.network.laws import KIND, Kind
from sim.network.model import Distribution

__all__ = [
    "LONGEST",
    "Kind",
    "Law",
    "cumulative",
    "duration",
    "inverse",
    "law_of",
    "plain_duration",
    "remaining",
    "scaled_duration",
    "survival",
]

Knots = NDArray[np.float64]
Pair = tuple[float, float]
Law = tuple[int, float, float, float, float, Knots, int, int]

LONGEST = 2**60  # [us], 36,500 years; longer is cut, so that a time plus it fits in an int64

CONSTANT = int(Kind.CONSTANT)
EXPONENTIAL = int(Kind.EXPONENTIAL)
NORMAL = int(Kind.NORMAL)
LOGNORMAL = int(Kind.LOGNORMAL)
WEIBULL = int(Kind.WEIBULL)
UNIFORM = int(Kind.UNIFORM)
TRIANGULAR = int(Kind.TRIANGULAR)
ERLANG = int(Kind.ERLANG)
GAMMA = int(Kind.GAMMA)
BETA = int(Kind.BETA)
QUANTILES = int(Kind.QUANTILES)
VALUES = int(Kind.VALUES)
TABLE = int(Kind.TABLE)


def law_of(distribution: Distribution) -> Law:
    """The law as the functions below take it: parameters not used 0, with a table of its own."""
    p0, p1, p2, p3 = (*distribution.parameters, 0.0, 0.0, 0.0, 0.0)[:4]
    knots = np.array(distribution.knots, np.float64).reshape(-1, 2)
    return KIND[distribution.kind], p0, p1, p2, p3, knots, 0, len(knots)


@compiled
def _unit_exponential(p: float, q: float) -> float:
    return -log1p(-p) if p < 0.5 else -log(q)


@compiled
def _weibull_quantile(shape: float, scale: float, hazard: float) -> float:
    """The value by which the cumulative hazard is `hazard`."""
    return scale * exp(log(hazard) / shape)


@compiled
def _weibull_hazard(shape: float, scale: float, x: float) -> float:
    return exp(shape * log(x / scale)) if x > 0.0 else 0.0


@compiled
def _triangular_quantile(low: float, mode: float, high: float, p: float, q: float) -> float:
    if p * (high - low) <= mode - low:
        return low + math.sqrt(p * (high - low) * (mode - low))
    return high - math.sqrt(q * (high - low) * (high - mode))


@compiled
def _normal_tails(distance: float, sd: float) -> Pair:
    if sd <= 0.0:
        return (1.0, 0.0) if distance >= 0.0 else (0.0, 1.0)
    return normal_cdf(distance / sd), normal_cdf(-distance / sd)


@compiled
def _uniform_tails(low: float, high: float, x: float) -> Pair:
    if x >= high:
        return 1.0, 0.0
    if x <= low:
        return 0.0, 1.0
    return (x - low) / (high - low), (high - x) / (high - low)


@compiled
def _triangular_tails(low: float, mode: float, high: float, x: float) -> Pair:
    if x >= high:
        return 1.0, 0.0
    if x <= low:
        return 0.0, 1.0
    if x <= mode:
        below = (x - low) / (high - low) * ((x - low) / (mode - low))
        return below, 1.0 - below
    above = (high - x) / (high - low) * ((high - x) / (high - mode))
    return 1.0 - above, above


@compiled
def _at_most(knots: Knots, column: int, first: int, last: int, x: float) -> int:
    """How many of the rows [first, last) are at most x in this column, which rises."""
    low, high = first, last
    while low < high:
        middle = (low + high) // 2
        if knots[middle, column] <= x:
            low = middle + 1
        else:
            high = middle
    return low - first


@compiled
def _read(knots: Knots, first: int, last: int, x: float, across: int) -> float:
    """The other column at x of column `across`, linear between rows and flat beyond them."""
    n = _at_most(knots, across, first, last, x)
    if n == 0:
        return float(knots[first, 1 - across])
    if n == last - first:
        return float(knots[last - 1, 1 - across])
    row = first + n
    x0, x1 = knots[row - 1, across], knots[row, across]
    y0, y1 = knots[row - 1, 1 - across], knots[row, 1 - across]
    return float(y0 + (y1 - y0) * ((x - x0) / (x1 - x0)))


@compiled
def _observed(knots: Knots, first: int, last: int, p: float) -> float:
    n = last - first
    return float(knots[first + max(0, min(n - 1, int(p * n))), 1])


@compiled
def _table_tails(knots: Knots, first: int, last: int, x: float) -> Pair:
    if x < knots[first, 1]:
        return 0.0, 1.0
    if x >= knots[last - 1, 1]:
        return 1.0, 0.0
    z = _read(knots, first, last, x, 1)
    return 1.0 / (1.0 + exp(-z)), 1.0 / (1.0 + exp(z))


@compiled
def _knots_tails(kind: int, knots: Knots, first: int, last: int, x: float) -> Pair:
    if kind == TABLE:
        return _table_tails(knots, first, last, x)
    if kind == VALUES:
        n = last - first
        count = _at_most(knots, 1, first, last, x)
        return count / n, (n - count) / n
    if x < knots[first, 1]:
        return 0.0, 1.0
    below = _read(knots, first, last, x, 1)
    return below, 1.0 - below


@compiled
def _knots_quantile(kind: int, knots: Knots, first: int, last: int, p: float, q: float) -> float:
    if kind == TABLE:
        return _read(knots, first, last, log(p / q), 0)
    if kind == VALUES:
        return _observed(knots, first, last, p)
    return _read(knots, first, last, p, 0)


@compiled
def _quantile(
    kind: int, p0: float, p1: float, p2: float, p3: float,
    knots: Knots, first: int, last: int, p: float, q: float,
) -> float:  # fmt: skip
    if kind >= QUANTILES:
        return _knots_quantile(kind, knots, first, last, p, q)
    if last > first and p >= LEAST and q >= LEAST:
        return (p1 if kind == GAMMA else p1 / p0) * piece_quantile(knots, first, p, q)
    return _plain_quantile(kind, p0, p1, p2, p3, p, q)


@compiled
def _plain_quantile(
    kind: int, p0: float, p1: float, p2: float, p3: float, p: float, q: float
) -> float:
    if kind == CONSTANT:
        return p0
    if kind == EXPONENTIAL:
        return p0 * _unit_exponential(p, q)
    if kind == NORMAL:
        return p0 + p1 * normal_quantile(p, q)
    if kind == LOGNORMAL:
        return exp(p0 + p1 * normal_quantile(p, q))
    if kind == WEIBULL:
        return _weibull_quantile(p0, p1, _unit_exponential(p, q))
    if kind == UNIFORM:
        return p0 + (p1 - p0) * p
    if kind == TRIANGULAR:
        return _triangular_quantile(p0, p1, p2, p, q)
    if kind == ERLANG:
        return p1 / p0 * gamma_quantile(p0, p, q)
    if kind == GAMMA:
        return p1 * gamma_quantile(p0, p, q)
    return p2 + (p3 - p2) * beta_quantile(p0, p1, p, q)


@compiled
def _plain_tails(kind: int, p0: float, p1: float, p2: float, x: float) -> Pair:
    if kind == CONSTANT:
        return (1.0, 0.0) if x >= p0 else (0.0, 1.0)
    if kind in (EXPONENTIAL, WEIBULL):
        t = max(0.0, x / p0) if kind == EXPONENTIAL else _weibull_hazard(p0, p1, x)
        return -expm1(-t), exp(-t)
    if kind == NORMAL or (kind == LOGNORMAL and x > 0.0):
        return _normal_tails((x if kind == NORMAL else log(x)) - p0, p1)
    if kind == LOGNORMAL:
        return 0.0, 1.0
    if kind == UNIFORM:
        return _uniform_tails(p0, p1, x)
    return _triangular_tails(p0, p1, p2, x)


@compiled
def _tails(
    kind: int, p0: float, p1: float, p2: float, p3: float,
    knots: Knots, first: int, last: int, x: float,
) -> Pair:  # fmt: skip
    """(F(x), 1 - F(x))."""
    if kind in (ERLANG, GAMMA):
        below, above, _ = gamma_tails(p0, x / p1 if kind == GAMMA else x * p0 / p1)
        return below, above
    if kind == BETA:
        below, above, _ = beta_tails(p0, p1, (x - p2) / (p3 - p2) if x < p3 else 1.0)
        return below, above
    if kind >= QUANTILES:
        return _knots_tails(kind, knots, first, last, x)
    return _plain_tails(kind, p0, p1, p2, x)


@compiled
def inverse(
    kind: int, p0: float, p1: float, p2: float, p3: float,
    knots: Knots, first: int, last: int, u: float,
) -> float:  # fmt: skip
    """The value below which a share u of the law lies, for 0 < u < 1."""
    return _quantile(kind, p0, p1, p2, p3, knots, first, last, u, 1.0 - u)


@compiled
def cumulative(
    kind: int, p0: float, p1: float, p2: float, p3: float,
    knots: Knots, first: int, last: int, x: float,
) -> float:  # fmt: skip
    """Probability of at most x."""
    return _tails(kind, p0, p1, p2, p3, knots, first, last, x)[0]


@compiled
def survival(
    kind: int, p0: float, p1: float, p2: float, p3: float,
    knots: Knots, first: int, last: int, x: float,
) -> float:  # fmt: skip
    """Probability of more than x, with all its digits where it is small."""
    return _tails(kind, p0, p1, p2, p3, knots, first, last, x)[1]


@compiled
def _whole(x: float) -> int:
    """x rounded half up, at least 0 and at most LONGEST."""
    if not x > 0.0:
        return 0
    if x >= LONGEST:
        return LONGEST
    return math.floor(x + 0.5)


@compiled
def duration(
    kind: int, p0: float, p1: float, p2: float, p3: float,
    knots: Knots, first: int, last: int, u: float,
) -> int:  # fmt: skip
    """The value at u [us], rounded half up, at least 0 and at most LONGEST."""
    return _whole(_quantile(kind, p0, p1, p2, p3, knots, first, last, u, 1.0 - u))


@compiled
def plain_duration(kind: int, p0: float, p1: float, p2: float, p3: float, u: float) -> int:
    """`duration` of a law without knots."""
    return _whole(_plain_quantile(kind, p0, p1, p2, p3, u, 1.0 - u))


@compiled
def scaled_duration(mean: float, unit: float) -> int:
    """`duration` of a law of which `unit` was drawn with a mean of 1, as of an exponential one."""
    return _whole(mean * unit)


@compiled
def _beyond(
    kind: int, p0: float, p1: float, p2: float, p3: float,
    knots: Knots, first: int, last: int, spent: float, u: float,
) -> float:  # fmt: skip
    below, above = _tails(kind, p0, p1, p2, p3, knots, first, last, spent)
    if above > 0.0:
        p = below + u * above
        return _quantile(kind, p0, p1, p2, p3, knots, first, last, p, above * (1.0 - u)) - spent
    if kind in (GAMMA, ERLANG):  # so far out that the tail is exponential
        return (p1 if kind == GAMMA else p1 / p0) * _unit_exponential(u, 1.0 - u)
    return 0.0


@compiled
def _beyond_observed(knots: Knots, first: int, last: int, spent: float, u: float) -> float:
    passed = first + _at_most(knots, 1, first, last, spent)
    return _observed(knots, passed, last, u) - spent if passed < last else 0.0


@compiled
def remaining(
    kind: int, p0: float, p1: float, p2: float, p3: float,
    knots: Knots, first: int, last: int, spent: float, u: float,
) -> int:  # fmt: skip
    """What is left [us] at u of a duration known to exceed `spent` [us], rounded half up.

    F⁻¹(F(a) + u (1 - F(a))) - a; 0 where the law has nothing beyond `spent`.
    """
    if kind == EXPONENTIAL:
        return _whole(p0 * _unit_exponential(u, 1.0 - u))
    if kind == CONSTANT:
        return _whole(p0 - spent)
    if kind == WEIBULL:
        hazard = _weibull_hazard(p0, p1, spent) + _unit_exponential(u, 1.0 - u)
        return _whole(_weibull_quantile(p0, p1, hazard) - spent)
    if kind == VALUES:
        return _whole(_beyond_observed(knots, first, last, spent, u))
    return _whole(_beyond(kind, p0, p1, p2, p3, knots, first, last, spent, u))
