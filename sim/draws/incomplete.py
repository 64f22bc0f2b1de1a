"""Gamma and beta laws and their inverses, to nearly the last digit in both tails.

Both inverses solve log(F/p) = 0 in log x for the smaller tail, by Halley's steps kept inside a
bracket; the number of steps depends on the arguments alone.

Sources: series and continued fractions of Abramowitz and Stegun 6.5.29, 6.5.31, 26.5.8, evaluated
by the modified Lentz method; Loader, "Fast and accurate computation of binomial probabilities",
2000 (the saddle-point form); Wilson and Hilferty 1931, and Cran, Martin and Thomas, AS 109, 1977
(starts).
"""

from __future__ import annotations

import math

from sim.draws.compiled import compiled
from sim.draws.elementary import exp, log, log1p
from sim.draws.special import (
    SERIES_FROM,
    lgamma,
    log_beta,
    normal_cdf,
    normal_quantile,
    stirling_error,
)

Triple = tuple[float, float, float]

_TWO_PI = 6.28318530717958647693
_TINY, _LEAST, _MOST = 1e-300, 1e-305, 1e305
_PRECISION = 1e-16
_LAST_STEP = 1e-8  # a Halley step this small leaves an error of its cube
_MOST_STEPS, _MOST_TERMS = 200, 200_000
_WIDE = 1e7  # shape from which Wilson and Hilferty's cube is right to ten digits


@compiled
def _gamma_norm(a: float) -> float:
    """What `_gamma_weight` needs of the shape alone: log Γ(a + 1), or the error of Stirling's series."""
    return lgamma(a + 1.0) if a < SERIES_FROM else stirling_error(a)


@compiled
def _gamma_weight(a: float, norm: float, x: float) -> float:
    """x^a e^-x / Γ(a + 1)."""
    if a < SERIES_FROM:
        return exp(a * log(x) - x - norm)
    t = (x - a) / a
    distance = t - log1p(t) if -0.5 < t < 0.5 else t - log(x / a)
    return exp(-a * distance - norm) / math.sqrt(_TWO_PI * a)


@compiled
def _gamma_series(a: float, x: float) -> float:
    """Sum of x^n / ((a + 1) … (a + n))."""
    term, total, n = 1.0, 1.0, a
    for _ in range(_MOST_TERMS):
        n += 1.0
        term *= x / n
        total += term
        if term < total * _PRECISION:
            break
    return total


@compiled
def _gamma_fraction(a: float, x: float) -> float:
    """Continued fraction of Γ(a, x) e^x x^-a."""
    b = x + 1.0 - a
    c = 1.0 / _TINY
    d = 1.0 / b
    h = d
    for i in range(1, _MOST_TERMS):
        an = -i * (i - a)
        b += 2.0
        d = an * d + b
        if -_TINY < d < _TINY:
            d = _TINY
        c = b + an / c
        if -_TINY < c < _TINY:
            c = _TINY
        d = 1.0 / d
        step = c * d
        h *= step
        if -_PRECISION * 2.0 < step - 1.0 < _PRECISION * 2.0:
            break
    return h


@compiled
def gamma_tails(a: float, x: float) -> Triple:
    """(F, 1 - F, x f) at x of the gamma law of shape a and scale 1."""
    if x <= 0.0:
        return 0.0, 1.0, 0.0
    if a > _WIDE:
        z = (exp(log(x / a) / 3.0) - 1.0 + 1.0 / (9.0 * a)) * 3.0 * math.sqrt(a)
        return normal_cdf(z), normal_cdf(-z), 0.0
    return _gamma_tails(a, _gamma_norm(a), x)


@compiled
def _gamma_tails(a: float, norm: float, x: float) -> Triple:
    """The same for x above 0 and a shape that is not wide, with the `_gamma_norm` of the shape."""
    weight = _gamma_weight(a, norm, x)
    if x < a + 1.0:
        below = weight * _gamma_series(a, x)
        return below, 1.0 - below, a * weight
    above = a * weight * _gamma_fraction(a, x)
    return 1.0 - above, above, a * weight


@compiled
def _step(tails: Triple, p: float, q: float, slope: float) -> tuple[float, float]:
    """(excess, change of log x): how far F is beyond p in the smaller tail, and a Halley step.

    `slope` is the derivative of log(x f) by log x.
    """
    below, above, density = tails
    lower = p <= q
    excess = log(below / p) if lower else -log(above / q)
    rate = density / (below if lower else above)
    bend = slope - rate if lower else slope + rate
    divisor = rate - 0.5 * excess * bend
    if not divisor > 0.1 * rate:
        divisor = rate
    return excess, -excess / divisor


@compiled
def _advanced(x: float, change: float, low: float, high: float) -> float:
    """x moved by `change` in its logarithm, or the middle of the bracket if that leaves it."""
    if -300.0 < change < 300.0:
        moved = x * exp(change)
        if low < moved < high:
            return moved
    return math.sqrt(low) * math.sqrt(high)


@compiled
def _gamma_start(a: float, p: float, q: float) -> float:
    if a > 1.0:
        z = normal_quantile(p, q)
        g = 1.0 / (9.0 * a)
        w = 1.0 - g + z * math.sqrt(g)
        if w > 0.2:
            return a * w * w * w
    else:
        t = 1.0 - a * (0.253 + a * 0.12)
        if p > t:
            return 1.0 - log(q / (1.0 - t))
    return exp((log(p) + lgamma(a + 1.0)) / a)


