"""Laws of chance by kind and parameters, in the units of engines: [us] for a time."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from enum import IntEnum

from sim.network.model import Distribution

MOST_SHAPE, LEAST_SHAPE = 1e6, 1e-3
Given = Mapping[str, float]


class Kind(IntEnum):
    """Numbers of the laws, shared by the table and the draws."""

    CONSTANT = 0
    EXPONENTIAL = 1
    NORMAL = 2
    LOGNORMAL = 3
    WEIBULL = 4
    UNIFORM = 5
    TRIANGULAR = 6
    ERLANG = 7
    GAMMA = 8
    BETA = 9
    QUANTILES = 10
    VALUES = 11
    TABLE = 12


KIND = {kind.name.lower(): int(kind) for kind in Kind}


class NoLawError(ValueError):
    """There is no such law: what was found, with its value, and what was wanted."""

    def __init__(self, found: str, wanted: str) -> None:
        self.found, self.wanted = found, wanted
        super().__init__(f"found {found}; wanted {wanted}")


def law(kind: str, **given: float) -> Distribution:
    """A law by any set of parameters that pins it down; one with no spread is a constant.

    Raises NoLawError naming the value that no such law has, or that draws are not exact for.
    """
    for name, value in given.items():
        _RULES.get(name, _finite)(name, value)
    for name, other in _ORDER.get(kind, ()):
        if name in given and other in given and given[name] > given[other]:
            found = f"{other} {given[other]:g} and {name} {given[name]:g}"
            raise NoLawError(found, f"{other} not below {name}")
    only = _ONLY[kind](given) if kind in _ONLY else None
    if only is not None:
        return Distribution("constant", (float(only),))
    return Distribution(kind, _FORMS[kind](given))


def by_quantiles(quantiles: Mapping[float, float]) -> Distribution:
    """Linear between values by probability, which must run from 0 to 1 and rise. Raises NoLawError."""
    knots = tuple(sorted((float(p), float(x)) for p, x in quantiles.items()))
    if len(knots) < 2 or knots[0][0] != 0.0 or knots[-1][0] != 1.0:
        found = ", ".join(f"{p:g}" for p, _ in knots) or "none"
        raise NoLawError(f"quantiles {found}", "0 and 1 among them, and none beyond")
    for (p, x), (_, before) in zip(knots, (knots[0], *knots[:-1]), strict=True):
        _at_least_zero(f"quantile {p:g}", x)
        if x < before:
            raise NoLawError(f"quantile {p:g} {x:g}", f"a value not below the one before, {before:g}")
    return Distribution("quantiles", (), knots)


def by_values(values: Iterable[float]) -> Distribution:
    """Observed values, equally likely. Raises NoLawError."""
    rising = sorted(float(x) for x in values)
    if not rising:
        raise NoLawError("no values", "at least one")
    for value in rising:
        _at_least_zero("value", value)
    knots = tuple(((i + 1) / len(rising), x) for i, x in enumerate(rising))
    return Distribution("values", (), knots)


# -- what a parameter may be --------------------------------------------------------------------------


def _finite(name: str, value: float) -> None:
    if not math.isfinite(value):
        raise NoLawError(f"{name} {value:g}", "a finite number")


def _positive(name: str, value: float) -> None:
    _finite(name, value)
    if value <= 0.0:
        raise NoLawError(f"{name} {value:g}", "a number above 0")


def _at_least_zero(name: str, value: float) -> None:
    _finite(name, value)
    if value < 0.0:
        raise NoLawError(f"{name} {value:g}", "a number not below 0")


def _shape(name: str, value: float) -> None:
    if not LEAST_SHAPE <= value <= MOST_SHAPE:
        raise NoLawError(f"{name} {value:g}", f"a number from {LEAST_SHAPE:g} to {MOST_SHAPE:g}")


def _stages(name: str, value: float) -> None:
    if not 1 <= value <= MOST_SHAPE or value != int(value):
        raise NoLawError(f"{name} {value:g}", f"a whole number from 1 to {MOST_SHAPE:g}")


_RULES: dict[str, Callable[[str, float], None]] = {
    "value": _at_least_zero, "median": _positive, "scale": _positive, "shape": _positive,
    "sd": _at_least_zero, "sigma": _at_least_zero, "cv": _at_least_zero,
    "low": _at_least_zero, "a": _shape, "b": _shape, "k": _stages,
}  # fmt: skip
_ORDER = {
    "lognormal": (("median", "mean"),), "uniform": (("low", "high"),), "beta": (("low", "high"),),
    "triangular": (("low", "mode"), ("mode", "high")),
}  # fmt: skip
"""By kind, parameters of which the first may not be above the second."""


# -- no spread: the one value that is drawn -----------------------------------------------------------


def _between(given: Given) -> float | None:
    return given["low"] if given["low"] == given["high"] else None


def _if_zero(spread: str, value: str) -> Callable[[Given], float | None]:
    return lambda given: given[value] if given.get(spread) == 0 else None


def _lognormal_only(given: Given) -> float | None:
    if given.get("cv") == 0 or given.get("mean") == given.get("median"):
        return given["mean"]
    return given["median"] if given.get("sigma") == 0 else None


_ONLY: dict[str, Callable[[Given], float | None]] = {
    "normal": _if_zero("sd", "mean"), "gamma": _if_zero("cv", "mean"), "lognormal": _lognormal_only,
    "uniform": _between, "triangular": _between, "beta": _between,
}  # fmt: skip


# -- parameters as they are drawn with ----------------------------------------------------------------


def _lognormal(given: Given) -> tuple[float, ...]:
    """mu and sigma of the logarithm. Source: moments of the lognormal law."""
    if "sigma" in given:
        return math.log(given["median"]), given["sigma"]
    mean, half = _mean(given), given.get("median")
    variance = 2 * math.log(mean / half) if half else math.log(1 + given["cv"] ** 2)
    return math.log(mean) - variance / 2, math.sqrt(variance)


def _weibull(given: Given) -> tuple[float, ...]:
    """Shape and scale. Source: mean of the Weibull law, scale x Gamma(1 + 1/shape)."""
    shape = given["shape"]
    return shape, given["scale"] if "scale" in given else _mean(given) / math.gamma(1 + 1 / shape)


def _gamma(given: Given) -> tuple[float, ...]:
    """Shape and scale. Source: mean shape x scale, squared variation 1/shape."""
    if "cv" in given and not MOST_SHAPE**-0.5 <= given["cv"] <= LEAST_SHAPE**-0.5:
        least, most = MOST_SHAPE**-0.5, LEAST_SHAPE**-0.5
        raise NoLawError(f"cv {given['cv']:g}", f"0, or a number from {least:g} to {most:.4g}")
    shape = given["shape"] if "shape" in given else given["cv"] ** -2
    _shape("shape", shape)
    return shape, given["scale"] if "scale" in given else _mean(given) / shape


def _mean(given: Given) -> float:
    _positive("mean", given["mean"])
    return given["mean"]


def _plain(*names: str) -> Callable[[Given], tuple[float, ...]]:
    return lambda given: tuple(float(given[name]) for name in names)


_FORMS: dict[str, Callable[[Given], tuple[float, ...]]] = {
    "constant": _plain("value"),
    "exponential": lambda given: (_mean(given),),
    "normal": _plain("mean", "sd"),
    "lognormal": _lognormal,
    "weibull": _weibull,
    "uniform": _plain("low", "high"),
    "triangular": _plain("low", "mode", "high"),
    "erlang": lambda given: (int(given["k"]), _mean(given)),
    "gamma": _gamma,
    "beta": _plain("a", "b", "low", "high"),
}
