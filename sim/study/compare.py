"""`sim compare`: what differs between scenarios that share their luck."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.errors import Problem, Refused
from sim.estimate import FEWEST_REPLICATIONS, Effect, paired_difference
from sim.scenario import Scenario
from sim.scenario.tree import plain
from sim.study.check import checked
from sim.study.evaluate import Point, Runs, Want, evaluate
from sim.study.folder import claim
from sim.study.point import Numbers
from sim.study.progress import say
from sim.study.studyfile import read
from sim.verdict.asked import Asked, asked
from sim.version import VERSION

Series = NDArray[np.float64]
ALARM = 0.05
"""Chance that some interval of a scenario, or of the ranking, does not hold."""
COLUMNS = (
    "scenario", "measure", "base", "other", "difference", "low", "high", "p_adjusted", "differs",
)  # fmt: skip
PAIR_COLUMNS = (
    "better", "other", "rate", "other_rate", "difference", "low", "high", "p_adjusted", "differs",
)  # fmt: skip


@dataclass(frozen=True)
class Compared:
    """`differences`: one row for each measure of every other scenario, less the first. `ranking`: one row
    for each pair of scenarios, the better first, by the rate that the question asks for; empty without one.
    `record` says what was compared and how, `folder` where the tables are kept; None if they are not.
    """

    differences: pd.DataFrame
    ranking: pd.DataFrame
    record: Mapping[str, Any]
    folder: Path | None = None

    @property
    def illustrative(self) -> bool:
        """Whether the numbers of any of the scenarios are made up."""
        return bool(self.record.get("illustrative"))

    @property
    def digest(self) -> str:
        """Name of the result."""
        return str(self.record["digest"])


def compare(*files: Path | str, **options: Any) -> pd.DataFrame:
    """The differences of `compared`, which says what the options are."""
    return compared(*files, **options).differences


def compared(
    *files: Path | str,
    changes: Sequence[str] = (),
    replications: int = 10,
    seed: int = 1,
    central: bool = False,
    engine: str | None = None,
    executor: str | None = None,
    jobs: int | None = None,
    store: Path | None = None,
    out: Path | None = None,
    again: bool = False,
    draw: Callable[[Path], object] | None = None,
) -> Compared:
    """Every measure of every other scenario less that of the first, and all of them ranked.

    All have the same seed, worlds and replications, so an entity that is in two of them has the same
    luck in both. The intervals of all measures of a scenario hold at once with 95 %, and so do those of
    all pairs in the ranking. `changes` apply to all scenarios. Tables and words are kept in the folder
    `out`, if it is named, with what `draw` draws there; another comparison in it is replaced only if
    `again`.

    Raises Refused if there are fewer than two scenarios or ten replications.
    """
    _enough(files, replications)
    scenarios = [read(file, changes) for file in files]
    shown = _labels(files)
    for warning in unlike(scenarios, shown):
        say(warning)
    record = _record(scenarios, shown, {"replications": replications, "seed": seed, "central": central})
    if out is not None:
        claim(out, record["digest"], again)
    wants = _waits(scenarios)
    runs = list(evaluate(
        [Point(scenario, {"scenario": name}) for scenario, name in zip(scenarios, shown, strict=True)],
        replications=replications, seed=seed, central=central, engine=engine, executor=executor,
        jobs=jobs, store=store, wants=wants,
    ))  # fmt: skip
    values = [_named(of) for of in runs]
    rows = [row for i in range(1, len(files)) for row in _rows(shown[i], values[0], values[i])]
    questions = [asked(scenario) for scenario in scenarios]
    found = Compared(
        pd.DataFrame(rows, columns=list(COLUMNS)),
        pd.DataFrame(_pairs(shown, values, questions), columns=list(PAIR_COLUMNS)),
        record,
        out,
    )
    if out is not None:
        from sim.study.comparison import write

        write(found, out, draw)
    return found


def _record(
    scenarios: Sequence[Scenario], names: Sequence[str], how: Mapping[str, object]
) -> dict[str, Any]:
    trees = [plain(scenario.tree) for scenario in scenarios]
    told = json.dumps({"version": VERSION, "scenarios": trees, **how}, ensure_ascii=False)
    return {
        "scenarios": dict(zip(names, [scenario.title for scenario in scenarios], strict=True)),
        "illustrative": any(scenario.illustrative for scenario in scenarios), **how,
        "digest": sha256(told.encode()).hexdigest()[:16],
    }  # fmt: skip


def unlike(scenarios: Sequence[Scenario], names: Sequence[str]) -> Iterator[str]:
    """What makes scenarios hard to compare with the first, in words."""
    first = scenarios[0]
    for scenario, name_ in zip(scenarios[1:], names[1:], strict=True):
        for what in ("start", "end"):
            a, b = getattr(first, what), getattr(scenario, what)
            if a != b:
                yield f"{name_} has another {what} than {names[0]}: {b}, not {a}; means are over other days"
        if asked(first) != asked(scenario):
            yield f"{name_} asks another question than {names[0]}"


def _waits(scenarios: Sequence[Scenario]) -> list[Want]:
    """The wait for each object that all have: its mean, and the share still waiting at the end."""
    objects = [checked(scenario).names.objects for scenario in scenarios]
    start = scenarios[0].start
    return [
        Want(f"wait.{place}.{statistic}", f"wait/{place}", statistic, start, start)
        for place in objects[0] if all(place in others for others in objects)
        for statistic in ("mean", "unfinished")
    ]  # fmt: skip


def _named(runs: Runs) -> Numbers:
    """Every measure by the name that is shown, daily means without more."""
    left_out = ("yes", "shortfall")
    return {k.removeprefix("mean."): v for k, v in runs.values.items() if k not in left_out}


def _pairs(
    names: Sequence[str], values: Sequence[Numbers], questions: Sequence[Asked | None]
) -> list[tuple[object, ...]]:
    """Every pair of scenarios by the rate reached, the better first."""
    first = questions[0]
    if first is None or any(q is None or q.measure != first.measure for q in questions):
        return []
    means = [float(of["reached"].mean()) for of in values]
    order = sorted(range(len(names)), key=lambda i: -means[i] if first.at_least else means[i])
    pairs = [(a, b) for k, a in enumerate(order) for b in order[k + 1 :]]
    better = np.column_stack([values[a]["reached"] for a, _ in pairs])
    worse = np.column_stack([values[b]["reached"] for _, b in pairs])
    found = zip(pairs, _effects(worse, better), strict=True)
    return [(names[a], names[b], means[a], means[b], *_row(effect)) for (a, b), effect in found]


def _enough(files: Sequence[Path | str], replications: int) -> None:
    if len(files) < 2:
        wanted = "at least two, the first to compare the others with"
        raise Refused([Problem("compare", 0, "", f"{len(files)} scenario", wanted)])
    if replications < FEWEST_REPLICATIONS:
        wanted = f"at least {FEWEST_REPLICATIONS}, to quote a mean"
        raise Refused([Problem("--replications", 0, "", str(replications), wanted)])


def _labels(files: Sequence[Path | str]) -> list[str]:
    """Names of the files, with their folders where names are the same; a file named again has a number."""
    names = [Path(file).stem for file in files]
    if len(set(names)) < len(names):
        names = [str(file) for file in files]
    found: list[str] = []
    for name in names:
        again = (f"{name} ({k})" for k in count(2))
        found.append(name if name not in found else next(n for n in again if n not in (*found, *names)))
    return found


def _rows(scenario: str, base: Numbers, other: Numbers) -> list[tuple[object, ...]]:
    """A row for each measure that both have and that is known in every run."""
    names = [n for n in base if n in other and np.isfinite([base[n], other[n]]).all()]
    if not names:
        return []
    before, after = (np.column_stack([of[n] for n in names]) for of in (base, other))
    return [
        (scenario, name_, float(before[:, i].mean()), float(after[:, i].mean()), *_row(effect))
        for i, (name_, effect) in enumerate(zip(names, _effects(before, after), strict=True))
    ]


def _effects(before: Series, after: Series) -> list[Effect]:
    """Paired differences of each column (replications, measures), with intervals that all hold at once.

    Source: Bonferroni. Holm's steps would show a little more, but their intervals do not hold together
    where several measures differ.
    """
    many = before.shape[1]
    pairs = [paired_difference(b, a, 1.0 - ALARM / many) for a, b in zip(before.T, after.T, strict=True)]
    return [Effect(of.interval, of.p_value, min(1.0, many * of.p_value), 0.0) for of in pairs]


def _row(effect: Effect) -> tuple[float, float, float, float, bool]:
    of = effect.interval
    return of.mean, of.low, of.high, effect.p_adjusted, effect.p_adjusted <= ALARM
