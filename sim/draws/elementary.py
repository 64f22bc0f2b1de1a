"""Exponential and logarithm in plain arithmetic, the same to the bit on every machine.

Only +, -, *, / and sqrt of IEEE 754 doubles are used, in the order written; neither the C library
nor NumPy is called, whose last bits differ between versions and machines.

Source: fdlibm (Sun Microsystems, 1993), e_exp, e_log, s_log1p, s_expm1; errors below 1 ulp.
"""

from __future__ import annotations

import math

import numpy as np

from sim.draws.compiled import compiled, inlined

INFINITY = np.inf
NAN = np.nan

_LN2_HIGH = 6.93147180369123816490e-01
_LN2_LOW = 1.90821492927058770002e-10
_INVERSE_LN2 = 1.44269504088896338700
_EXP_MOST, _EXP_LEAST = 709.782712893383973096, -745.13321910194110842

_ONE_HIGH = 0x3FF00000
_ROOT_HALF_HIGH = 0x3FE6A09E  # high word of sqrt(2)/2
_MANTISSA_HIGH = 0x000FFFFF
_LOW_WORD = 0xFFFFFFFF
_32, _20, _LOW = np.uint64(32), np.uint64(20), np.uint64(_LOW_WORD)
_ROOT_HALF, _MANTISSA = np.uint64(_ROOT_HALF_HIGH), np.uint64(_MANTISSA_HIGH)
_FROM_ROOT_HALF = np.uint64(_ONE_HIGH - _ROOT_HALF_HIGH)
_TWO_52_BITS = np.uint64(0x4330000000000000)  # of 2^52, whose last bit counts ones
_TWO_52_AND_BIAS = 4503599627370496.0 + 1023.0
_TWO_54 = 18014398509481984.0
_TWO_MINUS_54 = 5.55111512312578270212e-17


@compiled
def bits(x: float) -> int:
    """The 64 bits of a double as an int64."""
    return np.float64(x).view(np.int64)  # type: ignore[return-value]


@compiled
def from_bits(i: int) -> float:
    """The double with these 64 bits."""
    return np.int64(i).view(np.float64)


@compiled
def power_of_two(k: int) -> float:
    """2^k for -1022 <= k <= 1023."""
    return from_bits((k + 1023) << 52)


@compiled
def _scaled(y: float, k: int) -> float:
    """y * 2^k for y in [0.5, 2], also where 2^k is no normal double."""
    if k > 1023:
        return y * 2.0 * power_of_two(k - 1)
    if k < -1022:
        return y * power_of_two(k + 54) * _TWO_MINUS_54
    return y * power_of_two(k)


@compiled
def exp(x: float) -> float:
    """e^x."""
    if x > _EXP_MOST:
        return INFINITY
    if x < _EXP_LEAST:
        return 0.0
    if math.isnan(x):
        return x
    k = int(_INVERSE_LN2 * x + (0.5 if x >= 0.0 else -0.5))
    high = x - k * _LN2_HIGH
    low = k * _LN2_LOW
    r = high - low
    t = r * r
    p = 4.13813679705723846039e-08
    p = -1.65339022054652515390e-06 + t * p
    p = 6.61375632143793436117e-05 + t * p
    p = -2.77777777770155933842e-03 + t * p
    p = 1.66666666666666019037e-01 + t * p
    c = r - t * p
    return _scaled(1.0 + (r * c / (2.0 - c) - low + high), k)


@inlined
def _log_series(f: float) -> tuple[float, float]:
    """(g, f^2/2) with log(1 + f) = f - f^2/2 + g."""
    half_square = 0.5 * f * f
    s = f / (2.0 + f)
    z = s * s
    w = z * z
    t1 = 2.222219843214978396e-01 + w * 1.531383769920937332e-01
    t1 = w * (3.999999999940941908e-01 + w * t1)
    t2 = 1.818357216161805012e-01 + w * 1.479819860511658591e-01
    t2 = z * (6.666666666666735130e-01 + w * (2.857142874366239149e-01 + w * t2))
    return s * (half_square + (t2 + t1)), half_square


