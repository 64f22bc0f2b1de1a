"""What the blocks of study files are read with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sim.errors import Problem, Refused, one_of, quote
from sim.scenario.merge import SET_AT, place_value
from sim.scenario.text import fragment
from sim.scenario.tree import Map, copied

NO_PATH = "no such path"
"""What `place_value` finds of such a path."""


@dataclass(frozen=True)
class Place:
    """Where something of a study was written."""

    file: str
    line: int = 0
    path: str = ""

    def problem(self, found: str, wanted: str, path: str = "") -> Problem:
        return Problem(self.file, self.line, path or self.path, found, wanted)

    def of(self, problem: Problem) -> Problem:
        """The same problem, but here."""
        return self.problem(problem.found, problem.wanted)


def missing(tree: Map, at: Mapping[str, Place]) -> list[Problem]:
    """A problem for each path that is not there, whatever is to be put there."""
    problems: list[Problem] = []
    for path, place in at.items():
        try:
            place_value(copied(tree), path, fragment("1", SET_AT, path), SET_AT)
        except Refused as refused:
            problems += [place.of(p) for p in refused.problems if p.found == NO_PATH and p.path == path]
    return problems


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
