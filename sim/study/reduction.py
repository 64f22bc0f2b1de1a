"""The few numbers of a replication that a study of many points keeps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from sim.errors import Problem, Refused, SimError, one_of, quote
from sim.estimate import trailing_mean
from sim.measures.breaches import breaches
from sim.measures.costs import costs
from sim.measures.daily import column, counted, daily
from sim.measures.logged import Logged
from sim.measures.statistics import Key, statistics
from sim.measures.terms import Columns
from sim.study.point import Want
from sim.verdict.asked import Asked
from sim.verdict.finding import answer_of

Numbers = dict[str, float]
Series = NDArray[np.float64]
STATISTICS = ("mean", "sum", "last")


def numbers(of: Logged, asked: Asked | None, wants: Sequence[Want] = ()) -> Numbers:
    """What `Runs.values` keeps of one log.

    Raises SimError if a want names what there is not.
    """
    read = [want.column for want in wants] + ([asked.measure] if asked is not None else [])
    columns = daily(of) if any(map(_is_of_a_place, read)) else counted(of)
    found = _answer(asked, columns) if asked is not None else {}
    found |= {
        f"mean.{name}": _mean(np.asarray(columns[name], np.float64)) for name in _plain(columns)
    }
    found |= {f"breach.{name}": b.per_day for name, b in breaches(of.plan, columns).items()}
    found |= {f"cost.{name}": cost for name, cost in costs(of, columns).items()}
    return found | dict(_wanted(of, columns, wants))


def answer(of: Logged, asked: Asked) -> Numbers:
    """What a log says to a question; one that ends before its last date, to as much as it can."""
    last = of.days - 1
    by, until = min(asked.reached_by, last), min(asked.sustained_until, last)
    return _answer(
        replace(asked, reached_by=by, sustained_until=until),
        {asked.measure: column(of, asked.measure)},
    )


def _is_of_a_place(column: str) -> bool:
    return "." in column and "/" not in column


def _plain(columns: Columns) -> Iterator[str]:
    """Measures and outcomes; not what breaks down by place or limit, nor the target."""
    return (name for name in columns if "." not in name and name != "target")


def _mean(series: Series) -> float:
    """Mean of the days that have a value."""
    known = series[~np.isnan(series)]
    return float(known.mean()) if known.size else float("nan")


def _answer(asked: Asked, columns: Columns) -> Numbers:
    series = np.asarray(_column(columns, asked.measure), np.float64)
    day = max(asked.reached_by, asked.window - 1)
    reached = float(trailing_mean(series, asked.window)[day])
    if asked.at_least:
        short = (1.0 - asked.tolerance) * asked.value - reached
    else:
        short = reached - (1.0 + asked.tolerance) * asked.value
    return {"yes": float(answer_of(asked, series).yes), "reached": reached, "shortfall": short}


def _column(columns: Columns, name: str) -> Series:
    """Raises SimError for a name that is none of the columns."""
    if name not in columns:
        wanted = one_of(name, list(columns), "a daily column")
        raise SimError(f"found no daily column {quote(name)}; wanted {wanted}")
    return np.asarray(columns[name], np.float64)


# -- wants ------------------------------------------------------------------------------------------


def _wanted(of: Logged, columns: Columns, wants: Sequence[Want]) -> Iterator[tuple[str, float]]:
    rows = [want for want in wants if "/" in want.column]
    told = statistics(of, of.plan.warm_up or 0)[0] if rows else {}
    for want in wants:
        if "/" in want.column:
            place = want.column.split("/", 2)
            key = Key(place[0], place[1], place[2] if len(place) > 2 else "", want.statistic)
            yield want.name, told.get(key, float("nan"))
        else:
            yield want.name, _over_dates(of, columns, want)


def _over_dates(of: Logged, columns: Columns, want: Want) -> float:
    name, at, when = want.column.rpartition("@")
    if at:
        day = _day(of, date.fromisoformat(when), want)
        return float(_column(columns, name)[day])
    series = _column(columns, want.column)[
        _day(of, want.first, want) : _day(of, want.last, want) + 1
    ]
    if want.statistic == "last":
        return float(series[-1])
    known = series[~np.isnan(series)]
    if want.statistic == "sum":
        return float(known.sum()) if known.size else float("nan")
    return _mean(series)


def _day(of: Logged, when: date, want: Want) -> int:
    """Raises SimError for a date outside the run."""
    day = (when - of.plan.start).days
    if not 0 <= day < of.days:
        raise SimError(
            f"{want.name}: found the date {when}; wanted one of the {of.days} days of the run"
        )
    return day


def check_wants(wants: Sequence[Want]) -> None:
    """Raises Refused for statistics that there are not and names given twice."""
    problems = []
    for want in wants:
        if "/" not in want.column and want.statistic not in STATISTICS:
            wanted = one_of(want.statistic, STATISTICS, "a statistic of days")
            problems.append(Problem(want.name, 0, want.column, quote(want.statistic), wanted))
        if not want.first <= want.last:
            found = f"{want.first} to {want.last}"
            problems.append(Problem(want.name, 0, want.column, found, "dates in their order"))
    names = [want.name for want in wants]
    for name in sorted({name for name in names if names.count(name) > 1}):
        problems.append(Problem(name, 0, "", f"{names.count(name)} wants of one name", "one"))
    if problems:
        raise Refused(problems)
