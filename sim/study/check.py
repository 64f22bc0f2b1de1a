"""Every mistake in scenarios, before anything runs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sim.errors import Problem, Refused
from sim.network.table import Network
from sim.scenario import Scenario, read
from sim.study.building import compiled, model_of
from sim.study.known import unknown_measure
from sim.verdict.asked import asked


def check(*files: Path | str, changes: Sequence[str] = ()) -> list[Problem]:
    """Problems of all files, those of each in the order of its lines; empty when there are none."""
    return [problem for file in files for problem in _of(file, changes)]


def _of(file: Path | str, changes: Sequence[str]) -> tuple[Problem, ...]:
    try:
        checked(read(file, changes))
    except Refused as refused:
        return refused.problems
    return ()


def checked(scenario: Scenario) -> Network:
    """The network with every number at its stated value.

    Raises Refused if the scenario makes no sound network, or asks what it cannot answer.
    """
    network = compiled(scenario, model_of(scenario))
    asked(scenario)
    problem = unknown_measure(scenario, network.model)
    if problem is not None:
        raise Refused([problem])
    return network
