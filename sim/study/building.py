"""From a scenario to the network of one world, laws by table included."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from sim.errors import Problem, Refused
from sim.network.build import build
from sim.network.compiling import compile_network
from sim.network.laws import NoLawError
from sim.network.limits import NameClashError
from sim.network.model import Distribution, Model
from sim.network.table import Network
from sim.scenario import Scenario


def model_of(scenario: Scenario, values: Mapping[str, float] | None = None) -> Model:
    """The model with the numbers of a world by path; those not named have their stated values.

    Raises Refused if it cannot be built.
    """
    return build(scenario, values or None, tabulate)


def compiled(scenario: Scenario, model: Model) -> Network:
    """The table of a model. Raises Refused if two names would share their luck, or are too many."""
    try:
        return compile_network(model)
    except (NameClashError, ValueError) as error:
        problem = Problem(scenario.path, 0, "", str(error), "other names, or fewer of them")
        raise Refused([problem]) from error


def tabulate(law: str, given: Mapping[str, float]) -> Distribution:
    """A law of scipy.stats as a table, made once for the same parameters.

    Raises NoLawError if no table of ours draws it well enough.
    """
    return _table(law, tuple(sorted(given.items())))


@lru_cache(maxsize=256)
def _table(law: str, given: tuple[tuple[str, float], ...]) -> Distribution:
    from sim.draws import from_scipy

    shape = dict(given)
    scale = shape.pop("scale", 1.0)
    if "loc" in shape:
        shape["loc"] /= scale
    try:
        return from_scipy(law, shape, scale)
    except ValueError as error:
        found, _, wanted = str(error).removeprefix("scipy law ").partition(": wanted ")
        raise NoLawError(found, wanted or "a law that can be drawn from a table") from error
