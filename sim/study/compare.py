"""`sim compare`: what differs between scenarios that share their luck."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.errors import Problem, Refused
from sim.estimate import (
    FEWEST_REPLICATIONS,
    Effect,
    holm,
    holm_levels,
    mean_interval,
    paired_difference,
)
from sim.scenario import Scenario, read
from sim.study.check import checked
from sim.study.evaluate import Point, Runs, Want, evaluate
from sim.study.point import Numbers
from sim.study.progress import say
from sim.verdict.asked import Asked, asked
from sim.verdict.numbers import amount, name, signed, span

Series = NDArray[np.float64]
ALARM = 0.05
"""Chance that a scenario without any difference shows one in some measure."""
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
    """

    differences: pd.DataFrame
    ranking: pd.DataFrame


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
) -> Compared:
    """Every measure of every other scenario less that of the first, and all of them ranked.

    All have the same seed, worlds and replications, so an entity that is in two of them has the same
    luck in both. The intervals are Holm-adjusted over all measures of a scenario, in the ranking over
    all pairs. `changes` apply to all scenarios.

    Raises Refused if there are fewer than two scenarios or ten replications.
    """
    _enough(files, replications)
    scenarios = [read(file, changes) for file in files]
    shown = _labels(files)
    for warning in unlike(scenarios, shown):
        say(warning)
    wants = _waits(scenarios)
    runs = list(evaluate(
        [Point(scenario, {"scenario": name}) for scenario, name in zip(scenarios, shown, strict=True)],
        replications=replications, seed=seed, central=central, engine=engine, executor=executor,
        jobs=jobs, store=store, wants=wants,
    ))  # fmt: skip
    values = [_named(of) for of in runs]
    rows = [row for i in range(1, len(files)) for row in _rows(shown[i], values[0], values[i])]
    questions = [asked(scenario) for scenario in scenarios]
    return Compared(
        pd.DataFrame(rows, columns=list(COLUMNS)),
        pd.DataFrame(_pairs(shown, values, questions), columns=list(PAIR_COLUMNS)),
    )


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
    """Every pair of scenarios by the rate reached, the better first, Holm-adjusted over all pairs."""
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
    """Names of the files, with their folders where names are the same."""
    stems = [Path(file).stem for file in files]
    return stems if len(set(stems)) == len(stems) else [str(file) for file in files]


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
    """Paired differences of each column (replications, measures), Holm-adjusted over them all."""
    pairs = [paired_difference(b, a) for a, b in zip(before.T, after.T, strict=True)]
    p_values = [pair.p_value for pair in pairs]
    if not pairs:
        return []
    together, levels = holm(p_values), holm_levels(p_values, ALARM)
    return [
        Effect(mean_interval(b - a, 1.0 - float(level)), p, float(adjusted), 0.0)
        for a, b, level, p, adjusted in zip(
            before.T, after.T, levels, p_values, together, strict=True
        )
    ]


def _row(effect: Effect) -> tuple[float, float, float, float, bool]:
    of = effect.interval
    return of.mean, of.low, of.high, effect.p_adjusted, effect.p_adjusted <= ALARM


def in_words(found: Compared) -> str:
    """What differs, what is not shown to, and which scenario is shown to be better than which."""
    lines = []
    for scenario, rows in found.differences.groupby("scenario", sort=False):
        lines.append(
            f"{scenario}, against the first (means; differences with simultaneous 95 % intervals):"
        )
        lines += [f"  {_line(row)}" for row in rows[rows["differs"]].to_dict("records")]
        same = [measure_words(str(m)) for m in rows[~rows["differs"]]["measure"]]
        lines += [f"  not shown to differ: {', '.join(same)}"] if same else []
    return "\n".join([*lines, *_ranked(found.ranking)])


def _ranked(ranking: pd.DataFrame) -> list[str]:
    if ranking.empty:
        return ["Not ranked: there is no question that all of them ask."]
    lines = ["By the rate that the question asks for:"]
    for row in ranking.to_dict("records"):
        shown = "better than" if row["differs"] else "not shown to be better than"
        rates = f"{amount(float(row['rate']))} against {amount(float(row['other_rate']))}"
        more = f"{signed(float(row['difference']))} ({span(float(row['low']), float(row['high']))})"
        lines.append(f"  {row['better']} is {shown} {row['other']}: {rates}, {more}")
    return lines


def measure_words(measure: str) -> str:
    """`wait.beds.unfinished` as `share still waiting for beds`."""
    sort, _, rest = measure.partition(".")
    if sort == "wait":
        place, _, statistic = rest.rpartition(".")
        said = "share still waiting for" if statistic == "unfinished" else "mean wait [hours] for"
        return f"{said} {name(place)}"
    if sort == "breach" and rest:
        return f"breaches a day of {name(rest)}"
    if sort == "cost" and rest:
        return f"cost of {name(rest)}"
    return "rate reached" if measure == "reached" else name(measure)


def _line(row: Mapping[Hashable, object]) -> str:
    keys = ("base", "other", "difference", "low", "high")
    base, other, more, low, high = (float(str(row[key])) for key in keys)
    values = f"{amount(base)} to {amount(other)}, {signed(more)} ({span(low, high)})"
    return f"{measure_words(str(row['measure']))}: {values}"
