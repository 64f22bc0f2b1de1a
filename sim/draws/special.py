"""Normal law and the logarithm of the gamma function in plain arithmetic.

Sources: fdlibm (Sun Microsystems, 1993), s_erf, e_lgamma_r; Wichura, "Algorithm AS 241: the
percentage points of the normal distribution", Applied Statistics 37, 1988 (PPND16).
"""

from __future__ import annotations

import math

from sim.draws.compiled import compiled
from sim.draws.elementary import bits, exp, from_bits, log, log1p

_ROOT_HALF = 0.70710678118654752440
_ERF_ONE = 8.45062911510467529297e-01  # erf(1) in 24 bits
_HALF_LOG_TWO_PI = 0.91893853320467274178
SERIES_FROM = 16.0  # least argument of `stirling_error`


@compiled
def _erf_near(x: float) -> float:
    """erf(x)/x - 1 for |x| < 0.84375."""
    z = x * x
    r = -5.77027029648944159157e-03 + z * -2.37630166566501626084e-05
    r = -3.25042107247001499370e-01 + z * (-2.84817495755985104766e-02 + z * r)
    r = 1.28379167095512558561e-01 + z * r
    s = 1.32494738004321644526e-04 + z * -3.96022827877536812320e-06
    s = 6.50222499887672944485e-02 + z * (5.08130628187576562776e-03 + z * s)
    s = 1.0 + z * (3.97917223959155352819e-01 + z * s)
    return r / s


@compiled
def _erf_middle(x: float) -> float:
    """erf(x) - erf(1) for 0.84375 <= x < 1.25."""
    s = x - 1.0
    p = 3.54783043256182359371e-02 + s * -2.16637559486879084300e-03
    p = 3.18346619901161753674e-01 + s * (-1.10894694282396677476e-01 + s * p)
    p = 4.14856118683748331666e-01 + s * (-3.72207876035701323847e-01 + s * p)
    p = -2.36211856075265944077e-03 + s * p
    q = 1.36370839120290507362e-02 + s * 1.19844998467991074170e-02
    q = 7.18286544141962662868e-02 + s * (1.26171219808761642112e-01 + s * q)
    q = 1.06420880400844228286e-01 + s * (5.40397917702171048937e-01 + s * q)
    return p / (1.0 + s * q)


@compiled
def _erfc_exponent(x: float) -> float:
    """log(x erfc(x)) + x^2 + 0.5625 for 1.25 <= x < 1/0.35."""
    s = 1.0 / (x * x)
    r = -8.12874355063065934246e01 + s * -9.81432934416914548592e00
    r = -1.62396669462573470355e02 + s * (-1.84605092906711035994e02 + s * r)
    r = -1.05586262253232909814e01 + s * (-6.23753324503260060396e01 + s * r)
    r = -9.86494403484714822705e-03 + s * (-6.93858572707181764372e-01 + s * r)
    q = 6.57024977031928170135e00 + s * -6.04244152148580987438e-02
    q = 4.29008140027567833386e02 + s * (1.08635005541779435134e02 + s * q)
    q = 4.34565877475229228821e02 + s * (6.45387271733267880336e02 + s * q)
    q = 1.96512716674392571292e01 + s * (1.37657754143519042600e02 + s * q)
    return r / (1.0 + s * q)


@compiled
def _erfc_exponent_far(x: float) -> float:
    """log(x erfc(x)) + x^2 + 0.5625 for x >= 1/0.35."""
    s = 1.0 / (x * x)
    r = -1.02509513161107724954e03 + s * -4.83519191608651397019e02
    r = -1.60636384855821916062e02 + s * (-6.37566443368389627722e02 + s * r)
    r = -7.99283237680523006574e-01 + s * (-1.77579549177547519889e01 + s * r)
    r = -9.86494292470009928597e-03 + s * r
    q = 4.74528541206955367215e02 + s * -2.24409524465858183362e01
    q = 3.19985821950859553908e03 + s * (2.55305040643316442583e03 + s * q)
    q = 3.25792512996573918826e02 + s * (1.53672958608443695994e03 + s * q)
    q = 3.03380607434824582924e01 + s * q
    return r / (1.0 + s * q)


@compiled
def _erfc_far(x: float) -> float:
    """erfc(x) for x >= 1.25; x^2 is split so that its rounding does not enter the exponent."""
    if x >= 28.0:
        return 0.0
    exponent = _erfc_exponent(x) if x < 2.857142857142857 else _erfc_exponent_far(x)
    z = from_bits(bits(x) & -4294967296)
    return exp(-z * z - 0.5625) * exp((z - x) * (z + x) + exponent) / x


