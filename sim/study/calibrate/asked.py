"""What is fitted to what: as given by hand, else as the `calibrate:` block says, else as usual."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from sim.errors import Problem, Refused
from sim.scenario import Scenario
from sim.scenario.validate import refuse
from sim.study.calibrate.block import NOTHING, Block, held_out, placed
from sim.study.calibrate.observations import NO, YES, Observation, read_observations
from sim.study.calibrate.observations import misfits as not_of_the_scenario
from sim.study.calibrate.parameters import Parameter, parameters
from sim.study.calibrate.search import How
from sim.study.check import checked
from sim.study.studyfile import Study

FEWEST_POINTS, MOST_POINTS = 20, 100_000


@dataclass(frozen=True)
class Given:
    """What is given by hand, which wins over the block."""

    observations: Path | str | None = None
    fit: Sequence[str] = ()
    seed: int = 1
    how: Mapping[str, float | None] = field(default_factory=dict)


class Asked(NamedTuple):
    """All that decides a fit beside the scenario."""

    observations: Path
    seen: list[Observation]
    of: list[Parameter]
    how: How


def asked(study: Study, given: Given) -> Asked:
    """Raises Refused with every problem of the blocks, the observations, the parameters and the design."""
    block, problems = study.calibrate or NOTHING, list(study.problems)
    path = Path(given.observations) if given.observations is not None else block.observations
    if path is None and not problems:
        wanted = "a CSV, or a file with calibrate: {observations: …}"
        problems.append(Problem(study.scenario.path, 0, "calibrate", "no observations", wanted))
    found = _asked(study.scenario, path, given, block, problems)
    refuse(problems)
    return found


def misfits(block: Block, scenario: Scenario) -> list[Problem]:
    """What the scenario and the observations do not take of a block."""
    problems: list[Problem] = []
    _asked(scenario, block.observations, Given(), block, problems)
    return problems


def _asked(
    scenario: Scenario, path: Path | None, given: Given, block: Block, problems: list[Problem]
) -> Asked:
    """As far as it can be made out; what is wrong goes to `problems`."""
    how = block.how(given.seed, given.how)
    for problem in _design(how):
        by_hand = given.how.get(problem.file.removeprefix("--")) is not None
        problems.append(problem if by_hand else placed(problem, block))
    seen = [] if path is None else _seen(scenario, path, block, problems)
    of: list[Parameter] = []
    try:
        of = parameters(scenario, given.fit or block.fit)
    except Refused as refused:
        problems += refused.problems if given.fit else [placed(p, block) for p in refused.problems]
    return Asked(path or Path(), seen, of, how)


def _seen(
    scenario: Scenario, path: Path, block: Block, problems: list[Problem]
) -> list[Observation]:
    try:
        before = len(problems)
        seen = held_out(read_observations(path), block, problems)
        problems += _parts(path, seen) if len(problems) == before else []
        problems += not_of_the_scenario(seen, scenario, checked(scenario).model)
    except Refused as refused:
        problems += refused.problems
        return []
    return seen


def _design(how: How) -> list[Problem]:
    problems = []
    if not FEWEST_POINTS <= how.points <= MOST_POINTS:
        wanted = f"from {FEWEST_POINTS} to {MOST_POINTS:,}"
        problems.append(Problem("--points", 0, "", f"{how.points:,} points", wanted))
    if not 1 <= how.replications <= 1000:
        problems.append(Problem("--replications", 0, "", str(how.replications), "from 1 to 1,000"))
    if not 0 < how.cut < float("inf"):
        problems.append(Problem("--cut", 0, "", str(how.cut), "a number above 0, such as 3"))
    if not 0 <= how.discrepancy < 1:
        wanted = "a share from 0 to below 1, such as 0.01"
        problems.append(Problem("--discrepancy", 0, "", str(how.discrepancy), wanted))
    return problems


def _parts(path: Path, seen: Sequence[Observation]) -> list[Problem]:
    """There must be a part that is fitted and one that is held out."""
    problems = []
    for word, what in ((YES, "to fit to"), (NO, "held out, to see what the fit is worth")):
        if not any(one.fitted == word for one in seen):
            found = f"no row with fitted {word}"
            problems.append(Problem(str(path), 0, "fitted", found, f"one at least {what}"))
    return problems
