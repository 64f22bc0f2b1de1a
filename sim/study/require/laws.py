"""Means and chances of a law of the model [us]."""

from __future__ import annotations

from functools import lru_cache

from sim.draws.distributions import Law, cumulative, inverse, law_of, survival
from sim.draws.expectation import moments
from sim.network.laws import KIND
from sim.network.model import Distribution

_MANY = 1 << 17


@lru_cache(maxsize=_MANY)
def law(of: Distribution) -> Law:
    """As `law_of`, made once."""
    return law_of(of)


@lru_cache(maxsize=_MANY)
def mean_and_sd(of: Distribution) -> tuple[float, float]:
    return moments(KIND[of.kind], of.parameters, law(of)[5])


def mean(of: Distribution) -> float:
    return mean_and_sd(of)[0]


@lru_cache(maxsize=_MANY)
def within(of: Distribution, time: float) -> float:
    """Chance that it is over after `time`."""
    return float(cumulative(*law(of), time))


@lru_cache(maxsize=_MANY)
def beyond(of: Distribution, time: float) -> float:
    """Chance that it lasts longer than `time`."""
    return float(survival(*law(of), time))


def quantile(of: Distribution, share: float) -> float:
    return float(inverse(*law(of), share))
