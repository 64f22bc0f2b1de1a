"""A finished run by interval of days, beside what was observed if that is given, in Markdown.

`python -m sim.study.intervals DIR` prints each measure by month; `--observed CSV` the intervals of a
file with the columns first, last and any columns of daily.parquet, and how well the bands did;
`--beside book_ins=1016:45%` how well one number for all intervals, so much more or less, would have done;
`--record CSV` how much they changed from one to the next in a longer series of such intervals.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Hashable, Iterator, Mapping, Sequence
from datetime import date
from math import isfinite
from os.path import isfile
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.errors import Problem, Refused, quote, told
from sim.measures.bands import spread
from sim.study.finished import DAILY, Finished

MEASURES = ("book_ins", "removals_from_detention", "held")
MISS = 2 / 0.1
"""What a 90 % band pays for each unit that an observation lies outside (Gneiting, Raftery 2007)."""


def months(daily: pd.DataFrame) -> pd.DataFrame:
    """First and last day of each month in a run."""
    days = pd.Series(sorted(daily["date"].unique()))
    month = days.groupby(days.dt.to_period("M"))
    return pd.DataFrame({"first": month.min().to_list(), "last": month.max().to_list()})


def by_interval(daily: pd.DataFrame, within: pd.DataFrame, measure: str) -> NDArray[np.float64]:
    """A measure's mean over the days of each interval, (replications, intervals)."""
    wide = daily.pivot_table(index="date", columns=["world", "replication"], values=measure)
    return np.stack([_mean(wide, row.first, row.last) for row in within.itertuples()], axis=1)


def with_bands(within: pd.DataFrame, means: NDArray[np.float64]) -> pd.DataFrame:
    """Mean and bands over replications of the means of `by_interval`, an interval each."""
    return within[["first", "last"]].assign(**spread(means))


def _mean(wide: pd.DataFrame, first: object, last: object) -> NDArray[np.float64]:
    inside = wide.loc[pd.Timestamp(str(first)) : pd.Timestamp(str(last))]
    wanted = (pd.Timestamp(str(last)) - pd.Timestamp(str(first))).days + 1
    if len(inside) != wanted:
        found = f"{first} to {last}"
        raise Refused([Problem("", 0, "intervals", quote(found), "days of the run")])
    return np.asarray(inside.mean(axis=0), np.float64)


def scores(found: pd.DataFrame, observed: NDArray[np.float64]) -> dict[str, float]:
    """How well the bands of intervals did, relative to the observed mean, weighted by days.

    Error of the mean, mean absolute error, intervals within the 90 % and the 50 % band, mean half-width
    of the 90 % band and its interval score.
    """
    days = (pd.to_datetime(found["last"]) - pd.to_datetime(found["first"])).dt.days + 1
    level = float(np.average(observed, weights=days))
    low, high, off = found["p5"], found["p95"], found["mean"] - observed
    beyond = np.maximum(low - observed, 0) + np.maximum(observed - high, 0)
    return {
        "error": float(np.average(off, weights=days)) / level,
        "absolute": float(np.average(np.abs(off), weights=days)) / level,
        "within_90": int(((low <= observed) & (observed <= high)).sum()),
        "within_50": int(((found["p25"] <= observed) & (observed <= found["p75"])).sum()),
        "half_width": float(np.average((high - low) / 2, weights=days)) / level,
        "score": float(np.average(high - low + MISS * beyond, weights=days)) / level,
    }


def unrest(values: NDArray[np.float64]) -> float:
    """By how much values change from one interval to the next: root mean square of the logarithm of their ratio.

    values: (…, intervals); nan where one is not positive or there is only one.
    """
    if values.shape[-1] < 2 or not (values > 0).all():
        return float("nan")
    return float(np.sqrt(np.mean(np.diff(np.log(values), axis=-1) ** 2)))


