"""A comparison in sentences, with its files where they are wanted."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from math import isfinite
from pathlib import Path

import pandas as pd

from sim.estimate import clopper_pearson
from sim.study.compare import ALARM, Compared
from sim.study.folder import PROVENANCE, sealed, written_whole
from sim.study.writing import as_json
from sim.verdict.numbers import amount, beside, name, signed
from sim.verdict.phrases import MADE_UP, interval
from sim.version import VERSION

TEXT, DIFFERENCES, RANKING, RECORD = "compare.txt", "differences.csv", "ranking.csv", "compare.json"
Draw = Callable[[Path], object]


def write(found: Compared, folder: Path, draw: Draw | None = None) -> Path:
    """The folder, written whole. Raises Refused if the place cannot be written to."""
    with written_whole(folder, draw) as draft:
        for file, frame in ((DIFFERENCES, found.differences), (RANKING, found.ranking)):
            frame.to_csv(draft / file, index=False, lineterminator="\n")
        _text(draft / TEXT, in_words(found) + "\n")
        _text(draft / RECORD, as_json(found.record))
        told = {"digest": found.digest, "version": VERSION, **sealed(draft)}
        _text(draft / PROVENANCE, as_json(told))
    return folder


def _text(path: Path, content: str) -> None:
    path.write_text(content, encoding="utf-8", newline="\n")


def printed(found: Compared) -> str:
    """`in_words` for a terminal, with where the files are if they are kept."""
    return in_words(found) + ("" if found.folder is None else f"\nFiles: {found.folder}")


def in_words(found: Compared) -> str:
    """What differs, what is not shown to, and which scenario is shown to be better than which."""
    lines = [MADE_UP] if found.illustrative else []
    runs = int(found.record["replications"])
    for scenario, rows in found.differences.groupby("scenario", sort=False):
        lines.append(
            f"{scenario}, against the first (means; differences with simultaneous 95 % intervals):"
        )
        sure = 1.0 - ALARM / len(rows)
        lines += [f"  {_line(row, runs, sure)}" for row in rows[rows["differs"]].to_dict("records")]
        same = [measure_words(str(m)) for m in rows[~rows["differs"]]["measure"]]
        lines += [f"  not shown to differ: {', '.join(same)}"] if same else []
    return "\n".join([*lines, *_ranked(found.ranking, runs)])


def _ranked(ranking: pd.DataFrame, runs: int) -> list[str]:
    if ranking.empty:
        return ["Not ranked: there is no question that all of them ask."]
    lines = ["By the rate that the question asks for:"]
    for row in ranking.to_dict("records"):
        shown = "better than" if row["differs"] else "not shown to be better than"
        rates = f"{amount(float(row['rate']))} against {amount(float(row['other_rate']))}"
        more, low, high = (float(row[key]) for key in ("difference", "low", "high"))
        gain = _interval(more, low, high, runs, 1.0 - ALARM / len(ranking))
        lines.append(f"  {row['better']} is {shown} {row['other']}: {rates}, {gain}")
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


def _mean(value: float, low: float, high: float) -> str:
    """To the places of the difference's interval, unless that is far wider than the mean."""
    return amount(value) if abs(value) < (high - low) / 2 else beside(value, low, high)


def _line(row: Mapping[Hashable, object], runs: int, sure: float) -> str:
    keys = ("base", "other", "difference", "low", "high")
    base, other, more, low, high = (float(str(row[key])) for key in keys)
    values = f"{_mean(base, low, high)} to {_mean(other, low, high)}, {_interval(more, low, high, runs, sure)}"
    return f"{measure_words(str(row['measure']))}: {values}"


def _interval(more: float, low: float, high: float, runs: int, sure: float) -> str:
    """A difference to the places that its interval tells apart.

    Without ends where it is the same in every run: then in what share of others, at most, it is not.
    """
    if isfinite(low) and isfinite(high):
        return f"{signed(more, low, high)} ({interval(low, high, None, sure)})"
    return f"{signed(more)} ({interval(None, None, clopper_pearson(0, runs, sure)[1], sure)})"
