"""The problems found so far, with the places they belong to."""

from __future__ import annotations

from functools import cached_property

from sim.errors import Problem, one_of, quote
from sim.scenario.grammar import Whole
from sim.scenario.route import Explored, explore
from sim.scenario.tree import Map, Place, place_of


class Record:
    """A scenario under examination."""

    def __init__(self, whole: Whole, tree: Map) -> None:
        self.whole, self.tree = whole, tree
        self.problems: list[Problem] = []

    @cached_property
    def explored(self) -> Explored:
        """Where entities can come to be; names must be known to be right."""
        return explore(self.whole)

    def no(self, path: str, found: str, wanted: str, place: Place | None = None) -> None:
        at = place or place_of(self.tree, path)
        self.problems.append(Problem(at.file, at.line, path, found, wanted))

    def names(self, section: str) -> list[str]:
        """Names as written in a section, those of broken pieces included."""
        node = self.tree.get(section)
        said = getattr(self.whole, section, {})
        return list(dict.fromkeys([*(node if isinstance(node, Map) else ()), *said]))

    def known(self, path: str, name: str | None, sections: tuple[str, ...], kind: str) -> bool:
        """Whether a name is in one of the sections; tells the nearest if it is not."""
        if name is None:
            return True
        choice = [known for section in sections for known in self.names(section)]
        if name in choice:
            return True
        self.no(path, quote(name), one_of(name, choice, kind))
        return False
