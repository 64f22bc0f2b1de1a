"""Laws as they are written turned into laws as engines draw them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import floor

from sim.errors import Problem, Refused, listing, quote
from sim.network import laws
from sim.network.amounts import Frame
from sim.network.model import Distribution
from sim.scenario.law import Law

Tabulate = Callable[[str, Mapping[str, float]], Distribution]
"""A law of `scipy.stats` by name and parameters (engine units) as a law given by a table."""


def distribution(law: Law, frame: Frame, tabulate: Tabulate | None = None) -> Distribution:
    """The law in engine units: microseconds for a time, else as written.

    Raises Refused for parameters, in this world, that no such law has or that draws are not exact for, and
    for a law by table if there is nothing to make tables with.
    """
    try:
        return _distribution(law, frame, tabulate)
    except laws.NoLawError as no:
        raise _refused(law, f"a {law.kind} law with {no.found}", no.wanted) from None
    except OverflowError:
        given = listing((f"{name} {q.written}" for name, q in law.given.items()), "and")
        wanted = "parameters that leave it a mean and a spread that are numbers"
        raise _refused(law, f"a {law.kind} law with {given}", wanted) from None


def _distribution(law: Law, frame: Frame, tabulate: Tabulate | None) -> Distribution:
    if law.kind == "quantiles":
        knots = {float(p): float(frame.exact(q)) for p, q in law.table if p is not None}
        return laws.by_quantiles(knots)
    if law.kind == "values":
        return laws.by_values(float(frame.exact(q)) for _, q in law.table)
    given = {name: float(frame.exact(q)) for name, q in law.given.items()}
    if law.scipy is not None:
        return _tabulated(law, law.scipy, given, tabulate)
    if "k" in given:
        given["k"] = floor(given["k"] + 0.5)
    return laws.law(law.kind, **given)


def is_one(law: Law, frame: Frame) -> bool:
    return law.kind == "constant" and frame.exact(law.given["value"]) == 1


def _tabulated(
    law: Law, name: str, given: Mapping[str, float], tabulate: Tabulate | None
) -> Distribution:
    if tabulate is None:
        wanted = "a law that is inverted exactly, such as lognormal or gamma"
        raise _refused(law, quote(name), wanted)
    return tabulate(name, given)


def _refused(law: Law, found: str, wanted: str) -> Refused:
    return Refused([Problem(law.place.file, law.place.line, law.path, found, wanted)])
