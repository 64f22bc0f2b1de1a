"""What decides a result, and the digest that names it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from hashlib import sha256

from sim.scenario import Scenario
from sim.scenario.tree import plain
from sim.study.finished import SCENARIO
from sim.version import VERSION

AUTO = "auto"
PAIRED, NONE = "paired", "none"
_LENGTH = 16


@dataclass(frozen=True)
class Plan:
    """All that decides a result beside the scenario; `replications` None is auto."""

    replications: int | None = 10
    central: bool = False
    binding: str = PAIRED
    seed: int = 1
    trace: bool = False

    @property
    def asked(self) -> str:
        """The number of replications as it was given."""
        return AUTO if self.replications is None else str(self.replications)


def digest(scenario: Scenario, plan: Plan) -> str:
    """Name of the result: equal for equal questions, whatever the clock, the engine or the jobs.

    The order in which a scenario says things is part of it, as it is of the columns of the result.
    """
    told = {"version": VERSION, "scenario": plain(scenario.tree), **asdict(plan)}
    told["replications"] = plan.asked
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()[:_LENGTH]


def command(plan: Plan) -> str:
    """The command that gives this result in its folder, of the scenario as it was resolved there.

    Without what decides nothing: places, jobs, engine.
    """
    words = ["sim", "run", SCENARIO, "--replications", plan.asked, "--seed", str(plan.seed)]
    words += ["--central"] if plan.central else []
    words += ["--binding", plan.binding]
    return " ".join(words + (["--trace"] if plan.trace else []))