class OneNumber(NamedTuple):
    """The same forecast for every interval: a value, and the half-width of its 90 % band as a share of it."""

    value: float
    within: float

    def everywhere(self, found: pd.DataFrame) -> pd.DataFrame:
        """As the bands of a run over the same intervals; it has no 50 % band."""
        low, high = self.value * (1 - self.within), self.value * (1 + self.within)
        middle = dict.fromkeys(("mean", "p25", "p75"), self.value)
        return found[["first", "last"]].assign(p5=low, p95=high, **middle)


def one_number(text: str) -> tuple[str, OneNumber]:
    """A measure and its one number, out of `held=62913:45%`. Raises Refused."""
    measure, _, said = text.partition("=")
    value, _, share = said.partition(":")
    within = share.removesuffix("%").strip()
    if measure not in MEASURES or not (_is_number(value) and _is_number(within)) or float(within) < 0:
        wanted = f"one of {', '.join(MEASURES)} with a number and a share, such as book_ins=1016:45%"
        raise Refused([Problem("", 0, "--beside", quote(text), wanted)])
    return measure, OneNumber(float(value), float(within) / (100 if share.endswith("%") else 1))


def _all_beside(texts: Sequence[str]) -> dict[str, OneNumber]:
    found = [one_number(text) for text in texts]
    names = [measure for measure, _ in found]
    if len(set(names)) < len(names):
        raise Refused([Problem("", 0, "--beside", "a measure twice", "one number for each")])
    return dict(found)


def unrest_told(worlds: float, observed: float, record: float, intervals: int) -> str:
    """The sentence on how much a measure changes from one interval to the next; nothing where it is not known.

    `record` may be nan.
    """
    if not (isfinite(worlds) and isfinite(observed)):
        return ""
    told = f"From one interval to the next it changed by {observed:.1%}, in the worlds by {worlds:.1%}"
    if isfinite(record):
        told += f", over the {intervals} intervals of the record by {record:.1%}"
    return f"{told} (root mean square of log ratios).\n"


def markdown(
    found: pd.DataFrame, measure: str, observed: NDArray[np.float64] | None, beside: OneNumber | None = None
) -> str:
    """The table of one measure and, where it was observed, how well the bands did, and one number beside them."""
    return "\n".join(_lines(found, measure, observed, beside))


def _lines(
    found: pd.DataFrame, measure: str, observed: NDArray[np.float64] | None, beside: OneNumber | None
) -> Iterator[str]:
    seen = observed is not None
    yield f"| {measure} | mean | 50 % band | 90 % band |" + (" observed |" if seen else "")
    yield "|---|--:|--:|--:|" + ("--:|" if seen else "")
    for i, row in enumerate(found.to_dict("records")):
        yield (
            f"| {_day(row['first'])} to {_day(row['last'])} | {row['mean']:,.0f} | "
            f"{row['p25']:,.0f} to {row['p75']:,.0f} | {row['p5']:,.0f} to {row['p95']:,.0f} |"
            + (f" {observed[i]:,.0f} |" if observed is not None else "")
        )
    yield ""
    if observed is not None:
        told = scores(found, observed)
        bands = f"the 90 % band, {told['within_50']} within the 50 % band"
        yield _judged("Error of the mean", bands, told, len(found))
        yield ""
    if observed is not None and beside is not None:
        told = scores(beside.everywhere(found), observed)
        yield _judged(f"One number, {beside.value:,.0f} ± {beside.within:.1%}: error", "it", told, len(found))
        yield ""


def _judged(what: str, bands: str, told: Mapping[str, float], intervals: int) -> str:
    return (
        f"{what} {told['error']:+.1%}, mean absolute error {told['absolute']:.1%}; "
        f"{told['within_90']} of {intervals} within {bands}; half-width {told['half_width']:.1%}, "
        f"interval score {told['score']:.2f}."
    )


def _day(value: object) -> str:
    return str(pd.Timestamp(str(value)).date())


