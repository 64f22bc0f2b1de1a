"""The numbers that are fitted, and how far each may go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from sim.errors import Problem, Refused, quote
from sim.scenario import Scenario
from sim.scenario.bounds import Bound, bounds
from sim.scenario.quantity import Quantity, Sort, Told, again
from sim.scenario.slips import one_path
from sim.scenario.tree import Place, text
from sim.scenario.units import amount

FIT = "--fit"
MOST = 20
_WANTED = "path or path=low:high, such as steps.docket.delay.lognormal.mean=40:60"
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Parameter:
    """A number between `low` and `high`, all in the unit it is written in."""

    path: str
    unit: str
    low: float
    high: float
    stated: float
    whole: bool

    def written(self, value: float) -> str:
        """The value as it is put into the file: six digits, so that what is run is what is told."""
        return f"{round(value):d}" if self.whole else f"{value:.6g}"


def parameters(scenario: Scenario, fit: Sequence[str]) -> list[Parameter]:
    """Those named, or all with a range. Raises Refused with every problem."""
    known = {q.path: q for q in scenario.quantities() if not q.path.startswith("question.")}
    named = list(fit) or [fact.path for fact in scenario.uncertain]
    problems: list[Problem] = []
    found = [_named(given, known, problems) for given in named]
    good = [one for one in found if one is not None]
    if not named:
        wanted = f"a number with a range, or {_WANTED}"
        problems.append(Problem(FIT, 0, "", "nothing to fit", wanted))
    if len(named) > MOST:
        wanted = f"at most {MOST}: name those that matter with {FIT}"
        problems.append(Problem(FIT, 0, "", f"{len(named)} numbers with a range", wanted))
    paths = [one.path for one in good]
    for path in dict.fromkeys(path for path in paths if paths.count(path) > 1):
        problems.append(Problem(FIT, 0, path, "the path twice", "it once"))
    problems += _unfree(scenario, paths)
    if problems:
        raise Refused(problems)
    return good


def _named(given: str, known: dict[str, Quantity], problems: list[Problem]) -> Parameter | None:
    path, equals, ends = given.partition("=")
    path = path.strip()
    if path not in known:
        wanted = one_path(path, list(known), "the path of a number")
        problems.append(Problem(FIT, 0, path, "no such number", wanted))
        return None
    q = known[path]
    try:
        low, high = _ends(q, ends) if equals else _range(q)
    except ValueError as error:
        problems.append(Problem(FIT, 0, path, str(error), _WANTED))
        return None
    return Parameter(
        path, q.unit, float(low), float(high), float(q.value), q.sort in (Sort.COUNT, Sort.SIGNED)
    )


def _range(q: Quantity) -> tuple[Fraction, Fraction]:
    if q.range is None:
        raise ValueError("a number without a range")
    return q.range


def _ends(q: Quantity, ends: str) -> tuple[Fraction, Fraction]:
    """Both ends, allowed where the number stands. Raises ValueError saying what was found."""
    pieces = ends.split(":")
    if len(pieces) != 2:
        raise ValueError(quote(ends))
    low, high = (_end(q, piece.strip()) for piece in pieces)
    if not low < high:
        raise ValueError(f"a range upside down, {quote(ends)}")
    return low, high


def _end(q: Quantity, piece: str) -> Fraction:
    given = amount(piece)
    if given is None or given.unit not in ("", q.unit):
        raise ValueError(f"{quote(piece)} for a number in {quote(q.unit)}")
    told = Told()
    value = again(q, text(str(float(given.number)).removesuffix(".0"), Place(FIT, 0)), told)
    if value is None:
        raise ValueError(f"{quote(piece)}, where there must be {told.problems[0].wanted}")
    return value


def _unfree(scenario: Scenario, paths: Sequence[str]) -> list[Problem]:
    """Shares of a choice without a rest cannot be moved one by one."""
    return [
        Problem(FIT, 0, bound.path, "shares that must sum to 1", "'rest' for one of them")
        for bound in bounds(scenario.said, tuple(paths))
        if bound.kind == "exact"
    ]


class Box:
    """The ranges as a box of sides 0 to 1, less what numbers that bound each other forbid."""

    def __init__(self, scenario: Scenario, of: Sequence[Parameter]) -> None:
        self.of = of
        self.low = np.array([one.low for one in of])
        self.width = np.array([one.high - one.low for one in of])
        self.bounds = bounds(scenario.said, tuple(one.path for one in of))

    def values(self, unit: Floats) -> Floats:
        """Values (n, parameters) as they are written, of places in the box (n, parameters)."""
        raw = self.low + unit * self.width
        return np.array([[float(p.written(v)) for p, v in zip(self.of, row, strict=True)] for row in raw])

    def unit(self, values: Floats) -> Floats:
        return np.asarray((values - self.low) / self.width)

    def allowed(self, unit: Floats) -> NDArray[np.bool_]:
        """(n,) whether every bound holds."""
        values = self.low + unit * self.width
        good = np.ones(len(unit), np.bool_)
        for bound in self.bounds:
            good &= self._holds(bound, values)
        return good

    def _holds(self, bound: Bound, values: Floats) -> NDArray[np.bool_]:
        paths = [one.path for one in self.of]
        total = np.zeros(len(values))
        for path, weight in bound.weights.items():
            column = values[:, paths.index(path)] if path in paths else float(bound.stated[path])
            total = total + float(weight) * column
        return np.asarray(total < float(bound.most) - 1e-6 * abs(float(bound.most)))
