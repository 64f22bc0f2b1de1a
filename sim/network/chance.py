"""Laws as they are written turned into laws as engines draw them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from math import floor, gamma, log, sqrt

from sim.errors import Problem, Refused
from sim.network.amounts import Frame
from sim.network.model import Distribution
from sim.scenario.law import Law

Tabulate = Callable[[str, Mapping[str, float]], Distribution]
"""A law of `scipy.stats` by name and parameters (engine units) as a law given by a table."""

Given = Mapping[str, float]


def distribution(law: Law, frame: Frame, tabulate: Tabulate | None = None) -> Distribution:
    """The law in engine units: microseconds for a time, else as written.

    Raises Refused for a law by table if there is nothing to make tables with.
    """
    if law.kind == "quantiles":
        return Distribution("quantiles", (), _knots(law, frame))
    if law.kind == "values":
        return Distribution("values", (), _observed(law, frame))
    given = {name: float(frame.exact(q)) for name, q in law.given.items()}
    if law.kind == "scipy":
        return _tabulated(law, given, tabulate)
    return Distribution(law.kind, _FORMS[law.kind](given))


def constant(value: Fraction) -> Distribution:
    return Distribution("constant", (float(value),))


def is_one(law: Law, frame: Frame) -> bool:
    return law.kind == "constant" and frame.exact(law.given["value"]) == 1


def _knots(law: Law, frame: Frame) -> tuple[tuple[float, float], ...]:
    return tuple((float(p), float(frame.exact(q))) for p, q in law.table if p is not None)


def _observed(law: Law, frame: Frame) -> tuple[tuple[float, float], ...]:
    values = sorted(float(frame.exact(q)) for _, q in law.table)
    return tuple(((i + 1) / len(values), value) for i, value in enumerate(values))


def _tabulated(law: Law, given: Given, tabulate: Tabulate | None) -> Distribution:
    assert law.scipy is not None
    if tabulate is None:
        wanted = "a law that is inverted exactly, such as lognormal or gamma"
        problem = Problem(law.place.file, law.place.line, law.path, f"'{law.scipy}'", wanted)
        raise Refused([problem])
    return tabulate(law.scipy, given)


def _lognormal(given: Given) -> tuple[float, ...]:
    """mu and sigma of the logarithm. Source: moments of the lognormal law."""
    if "sigma" in given:
        return log(given["median"]), given["sigma"]
    mean = given["mean"]
    variance = 2 * log(mean / given["median"]) if "median" in given else log(1 + given["cv"] ** 2)
    return log(mean) - variance / 2, sqrt(variance)


def _weibull(given: Given) -> tuple[float, ...]:
    """Shape and scale. Source: mean of the Weibull law, scale x Gamma(1 + 1/shape)."""
    shape = given["shape"]
    return shape, given["scale"] if "scale" in given else given["mean"] / gamma(1 + 1 / shape)


def _gamma(given: Given) -> tuple[float, ...]:
    """Shape and scale. Source: mean shape x scale, squared variation 1/shape."""
    shape = given["shape"] if "shape" in given else given["cv"] ** -2
    return shape, given["scale"] if "scale" in given else given["mean"] / shape


def _plain(*names: str) -> Callable[[Given], tuple[float, ...]]:
    return lambda given: tuple(given[name] for name in names)


_FORMS: dict[str, Callable[[Given], tuple[float, ...]]] = {
    "constant": _plain("value"),
    "exponential": _plain("mean"),
    "normal": _plain("mean", "sd"),
    "lognormal": _lognormal,
    "weibull": _weibull,
    "uniform": _plain("low", "high"),
    "triangular": _plain("low", "mode", "high"),
    "erlang": lambda given: (floor(given["k"] + 0.5), given["mean"]),
    "gamma": _gamma,
    "beta": _plain("a", "b", "low", "high"),
}
