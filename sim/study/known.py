"""Which daily columns a question may ask about."""

from __future__ import annotations

from sim.errors import Problem, one_of, quote
from sim.network.model import Model, Op
from sim.scenario import Scenario

_ALWAYS = ("arrivals", "exits", "present", "removals", "releases", "shortfall")


def unknown_measure(scenario: Scenario, model: Model) -> Problem | None:
    """What is wrong with the measure of the question; None if it is known."""
    if scenario.question is None:
        return None
    measure, names = scenario.question.measure, measures(scenario, model)
    if measure in names or measure.rpartition(".")[0] in places(model):
        return None
    wanted = one_of(measure, names, "a measure or an outcome")
    return Problem(scenario.path, 0, "question.measure", quote(measure), wanted)


def measures(scenario: Scenario, model: Model) -> list[str]:
    """Measures of the scenario, outcomes of its exits, and what is always counted."""
    outcomes = [s.outcome for s in model.steps if s.op is Op.EXIT and s.outcome]
    return list(dict.fromkeys([*scenario.measures, *outcomes, *_ALWAYS]))


def places(model: Model) -> set[str]:
    """Names before the dot of a column."""
    groups = (model.steps, model.pools, model.stations, model.departures, model.gates, model.stocks)
    return {of.name for group in groups for of in group}
