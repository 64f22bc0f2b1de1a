"""What a scenario gives beside what was observed, as a table in Markdown.

`python -m sim.study.observed SCENARIO OBSERVED` runs the scenario with every number at its stated
value. OBSERVED is a CSV as `sim calibrate` reads it; percentages are of the observed value.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from sim.errors import Refused, told
from sim.measures import Reduced
from sim.scenario import Scenario, read
from sim.study import engines
from sim.study.calibrate.observations import Observation, misfits, read_observations
from sim.study.check import checked
from sim.study.executors import team, workers
from sim.study.task import BASE, Context, Task
from sim.study.worlds import CENTRAL_WORLD


class Compared(NamedTuple):
    """A figure with its mean over replications and their standard deviation."""

    figure: Observation
    mean: float
    deviation: float

    @property
    def difference(self) -> float:
        """Of the observed value [%]."""
        return 100 * (self.mean / self.figure.observed - 1)

    @property
    def within(self) -> bool:
        return abs(self.difference) <= self.figure.allowed_percent


def compare_observed(
    scenario: Scenario, observed: Sequence[Observation], replications: int, seed: int = 1
) -> list[Compared]:
    """Every figure beside the mean of the replications, all numbers at their stated values.

    Raises Refused for figures of measures, days or units that the scenario has not.
    """
    problems = misfits(observed, scenario, checked(scenario).model)
    if problems:
        raise Refused(problems)
    context = Context({BASE: scenario}, seed, engines.usual())
    tasks = [Task(CENTRAL_WORLD, replication) for replication in range(replications)]
    with team(context, workers()) as gather:
        runs = gather(tasks, lambda: None)
    return [_compared(figure, scenario, runs) for figure in observed]


def _compared(figure: Observation, scenario: Scenario, runs: Sequence[Reduced]) -> Compared:
    first, last = ((day - scenario.start).days for day in (figure.first, figure.last))
    series = [np.asarray(run.daily[figure.measure], np.float64) for run in runs]
    read_as = np.nansum if figure.how == "sum" else np.nanmean
    values = [read_as(of[first : last + 1]) for of in series]
    return Compared(figure, float(np.mean(values)), float(np.std(values, ddof=min(1, len(values) - 1))))


def markdown(rows: Sequence[Compared]) -> str:
    """The table, and a line that counts what is within its allowance."""
    return "\n".join(_lines(rows)) + "\n"


def _lines(rows: Sequence[Compared]) -> Iterator[str]:
    yield "| | model | spread | observed | difference | allowed | fitted | source |"
    yield "|---|--:|--:|--:|--:|--:|---|---|"
    for row in rows:
        of = row.figure
        mark = "" if row.within else " **outside**"
        yield (
            f"| {of.name} | {_shown(row.mean, of)} | {_shown(row.deviation, of)} | "
            f"{_shown(of.observed, of)} | {row.difference:+.1f} %{mark} | {of.allowed_percent:g} % | "
            f"{of.fitted} | {of.source} |"
        )
    yield ""
    yield f"{sum(row.within for row in rows)} of {len(rows)} within what is allowed."


def _shown(value: float, figure: Observation) -> str:
    if figure.observed < 1:
        return f"{100 * value:.1f} %"
    return f"{value:,.0f}" if figure.observed >= 1000 else f"{value:.1f}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Prints the table; raises SimError for what goes wrong."""
    parser = argparse.ArgumentParser(description="What a scenario gives beside what was observed.")
    parser.add_argument("scenario", type=Path)
    parser.add_argument("observed", type=Path)
    parser.add_argument("--replications", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    rows = compare_observed(
        read(given.scenario), read_observations(given.observed), given.replications, given.seed
    )
    print(markdown(rows), end="")


if __name__ == "__main__":
    with told():
        main()
