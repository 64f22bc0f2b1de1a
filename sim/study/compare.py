"""`sim compare`: what differs between scenarios that share their luck."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from pathlib import Path

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
from sim.measures import Reduced
from sim.scenario import Scenario, read
from sim.study import engines
from sim.study.check import checked
from sim.study.fresh import chosen, gathered
from sim.study.gathering import Study
from sim.study.identity import NONE, Plan
from sim.study.task import BASE, Context
from sim.verdict.asked import asked
from sim.verdict.numbers import amount, name, signed, span

Series = NDArray[np.float64]
ALARM = 0.05
"""Chance that a scenario without any difference shows one in some measure."""
COLUMNS = (
    "scenario", "measure", "base", "other", "difference", "low", "high", "p_adjusted", "differs",
)  # fmt: skip


def compare(
    *files: Path | str,
    changes: Sequence[str] = (),
    replications: int = 10,
    seed: int = 1,
    central: bool = False,
    engine: str | None = None,
    jobs: int | None = None,
) -> pd.DataFrame:
    """Daily means of each measure, every other scenario less the first.

    All have the same seed, worlds and replications, so an entity that is in two of them has the same
    luck in both. The intervals are Holm-adjusted over all measures of a scenario. `changes` apply to
    all of them.

    Raises Refused if there are fewer than two scenarios or ten replications.
    """
    _enough(files, replications)
    plan = Plan(replications, central, NONE, seed)
    engines.known(engine)
    runs = [_runs(read(file, changes), plan, engine, jobs) for file in files]
    shown = _labels(files)
    rows = [row for i in range(1, len(files)) for row in _rows(shown[i], runs[0], runs[i])]
    return pd.DataFrame(rows, columns=list(COLUMNS))


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


def _runs(
    scenario: Scenario, plan: Plan, engine: str | None, jobs: int | None
) -> Sequence[Reduced]:
    model = checked(scenario).model
    study = Study(scenario, {BASE: scenario}, asked(scenario), plan, model, with_central=False)
    return gathered(study, Context(study.variants, plan.seed, engine or chosen(study)), jobs).base


def _rows(
    scenario: str, base: Sequence[Reduced], other: Sequence[Reduced]
) -> list[tuple[object, ...]]:
    """A row for each measure that both have and that is known in every run."""
    names = [n for n in base[0].daily if "." not in n and n in other[0].daily]
    before, after = (_means(runs, names) for runs in (base, other))
    known = np.flatnonzero(np.isfinite(before).all(axis=0) & np.isfinite(after).all(axis=0))
    effects = _effects(before[:, known], after[:, known])
    return [
        (scenario, names[i], float(before[:, i].mean()), float(after[:, i].mean()), *_row(effect))
        for i, effect in zip(known, effects, strict=True)
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


def _means(runs: Sequence[Reduced], names: Sequence[str]) -> Series:
    return np.array([[float(np.mean(one.daily[n])) for n in names] for one in runs])


def in_words(found: pd.DataFrame) -> str:
    """One line a measure that differs, and the names of those that do not show it."""
    lines = []
    for scenario, rows in found.groupby("scenario", sort=False):
        lines.append(f"{scenario}, against the first, daily means:")
        lines += [f"  {_line(row)}" for row in rows[rows["differs"]].to_dict("records")]
        same = [name(str(m)) for m in rows[~rows["differs"]]["measure"]]
        lines += [f"  no difference that shows: {', '.join(same)}"] if same else []
    return "\n".join(lines)


def _line(row: Mapping[Hashable, object]) -> str:
    keys = ("base", "other", "difference", "low", "high")
    base, other, more, low, high = (float(str(row[key])) for key in keys)
    values = f"{amount(base)} to {amount(other)}, {signed(more)} ({span(low, high)})"
    return f"{name(str(row['measure']))}: {values}"
