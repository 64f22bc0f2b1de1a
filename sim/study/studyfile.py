"""A study file: a scenario with a block that says what is studied, as strict as the scenario itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar

from sim.errors import Problem, Refused, listing, one_of, quote
from sim.scenario import Scenario
from sim.scenario.merge import apply_sets, gather
from sim.scenario.quantity import shown
from sim.scenario.scenario import checked as sound
from sim.scenario.tree import Map, Node, Text
from sim.study.design import Place

SCENARIO, SWEEP, CALIBRATE = "scenario", "sweep", "calibrate"
BLOCKS = (SWEEP, CALIBRATE)
Block = TypeVar("Block")


class Studied(NamedTuple):
    """`block` is None if the file has none; `base` a file that others may extend, None if there is none."""

    scenario: Scenario
    block: Node | None
    base: Path | None


def read_with(
    file: Path, changes: Sequence[str], key: str, parse: Callable[[Node], Block]
) -> tuple[Studied, Block | None]:
    """The scenario of a file, with what `parse` makes of its block `key` if it has one.

    The scenario is the rest of the file, or the one that `scenario:` names; blocks of other studies are
    left aside. Raises Refused with the problems of both.
    """
    tree = gather(file, str(file))
    blocks, base = _taken(tree), file
    if SCENARIO in tree:
        _alone(tree)
        base = file.parent / str(tree[SCENARIO])
        tree = gather(base, str(base))
        _taken(tree)
    apply_sets(tree, list(changes))
    problems: list[Problem] = []
    said, node = None, blocks.get(key)
    try:
        said = None if node is None else parse(node)
    except Refused as refused:
        problems += refused.problems
    try:
        scenario = sound(str(file), tree)
    except Refused as refused:
        raise Refused([*refused.problems, *problems]) from None
    if problems:
        raise Refused(problems)
    plain = not changes and (base != file or not blocks)
    return Studied(scenario, node, base if plain else None), said


def _taken(tree: Map) -> dict[str, Node]:
    """Takes the blocks of studies out of a tree."""
    found = {key: tree[key] for key in BLOCKS if key in tree}
    for key in found:
        tree.drop(key)
    return found


def _alone(tree: Map) -> None:
    """Beside `scenario:` there are only blocks of studies; who changes a scenario extends it."""
    problems = []
    for key in tree:
        if key != SCENARIO:
            at = tree.keys_at[key]
            known = listing(map(quote, (SCENARIO, *BLOCKS)), "and")
            wanted = f"only {known}, or 'extends' in place of 'scenario'"
            problems.append(Problem(at.file, at.line, key, f"the key {quote(key)}", wanted))
    if not isinstance(tree[SCENARIO], Text):
        at = tree.keys_at[SCENARIO]
        problems.append(Problem(at.file, at.line, SCENARIO, shown(tree[SCENARIO]), "one file"))
    if problems:
        raise Refused(problems)


# -- what blocks are read with ----------------------------------------------------------------------


def unknown(node: Map, keys: Sequence[str], path: str) -> list[Problem]:
    """A problem for each key that is none of those."""
    return [
        Problem(
            node.keys_at[key].file, node.keys_at[key].line, f"{path}.{key}",
            f"the unknown key {quote(key)}", one_of(key, keys, "a known key"),
        )
        for key in node if key not in keys
    ]  # fmt: skip


def place(node: Map, key: str, path: str) -> Place:
    """Where a key is written, or would be."""
    at = node.keys_at.get(key, node.place)
    return Place(at.file, at.line, path)


def word(node: Map, key: str) -> str | None:
    """What is written at a key; None if it is not there."""
    value = node.get(key)
    return None if value is None else str(value)


def number(node: Map, key: str, path: str, wanted: str, problems: list[Problem]) -> int | None:
    """A whole number from 1 up, None if it is not there or, with a problem more, is something else."""
    text = word(node, key)
    if text is None or (text.isdecimal() and int(text) >= 1):
        return None if text is None else int(text)
    problems.append(place(node, key, f"{path}.{key}").problem(quote(text), wanted))
    return None
