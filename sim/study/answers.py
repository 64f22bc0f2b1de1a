"""What scenarios answer, worlds and intervals, as the tables of the documentation have it.

`python -m sim.study.answers docs/answers.yaml` runs every point that the tables name, writes the figures
beside it as `answers.csv` and the tables into the pages. What is in the store is not run again.
"""

from __future__ import annotations

import argparse
import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from ruamel.yaml import YAML

from sim.errors import Problem, Refused, one_of, quote, told
from sim.estimate import FEWEST_REPLICATIONS, Interval, decide, mean_interval
from sim.scenario import Scenario, read, with_overrides
from sim.study.check import checked
from sim.study.evaluate import STORE, Point, Runs, Want, evaluate
from sim.study.progress import say
from sim.verdict.asked import asked
from sim.verdict.finding import CONFIDENCE
from sim.verdict.numbers import amount, signed, span

FIGURE = re.compile(
    r"\{(?P<of>[\w-]+)(?: - (?P<less>[\w-]+))?: (?P<number>[\w.@-]+)(?: / (?P<by>[\w.@-]+))?\}"
)
"""`{point: number}`, `{point - other: number}` or `{point: number / number}`.

A number is `answer`, a name of `Runs.values` (`mean.arrests`, `reached`, `breach.…`), `column@2025-08`, the
mean over the days of a month that are in the run, or `column@end`, the last day.
"""
_SAID = {"achievable": "yes", "not_achievable": "no", "undecided": "undecided"}
_PLACES = ("mean_in_use", "mean_capacity", "waiting")
Series = NDArray[np.float64]


@dataclass(frozen=True)
class Tables:
    """In which page each table stands, and its rows, the first of which is the head."""

    pages: Mapping[str, Path]
    rows: Mapping[str, Sequence[Sequence[str]]]

    @property
    def figures(self) -> list[str]:
        """Every figure that a cell names, once, in order."""
        cells = (cell for table in self.rows.values() for row in table for cell in row)
        return list(dict.fromkeys(found[0] for cell in cells for found in FIGURE.finditer(cell)))


@dataclass(frozen=True)
class Points:
    """Scenarios by point; those in `central` have every number at its stated value."""

    scenarios: Mapping[str, Scenario]
    central: frozenset[str]


def read_tables(file: Path) -> Tables:
    """Raises Refused for figures of points that there are not."""
    said = _said(file)
    tables = said["tables"]
    found = Tables(
        {name: file.parent / of["page"] for name, of in tables.items()},
        {name: of["rows"] for name, of in tables.items()},
    )
    unknown = [
        Problem(str(file), 0, figure, quote(point), one_of(point, list(said["points"]), "a point"))
        for figure in found.figures
        for point in points_of(figure)
        if point not in said["points"]
    ]
    if unknown:
        raise Refused(unknown)
    return found


def read_points(file: Path, names: Sequence[str]) -> Points:
    """Those of a file. Raises Refused for scenarios that cannot be read."""
    said = {name: _said(file)["points"][name] or {} for name in names}
    return Points(
        {name: _scenario(file.parent, name, of) for name, of in said.items()},
        frozenset(name for name, of in said.items() if of.get("central")),
    )


def _said(file: Path) -> dict[str, Any]:
    found: dict[str, Any] = YAML(typ="safe").load(file.read_text(encoding="utf-8"))
    return found


def _scenario(root: Path, name: str, of: Mapping[str, Any]) -> Scenario:
    scenario = read(root / f"../scenarios/{of.get('scenario', name)}.yaml")
    definition = of.get("definition")
    if definition is None:
        return scenario
    if definition not in scenario.definitions:
        wanted = one_of(definition, list(scenario.definitions), "a definition")
        raise Refused([Problem(scenario.path, 0, "definitions", quote(definition), wanted)])
    return with_overrides(scenario, scenario.definitions[definition])


def points_of(figure: str) -> list[str]:
    """The points that a figure needs runs of."""
    found = _parts(figure)
    return [found["of"]] + ([found["less"]] if found["less"] else [])


def _parts(figure: str) -> re.Match[str]:
    found = FIGURE.fullmatch(figure)
    assert found is not None
    return found


def wants(scenario: Scenario) -> list[Want]:
    """Every measure and the use of every place by month and on the last day.

    All of them always, so that a table that asks for one more runs nothing anew.
    """
    places = checked(scenario).names.objects
    columns = [*scenario.said.measures, *(f"{p}.{level}" for p in places for level in _PLACES)]
    last = scenario.end - timedelta(days=1)
    spans = [*months(scenario.start, last), ("end", last, last)]
    return [
        Want(f"{column}@{name}", column, "mean", first, until)
        for column in columns
        for name, first, until in spans
    ]


def months(first: date, last: date) -> Iterator[tuple[str, date, date]]:
    """Each month from `first` to `last` by name, with its days that lie between them."""
    at = first
    while at <= last:
        after = (at.replace(day=1) + timedelta(days=32)).replace(day=1)
        yield f"{at:%Y-%m}", at, min(last, after - timedelta(days=1))
        at = after


