"""What decides the result of a sensitivity study, and how many runs it takes."""

from __future__ import annotations

import json
import shlex
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from hashlib import sha256

from sim.errors import Problem, Refused
from sim.estimate import FEWEST_REPLICATIONS
from sim.scenario import Scenario
from sim.scenario.tree import plain
from sim.study.sensitivity import morris, sobol, tornado
from sim.study.sensitivity.facts import Facts
from sim.version import VERSION

MOST_KEPT = 10


class Method(StrEnum):
    TORNADO = "tornado"
    MORRIS = "morris"
    SOBOL = "sobol"
    ALL = "all"


@dataclass(frozen=True)
class Sense:
    """`screen` groups go on from Morris to Sobol'; `samples` rows of a Sobol' matrix in all repeats."""

    method: Method = Method.ALL
    replications: int = FEWEST_REPLICATIONS
    seed: int = 1
    screen: int = MOST_KEPT
    samples: int = 256

    @property
    def has_tornado(self) -> bool:
        return self.method in (Method.TORNADO, Method.ALL)

    def screens(self, facts: Facts) -> bool:
        """Whether there is screening: where asked for, or where there are more groups than are kept."""
        if self.method == Method.MORRIS:
            return True
        return self.has_sobol and (self.method == Method.ALL or len(facts.names) > self.screen)

    @property
    def has_sobol(self) -> bool:
        return self.method in (Method.SOBOL, Method.ALL)

    def points(self, facts: Facts) -> int:
        """Points of the whole study, each run `replications` times at most."""
        kept = min(self.screen, len(facts.names))
        return (
            self.has_tornado * tornado.points(facts)
            + self.screens(facts) * morris.points(facts)
            + self.has_sobol * sobol.points(kept, self.samples)
        )

    def check(self) -> None:
        """Raises Refused for numbers that allow no study."""
        problems = []
        if self.replications < FEWEST_REPLICATIONS:
            wanted = f"at least {FEWEST_REPLICATIONS}, to quote a mean"
            problems.append(Problem("--replications", 0, "", str(self.replications), wanted))
        if not 1 <= self.screen <= MOST_KEPT:
            wanted = f"from 1 to {MOST_KEPT} facts or groups of facts"
            problems.append(Problem("--screen", 0, "", str(self.screen), wanted))
        if not 16 <= self.samples <= 2**20:
            problems.append(Problem("--samples", 0, "", str(self.samples), "from 16 to 1,048,576"))
        if problems:
            raise Refused(problems)


def digest(scenario: Scenario, sense: Sense) -> str:
    """Name of the result, whatever the clock, the engine or the jobs."""
    told = {"version": VERSION, "scenario": plain(scenario.tree), **asdict(sense)}
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()[:16]


def command(file: str, changes: Sequence[str], sense: Sense) -> str:
    """The command that gives this result, to be run where the file was named so."""
    words = ["sim", "sensitivity", file, *(word for change in changes for word in ("--set", change))]
    for name, value in asdict(sense).items():
        words += [f"--{name}", str(value)]
    return shlex.join(words)
