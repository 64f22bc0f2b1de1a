"""Every mistake in scenarios, before anything runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from sim.errors import Problem, Refused, SimError, quote
from sim.network.table import Network
from sim.scenario import Scenario
from sim.scenario.tree import place_of
from sim.scenario.validate import refuse
from sim.study.building import compiled, model_of
from sim.study.studyfile import faults, read_study
from sim.verdict.asked import asked


def check(*files: Path | str, changes: Sequence[str] = ()) -> list[Problem]:
    """Problems of all files, also of the blocks that say what is studied, those of each in the order of its
    lines; empty when there are none.
    """
    return [problem for file in files for problem in _of(file, changes)]


def _of(file: Path | str, changes: Sequence[str]) -> tuple[Problem, ...]:
    try:
        study = read_study(file, changes)
        problems = faults(study)
        try:
            checked(study.scenario)
        except Refused as refused:
            problems += refused.problems
        refuse(problems)
    except Refused as refused:
        return refused.problems
    return ()


def checked(scenario: Scenario) -> Network:
    """The network with every number at its stated value.

    Raises Refused if the scenario makes no sound network, or asks what it cannot answer.
    """
    network = compiled(scenario, model_of(scenario))
    asked(scenario)
    refuse(list(_unmeasured(scenario, network)))
    return network


def _unmeasured(scenario: Scenario, network: Network) -> Iterator[Problem]:
    """Measures that no run has: seen on the log of a run in which nothing happens.

    Only who comes of one stream cannot be seen from the file alone; for others the log, whose libraries
    take a second to come, is not asked.
    """
    if not any(term.stream for said in scenario.measures.values() for term in said.sum_of):
        return
    from sim.measures import column_names

    try:
        column_names(scenario, network.model)
    except SimError as error:
        found = list(_unmade(scenario, network))
        yield from found or [_problem(scenario, "measures", error)]


def _unmade(scenario: Scenario, network: Network) -> Iterator[Problem]:
    """Which of the measures it is."""
    from sim.measures import plan_of
    from sim.measures.daily import column
    from sim.measures.logged import nothing

    of = nothing(plan_of(scenario, {}), network)
    for name in scenario.measures:
        try:
            column(of, name)
        except SimError as error:
            yield _problem(scenario, f"measures.{name}", error)


def _problem(scenario: Scenario, path: str, error: SimError) -> Problem:
    """What a measure told of, at its line."""
    place = place_of(scenario.tree, path)
    _, _, told = str(error).partition("found ")
    found, _, wanted = told.partition("; wanted ")
    return Problem(place.file, place.line, path, found or quote(error), wanted or "a measure of a run")
