"""Any continuous law of scipy.stats as a table of its quantiles, shown to be close or refused.

The table is linear in z = log(p / (1 - p)), with rows equally far apart from the least to the
greatest uniform number a draw can be. In z an exponential tail is a straight line and a power law a
gentle exponential, so the tails are as well served as the middle; a table linear in p with as many
rows puts 23 % on the second moment of a lognormal stay.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.errors import one_of
from sim.network.model import Distribution

Floats = NDArray[np.float64]

EDGE = 53.0 * math.log(2.0)  # z of the greatest draw, 1 - 2^-53, and the least
SIZES = (2049, 8193, 32769)  # rows tried, the first that is close enough is used
MEAN_WITHIN, SECOND_WITHIN, TAIL_WITHIN = 1e-5, 1e-3, 1e-3
FAR = 1e-9  # probability beyond the quantile that is checked
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(6)


def from_scipy(name: str, params: Mapping[str, float], scale: float) -> Distribution:
    """Law `name` of scipy.stats with its own parameters, its values times `scale` [us].

    Raises ValueError, naming what failed, for an unknown or discrete law, parameters it does not
    take, an infinite second moment, or a table off by more than 1e-5 in its mean, 1e-3 in its
    second moment or 1e-3 in its quantile at 1 - 1e-9.
    """
    if not (math.isfinite(scale) and scale > 0):
        raise ValueError(f"scale {scale:g} of scipy law {name!r} must be above 0")
    law = _frozen(name, params)
    if not all(math.isfinite(float(m)) for m in law.stats("mv")):
        raise ValueError(f"scipy law {name!r} with {dict(params)} has no finite second moment")
    faults: list[str] = []
    for size in SIZES:
        knots = _knots(name, law, size)
        faults = _faults(law, knots)
        if not faults:
            knots[:, 1] *= scale
            pairs = tuple((float(z), float(x)) for z, x in knots)
            return Distribution("table", (0.0, 0.0, 0.0, 0.0), pairs)
    raise ValueError(f"scipy law {name!r} is no good as a table: {'; '.join(faults)}")


def table_moments(knots: Floats, power: int) -> float:
    """Mean of the value to a power, over the table as it is drawn from, by Gauss's rule."""
    z, x = knots[:, 0], knots[:, 1]
    centre, half = (z[1:] + z[:-1]) / 2.0, (z[1:] - z[:-1]) / 2.0
    at = centre[:, None] + half[:, None] * _NODES
    weight = half[:, None] * _WEIGHTS / (2.0 + np.exp(at) + np.exp(-at))
    inside = np.sum(weight * np.interp(at, z, x) ** power)
    ends = x[0] ** power / (1.0 + math.exp(-z[0])) + x[-1] ** power / (1.0 + math.exp(z[-1]))
    return float(inside + ends)


def _frozen(name: str, params: Mapping[str, float]) -> Any:
    from scipy import stats

    laws = [n for n in dir(stats) if isinstance(getattr(stats, n), stats.rv_continuous)]
    if name not in laws:
        discrete = isinstance(getattr(stats, name, None), stats.rv_discrete)
        wanted = "a continuous law" if discrete else one_of(name, laws, "a continuous law")
        raise ValueError(f"scipy law {name!r}: wanted {wanted}")
    try:
        law = getattr(stats, name)(**params)
    except TypeError as error:
        raise ValueError(f"scipy law {name!r}: parameters {dict(params)}: {error}") from None
    if not math.isfinite(float(law.median())):
        raise ValueError(f"scipy law {name!r}: parameters {dict(params)} are outside its range")
    return law


def _knots(name: str, law: Any, size: int) -> Floats:
    """(size, 2) of z and the quantile there, the upper half from the probability above."""
    z = np.linspace(-EDGE, EDGE, size)
    p, q = 1.0 / (1.0 + np.exp(-z)), 1.0 / (1.0 + np.exp(z))
    with np.errstate(all="ignore"):
        x = np.where(z < 0.0, law.ppf(p), law.isf(q))
    if not np.all(np.isfinite(x)):
        at = p[~np.isfinite(x)][0]
        raise ValueError(f"scipy law {name!r}: its quantile at {at!r} is not finite")
    return np.column_stack([z, np.maximum.accumulate(x)])


def _faults(law: Any, knots: Floats) -> list[str]:
    """What the table misses, each as a sentence with both numbers."""
    mean, variance = (float(m) for m in law.stats("mv"))
    second = variance + mean * mean
    far = float(law.isf(FAR))
    reached = float(np.interp(math.log((1.0 - FAR) / FAR), knots[:, 0], knots[:, 1]))
    checks = (
        ("mean", table_moments(knots, 1), mean, MEAN_WITHIN * (abs(mean) or math.sqrt(second))),
        ("second moment", table_moments(knots, 2), second, SECOND_WITHIN * second),
        ("quantile at 1 - 1e-9", reached, far, TAIL_WITHIN * abs(far)),
    )
    return [
        f"its {what} is {found:.8g}, the law's {wanted:.8g}"
        for what, found, wanted, within in checks
        if not abs(found - wanted) <= within
    ]
