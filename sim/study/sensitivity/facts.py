"""The uncertain facts of a scenario, in groups of those that belong together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import nan

import numpy as np
from numpy.typing import NDArray

from sim.errors import Problem, Refused
from sim.scenario import FittedSet, Scenario, Uncertain
from sim.scenario.fitted import FITTED
from sim.scenario.quantities import together_in

Design = NDArray[np.float64]
_SPLIT = "orders.share"
"""The group of the shares into which the orders of a day are split."""


@dataclass(frozen=True)
class Fact:
    """What a world draws by itself: one number, several that move with one name, or a fitted set.

    `rows` (sets, numbers) are the values of a set, those beside each other alike. A place `x` is the
    value itself of one number, else a share of the way from the low end to the high one.
    """

    path: str
    each: tuple[Uncertain, ...]
    rows: tuple[tuple[float, ...], ...] = ()

    @property
    def alone(self) -> bool:
        return len(self.each) == 1 and not self.rows

    @property
    def ends(self) -> tuple[float, float]:
        """The least and the greatest place."""
        return (self.each[0].low, self.each[0].high) if self.alone else (0.0, 1.0)

    def at(self, x: float) -> dict[str, float]:
        """Values by path at a place."""
        if self.alone:
            return {self.each[0].path: x}
        if self.rows:
            row = self.rows[min(int(x * len(self.rows)), len(self.rows) - 1)]
            return {fact.path: value for fact, value in zip(self.each, row, strict=True)}
        return {fact.path: fact.low + (fact.high - fact.low) * x for fact in self.each}

    @property
    def told(self) -> tuple[str, float, float, float]:
        """Unit, low, stated and high, as far as they are the same of all its numbers."""
        unit, *values = (
            {getattr(fact, name) for fact in self.each} for name in ("unit", "low", "central", "high")
        )
        common = len(unit) == 1 and not self.rows
        low, stated, high = (of.pop() if common and len(of) == 1 else nan for of in values)
        return (unit.pop() if common else ""), low, stated, high


@dataclass(frozen=True)
class Facts:
    """Facts in the order of the file; `groups` names, for each, what moves with it."""

    each: tuple[Fact, ...]
    groups: tuple[str, ...]

    @property
    def names(self) -> list[str]:
        """Groups, in the order of their first fact."""
        return list(dict.fromkeys(self.groups))

    def only(self, names: Sequence[str]) -> Facts:
        """Those of some groups."""
        kept = [i for i, name in enumerate(self.groups) if name in names]
        return Facts(tuple(self.each[i] for i in kept), tuple(self.groups[i] for i in kept))

    def problem(self) -> dict[str, object]:
        """As SALib has it."""
        return {
            "num_vars": len(self.each),
            "names": [fact.path for fact in self.each],
            "bounds": [list(fact.ends) for fact in self.each],
            "groups": list(self.groups),
        }

    def worlds(self, design: Design) -> list[Mapping[str, float]]:
        """Values by path of each row of a design (points, facts)."""
        return [self._world([float(x) for x in row]) for row in design]

    def _world(self, places: Sequence[float]) -> dict[str, float]:
        pairs = zip(self.each, places, strict=True)
        return {path: value for fact, x in pairs for path, value in fact.at(x).items()}


def facts_of(scenario: Scenario) -> Facts:
    """All that a world draws, as `sim run` draws it.

    Raises Refused if there is nothing.
    """
    if not scenario.uncertain:
        found = "a scenario in which no number has a range"
        wanted = (
            "ranges on what is not known, such as `servers: {value: 4, range: [2, 6]}`; the numbers "
            "without one are taken as known"
        )
        raise Refused([Problem(scenario.path, 0, "", found, wanted)])
    belongs = {path: name for name, paths in together_in(scenario.said) for path in paths}
    each = tuple(_facts(scenario))
    joined = _joined([_choices(fact, belongs) for fact in each])
    whole = [len(fact.each) > 1 and joined.count(name) == 1 for fact, name in zip(each, joined, strict=True)]
    pairs = zip(each, joined, whole, strict=True)
    return Facts(each, tuple(fact.path if itself else name for fact, name, itself in pairs))


def _facts(scenario: Scenario) -> Iterator[Fact]:
    fitted = scenario.fitted
    known = () if fitted is None else fitted.paths
    moving: dict[str, list[Uncertain]] = {}
    for one in scenario.uncertain:
        name = FITTED if one.path in known else one.moves_with or one.path
        moving.setdefault(name, []).append(one)
    for name, of in moving.items():
        if name == FITTED and fitted is not None:
            yield Fact(FITTED, tuple(of), _in_order(fitted, [one.path for one in of]))
        else:
            yield Fact(of[0].path if len(of) == 1 else name, tuple(of))


def _in_order(fitted: FittedSet, paths: Sequence[str]) -> tuple[tuple[float, ...], ...]:
    """The rows along the direction in which the set is longest, each number by its own spread."""
    rows = np.array([fitted.column(path) for path in paths]).T
    off = rows - rows.mean(axis=0)
    spread = off.std(axis=0)
    scaled = off / np.where(spread > 0, spread, 1.0)
    way = np.linalg.svd(scaled, full_matrices=False)[2][0]
    way = way * np.sign(way[np.abs(way).argmax()])
    order = np.argsort(scaled @ way, kind="stable")
    return tuple(tuple(map(float, rows[i])) for i in order)


def _choices(fact: Fact, belongs: Mapping[str, str]) -> list[str]:
    """The choices whose shares a fact moves, and itself if it moves none."""
    split = any(one.path.startswith("orders.") and one.path.endswith(".share") for one in fact.each)
    names = [belongs[one.path] for one in fact.each if one.path in belongs]
    return list(dict.fromkeys([*names, *([_SPLIT] if split else [])])) or [fact.path]


def _joined(choices: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """One name for each, the same for all that are joined by a choice."""
    name: dict[str, str] = {}
    for of in choices:
        first = name.get(of[0], of[0])
        gone = {name.get(choice, choice) for choice in of}
        name |= {choice: first for choice, now in name.items() if now in gone}
        name |= dict.fromkeys(of, first)
    return tuple(name[of[0]] for of in choices)
