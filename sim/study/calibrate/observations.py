"""Observed numbers in a CSV file, every mistake in it told at once."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sim.errors import Problem, Refused, listing, one_of, quote
from sim.measures import column_names
from sim.network.model import Model
from sim.scenario import Scenario
from sim.study.point import Want

HOW = {"sum": "sum", "mean": "mean", "at": "mean"}
"""Statistic of a daily column for each way of reading it; `at` is one day."""
YES, NO, INPUT = "yes", "no", "input"
REQUIRED = ("figure", "measure", "how", "from", "to", "observed", "unit", "fitted", "source")
ALLOWED, ERROR = "allowed_percent", "standard_error"
COLUMNS = (*REQUIRED, ALLOWED, ERROR)
ALLOWED_IN_ERRORS = 3.0
"""How many standard errors an allowance is taken as.

Source: Pukelsheim 1994, "The three sigma rule": whatever has one peak lies within three with 95 %.
"""


@dataclass(frozen=True)
class Observation:
    """One observed number: `how` a measure is read over the days from `first` to `last`, inclusive.

    `allowed` is how far the model may be off, in the unit of `observed`; `error` the same as a
    standard error. `fitted` is yes, no (held out) or input (what the scenario was given).
    """

    name: str
    measure: str
    how: str
    first: date
    last: date
    observed: float
    unit: str
    allowed: float
    error: float
    fitted: str
    source: str
    file: str
    line: int

    @property
    def want(self) -> Want:
        """What to ask of every run."""
        return Want(self.name, self.measure, HOW[self.how], self.first, self.last)

    @property
    def allowed_percent(self) -> float:
        return 100 * self.allowed / abs(self.observed) if self.observed else math.inf


def read_observations(path: Path) -> list[Observation]:
    """The observed numbers of a file, as far as it can be judged without a scenario.

    Raises Refused with every problem.
    """
    rows, problems = _rows(path)
    found = []
    for line, row in rows:
        reader = _Row(str(path), line, row)
        one = reader.read()
        problems += reader.problems
        found += [one] if one is not None else []
    problems += _twice(str(path), found)
    if not rows and not problems:
        problems.append(Problem(str(path), 0, "", "no rows", "one observed number or more"))
    if problems:
        raise Refused(sorted(problems, key=lambda problem: problem.line))
    return found


def _rows(path: Path) -> tuple[list[tuple[int, dict[str, str]]], list[Problem]]:
    """Rows with their lines, as long as the heading; and what is wrong with the shape."""
    wanted = "a CSV in UTF-8 such as scenarios/observed/first-100-days.csv"
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            lines = [(reader.line_num, cells) for cells in reader if cells]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise Refused([Problem(str(path), 0, "", f"no such table ({reason})", wanted)]) from None
    if not lines:
        raise Refused([Problem(str(path), 0, "", "an empty file", wanted)])
    heading, body = lines[0][1], lines[1:]
    problems = _heading(str(path), heading)
    if problems:
        raise Refused(problems)
    for line, cells in body:
        if len(cells) != len(heading):
            found, many = f"{len(cells)} values", f"{len(heading)}, as the heading has"
            problems.append(Problem(str(path), line, "", found, many))
    good = [(n, cells) for n, cells in body if len(cells) == len(heading)]
    return [(n, dict(zip(heading, map(str.strip, cells), strict=True))) for n, cells in good], problems


def _heading(file: str, heading: list[str]) -> list[Problem]:
    problems = [
        Problem(file, 1, name, f"the unknown column {quote(name)}", one_of(name, COLUMNS, "a column"))
        for name in heading if name not in COLUMNS
    ]  # fmt: skip
    problems += [
        Problem(file, 1, name, f"the column {quote(name)} twice", "it once")
        for name in dict.fromkeys(heading) if heading.count(name) > 1
    ]  # fmt: skip
    missing = [name for name in REQUIRED if name not in heading]
    if missing:
        found = f"no column {listing(map(quote, missing))}"
        problems.append(Problem(file, 1, "", found, f"the columns {listing(REQUIRED, 'and')}"))
    if ALLOWED not in heading and ERROR not in heading:
        wanted = f"{ALLOWED} or {ERROR}, so that it is known how near is near"
        problems.append(Problem(file, 1, "", "no allowance", wanted))
    return problems


class _Row:
    """One row being read; tells all that is wrong with it."""

    def __init__(self, file: str, line: int, row: dict[str, str]) -> None:
        self.file, self.line, self.row = file, line, row
        self.problems: list[Problem] = []

    def no(self, column: str, found: str, wanted: str) -> None:
        self.problems.append(Problem(self.file, self.line, column, found, wanted))

    def read(self) -> Observation | None:
        name, measure, source = (self._word(c) for c in ("figure", "measure", "source"))
        how, fitted = self._choice("how", tuple(HOW)), self._choice("fitted", (YES, NO, INPUT))
        first, last = self._date("from"), self._date("to")
        observed = self._number("observed", "a number; leave the row out if nothing was observed")
        allowed = self._allowed(observed)
        self._order(how, first, last)
        if self.problems:
            return None
        assert first is not None
        assert last is not None
        assert observed is not None
        assert allowed is not None
        return Observation(
            name, measure, how, first, last, observed, self.row["unit"], *allowed, fitted, source,
            self.file, self.line,
        )  # fmt: skip

    def _word(self, column: str) -> str:
        if not self.row[column]:
            self.no(column, "nothing", "text")
        return self.row[column]

    def _choice(self, column: str, words: tuple[str, ...]) -> str:
        if self.row[column] not in words:
            self.no(column, quote(self.row[column]), one_of(self.row[column], words, "a word it knows"))
        return self.row[column]

    def _date(self, column: str) -> date | None:
        text = self.row[column]
        try:
            if len(text) == len("2025-01-31"):
                return date.fromisoformat(text)
        except ValueError:
            pass
        self.no(column, quote(text), "a date that exists, such as 2025-01-31")
        return None

    def _number(self, column: str, wanted: str) -> float | None:
        text = self.row[column]
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if math.isfinite(value) and "_" not in text:
            return value
        self.no(column, quote(text) if text else "nothing", wanted)
        return None

    def _order(self, how: str, first: date | None, last: date | None) -> None:
        if first is None or last is None:
            return
        if last < first:
            self.no("to", str(last), f"a date not before {first}")
        elif how == "at" and first != last:
            self.no("to", str(last), f"{first} again, as 'at' is one day")

    def _allowed(self, observed: float | None) -> tuple[float, float] | None:
        """How far the model may be off, and that as a standard error."""
        said = {name: self.row.get(name, "") for name in (ALLOWED, ERROR)}
        given = [name for name, text in said.items() if text]
        if len(given) != 1:
            found = "neither" if not given else "both"
            self.no(ALLOWED, f"{found} of {ALLOWED} and {ERROR}", "one of them")
            return None
        value = self._number(given[0], "a number above 0")
        if value is None or observed is None:
            return None
        if not value > 0:
            self.no(given[0], quote(said[given[0]]), "a number above 0")
            return None
        if given[0] == ERROR:
            return ALLOWED_IN_ERRORS * value, value
        if observed == 0:
            self.no(ALLOWED, "a share of an observed 0", f"a {ERROR}")
            return None
        allowed = abs(observed) * value / 100
        return allowed, allowed / ALLOWED_IN_ERRORS


def _twice(file: str, found: list[Observation]) -> list[Problem]:
    keys: list[tuple[str, Callable[[Observation], object]]] = [
        ("figure", lambda one: one.name),
        ("measure", lambda one: (one.measure, one.how, one.first, one.last)),
    ]
    problems = []
    for column, key in keys:
        seen: dict[object, int] = {}
        for one in found:
            if key(one) in seen:
                what = quote(one.name) if column == "figure" else "the same days of a measure"
                wanted = f"it once; see line {seen[key(one)]}"
                problems.append(Problem(file, one.line, column, f"{what} again", wanted))
            seen.setdefault(key(one), one.line)
    return problems


def misfits(found: Sequence[Observation], scenario: Scenario, model: Model) -> list[Problem]:
    """What the scenario cannot answer: measures it has not, days outside it, other units."""
    known = column_names(scenario, model)
    stocks = frozenset(stock.name for stock in model.stocks)
    return [
        Problem(one.file, one.line, column, said, wanted)
        for one in found
        for column, said, wanted in _misfits(one, scenario, known, stocks)
    ]


def _misfits(
    one: Observation, scenario: Scenario, known: list[str], stocks: frozenset[str]
) -> Iterator[tuple[str, str, str]]:
    if one.measure not in known:
        near = known if "." in one.measure else [name for name in known if "." not in name]
        yield "measure", quote(one.measure), one_of(one.measure, near, "a measure or an outcome")
        return
    for column, day in (("from", one.first), ("to", one.last)):
        if not scenario.start <= day < scenario.end:
            yield column, str(day), f"a day of the run, {scenario.start} to the day before {scenario.end}"
            return
    unit = unit_of(one, scenario)
    if unit is not None and one.unit != unit:
        yield "unit", quote(one.unit), f"{quote(unit)}, as the {one.how} of {one.measure} is measured in"
    if one.observed < 0 and not _may_be_negative(one.measure, scenario, stocks):
        yield "observed", f"{one.observed:g}", f"0 or more, as {one.measure} is never below it"
    said = scenario.measures.get(one.measure)
    if said is not None and said.age is not None:
        days = [day for day in said.age.at if one.first <= day <= one.last]
        if not days or one.how == "sum":
            wanted = f"one of the days on which {one.measure} is read: {listing(map(str, said.age.at))}"
            yield "from", f"{one.how} from {one.first} to {one.last}", wanted


def _may_be_negative(column: str, scenario: Scenario, stocks: frozenset[str]) -> bool:
    """Whether it takes something away, or tells money or what is left of a stock; all else is counted."""
    place, _, rest = column.partition(".")
    if rest:
        return place in stocks or place == "cost"
    said = scenario.measures.get(column)
    return said is not None and any(
        (term.times is not None and not term.times.value >= 0)
        or term.stock is not None
        or (term.measure is not None and _may_be_negative(term.measure, scenario, stocks))
        for term in said.sum_of
    )


def unit_of(one: Observation, scenario: Scenario) -> str | None:
    """The unit in which a run tells it: a rate by day that is summed is a number; None if unsaid."""
    said = scenario.measures.get(one.measure)
    if said is None or said.unit is None:
        return None
    return said.unit.removesuffix("/day") if one.how == "sum" else said.unit
