"""Which points a sweep looks at."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from itertools import product

import numpy as np
from numpy.typing import NDArray

from sim.errors import Problem, Refused, listing, one_of, quote
from sim.scenario.units import Amount, amount
from sim.study.blocks import Place

MOST_POINTS = 1_000_000
VARY = "--vary"
_WANTED = "path=from:to:steps, such as pools.beds.capacity=40000:60000:5, or path=a,b,c"
_RANGE = "path=from:to, such as pools.beds.capacity=40000:60000"


class Kind(StrEnum):
    GRID = "grid"
    LIST = "list"
    LATIN_HYPERCUBE = "latin_hypercube"
    SOBOL = "sobol"

    @property
    def spread(self) -> bool:
        """Whether points are spread over ranges, and their number is given."""
        return self in (Kind.LATIN_HYPERCUBE, Kind.SOBOL)


@dataclass(frozen=True)
class Axis:
    """What varies at one path: `values` as they are written, or the range from `low` to `high`.

    Values that are steps of a range have it beside them. `whole` rounds what is drawn from a range, for what
    comes in whole numbers.
    """

    path: str
    values: tuple[str, ...] = ()
    low: float = math.nan
    high: float = math.nan
    unit: str = ""
    whole: bool = False

    def at(self, share: float) -> str:
        """The value a share of the way along the range, as it is written."""
        value = self.low + (self.high - self.low) * share
        return written(float(math.floor(value + 0.5)) if self.whole else value, self.unit)

    def in_whole_numbers(self, each: bool) -> Axis:
        """Rounded, halves up; values that come to the same are one, or with `each` stay as many as they were."""
        found = [self._rounded(value) for value in self.values]
        return replace(self, whole=True, values=tuple(found if each else dict.fromkeys(found)))

    def _rounded(self, value: str) -> str:
        said = amount(value)
        return value if said is None else written(float(math.floor(said.number + Fraction(1, 2))), self.unit)

    @property
    def ends(self) -> tuple[str, str]:
        return (self.values[0], self.values[-1]) if self.values else (self.at(0.0), self.at(1.0))


@dataclass(frozen=True)
class Design:
    """Points as values by path; `many` are asked for where they are spread over ranges."""

    kind: Kind
    axes: tuple[Axis, ...]
    many: int = 0
    seed: int = 1

    @property
    def paths(self) -> tuple[str, ...]:
        return tuple(axis.path for axis in self.axes)

    def __len__(self) -> int:
        if self.kind.spread:
            return self.many
        sizes = [len(axis.values) for axis in self.axes]
        return math.prod(sizes) if self.kind is Kind.GRID else sizes[0]

    def __iter__(self) -> Iterator[dict[str, str]]:
        """One point after the other, so that a large design takes no room."""
        for values in self._values():
            yield dict(zip(self.paths, values, strict=True))

    def _values(self) -> Iterator[Sequence[str]]:
        lists = [axis.values for axis in self.axes]
        if self.kind is Kind.GRID:
            yield from product(*lists)
        elif self.kind is Kind.LIST:
            yield from zip(*lists, strict=True)
        else:
            for row in self._shares():
                yield [axis.at(float(u)) for axis, u in zip(self.axes, row, strict=True)]

    def _shares(self) -> Iterator[NDArray[np.float64]]:
        from scipy.stats import qmc

        if self.kind is Kind.LATIN_HYPERCUBE:
            yield from qmc.LatinHypercube(len(self.axes), rng=self.seed).random(self.many)
            return
        sampler = qmc.Sobol(len(self.axes), scramble=True, rng=self.seed)
        yield from sampler.random_base2(math.ceil(math.log2(max(self.many, 1))))[: self.many]

    def record(self) -> dict[str, object]:
        """What decides which points there are, as plain values."""
        axes = {a.path: list(a.values) if a.values else [*a.ends, a.whole] for a in self.axes}
        return {"design": self.kind.value, "points": len(self), "seed": self.seed, "vary": axes}


def design(
    vary: Sequence[str], kind: str = Kind.GRID, many: int | None = None, seed: int = 1
) -> Design:
    """The design of `path=…` texts. Raises Refused with all that is wrong in it."""
    sort = known(kind, Place("--design"))
    if not vary:
        raise Refused([Problem(VARY, 0, "", "nothing to vary", _RANGE if sort.spread else _WANTED)])
    axes: list[Axis] = []
    problems = uncounted(sort, many, Place("--points"))
    for text in vary:
        try:
            axes.append(axis(text, sort))
        except Refused as refused:
            problems += refused.problems
    if problems:
        raise Refused(problems)
    return checked(Design(sort, tuple(axes), many or 0, seed), Place(VARY))


def known(kind: str, place: Place) -> Kind:
    """Raises Refused for a design that there is not."""
    if kind not in [one.value for one in Kind]:
        raise Refused([place.problem(quote(kind), one_of(kind, list(Kind), "a design"))])
    return Kind(kind)


def uncounted(kind: Kind, many: int | None, place: Place) -> list[Problem]:
    """That a number of points is given where the values say how many there are."""
    if many is None or kind.spread:
        return []
    wanted = "no number of points, or a design that is spread over ranges (latin_hypercube, sobol)"
    return [place.problem(f"{many:,} points of a {kind.value}", wanted)]


def checked(of: Design, place: Place) -> Design:
    """The design. Raises Refused if its axes do not fit together, or it is too large to begin."""
    problems = []
    twice = sorted({p for p in of.paths if of.paths.count(p) > 1})
    if twice:
        problems.append(place.problem(f"{listing(twice, 'and')} twice", "each path once"))
    sizes = {axis.path: len(axis.values) for axis in of.axes}
    if of.kind is Kind.LIST and len(set(sizes.values())) > 1:
        found = listing([f"{n} values of {path}" for path, n in sizes.items()], "and")
        problems.append(
            place.problem(found, "as many of each, since a list goes through them together")
        )
    if of.kind.spread and of.many < 1:
        wanted = "how many points, such as 64"
        problems.append(place.problem(f"{of.kind.value} without a number of points", wanted))
    if not problems and len(of) > MOST_POINTS:
        problems.append(
            place.problem(f"a design of {len(of):,} points", f"at most {MOST_POINTS:,}")
        )
    if problems:
        raise Refused(problems)
    return of


def written(value: float, unit: str) -> str:
    """A number with its unit as a scenario has it, such as 95/day or $20."""
    number = f"{value:.10g}"
    if not unit:
        return number
    if unit in "$€£¥":
        return unit + number
    return f"{number}{unit}" if unit.startswith(("/", "%")) else f"{number} {unit}"


def axis(text: str, kind: Kind) -> Axis:
    """The axis of a `path=…` text. Raises Refused."""
    wanted = _RANGE if kind.spread else _WANTED
    path, equals, values = (piece.strip() for piece in text.partition("="))
    refused = Refused([Problem(VARY, 0, "", quote(text), wanted)])
    if not (equals and path and values):
        raise refused
    pieces = [piece.strip() for piece in values.split(":")]
    if kind.spread:
        if len(pieces) != 2:
            raise refused
        return spread(path, pieces[0], pieces[1], Place(VARY, path=path))
    if len(pieces) == 3 and "," not in values:
        many = int(pieces[2]) if pieces[2].isdecimal() else 0
        if amount(pieces[0]) is None or amount(pieces[1]) is None or many < 2:
            raise refused
        return steps(path, pieces[0], pieces[1], many, Place(VARY, path=path))
    if len(pieces) == 2 and amount(pieces[0]) is not None and amount(pieces[1]) is not None:
        wanted = f"how many steps too, such as {path}={values}:5, or values, such as {path}={','.join(pieces)}"
        raise Refused([Problem(VARY, 0, path, f"{quote(values)} without steps", wanted)])
    found = tuple(value.strip() for value in values.split(","))
    if not all(found):
        raise refused
    return Axis(path, found)


def steps(path: str, first: str, last: str, many: int, place: Place) -> Axis:
    """Evenly spaced values, both ends among them, with the unit of the ends. Raises Refused."""
    if many > MOST_POINTS:
        size = f"a design of {many:,} points or more"
        raise Refused([place.problem(size, f"at most {MOST_POINTS:,}")])
    low, high, unit = _ends(first, last, place)
    values = (low + (high - low) * i / (many - 1) for i in range(many))
    return Axis(path, tuple(written(value, unit) for value in values), low, high, unit)


def spread(path: str, first: str, last: str, place: Place) -> Axis:
    """A range to spread points over. Raises Refused."""
    return Axis(path, (), *_ends(first, last, place))


def _ends(first: str, last: str, place: Place) -> tuple[float, float, str]:
    low, high = amount(first), amount(last)
    if low is None or high is None:
        wrong = first if low is None else last
        raise Refused([place.problem(quote(wrong), "a number with its unit, such as 100/day")])
    problem = _disordered(low, high, place)
    if problem is not None:
        raise Refused([problem])
    return float(low.number), float(high.number), low.unit or high.unit


def _disordered(low: Amount, high: Amount, place: Place) -> Problem | None:
    shown = (
        f"from {written(float(low.number), low.unit)} to {written(float(high.number), high.unit)}"
    )
    if low.unit and high.unit and low.unit != high.unit:
        return place.problem(shown, "both ends in one unit")
    if low.number >= high.number:
        swapped = f"{float(high.number):.10g} to {float(low.number):.10g}"
        wanted = (
            f"the lower end first: {swapped}" if low.number > high.number else "two different ends"
        )
        return place.problem(shown, wanted)
    return None


def numeric(axis: Axis) -> tuple[Mapping[str, float], str] | None:
    """The number behind each value of an axis and their unit; None if they are not all numbers."""
    if not axis.values:
        return {}, axis.unit
    found = {value: amount(value) for value in axis.values}
    units = {one.unit for one in found.values() if one is not None and one.unit}
    if any(one is None for one in found.values()) or len(units) > 1:
        return None
    return {value: float(one.number) for value, one in found.items() if one}, next(iter(units), "")
