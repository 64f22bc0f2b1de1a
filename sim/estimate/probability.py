"""How sure a share of yes-or-no worlds makes us of a probability."""

from __future__ import annotations

from math import exp, log, log1p
from typing import Literal

Answer = Literal["achievable", "not_achievable", "undecided"]

LEAST_LOG = -700.0
ROOT = 1e-13


def confidence_sequence(yes: int, n: int, confidence: float = 0.95) -> tuple[float, float]:
    """Probabilities that `yes` of `n` worlds cannot rule out, however often one has looked.

    For one true p, the chance that any of the intervals at n = 1, 2, 3, ... leaves p out is at
    most 1 - confidence. So one may look after every world and stop on what one sees.

    Raises:
        ValueError: not 0 <= yes <= n, or the confidence is not between 0 and 1.

    Source: beta(1, 1) mixture of likelihood ratios with Ville's inequality; Robbins 1970.
    """
    _check(yes, n, confidence)
    return _sequence_low(yes, n, confidence), 1.0 - _sequence_low(n - yes, n, confidence)


def _sequence_low(yes: int, n: int, confidence: float) -> float:
    """Lower root of the mixture ratio; the upper one is its mirror image."""
    if yes == 0:
        return 0.0
    from scipy.special import betaln  # slow to import, and no worker needs it

    limit = betaln(yes + 1, n - yes + 1) + log(1.0 - confidence)
    if yes == n:
        return exp(limit / n)

    def excess(log_p: float) -> float:
        return float(limit - yes * log_p - (n - yes) * log1p(-exp(log_p)))

    from scipy.optimize import brentq

    return exp(brentq(excess, LEAST_LOG, log(yes / n), xtol=ROOT, rtol=ROOT))


def clopper_pearson(yes: int, n: int, confidence: float = 0.95) -> tuple[float, float]:
    """Exact interval for a probability when n was fixed before looking, and only then.

    Raises:
        ValueError: not 0 <= yes <= n, or the confidence is not between 0 and 1.

    Source: Clopper and Pearson 1934.
    """
    _check(yes, n, confidence)
    from scipy.special import betainccinv, betaincinv

    tail = (1.0 - confidence) / 2.0
    low = 0.0 if yes == 0 else float(betaincinv(yes, n - yes + 1, tail))
    high = 1.0 if yes == n else float(betainccinv(yes + 1, n - yes, tail))
    return low, high


def decide(yes: int, n: int, required: float, confidence: float = 0.95) -> Answer:
    """Whether the probability is shown to be at least `required`, or shown to be below it.

    Raises:
        ValueError: the required probability is not above 0 and at most 1.
    """
    if not 0.0 < required <= 1.0:
        raise ValueError(f"required probability {required}; wanted above 0 and at most 1")
    low, high = confidence_sequence(yes, n, confidence)
    if low >= required:
        return "achievable"
    return "not_achievable" if high < required else "undecided"


def _check(yes: int, n: int, confidence: float) -> None:
    if not 0 <= yes <= n:
        raise ValueError(f"{yes} yes of {n}; wanted 0 <= yes <= n")
    check_confidence(confidence)


def check_confidence(confidence: float) -> None:
    """Refuse a confidence that is not a probability strictly between 0 and 1."""
    if not 0.0 < confidence < 1.0:
        raise ValueError(f"confidence {confidence}; wanted between 0 and 1, such as 0.95")