def _observed(file: Path, run: pd.DataFrame | None) -> pd.DataFrame:
    """The intervals of a file, within a run if one is given, with what was observed in them.

    Raises Refused, all problems at once.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        found = getattr(error, "strerror", None) or "no text"
        raise Refused([Problem(str(file), 0, "", found, "a CSV of intervals")]) from None
    written = [(i, x) for i, x in enumerate(text.splitlines(), 1) if x.strip() and x[0] != "#"]
    found = pd.DataFrame(csv.DictReader([line for _, line in written]))
    numbers = [name for name in MEASURES if name in found]
    missing = [name for name in ("first", "last") if name not in found]
    head = written[0][0] if written else 0
    problems = [Problem(str(file), head, name, "no such column", "one") for name in missing]
    before = ""
    for (line, _), row in zip(written[1:], found.to_dict("records"), strict=False):
        problems += [Problem(str(file), line, *of) for of in _wrong(row, numbers, missing, run, before)]
        before = str(row.get("last", ""))
    if problems:
        raise Refused(problems)
    return found.astype(dict.fromkeys(numbers, np.float64))


def _record(file: Path, within: pd.DataFrame, daily: pd.DataFrame) -> pd.DataFrame:
    """A longer series of what was observed in the run too. Raises Refused."""
    found = _observed(file, None)
    if not any(name in found and name in within and name in daily for name in MEASURES):
        wanted = "a measure of the run that --observed CSV has too"
        raise Refused([Problem(str(file), 0, "--record", "no such measure", wanted)])
    return found


def _wrong(
    row: Mapping[Hashable, object], numbers: Sequence[str], missing: Sequence[str], run: pd.DataFrame | None,
    before: str,
) -> Iterator[tuple[str, str, str]]:
    """What is wrong with one interval: column, found, wanted."""
    for name in numbers:
        if not _is_number(str(row[name])):
            yield name, quote(row[name]), "a number"
    if missing:
        return
    start, end, of = "", "9999", ""
    if run is not None:
        start, end = _day(run["date"].min()), _day(run["date"].max())
        of = f" of the run, {start} to {end}"
    first, last = str(row["first"]), str(row["last"])
    if not (_is_day(first) and _is_day(last) and start <= first <= last <= end):
        wanted = f"days{of}, the first not after the last"
        yield "first", f"{quote(row['first'])} to {quote(row['last'])}", wanted
    elif _is_day(before) and first <= before:
        yield "first", quote(first), f"a day after {before}, where the interval before ends"


def _is_number(text: str) -> bool:
    try:
        return isfinite(float(text))
    except ValueError:
        return False


def _is_day(text: str) -> bool:
    """Whether it is a date as 2025-01-31, so that dates compare as their texts do."""
    try:
        return str(date.fromisoformat(text)) == text
    except ValueError:
        return False


def main(arguments: Sequence[str] | None = None) -> None:
    """Prints the tables; raises SimError for what goes wrong."""
    parser = argparse.ArgumentParser(description="A finished run by interval of days.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--observed", type=Path)
    parser.add_argument("--record", type=Path, metavar="CSV")
    parser.add_argument("--beside", action="append", default=[], metavar="MEASURE=VALUE:SHARE")
    given = parser.parse_args(arguments)
    beside = _all_beside(given.beside)
    if not isfile(given.folder / DAILY):
        raise Refused([Problem(str(given.folder), 0, "", "no daily.parquet", "a run folder")])
    daily = Finished(given.folder).daily
    within = months(daily) if given.observed is None else _observed(given.observed, daily)
    record = pd.DataFrame() if given.record is None else _record(given.record, within, daily)
    unseen = [name for name in beside if name not in within or name not in daily]
    if unseen:
        wanted = "a measure of the run that --observed CSV has too"
        raise Refused([Problem("", 0, "--beside", quote(name), wanted) for name in unseen])
    for measure in (m for m in MEASURES if m in daily):
        seen = np.asarray(within[measure], np.float64) if measure in within else None
        means = by_interval(daily, within, measure)
        print(markdown(with_bands(within, means), measure, seen, beside.get(measure)))
        if seen is not None:
            longer = np.asarray(record.get(measure, []), np.float64)
            unrests = unrest(means), unrest(seen), unrest(longer)
            print(unrest_told(*unrests, len(longer)))


if __name__ == "__main__":
    with told():
        main()