@compiled
def _reduced(x: float) -> tuple[int, float]:
    """(k, m) with x = 2^k m and m in [sqrt(2)/2, sqrt(2)), for a normal x > 0."""
    whole = bits(x)
    high = (whole >> 32) + (_ONE_HIGH - _ROOT_HALF_HIGH)
    k = (high >> 20) - 1023
    high = (high & _MANTISSA_HIGH) + _ROOT_HALF_HIGH
    return k, from_bits((high << 32) | (whole & _LOW_WORD))


@compiled
def log(x: float) -> float:
    """Natural logarithm; -inf at 0, NaN below."""
    if x <= 0.0:
        return -INFINITY if x == 0.0 else NAN
    if x == INFINITY or math.isnan(x):
        return x
    if x < 2.2250738585072014e-308:
        k, m = _reduced(x * _TWO_54)
        k -= 54
    else:
        k, m = _reduced(x)
    f = m - 1.0
    series, half_square = _log_series(f)
    return series + k * _LN2_LOW - half_square + f + k * _LN2_HIGH


@inlined
def log_of_share(x: float) -> float:
    """Natural logarithm of a share, 2^-1022 <= x <= 1: `log` to the same bit.

    No step of it is a jump or signed, so that a compiler takes several side by side.
    """
    whole = np.float64(x).view(np.uint64)
    high = (whole >> _32) + _FROM_ROOT_HALF
    low = np.uint64((((high & _MANTISSA) + _ROOT_HALF) << _32) | (whole & _LOW))
    f = low.view(np.float64) - 1.0
    k = np.uint64((high >> _20) | _TWO_52_BITS).view(np.float64) - _TWO_52_AND_BIAS
    series, half_square = _log_series(f)
    return float(series + k * _LN2_LOW - half_square + f + k * _LN2_HIGH)


@compiled
def log1p(x: float) -> float:
    """log(1 + x), exact also where 1 + x would round."""
    if x <= -1.0:
        return -INFINITY if x == -1.0 else NAN
    if x == INFINITY or math.isnan(x):
        return x
    if -1.1102230246251565e-16 < x < 1.1102230246251565e-16:
        return x
    k, c, f = 0, 0.0, x
    if not -0.2928930461406708 <= x < 0.41421356797218323:
        u = 1.0 + x
        k, m = _reduced(u)
        if k < 54:
            c = (1.0 - (u - x) if k >= 2 else x - (u - 1.0)) / u
        f = m - 1.0
    series, half_square = _log_series(f)
    return series + (k * _LN2_LOW + c) - half_square + f + k * _LN2_HIGH


@compiled
def _expm1_restored(r: float, e: float, k: int) -> float:
    """2^k (1 + r - e) - 1 for k other than 0."""
    if k == -1:
        return 0.5 * (r - e) - 0.5
    if k == 1:
        return -2.0 * (e - (r + 0.5)) if r < -0.25 else 1.0 + 2.0 * (r - e)
    if k < 0 or k > 56:
        return _scaled(r - e + 1.0, k) - 1.0
    if k < 20:
        return (r - e + (1.0 - power_of_two(-k))) * power_of_two(k)
    return (r - (e + power_of_two(-k)) + 1.0) * power_of_two(k)


@compiled
def expm1(x: float) -> float:
    """e^x - 1, exact also where e^x is near 1."""
    if x > _EXP_MOST:
        return INFINITY
    if x < -38.816242:
        return -1.0
    if math.isnan(x) or -5.551115123125783e-17 < x < 5.551115123125783e-17:
        return x
    k, c, r = 0, 0.0, x
    if not -0.34657359027997264 <= x <= 0.34657359027997264:
        k = int(_INVERSE_LN2 * x + (0.5 if x >= 0.0 else -0.5))
        high = x - k * _LN2_HIGH
        low = k * _LN2_LOW
        r = high - low
        c = (high - r) - low
    half = 0.5 * r
    z = r * half
    p = 4.00821782732936239552e-06 + z * -2.01099218183624371326e-07
    p = 1.58730158725481460165e-03 + z * (-7.93650757867487942473e-05 + z * p)
    p = 1.0 + z * (-3.33333333333331316428e-02 + z * p)
    t = 3.0 - p * half
    e = z * ((p - t) / (6.0 - r * t))
    if k == 0:
        return r - (r * e - z)
    return _expm1_restored(r, r * (e - c) - c - z, k)
