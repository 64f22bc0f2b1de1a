"""A study file: a scenario with a `sweep:` block, as strict as the scenario itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sim.errors import Problem, Refused, listing, one_of, quote
from sim.scenario import Scenario
from sim.scenario.merge import apply_sets, gather
from sim.scenario.quantity import shown
from sim.scenario.scenario import checked as sound
from sim.scenario.tree import Items, Map, Node, Text
from sim.study.design import Axis, Design, Kind, Place, checked, known, spread, steps

SWEEP, SCENARIO = "sweep", "scenario"
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
    """The scenario of a file, with its `sweep:` block if it has one.

    The scenario is the rest of the file, or the one that `scenario:` names. Raises Refused.
    """
    tree = gather(file, str(file))
    block = _taken(tree, SWEEP)
    if SCENARIO in tree:
        _alone(tree)
        tree = gather(
            file.parent / str(tree[SCENARIO]), str(Path(file).parent / str(tree[SCENARIO]))
        )
        _taken(tree, SWEEP)
    apply_sets(tree, list(changes))
    problems: list[Problem] = []
    said = None
    try:
        said = None if block is None else _block(block, seed)
    except Refused as refused:
        problems += refused.problems
    try:
        scenario = sound(str(file), tree)
    except Refused as refused:
        raise Refused([*refused.problems, *problems]) from None
    if problems:
        raise Refused(problems)
    return scenario, said


def _taken(tree: Map, key: str) -> Node | None:
    found = tree.get(key)
    if found is not None:
        tree.drop(key)
    return found


def _alone(tree: Map) -> None:
    """Beside `scenario:` there is only `sweep:`; who changes a scenario extends it."""
    problems = []
    for key in tree:
        if key != SCENARIO:
            at = tree.keys_at[key]
            wanted = "only 'scenario' and 'sweep', or 'extends' in place of 'scenario'"
            problems.append(Problem(at.file, at.line, key, f"the key {quote(key)}", wanted))
    if not isinstance(tree[SCENARIO], Text):
        at = tree.keys_at[SCENARIO]
        problems.append(Problem(at.file, at.line, SCENARIO, shown(tree[SCENARIO]), "one file"))
    if problems:
        raise Refused(problems)


def _block(node: Node, seed: int) -> Block:
    here = Place(node.place.file, node.place.line, SWEEP)
    if not isinstance(node, Map):
        raise Refused([here.problem(shown(node), "a mapping with 'vary'")])
    problems = _unknown(node, _KEYS, SWEEP)
    vary = node.get("vary")
    if not isinstance(vary, Map) or not vary:
        found = "nothing" if vary is None else shown(vary)
        problems.append(here.problem(found, "paths with their values", f"{SWEEP}.vary"))
    if problems:
        raise Refused(problems)
    assert isinstance(vary, Map)
    kind = known(_word(node, "design") or Kind.GRID, _place(node, "design"))
    axes: list[Axis] = []
    for path, values in vary.items():
        try:
            axes.append(_axis(path, values, kind, _place(vary, path, f"{SWEEP}.vary.{path}")))
        except Refused as refused:
            problems += refused.problems
    many = _many(node, problems)
    if problems:
        raise Refused(problems)
    whole = checked(Design(kind, tuple(axes), many, seed), here)
    return Block(whole, _word(node, "replications"), _word(node, "precision"))


def _unknown(node: Map, keys: Sequence[str], path: str) -> list[Problem]:
    return [
        Problem(
            node.keys_at[key].file, node.keys_at[key].line, f"{path}.{key}",
            f"the unknown key {quote(key)}", one_of(key, keys, "a known key"),
        )
        for key in node if key not in keys
    ]  # fmt: skip


def _place(node: Map, key: str, path: str = "") -> Place:
    at = node.keys_at.get(key, node.place)
    return Place(at.file, at.line, path or f"{SWEEP}.{key}")


def _word(node: Map, key: str) -> str | None:
    value = node.get(key)
    return None if value is None else str(value)


def _many(node: Map, problems: list[Problem]) -> int:
    text = _word(node, "points")
    if text is None:
        return 0
    if not text.isdecimal() or int(text) < 1:
        problems.append(_place(node, "points").problem(quote(text), "a whole number of points"))
        return 0
    return int(text)


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
    problems = _unknown(values, keys, place.path)
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
