"""A scenario that has been read and checked, ready to be built, dumped or changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

from sim.errors import Problem, Refused, quote, suggested
from sim.scenario import checks
from sim.scenario.fitted import FITTED, FittedSet, state
from sim.scenario.grammar import (
    CostOf,
    LimitOf,
    MeasureOf,
    QuestionOf,
    Whole,
)
from sim.scenario.merge import SET, SET_AT, apply_sets, gather, place_value
from sim.scenario.origins import own_sources
from sim.scenario.quantities import quantities_in
from sim.scenario.quantity import Quantity
from sim.scenario.text import fragment
from sim.scenario.tree import (
    BY_HAND,
    Map,
    Node,
    Place,
    at,
    copied,
    copy,
    laid_over,
    name_paths,
    text,
)
from sim.scenario.units import exact
from sim.scenario.validate import refuse, validate


class Uncertain(NamedTuple):
    """A number with a range, in its own unit; those of one `moves_with` are drawn together."""

    path: str
    low: float
    high: float
    central: float
    unit: str
    moves_with: str | None = None


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
    """What a user wrote, checked. `said` is the validated whole, `tree` the same as text.

    `gathered` is the text before the fitted set was stated in it: a change begins there, so that it does
    what it would in the file.
    """

    path: str
    said: Whole
    tree: Map = field(repr=False)
    gathered: Map = field(repr=False, compare=False)

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
        """Numbers with a range or of the fitted set, in the order of the file."""
        fitted = self.fitted
        known = fitted.paths if fitted is not None and len(fitted.rows) > 1 else ()
        return tuple(
            _fitted(q, fitted.column(q.path)) if fitted and q.path in known else _ranged(q, q.range)
            for q in self.quantities()
            if q.range is not None or q.path in known
        )

    @property
    def fitted(self) -> FittedSet | None:
        """Values that are known together; they win over ranges."""
        block = self.said.fitted
        if block is None:
            return None
        rows = tuple(tuple(float(cell) for cell in row) for row in block.sets)
        return FittedSet(block.paths, block.units, rows, block.central - 1)

    @property
    def by_hand(self) -> tuple[str, ...]:
        """Numbers that were changed after `--set`, as `path = value`."""
        changed = (q for q in self.quantities() if q.source == SET)
        return tuple(f"{q.path} = {float(q.value):.10g} {q.unit}".rstrip() for q in changed)

    def quantities(self) -> tuple[Quantity, ...]:
        """Every number, once, in the order of the schema."""
        return tuple({q.path: q for q in quantities_in(self.said)}.values())

    def numbers(self) -> tuple[Listed, ...]:
        """Every number with unit, source, date, confidence and range."""
        return tuple(_listed(q) for q in self.quantities())


def _ranged(q: Quantity, ends: tuple[Fraction, Fraction] | None) -> Uncertain:
    assert ends is not None
    return Uncertain(q.path, float(ends[0]), float(ends[1]), float(q.value), q.unit, q.moves_with)


def _fitted(q: Quantity, values: Sequence[float]) -> Uncertain:
    return Uncertain(q.path, min(values), max(values), float(q.value), q.unit, FITTED)


def _listed(q: Quantity) -> Listed:
    low, high = (float(q.range[0]), float(q.range[1])) if q.range else (None, None)
    return Listed(
        q.path, float(q.value), q.unit, q.source, q.as_of, q.confidence, low, high,
        q.place.file, q.place.line,
    )  # fmt: skip


def read(path: Path | str, overrides: Sequence[str] = ()) -> Scenario:
    """Reads and checks a scenario; each override is a `path=value` as after `--set`.

    Raises Refused with every problem that can be seen.
    """
    tree = gather(Path(path), str(path))
    apply_sets(tree, list(overrides))
    return checked(str(path), tree)


def checked(path: str, tree: Map) -> Scenario:
    """The scenario of a whole tree.

    Raises Refused with what is wrong in it and in each variant that it names.
    """
    name_paths(tree)
    gathered = copied(tree)
    said = _sound(tree)
    problems = [p for values in _variants(said) for p in (*_strays(values), *_faults(gathered, values))]
    refuse(problems)
    return Scenario(path, said, tree, gathered)


def _sound(tree: Map) -> Whole:
    """What a tree says. Raises Refused."""
    state(tree)
    name_paths(tree)
    said, problems = validate(tree)
    if said is not None:
        problems = checks.problems(said, tree)
    else:
        problems += _beside(tree, problems)
    refuse(problems)
    assert said is not None
    own_sources(tree, said)
    return said


def _beside(tree: Map, broken: list[Problem]) -> list[Problem]:
    """Problems of what is left when pieces that cannot be read are taken out."""
    rest = copy(tree)
    assert isinstance(rest, Map)
    for problem in broken:
        _mend(rest, problem)
    name_paths(rest)
    said, _ = validate(rest)
    return [] if said is None else checks.problems(said, tree, partial=True)


def _mend(rest: Map, problem: Problem) -> None:
    """Renames a misspelt key as proposed, else takes out the piece that the problem is in."""
    outer, _, key = problem.path.rpartition(".")
    holder = at(rest, outer)
    name = suggested(problem)
    if isinstance(holder, Map) and key in holder and name is not None and name not in holder:
        holder.put(name, holder[key], holder.keys_at[key])
        holder.drop(key)
    elif problem.path == "illustrative":
        rest["illustrative"] = text("true", rest.place)
    else:
        _take_out(rest, problem.path)


def _take_out(rest: Map, path: str) -> None:
    """Leaves only the shell of a broken piece: its name stays known, its content is dropped."""
    top, _, inner = path.partition(".")
    section = rest.get(top)
    if isinstance(section, Map) and top not in ("question", FITTED):
        named = next((key for key in section if (inner + ".").startswith(key + ".")), None)
        if named is not None:
            section.drop(named)
            return
    if top in rest:
        rest.drop(top)


def _variants(said: Whole) -> list[Map]:
    """Values by path of the definitions and of the comparison without the target."""
    found = list(said.definitions.values())
    if said.question is not None and said.question.without_target is not None:
        found.append(said.question.without_target)
    return found


_NOT_THE_SYSTEM = ("title", "illustrative", "start", "end", "question", "definitions", "require", "fitted")


def _strays(values: Map) -> Iterator[Problem]:
    """Paths of a variant to what is asked, and not to the system."""
    for path, place in values.keys_at.items():
        section = path.partition(".")[0]
        if section in _NOT_THE_SYSTEM:
            wanted = "a path to the system itself, such as pools.beds.capacity"
            yield Problem(place.file, place.line, f"{values.path}.{path}", f"a path to {quote(section)}", wanted)


def _faults(tree: Map, values: Map) -> tuple[Problem, ...]:
    """What is wrong with the scenario when the values at some paths are replaced."""
    try:
        _sound(_changed(tree, values))
    except Refused as refused:
        return refused.problems
    return ()


def _changed(tree: Map, overrides: Mapping[str, Any]) -> Map:
    """A copy with the values at some paths replaced. Raises Refused."""
    changed = copied(tree)
    problems: list[Problem] = []
    for path, value in overrides.items():
        node, place = _node(value)
        try:
            place_value(changed, path, node, place)
        except Refused as refused:
            problems += refused.problems
    refuse(problems)
    return changed


def with_overrides(scenario: Scenario, overrides: Mapping[str, Any]) -> Scenario:
    """The same scenario with the values at some paths replaced. Raises Refused.

    A value is a number or text as after `--set path=`, or a piece of a tree, as in `definitions`.
    """
    gathered = _changed(scenario.gathered, overrides)
    tree = copied(gathered)
    return Scenario(scenario.path, _sound(tree), tree, gathered)


def _node(value: Any) -> tuple[Node, Place]:
    place = getattr(value, "place", None)
    if isinstance(place, Place):
        return laid_over(value), replace(place, layer=BY_HAND)
    shown = exact(float(value)) if isinstance(value, float | Fraction) else str(value)
    return fragment(shown, SET_AT), SET_AT