@compiled
def erfc(x: float) -> float:
    """Complementary error function."""
    size = abs(x)
    if size < 0.84375:
        y = _erf_near(x)
        return 1.0 - (x + x * y) if x < 0.25 else 0.5 - (x * y + (x - 0.5))
    if size < 1.25:
        beyond = _erf_middle(size)
        return (1.0 - _ERF_ONE) - beyond if x > 0.0 else 1.0 + (_ERF_ONE + beyond)
    far = _erfc_far(size)
    return far if x > 0.0 else 2.0 - far


@compiled
def normal_cdf(z: float) -> float:
    """Probability that a standard normal number is at most z; that it is above z is at -z."""
    return 0.5 * erfc(-z * _ROOT_HALF)


@compiled
def _normal_middle(d: float) -> float:
    r = 0.180625 - d * d
    a = 3.3430575583588128105e4 + r * 2.5090809287301226727e3
    a = 4.5921953931549871457e4 + r * (6.7265770927008700853e4 + r * a)
    a = 1.9715909503065514427e3 + r * (1.3731693765509461125e4 + r * a)
    a = 3.3871328727963666080e0 + r * (1.3314166789178437745e2 + r * a)
    b = 2.8729085735721942674e4 + r * 5.2264952788528545610e3
    b = 2.1213794301586595867e4 + r * (3.9307895800092710610e4 + r * b)
    b = 6.8718700749205790830e2 + r * (5.3941960214247511077e3 + r * b)
    b = 1.0 + r * (4.2313330701600911252e1 + r * b)
    return a / b * d


@compiled
def _normal_tail(r: float) -> float:
    r = r - 1.6
    a = 2.27238449892691845833e-2 + r * 7.74545014278341407640e-4
    a = 1.27045825245236838258e0 + r * (2.41780725177450611770e-1 + r * a)
    a = 5.76949722146069140550e0 + r * (3.64784832476320460504e0 + r * a)
    a = 1.42343711074968357734e0 + r * (4.63033784615654529590e0 + r * a)
    b = 5.47593808499534494600e-4 + r * 1.05075007164441684324e-9
    b = 1.48103976427480074590e-1 + r * (1.51986665636164571966e-2 + r * b)
    b = 1.67638483018380384940e0 + r * (6.89767334985100004550e-1 + r * b)
    b = 1.0 + r * (2.05319162663775882187e0 + r * b)
    return a / b


@compiled
def _normal_far_tail(r: float) -> float:
    r = r - 5.0
    a = 2.71155556874348757815e-5 + r * 2.01033439929228813265e-7
    a = 2.65321895265761230930e-2 + r * (1.24266094738807843860e-3 + r * a)
    a = 1.78482653991729133580e0 + r * (2.96560571828504891230e-1 + r * a)
    a = 6.65790464350110377720e0 + r * (5.46378491116411436990e0 + r * a)
    b = 1.42151175831644588870e-7 + r * 2.04426310338993978564e-15
    b = 7.86869131145613259100e-4 + r * (1.84631831751005468180e-5 + r * b)
    b = 1.36929880922735805310e-1 + r * (1.48753612908506148525e-2 + r * b)
    b = 1.0 + r * (5.99832206555887937690e-1 + r * b)
    return a / b


@compiled
def normal_quantile(p: float, q: float) -> float:
    """Standard normal number with probability p below it, where q = 1 - p.

    Both are given so that neither tail loses digits.
    """
    d = p - 0.5
    if -0.425 <= d <= 0.425:
        return _normal_middle(d)
    r = math.sqrt(-log(p if d < 0.0 else q))
    z = _normal_tail(r) if r <= 5.0 else _normal_far_tail(r)
    return -z if d < 0.0 else z


@compiled
def stirling_error(a: float) -> float:
    """log Γ(a + 1) - (a + 1/2) log a + a - log(2π)/2, for a >= 16."""
    t = 1.0 / (a * a)
    s = 1.0 / 1188.0 - t * (691.0 / 360360.0)
    s = 1.0 / 12.0 - t * (1.0 / 360.0 - t * (1.0 / 1260.0 - t * (1.0 / 1680.0 - t * s)))
    return s / a


@compiled
def _lgamma_near_two(y: float) -> float:
    """lgamma(2 - y) for y in [0, 0.27]."""
    z = y * y
    p = 2.20862790713908385557e-04 + z * 2.52144565451257326939e-05
    p = 7.38555086081402883957e-03 + z * (1.19270763183362067845e-03 + z * p)
    p = 7.72156649015328655494e-02 + z * (6.73523010531292681824e-02 + z * p)
    q = 1.08011567247583939954e-04 + z * 4.48640949618915160150e-05
    q = 2.89051383673415629091e-03 + z * (5.10069792153511336608e-04 + z * q)
    q = z * (3.22467033424113591611e-01 + z * (2.05808084325167332806e-02 + z * q))
    return (y * p + q) - 0.5 * y


