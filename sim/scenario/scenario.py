"""A scenario that has been read and checked, ready to be built, dumped or changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import BaseModel

from sim.scenario.merge import apply_sets, gather, place_value
from sim.scenario.quantity import Quantity
from sim.scenario.grammar import (
    CostOf,
    LimitOf,
    MeasureOf,
    QuestionOf,
    Whole,
)
from sim.scenario.text import fragment
from sim.scenario.tree import Map, Node, Place, copy, name_paths
from sim.scenario.validate import refuse, validate


class Uncertain(NamedTuple):
    """A number with a range, in its own unit."""

    path: str
    low: float
    high: float
    central: float
    unit: str


class Listed(NamedTuple):
    """One number of a scenario with where it comes from."""

    path: str
    value: float
    unit: str
    source: str | None
    as_of: str | None
    confidence: str | None
    low: float | None
    high: float | None
    file: str
    line: int


@dataclass(frozen=True)
class Scenario:
    """What a user wrote, checked. `said` is the validated whole, `tree` the same as text."""

    path: str
    said: Whole
    tree: Map = field(repr=False)

    @property
    def title(self) -> str:
        return self.said.title

    @property
    def start(self) -> date:
        return self.said.start

    @property
    def end(self) -> date:
        """The day after the last."""
        return self.said.end

    @property
    def illustrative(self) -> bool:
        return self.said.illustrative

    @property
    def question(self) -> QuestionOf | None:
        return self.said.question

    @property
    def measures(self) -> dict[str, MeasureOf]:
        return self.said.measures

    @property
    def costs(self) -> dict[str, CostOf]:
        return self.said.costs

    @property
    def limits(self) -> dict[str, LimitOf]:
        return self.said.limits

    @property
    def classes(self) -> tuple[str, ...]:
        return self.said.classes

    @property
    def warm_up(self) -> Quantity | str | None:
        return self.said.warm_up

    @property
    def definitions(self) -> dict[str, Map]:
        """Values by path for each other definition of the resources; see `with_overrides`."""
        return self.said.definitions

    @property
    def without_target(self) -> Map | None:
        """Values by path that take the target away; None if the question names none."""
        return None if self.question is None else self.question.without_target

    @property
    def uncertain(self) -> tuple[Uncertain, ...]:
        """Numbers with a range, in the order of the file."""
        return tuple(
            Uncertain(q.path, float(q.range[0]), float(q.range[1]), float(q.value), q.unit)
            for q in self.quantities()
            if q.range is not None
        )

    def quantities(self) -> tuple[Quantity, ...]:
        """Every number, once, in the order of the schema."""
        return tuple({q.path: q for q in quantities_in(self.said)}.values())

    def numbers(self) -> tuple[Listed, ...]:
        """Every number with unit, source, date, confidence and range."""
        return tuple(_listed(q) for q in self.quantities())


def _listed(q: Quantity) -> Listed:
    low, high = (float(q.range[0]), float(q.range[1])) if q.range else (None, None)
    return Listed(
        q.path, float(q.value), q.unit, q.source, q.as_of, q.confidence, low, high,
        q.place.file, q.place.line,
    )  # fmt: skip


def quantities_in(value: Any) -> Iterator[Quantity]:
    """Every quantity inside a validated value."""
    if isinstance(value, Quantity):
        yield value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from quantities_in(getattr(value, name))
    elif isinstance(value, Map):
        return
    elif isinstance(value, dict):
        for piece in value.values():
            yield from quantities_in(piece)
    elif isinstance(value, tuple):
        for piece in value:
            yield from quantities_in(piece)
    elif hasattr(value, "__dataclass_fields__"):
        for name in value.__dataclass_fields__:
            yield from quantities_in(getattr(value, name))


def read(path: Path | str, overrides: Sequence[str] = ()) -> Scenario:
    """Reads and checks a scenario; each override is a `path=value` as after `--set`.

    Raises Refused with every problem that can be seen.
    """
    tree = gather(Path(path), str(path))
    apply_sets(tree, list(overrides))
    return checked(str(path), tree)


def checked(path: str, tree: Map) -> Scenario:
    """The scenario of a whole tree. Raises Refused."""
    name_paths(tree)
    said, problems = validate(tree)
    refuse(problems)
    assert said is not None
    return Scenario(path, said, tree)


def with_overrides(scenario: Scenario, overrides: Mapping[str, Any]) -> Scenario:
    """The same scenario with the values at some paths replaced. Raises Refused.

    A value is a number or text as after `--set path=`, or a piece of a tree, as in `definitions`.
    """
    tree = copy(scenario.tree)
    assert isinstance(tree, Map)
    name_paths(tree)
    for path, value in overrides.items():
        node, place = _node(value)
        place_value(tree, path, node, place)
    return checked(scenario.path, tree)


def _node(value: Any) -> tuple[Node, Place]:
    place = getattr(value, "place", None)
    if isinstance(place, Place):
        return copy(value), place
    shown = f"{float(value):.15g}" if isinstance(value, float | Fraction) else str(value)
    return fragment(shown, Place("--set", 0)), Place("--set", 0)
