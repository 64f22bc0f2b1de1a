"""What the blocks of study files are read with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sim.errors import Problem, one_of, quote
from sim.scenario.tree import Map


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
