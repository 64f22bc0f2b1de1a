"""Whether an answer of `sim require` keeps its promise: `python -m sim.study.require.promise DIR`.

A hundred batches of worlds that nothing has used, each as large as the confirmation, at the capacities of the
answer in a folder; at least 95 of them must meet the required share. Where so many runs take too long,
`--worlds N` runs so many and says what chance of yes they show, beside the one with which 95 of 100 batches do.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from scipy.stats import beta

from sim.errors import Problem, Refused, SimError, told
from sim.scenario import read
from sim.study.evaluate import Point, evaluate
from sim.study.finished import SCENARIO
from sim.study.progress import say
from sim.study.require.files import JSON
from sim.study.require.margin import ALARM, PROMISED, safe_probability
from sim.study.require.moves import at, moves_of
from sim.verdict.asked import asked

FIRST, BATCHES = 1_000_000, 100


class Kept(NamedTuple):
    """Fresh worlds of an answer that say yes, and batches of `size` of them that meet the share `required`."""

    yes: int
    worlds: int
    met: int
    batches: int
    size: int
    required: float

    @property
    def least(self) -> float:
        """Chance of yes that these worlds show (Clopper and Pearson, one-sided)."""
        return float(beta.ppf(ALARM, self.yes, self.worlds - self.yes + 1)) if self.yes else 0.0

    @property
    def well(self) -> bool:
        if self.batches:
            return self.met >= PROMISED * self.batches
        return self.least >= safe_probability(self.size, self.required)

    @property
    def text(self) -> str:
        shown = f"{self.yes:,} of {self.worlds:,} fresh worlds say yes"
        if self.batches:
            return (
                f"{self.met} of {self.batches} fresh batches of {self.size} worlds meet the required share of "
                f"{self.required:g} ({PROMISED:.0%} are promised); {shown}"
            )
        enough = safe_probability(self.size, self.required)
        return (
            f"{shown}, so that at least {self.least:.1%} of all do (95 % confidence); with {enough:.1%} "
            f"{PROMISED * BATCHES:g} of {BATCHES} batches of {self.size} meet the required share of {self.required:g}"
        )


def kept(
    folder: Path, batches: int = BATCHES, worlds: int | None = None, jobs: int | None = None
) -> Kept:
    """What fresh worlds say to the answer in a folder; batches end where the rest cannot change what they say.

    Raises Refused for a folder without a confirmed answer.
    """
    answer = _answer(folder)
    size = answer["confirmation"]["worlds"]
    required = float(answer["question"]["with_probability"])
    ask = _fresh(folder, answer, jobs)
    if worlds is not None:
        return Kept(sum(ask(0, worlds)), worlds, 0, 0, size, required)
    yes = met = done = 0
    while done < batches and done - met <= (1.0 - PROMISED) * batches:
        found = sum(ask(done * size, size))
        yes, done = yes + found, done + 1
        met += found >= required * size - 1e-9
        say(f"{met} of {done} batches meet the required share")
    return Kept(yes, done * size, met, done, size, required)


_KEYS = {"confirmation", "central", "question", "capacities", "seed"}


def _answer(folder: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads((folder / JSON).read_text(encoding="utf-8"))
        (folder / SCENARIO).read_bytes()
    except (OSError, ValueError):
        raise _refused(folder, f"no {JSON} with a {SCENARIO}") from None
    if not isinstance(found, dict) or not found.keys() >= _KEYS:
        raise _refused(folder, f"a {JSON} of another kind")
    if not found["confirmation"]:
        raise _refused(folder, f"an answer without a confirmation ({found.get('answer')})")
    return found


def _refused(folder: Path, found: str) -> Refused:
    wanted = "the folder of sim require in which capacities were found by simulation"
    return Refused([Problem(str(folder), 0, "", found, wanted)])


def _fresh(folder: Path, answer: dict[str, Any], jobs: int | None) -> Any:
    """A function of a first world and a number of worlds, to the yes or no of each."""
    scenario = read(folder / SCENARIO)
    rows = answer["capacities"]
    moves = moves_of(
        scenario, [f"{c['path']}={c['low']!r}:{c['high']!r}:{c['step']!r}@0" for c in rows]
    )
    steps = tuple(m.steps_to(c["required"]) for m, c in zip(moves, rows, strict=True))
    question, point = asked(scenario), Point(at(scenario, moves, steps))
    assert question is not None

    def ask(first: int, many: int) -> list[bool]:
        worlds = range(FIRST + first, FIRST + first + many)
        (runs,) = evaluate(
            [point], replications=worlds, seed=answer["seed"], central=answer["central"], jobs=jobs,
            days=question.sustained_until + 2,
        )  # fmt: skip
        return [bool(y) for y in runs.values["yes"]]

    return ask


def main(arguments: Sequence[str] | None = None) -> None:
    """Prints what fresh worlds say; raises SimError where the promise is not kept."""
    parser = argparse.ArgumentParser(
        description="Whether an answer of sim require keeps its promise."
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--batches", type=int, default=BATCHES)
    parser.add_argument("--worlds", type=int)
    parser.add_argument("--jobs", type=int)
    given = parser.parse_args(arguments)
    if min(n for n in (given.batches, given.worlds, given.jobs, 1) if n is not None) < 1:
        parser.error("numbers are 1 or more")
    found = kept(given.folder, given.batches, given.worlds, given.jobs)
    print(found.text)
    if not found.well:
        raise SimError("found the promise not kept; wanted more worlds, or another answer")


if __name__ == "__main__":
    with told():
        main()
