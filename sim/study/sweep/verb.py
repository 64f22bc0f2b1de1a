"""`sim sweep`: the answer at every point of a design.

All points share their luck, and every replication is in the store as soon as it is finished, so a sweep
that was stopped goes on where it was.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from sim.errors import Problem, Refused, quote
from sim.scenario import Scenario
from sim.scenario.validate import refuse
from sim.study import engines
from sim.study.check import checked
from sim.study.crew import LOCAL, crew
from sim.study.design import Design, Kind, numeric
from sim.study.executors import workers
from sim.study.finished import SCENARIO
from sim.study.folder import PROVENANCE, answers, claim, complete, provenance, sealed, written_whole
from sim.study.forecast import TELL_ABOVE, expected, seconds
from sim.study.gathering import BATCH
from sim.study.progress import in_words, progress, say
from sim.study.resolved import resolved
from sim.study.run import RESULTS
from sim.study.studyfile import Study, read_study
from sim.study.sweep.given import Vary, given
from sim.study.sweep.plan import Means, Plan, count, digest, share_of
from sim.study.sweep.replicated import replicated
from sim.study.sweep.rows import POINTS, Rows, row
from sim.study.sweep.varied import Questions, fitted
from sim.study.writing import as_json
from sim.verdict.asked import asked
from sim.verdict.phrases import titled
from sim.version import VERSION

MOST_SHOWN = 40


@dataclass(frozen=True)
class Swept:
    """A finished sweep, read as it is asked for."""

    folder: Path

    @property
    def frame(self) -> pd.DataFrame:
        """One row a point: what was varied, the answer, the rate reached, breaches, costs, means."""
        return pd.read_parquet(self.folder / POINTS)

    @property
    def illustrative(self) -> bool:
        """Whether the numbers of the scenario are made up."""
        return bool(provenance(self.folder).get("illustrative"))

    @property
    def text(self) -> str:
        """The table for a terminal: without means, and the first points only where there are many."""
        frame = self.frame
        kept = [name for name in frame if not str(name).startswith("mean.") and name != "digest"]
        shown = frame[kept].head(MOST_SHOWN).to_string(index=False)
        head = titled(str(provenance(self.folder).get("title", "")), self.illustrative)
        rest = f"\n… {len(frame) - MOST_SHOWN:,} points more" if len(frame) > MOST_SHOWN else ""
        return f"{head}\n{shown}{rest}\nFiles: {self.folder}"


def sweep(
    file: Path | str,
    vary: Vary = (),
    *,
    kind: str | None = None,
    points: int | None = None,
    changes: Sequence[str] = (),
    replications: int | str | None = None,
    precision: str | float | None = None,
    seed: int = 1,
    central: bool = False,
    again: bool = False,
    out: Path | None = None,
    draw: Callable[[Path], object] | None = None,
    means: Means | None = None,
) -> Swept:
    """Answers from the folder of the sweep if it is there and whole, else runs and writes it.

    `vary` (see `Vary`), `kind` (a grid) and `points` say which points, and take the place of the `sweep:` block of
    the file, all together; so do `replications` (a number or `auto`; 10) and `precision` (such as `2%`). Without
    `out` the folder is `results/<scenario>/sweep-<digest>`. `draw` makes the figures of a folder that has its tables.

    Raises Refused for a design that cannot be read or run, SimError for what goes wrong while it runs.
    """
    study = read_study(file, changes)
    scenario, block = study.scenario, study.sweep
    design_ = _design(study, vary, kind, points, seed)
    many = replications if replications is not None else block.replications if block else None
    narrow = precision if precision is not None else block.precision if block else None
    plan = Plan(design_, count(many, narrow), share_of(narrow), seed, central)
    name = digest(scenario, plan)
    folder = out or RESULTS / Path(scenario.path).stem / f"sweep-{name}"
    if not again and answers(folder, name):
        say(f"answered from {folder}; --again makes it anew")
        complete(folder, draw)
        return Swept(folder)
    claim(folder, name, again)
    with written_whole(folder, draw) as draft:
        _fill(draft, scenario, plan, means or Means())
        _text(draft / PROVENANCE, as_json(_provenance(draft, name, scenario, plan)))
    return Swept(folder)


def _design(study: Study, vary: Vary, kind: str | None, points: int | None, seed: int) -> Design:
    """As given, else as the file says. Raises Refused with what is wrong with it and in the file."""
    problems, scenario = list(study.problems), study.scenario
    try:
        if not vary and study.sweep is not None:
            problems += _half_given(scenario.path, {"--design": kind, "--points": points})
            found = study.sweep.fitted(scenario, seed)
        elif not problems or vary:
            found = fitted(scenario, given(vary, kind or Kind.GRID, points, seed))
    except Refused as refused:
        problems += refused.problems
    refuse(problems)
    return found


def _half_given(file: str, options: Mapping[str, object]) -> list[Problem]:
    """Of what says which points there are, what is given while the rest is in the file."""
    wanted = "--vary too: together they take the place of the block"
    return [
        Problem(option, 0, "", f"{quote(value)} beside the sweep: block of {file}", wanted)
        for option, value in options.items() if value is not None
    ]  # fmt: skip


def _fill(folder: Path, scenario: Scenario, plan: Plan, means: Means) -> None:
    asks, total = Questions(scenario, plan.design), len(plan.design)
    engine = _told(scenario, plan, means)
    _text(folder / SCENARIO, resolved(scenario))
    units = {axis.path: numeric(axis) for axis in plan.design.axes}
    with crew(means.executor, means.jobs, engine) as hands:
        by = Means(engine, hands, None, means.store)
        with Rows(folder) as rows, progress(total, "points", shown=True) as done:
            for runs in replicated(scenario, asks, plan, by):
                rows.add(row(runs, asks.at(runs.label), units))
                done()


def _told(scenario: Scenario, plan: Plan, means: Means) -> str:
    """The engine, with word of how large it is, and how long it takes where that is long."""
    points = len(plan.design)
    each = plan.replications or BATCH
    least = "" if plan.replications else " or more"
    text = f"{points:,} points x {each:,} replications{least}"
    model = checked(scenario).model
    name = means.engine or engines.soonest(points * each * expected(model))
    hands = means.jobs or workers() if means.executor in (None, LOCAL) else 1
    needed = seconds(model, plan.seed, points * each, name, hands)
    say(text + (f", about {in_words(needed)}" if needed > TELL_ABOVE else ""))
    return name


def _units(of: Design) -> dict[str, str]:
    found = {axis.path: numeric(axis) for axis in of.axes}
    return {path: one[1] for path, one in found.items() if one is not None}


def _provenance(folder: Path, name: str, scenario: Scenario, plan: Plan) -> dict[str, object]:
    return {
        "digest": name, "title": scenario.title, "illustrative": scenario.illustrative,
        "version": VERSION, **plan.record(), "units": _units(plan.design),
        "question": _question(scenario), **sealed(folder),
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