@compiled
def _lgamma_near_least(y: float) -> float:
    """lgamma(1.4616… + y), around its least value, for y in [-0.24, 0.27]."""
    z = y * y
    w = z * y
    p = 6.10053870246291332635e-03 + w * (
        -1.40346469989232843813e-03 + w * 3.15632070903625950361e-04
    )
    p = 4.83836122723810047042e-01 + w * (-3.27885410759859649565e-02 + w * p)
    q = -3.68452016781138256760e-03 + w * (
        8.81081882437654011382e-04 + w * -3.12754168375120860518e-04
    )
    q = -1.47587722994593911752e-01 + w * (1.79706750811820387126e-02 + w * q)
    r = 2.25964780900612472250e-03 + w * (
        -5.38595305356740546715e-04 + w * 3.35529192635519073543e-04
    )
    r = 6.46249402391333854778e-02 + w * (-1.03142241298341437450e-02 + w * r)
    p = z * p - (-3.63867699703950536541e-18 - w * (q + y * r))
    return -1.21486290535849611461e-01 + p


@compiled
def _lgamma_near_one(y: float) -> float:
    """lgamma(1 + y) for y in [0, 0.24]."""
    p = 2.28963728064692451092e-01 + y * 1.33810918536787660377e-02
    p = 1.45492250137234768737e00 + y * (9.77717527963372745603e-01 + y * p)
    p = y * (-7.72156649015328655494e-02 + y * (6.32827064025093366517e-01 + y * p))
    q = 1.04222645593369134254e-01 + y * 3.21709242282423911810e-03
    q = 2.12848976379893395361e00 + y * (7.69285150456672783825e-01 + y * q)
    q = 1.0 + y * (2.45597793713041134822e00 + y * q)
    return -0.5 * y + p / q


@compiled
def _lgamma_below_two(x: float) -> float:
    r = 0.0
    if x < 0.9:  # through lgamma(x + 1) - log(x)
        r = -log(x)
        x_less_one = x
    else:
        x_less_one = x - 1.0
    if x_less_one >= 0.7316:
        return r + _lgamma_near_two(1.0 - x_less_one)
    if x_less_one >= 0.23164:
        return r + _lgamma_near_least(x_less_one - 4.6163214496836224576e-01)
    return r + _lgamma_near_one(x_less_one)


@compiled
def _lgamma_below_eight(x: float) -> float:
    whole = int(x)
    y = x - whole
    p = 1.84028451407337715652e-03 + y * 3.19475326584100867617e-05
    p = 1.46350472652464452805e-01 + y * (2.66422703033638609560e-02 + y * p)
    p = 2.14982415960608852501e-01 + y * (3.25778796408930981787e-01 + y * p)
    p = y * (-7.72156649015328655494e-02 + y * p)
    q = 7.77942496381893596434e-04 + y * 7.32668430744625636189e-06
    q = 1.71933865632803078993e-01 + y * (1.86459191715652901344e-02 + y * q)
    q = 1.0 + y * (1.39200533467621045958e00 + y * (7.21935547567138069525e-01 + y * q))
    z = 1.0
    for i in range(2, whole):
        z *= y + i
    return 0.5 * y + p / q + log(z)


@compiled
def lgamma(x: float) -> float:
    """Logarithm of the gamma function for x > 0."""
    if x < 2.0:
        return _lgamma_below_two(x)
    if x < 8.0:
        return _lgamma_below_eight(x)
    z = 1.0 / x
    y = z * z
    w = 8.36339918996282139126e-04 + y * -1.63092934096575273989e-03
    w = 7.93650558643019558500e-04 + y * (-5.95187557450339963135e-04 + y * w)
    w = 8.33333333333329678849e-02 + y * (-2.77777777728775536470e-03 + y * w)
    return (x - 0.5) * (log(x) - 1.0) + (4.18938533204672725052e-01 + z * w)


@compiled
def log_beta(a: float, b: float) -> float:
    """log B(a, b), without the cancellation of large log-gammas.

    Source: Stirling's series for the larger argument, for both where both allow it.
    """
    low, high = (a, b) if a <= b else (b, a)
    if high < SERIES_FROM:
        return lgamma(low) + lgamma(high) - lgamma(low + high)
    total = low + high
    rest = log1p(-low / total)
    correction = stirling_error(high) - stirling_error(total)
    if low < SERIES_FROM:
        return lgamma(low) + correction + low - low * log(total) + (high - 0.5) * rest
    correction += stirling_error(low)
    ends = _HALF_LOG_TWO_PI - 0.5 * log(high) + correction
    return ends + (low - 0.5) * log(low / total) + high * rest