def made(file: Path, figures: Sequence[str], worlds: int, jobs: int, store: Path) -> dict[str, str]:
    """What each figure is in words, from the store or from runs. Raises Refused for unknown numbers."""
    names = list(dict.fromkeys(point for figure in figures for point in points_of(figure)))
    points = read_points(file, names)
    runs: dict[str, Runs] = {}
    for name, scenario in points.scenarios.items():
        say(f"{name}: {worlds} worlds")
        (runs[name],) = evaluate(
            [Point(scenario)], replications=worlds, jobs=jobs, store=store,
            central=name in points.central, wants=wants(scenario),
        )  # fmt: skip
    return {figure: words(figure, points.scenarios, runs) for figure in figures}


def words(figure: str, points: Mapping[str, Scenario], runs: Mapping[str, Runs]) -> str:
    """`1,441 (1,305 to 1,577)`: mean and 95 % interval over worlds."""
    of = _parts(figure)
    if of["number"] == "answer":
        return _answer(points[of["of"]], runs[of["of"]])
    series = _series(figure, runs[of["of"]], of["number"])
    if len(series) < FEWEST_REPLICATIONS:
        return "too few worlds"
    if of["by"]:
        return _percent(mean_interval(series / _series(figure, runs[of["of"]], of["by"])))
    if of["less"]:
        less = mean_interval(series - _series(figure, runs[of["less"]], of["number"]))
        return signed(less.mean) + _within(less)
    level = mean_interval(series)
    return amount(level.mean) + _within(level)


def _within(of: Interval) -> str:
    """Nothing where all worlds give one value."""
    return f" ({span(of.low, of.high)})" if isfinite(of.low) and isfinite(of.high) else ""


def _percent(share: Interval) -> str:
    low, high = (f"{100 * end:.0f}" for end in (share.low, share.high))
    return f"{100 * share.mean:.0f} % ({low} to {high})"


def _answer(scenario: Scenario, runs: Runs) -> str:
    """`no (0 of 10)`: decided as the program decides, with the worlds that say yes."""
    question, yes = asked(scenario), int(runs.values["yes"].sum())
    assert question is not None
    worlds = len(runs.replication)
    said = _SAID[decide(yes, worlds, question.probability, CONFIDENCE)]
    return f"**{said}** ({yes} of {worlds})"


def _series(figure: str, runs: Runs, number: str) -> Series:
    if number not in runs.values:
        wanted = one_of(number, list(runs.values), "a number of this point")
        raise Refused([Problem(figure, 0, "", quote(number), wanted)])
    return runs.values[number]


def filled(tables: Tables, said: Mapping[str, str]) -> dict[Path, str]:
    """Each page with its tables as they are now."""
    pages = {page: page.read_text(encoding="utf-8") for page in tables.pages.values()}
    for name, page in tables.pages.items():
        pages[page] = _in_place(pages[page], name, table(tables.rows[name], said), page)
    return pages


def _in_place(text: str, name: str, lines: str, page: Path) -> str:
    first, last = f"<!-- answers: {name} -->\n", f"<!-- /answers: {name} -->"
    start, end = text.find(first), text.find(last)
    if start < 0 or end < start:
        raise Refused([Problem(str(page), 0, "", "no place for the table", f"{first}{last}")])
    return text[: start + len(first)] + lines + text[end:]


def table(rows: Sequence[Sequence[str]], said: Mapping[str, str]) -> str:
    """In Markdown; the first row is the head."""
    lines = [f"| {' | '.join(_cell(cell, said) for cell in row)} |\n" for row in rows]
    return "".join([lines[0], "|---" * len(rows[0]) + "|\n", *lines[1:]])


def _cell(cell: str, said: Mapping[str, str]) -> str:
    return FIGURE.sub(lambda figure: said.get(figure[0], "not run"), cell)


def read_figures(file: Path) -> dict[str, str]:
    """What the figures were when they were last made; empty without the file."""
    if not file.is_file():
        return {}
    with file.open(encoding="utf-8", newline="") as text:
        return {row["figure"]: row["said"] for row in csv.DictReader(text)}


def write_figures(file: Path, said: Mapping[str, str]) -> None:
    with file.open("w", encoding="utf-8", newline="") as text:
        rows = csv.writer(text, lineterminator="\n")
        rows.writerows([("figure", "said"), *said.items()])


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs what is missing, writes figures and pages; raises SimError for what goes wrong."""
    parser = argparse.ArgumentParser(description="Figures of the documentation's tables.")
    parser.add_argument("book", type=Path)
    parser.add_argument("--replications", type=int, default=10)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--store", type=Path, default=STORE)
    parser.add_argument("--points", nargs="*", help="make the figures of these points alone")
    given = parser.parse_args(arguments)
    tables, file = read_tables(given.book), given.book.with_suffix(".csv")
    only = given.points
    chosen = [f for f in tables.figures if only is None or set(points_of(f)) <= set(only)]
    said = read_figures(file)
    said |= made(given.book, chosen, given.replications, given.jobs, given.store)
    said = {figure: said[figure] for figure in tables.figures if figure in said}
    write_figures(file, said)
    for page, text in filled(tables, said).items():
        page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    with told():
        main()