@compiled
def gamma_quantile(a: float, p: float, q: float) -> float:
    """x with F(x) = p = 1 - q for the gamma law of shape a and scale 1."""
    if p <= 0.0:
        return 0.0
    x = _gamma_start(a, p, q)
    if x < _TINY or a > _WIDE:
        return x
    low, high = _LEAST, _MOST
    norm = _gamma_norm(a)
    for _ in range(_MOST_STEPS):
        excess, change = _step(_gamma_tails(a, norm, x), p, q, a - x)
        if -_LAST_STEP < change < _LAST_STEP:
            return x + x * change
        low, high = (low, x) if excess > 0.0 else (x, high)
        x = _advanced(x, change, low, high)
    return x


@compiled
def _beta_fraction(a: float, b: float, x: float) -> float:
    """Continued fraction of a I(a, b, x) B(a, b) x^-a (1 - x)^-b."""
    total, above, below = a + b, a + 1.0, a - 1.0
    c = 1.0
    d = 1.0 - total * x / above
    if -_TINY < d < _TINY:
        d = _TINY
    d = 1.0 / d
    h = d
    for m in range(1, _MOST_TERMS):
        twice = 2.0 * m
        even = m * (b - m) * x / ((below + twice) * (a + twice))
        odd = -(a + m) * (total + m) * x / ((a + twice) * (above + twice))
        d = 1.0 + even * d
        if -_TINY < d < _TINY:
            d = _TINY
        c = 1.0 + even / c
        if -_TINY < c < _TINY:
            c = _TINY
        d = 1.0 / d
        h *= d * c
        d = 1.0 + odd * d
        if -_TINY < d < _TINY:
            d = _TINY
        c = 1.0 + odd / c
        if -_TINY < c < _TINY:
            c = _TINY
        d = 1.0 / d
        step = d * c
        h *= step
        if -_PRECISION * 2.0 < step - 1.0 < _PRECISION * 2.0:
            break
    return h


@compiled
def _beta_tails(a: float, b: float, x: float, y: float, logarithm: float) -> Triple:
    """(F, 1 - F, x f) at x = 1 - y, with `logarithm` of B(a, b)."""
    log_y = log1p(-x) if x < 0.5 else log(y)
    log_x = log1p(-y) if y < 0.5 else log(x)
    weight = exp(a * log_x + b * log_y - logarithm)
    density = weight / y
    if x < (a + 1.0) / (a + b + 2.0):
        below = weight * _beta_fraction(a, b, x) / a
        return below, 1.0 - below, density
    above = weight * _beta_fraction(b, a, y) / b
    return 1.0 - above, above, density


@compiled
def beta_tails(a: float, b: float, x: float) -> Triple:
    """(F, 1 - F, x f) at x of the beta law on [0, 1]."""
    if x <= 0.0:
        return 0.0, 1.0, 0.0
    if x >= 1.0:
        return 1.0, 0.0, 0.0
    return _beta_tails(a, b, x, 1.0 - x, log_beta(a, b))


@compiled
def _beta_start(a: float, b: float, p: float, q: float, logarithm: float) -> float:
    """A first x in (0, 1/2]."""
    if a >= 1.0 and b >= 1.0:
        z = -normal_quantile(p, q)
        up, down = 1.0 / (2.0 * b - 1.0), 1.0 / (2.0 * a - 1.0)
        lean = (z * z - 3.0) / 6.0
        h = 2.0 / (up + down)
        if lean + h > 0.0:
            w = z * math.sqrt(lean + h) / h - (up - down) * (lean + 5.0 / 6.0 - 2.0 / (3.0 * h))
            return min(0.5, a / (a + b * exp(2.0 * w)))
    return min(0.5, exp((log(p) + log(a) + logarithm) / a))


@compiled
def _beta_lower(a: float, b: float, p: float, q: float, logarithm: float) -> float:
    """The quantile where it is at most 1/2."""
    x = _beta_start(a, b, p, q, logarithm)
    if x < _TINY:
        return x
    low, high = _LEAST, 0.5 + 1e-9
    for _ in range(_MOST_STEPS):
        y = 1.0 - x
        tails = _beta_tails(a, b, x, y, logarithm)
        excess, change = _step(tails, p, q, a - (b - 1.0) * x / y)
        if -_LAST_STEP < change < _LAST_STEP:
            return x + x * change
        low, high = (low, x) if excess > 0.0 else (x, high)
        x = _advanced(x, change, low, high)
    return x


@compiled
def beta_quantile(a: float, b: float, p: float, q: float) -> float:
    """x with F(x) = p = 1 - q for the beta law on [0, 1]."""
    if p <= 0.0 or q <= 0.0:
        return 0.0 if p <= 0.0 else 1.0
    logarithm = log_beta(a, b)
    half, _, _ = _beta_tails(a, b, 0.5, 0.5, logarithm)
    if p <= half:
        return _beta_lower(a, b, p, q, logarithm)
    return 1.0 - _beta_lower(b, a, q, p, logarithm)
