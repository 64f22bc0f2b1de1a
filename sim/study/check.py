"""Every mistake in scenarios, before anything runs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sim.errors import Problem, Refused
from sim.network.build import build
from sim.network.table import Clash, Network, compile_network
from sim.scenario import Scenario, read


def check(*files: Path | str, changes: Sequence[str] = ()) -> list[Problem]:
    """Problems of all files, those of each in the order of its lines; empty when there are none."""
    return [problem for file in files for problem in _of(file, changes)]


def _of(file: Path | str, changes: Sequence[str]) -> tuple[Problem, ...]:
    try:
        central(read(file, changes))
    except Refused as refused:
        return refused.problems
    return ()


def central(scenario: Scenario) -> Network:
    """The network with every number at its stated value.

    Raises Refused if the scenario makes no sound network.
    """
    try:
        return compile_network(build(scenario))
    except Clash as clash:
        problem = Problem(str(scenario.path), 0, "", str(clash), "another name for one of the two")
        raise Refused([problem]) from clash
