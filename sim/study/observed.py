"""What a scenario gives beside what was observed, as a table in Markdown.

`python -m sim.study.observed SCENARIO OBSERVED` runs the scenario with every number at its stated
value. OBSERVED is a CSV with the columns of `Figure`; percentages are of the observed value.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.errors import Problem, Refused, quote
from sim.measures import Reduced
from sim.scenario import Scenario, read
from sim.study import engines
from sim.study.executors import team, workers
from sim.study.task import BASE, Context, Task
from sim.study.worlds import CENTRAL_WORLD

HOW: dict[str, Callable[[NDArray[np.float64]], np.floating]] = {
    "sum": np.sum,
    "mean": np.mean,
    "at": np.mean,
}


class Figure(NamedTuple):
    """One observed number: `how` a measure is read over the days from `first` to `last`, inclusive.

    `fitted` is yes, no or input: whether the constants of the scenario were set with it in view.
    """

    name: str
    measure: str
    how: str
    first: date
    last: date
    observed: float
    allowed_percent: float
    fitted: str
    source: str


class Compared(NamedTuple):
    """A figure with its mean over replications and their standard deviation."""

    figure: Figure
    mean: float
    deviation: float

    @property
    def difference(self) -> float:
        """Of the observed value [%]."""
        return 100 * (self.mean / self.figure.observed - 1)

    @property
    def within(self) -> bool:
        return abs(self.difference) <= self.figure.allowed_percent


def figures(path: Path) -> list[Figure]:
    """The observed numbers of a file.

    Raises Refused for a file that cannot be read as such.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return [_figure(row) for row in csv.DictReader(file)]
    except (OSError, KeyError, ValueError) as error:
        wanted = "a CSV such as scenarios/observed/first-100-days.csv"
        raise Refused([Problem(str(path), 0, "", quote(str(error)), wanted)]) from None


def _figure(row: dict[str, str]) -> Figure:
    if row["how"] not in HOW:
        raise ValueError(f"how {row['how']}")
    return Figure(
        row["figure"], row["measure"], row["how"], date.fromisoformat(row["from"]),
        date.fromisoformat(row["to"]), float(row["observed"]), float(row["allowed_percent"]),
        row["fitted"], row["source"],
    )  # fmt: skip


def compare_observed(
    scenario: Scenario, observed: Sequence[Figure], replications: int, seed: int = 1
) -> list[Compared]:
    """Every figure beside the mean of the replications, all numbers at their stated values.

    Raises Refused for a figure of a measure or of days that the scenario has not.
    """
    context = Context({BASE: scenario}, seed, engines.usual())
    tasks = [Task(CENTRAL_WORLD, replication) for replication in range(replications)]
    with team(context, workers()) as gather:
        runs = gather(tasks, lambda: None)
    return [_compared(figure, scenario, runs) for figure in observed]


def _compared(figure: Figure, scenario: Scenario, runs: Sequence[Reduced]) -> Compared:
    first, last = ((day - scenario.start).days for day in (figure.first, figure.last))
    inside = first >= 0 and figure.last < scenario.end and figure.measure in runs[0].daily
    if not inside:
        found = f"{figure.measure} from {figure.first} to {figure.last}"
        wanted = "a measure and days of the scenario"
        raise Refused([Problem(scenario.path, 0, figure.name, quote(found), wanted)])
    series = [np.asarray(run.daily[figure.measure], np.float64) for run in runs]
    values = [HOW[figure.how](of[first : last + 1]) for of in series]
    return Compared(
        figure, float(np.mean(values)), float(np.std(values, ddof=min(1, len(values) - 1)))
    )


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


def _shown(value: float, figure: Figure) -> str:
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
        read(given.scenario), figures(given.observed), given.replications, given.seed
    )
    print(markdown(rows), end="")


if __name__ == "__main__":
    main()
