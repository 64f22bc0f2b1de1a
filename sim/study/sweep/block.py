"""The `sweep:` block of a study file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sim.errors import Refused, listing, quote
from sim.scenario import Scenario
from sim.scenario.quantity import shown
from sim.scenario.tree import Items, Map, Node, Text
from sim.study.design import Axis, Design, Kind, Place, checked, known, spread, steps
from sim.study.studyfile import SWEEP, number, place, read_with, unknown, word

_KEYS = ("design", "points", "vary", "replications", "precision")
_RANGE_KEYS = ("from", "to", "steps")


@dataclass(frozen=True)
class Block:
    """What a `sweep:` block says; what it leaves out is None."""

    design: Design
    replications: str | None = None
    precision: str | None = None


def read_study(
    file: Path, changes: Sequence[str] = (), seed: int = 1
) -> tuple[Scenario, Block | None]:
    """The scenario of a file, with its `sweep:` block if it has one. Raises Refused."""
    found, block = read_with(file, changes, SWEEP, lambda node: _block(node, seed))
    return found.scenario, block


def _block(node: Node, seed: int) -> Block:
    here = Place(node.place.file, node.place.line, SWEEP)
    if not isinstance(node, Map):
        raise Refused([here.problem(shown(node), "a mapping with 'vary'")])
    problems = unknown(node, _KEYS, SWEEP)
    vary = node.get("vary")
    if not isinstance(vary, Map) or not vary:
        found = "nothing" if vary is None else shown(vary)
        problems.append(here.problem(found, "paths with their values", f"{SWEEP}.vary"))
    if problems:
        raise Refused(problems)
    assert isinstance(vary, Map)
    kind = known(word(node, "design") or Kind.GRID, place(node, "design", f"{SWEEP}.design"))
    axes: list[Axis] = []
    for path, values in vary.items():
        try:
            axes.append(_axis(path, values, kind, place(vary, path, f"{SWEEP}.vary.{path}")))
        except Refused as refused:
            problems += refused.problems
    many = number(node, "points", SWEEP, "a whole number of points", problems) or 0
    if problems:
        raise Refused(problems)
    whole = checked(Design(kind, tuple(axes), many, seed), here)
    return Block(whole, word(node, "replications"), word(node, "precision"))


def _axis(path: str, values: Node, kind: Kind, place: Place) -> Axis:
    """Raises Refused."""
    if isinstance(values, Items):
        if kind.spread:
            raise Refused(
                [place.problem("a list of values", f"a range: {kind.value} draws from it")]
            )
        if not values or not all(isinstance(value, Text) for value in values):
            raise Refused([place.problem(shown(values), "a list of values")])
        return Axis(path, tuple(str(value) for value in values))
    keys = _RANGE_KEYS[:2] if kind.spread else _RANGE_KEYS
    if not isinstance(values, Map):
        raise Refused([place.problem(shown(values), f"a list, or {{{listing(keys, 'and')}}}")])
    problems = unknown(values, keys, place.path)
    missing = [key for key in keys if key not in values]
    if missing:
        problems.append(place.problem(f"no {listing(missing, 'and')}", listing(keys, "and")))
    if problems:
        raise Refused(problems)
    first, last = str(values["from"]), str(values["to"])
    if kind.spread:
        return spread(path, first, last, place)
    many = str(values["steps"])
    if not many.isdecimal() or int(many) < 2:
        raise Refused([place.problem(quote(many), "a whole number of steps, at least 2")])
    return steps(path, first, last, int(many), place)
