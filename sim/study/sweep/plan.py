"""What decides a sweep, how it was asked for, who runs it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from sim.errors import Problem, Refused, quote
from sim.scenario import Scenario
from sim.scenario.tree import plain
from sim.study.crew import Crew
from sim.study.design import Design
from sim.study.identity import AUTO
from sim.version import VERSION

_LENGTH = 16


@dataclass(frozen=True)
class Plan:
    """All that decides a sweep beside its scenario.

    `replications` None goes on until the answer of a point is sure or, with `precision`, until its
    interval for the rate reached is so narrow, as a share of the rate to either side.
    """

    design: Design
    replications: int | None = 10
    precision: float | None = None
    seed: int = 1
    central: bool = False

    def record(self) -> dict[str, object]:
        asked = AUTO if self.replications is None else str(self.replications)
        return {
            **self.design.record(), "replications": asked, "precision": self.precision,
            "seed": self.seed, "central": self.central,
        }  # fmt: skip


@dataclass(frozen=True)
class Means:
    """How and where it is run, which decides nothing."""

    engine: str | None = None
    executor: str | Crew | None = None
    jobs: int | None = None
    store: Path | None = None


def count(text: int | str | None, precision: str | float | None = None) -> int | None:
    """Replications: a whole number, or None for `auto`, which a precision means too. Raises Refused."""
    if text is None:
        return None if precision is not None else 10
    if text == AUTO:
        return None
    if precision is not None:
        wanted = f"{quote(AUTO)} beside --precision, or no --precision"
        raise Refused([Problem("--replications", 0, "", quote(text), wanted)])
    if not str(text).isdecimal() or not 1 <= int(text) <= 1_000_000:
        wanted = "a whole number from 1 to 1,000,000, or auto"
        raise Refused([Problem("--replications", 0, "", quote(text), wanted)])
    return int(text)


def share_of(said: str | float | None) -> float | None:
    """`2%` or `0.02` as a share. Raises Refused."""
    if said is None:
        return None
    text = str(said)
    try:
        share = float(text.removesuffix("%")) / (100.0 if text.endswith("%") else 1.0)
    except ValueError:
        share = 0.0
    if not 0.0 < share < 1.0:
        wanted = "a share of the rate reached, such as 2%"
        raise Refused([Problem("--precision", 0, "", quote(text), wanted)])
    return share


def digest(scenario: Scenario, plan: Plan) -> str:
    told = {"version": VERSION, "scenario": plain(scenario.tree), **plan.record()}
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()[:_LENGTH]
