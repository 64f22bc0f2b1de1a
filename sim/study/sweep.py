"""`sim sweep`: the answer at every point of a design.

All points share their luck, and every replication is in the store as soon as it is finished, so a sweep
that was stopped goes on where it was.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import islice
from pathlib import Path

import pandas as pd

from sim.errors import Problem, Refused, quote
from sim.estimate import decide
from sim.scenario import Scenario, with_overrides
from sim.scenario.tree import plain
from sim.study import engines
from sim.study.check import checked
from sim.study.design import Axis, Design, Kind, design, numeric
from sim.study.evaluate import Point, Runs, evaluate
from sim.study.finished import SCENARIO
from sim.study.folder import PROVENANCE, answers, checksums, claim, written_whole
from sim.study.forecast import TELL_ABOVE, expected, seconds
from sim.study.gathering import BATCH, MOST
from sim.study.identity import AUTO
from sim.study.point import Numbers
from sim.study.progress import in_words, progress, say
from sim.study.resolved import resolved
from sim.study.rows import POINTS, Rows, row
from sim.study.run import RESULTS
from sim.study.sweepblock import read_study
from sim.study.writing import as_json
from sim.verdict.asked import Asked, asked
from sim.verdict.finding import CONFIDENCE, quoted
from sim.version import VERSION

MOST_SHOWN = 40
_TOGETHER = 64
"""Points that are made more precise together."""
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
    executor: str | None = None
    jobs: int | None = None
    store: Path | None = None


@dataclass(frozen=True)
class Swept:
    """A finished sweep, read as it is asked for."""

    folder: Path

    @property
    def frame(self) -> pd.DataFrame:
        """One row a point: what was varied, the answer, the rate reached, breaches, costs, means."""
        return pd.read_parquet(self.folder / POINTS)

    @property
    def text(self) -> str:
        """The table for a terminal: without means, and the first points only where there are many."""
        frame = self.frame
        kept = [name for name in frame if not str(name).startswith("mean.") and name != "digest"]
        shown = frame[kept].head(MOST_SHOWN).to_string(index=False)
        rest = f"\n… {len(frame) - MOST_SHOWN:,} points more" if len(frame) > MOST_SHOWN else ""
        return f"{shown}{rest}\nFiles: {self.folder}"


def sweep(
    file: Path | str,
    vary: Sequence[str] = (),
    *,
    kind: str = Kind.GRID,
    points: int | None = None,
    changes: Sequence[str] = (),
    replications: int | str | None = None,
    precision: str | None = None,
    seed: int = 1,
    central: bool = False,
    again: bool = False,
    out: Path | None = None,
    draw: Callable[[Path], object] | None = None,
    means: Means | None = None,
) -> Swept:
    """Answers from the folder of the sweep if it is there and whole, else runs and writes it.

    `vary` and `kind` say which points, and take the place of the `sweep:` block of the file; so do
    `replications` (a number or `auto`; 10) and `precision` (such as `2%`). Without `out` the folder is
    `results/<scenario>/sweep-<digest>`. `draw` makes the figures of a folder that has its tables.

    Raises Refused for a design that cannot be read or run, SimError for what goes wrong while it runs.
    """
    scenario, block = read_study(Path(file), changes, seed)
    design_ = design(vary, kind, points, seed) if vary or block is None else block.design
    many = replications if replications is not None else block.replications if block else None
    narrow = precision if precision is not None else block.precision if block else None
    plan = Plan(_fitted(scenario, design_), count(many, narrow), share_of(narrow), seed, central)
    name = _digest(scenario, plan)
    folder = out or RESULTS / Path(scenario.path).stem / f"sweep-{name}"
    if not again and answers(folder, name):
        say(f"answered from {folder}; --again makes it anew")
        return Swept(folder)
    claim(folder, name, again)
    with written_whole(folder) as draft:
        _fill(draft, scenario, plan, means or Means())
        _text(draft / PROVENANCE, as_json(_provenance(draft, name, scenario, plan)))
        if draw is not None:
            draw(draft)
    return Swept(folder)


def count(text: int | str | None, precision: str | None = None) -> int | None:
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


def share_of(text: str | None) -> float | None:
    """`2%` or `0.02` as a share. Raises Refused."""
    if text is None:
        return None
    try:
        share = float(text.removesuffix("%")) / (100.0 if text.endswith("%") else 1.0)
    except ValueError:
        share = 0.0
    if not 0.0 < share < 1.0:
        wanted = "a share of the rate reached, such as 2%"
        raise Refused([Problem("--precision", 0, "", quote(text), wanted)])
    return share


def _digest(scenario: Scenario, plan: Plan) -> str:
    told = {"version": VERSION, "scenario": plain(scenario.tree), **plan.record()}
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()[:_LENGTH]


# -- before it starts -------------------------------------------------------------------------------


def _fitted(scenario: Scenario, of: Design) -> Design:
    """The design with ranges rounded where only whole numbers are taken.

    Raises Refused for paths that are not there and ends that the scenario does not take, all at once.
    """
    problems: list[Problem] = []
    axes = []
    for axis in of.axes:
        axes.append(_whole(scenario, axis) if of.kind.spread else axis)
        for value in dict.fromkeys(axes[-1].ends):
            try:
                with_overrides(scenario, {axis.path: value})
            except Refused as refused:
                problems += [
                    _as_varied(p, axis, value) for p in refused.problems if p not in problems
                ]
    if problems:
        raise Refused(dict.fromkeys(problems))
    return replace(of, axes=tuple(axes))


def _whole(scenario: Scenario, axis: Axis) -> Axis:
    """Rounded to whole numbers if the ends are whole, and it takes nothing between two of them."""
    if not (axis.low.is_integer() and axis.high.is_integer()):
        return axis
    try:
        with_overrides(scenario, {axis.path: axis.at(0.5 / (axis.high - axis.low))})
    except Refused:
        return replace(axis, whole=True)
    return axis


def _as_varied(problem: Problem, axis: Axis, value: str) -> Problem:
    """The place in the design in place of one that was set by hand."""
    if problem.file != "--set":
        return problem
    file = "sweep" if problem.found == "no such path" else f"sweep, {axis.path}={value}"
    return replace(problem, file=file)


# -- running ----------------------------------------------------------------------------------------


def _fill(folder: Path, scenario: Scenario, plan: Plan, means: Means) -> None:
    question = asked(scenario)
    _tell(scenario, plan, means)
    _text(folder / SCENARIO, resolved(scenario))
    units = {axis.path: numeric(axis) for axis in plan.design.axes}
    total = len(plan.design)
    with Rows(folder) as rows, progress(total, "points", shown=True) as done:
        for runs in _runs(scenario, question, plan, means):
            rows.add(row(runs, question, units))
            done()


def _tell(scenario: Scenario, plan: Plan, means: Means) -> None:
    """How large it is, and how long it takes where that is long."""
    points = len(plan.design)
    each = plan.replications or BATCH
    least = "" if plan.replications else " or more"
    text = f"{points:,} points x {each:,} replications{least}"
    model = checked(scenario).model
    name = means.engine or engines.best(points * each * expected(model))
    hands = 1 if means.executor not in (None, "local") else means.jobs or 1
    needed = seconds(model, plan.seed, points * each, name, hands)
    say(text + (f", about {in_words(needed)}" if needed > TELL_ABOVE else ""))


def _runs(scenario: Scenario, question: Asked | None, plan: Plan, means: Means) -> Iterator[Runs]:
    points = (_point(scenario, settings) for settings in plan.design)
    if plan.replications is not None:
        yield from _evaluated(points, range(plan.replications), plan, means)
        return
    while batch := list(islice(points, _TOGETHER)):
        yield from _until_sure(batch, question, plan, means)


def _point(scenario: Scenario, settings: Mapping[str, str]) -> Point:
    try:
        return Point(with_overrides(scenario, settings), settings)
    except Refused as refused:
        where = ", ".join(f"{path}={value}" for path, value in settings.items())
        raise Refused(replace(p, file=f"sweep, {where}") for p in refused.problems) from None


def _evaluated(
    points: Iterator[Point] | list[Point], of: range, plan: Plan, means: Means
) -> Iterator[Runs]:
    return evaluate(
        points, replications=of, seed=plan.seed, central=plan.central, engine=means.engine,
        executor=means.executor, jobs=means.jobs, store=means.store,
    )  # fmt: skip


def _until_sure(batch: list[Point], question: Asked | None, plan: Plan, means: Means) -> list[Runs]:
    """Ten replications more of every point that is not sure yet, until all are or enough is enough."""
    found: dict[int, Runs] = {}
    left, many = list(range(len(batch))), 0
    while left and many < MOST:
        many += BATCH
        runs = _evaluated([batch[i] for i in left], range(many), plan, means)
        found |= dict(zip(left, runs, strict=True))
        left = [i for i in left if not _sure(found[i].values, question, plan.precision)]
    return [found[i] for i in range(len(batch))]


def _sure(values: Numbers, question: Asked | None, precision: float | None) -> bool:
    if question is None:
        return True
    if precision is None:
        yes = values["yes"]
        return decide(int(yes.sum()), yes.size, question.probability, CONFIDENCE) != "undecided"
    reached = quoted(values["reached"].tolist())
    if reached.mean is None or reached.low is None or reached.high is None:
        return False
    return (reached.high - reached.low) / 2.0 <= precision * abs(reached.mean)


def _units(of: Design) -> dict[str, str]:
    found = {axis.path: numeric(axis) for axis in of.axes}
    return {path: one[1] for path, one in found.items() if one is not None}


def _provenance(folder: Path, name: str, scenario: Scenario, plan: Plan) -> dict[str, object]:
    return {
        "digest": name, "title": scenario.title, "illustrative": scenario.illustrative,
        "version": VERSION, **plan.record(), "units": _units(plan.design),
        "question": _question(scenario), "files": checksums(folder),
    }  # fmt: skip


def _question(scenario: Scenario) -> dict[str, object] | None:
    found = asked(scenario)
    if found is None:
        return None
    return {
        "measure": found.measure, "value": found.value, "at_least": found.at_least,
        "rate": found.rate, "days": found.window, "reached_by": found.date(found.reached_by).isoformat(),
        "probability": found.probability, "tolerance": found.tolerance,
    }  # fmt: skip


def _text(path: Path, content: str) -> None:
    path.write_text(content, encoding="utf-8", newline="\n")
