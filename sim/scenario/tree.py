"""A YAML file as nested text that remembers where each piece was written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple, TypeAlias

BY_HAND = -1
"""Layer of what is laid over a whole scenario by path: after `--set`, under `definitions`."""


@dataclass(frozen=True)
class Place:
    """Where something was written; line 0 when it has none.

    `layer` is 0 in the file itself, 1 in the one that it extends, 2 in the one that this extends.
    """

    file: str
    line: int
    layer: int = 0


NOWHERE = Place("", 0)


class Origin(NamedTuple):
    """Where one number comes from.

    `stale` is the place of a number that was laid over another without a source of its own, where the file,
    written out, would say that of the other.
    """

    source: str | None = None
    as_of: str | None = None
    confidence: str | None = None
    stale: Place | None = None


@dataclass(frozen=True)
class About:
    """What the mappings around numbers say of where these come from, the innermost first.

    It holds for the numbers in a mapping that say nothing, and that were not laid over it later.
    """

    said: tuple[dict[str, Text], ...] = ()

    def within(self, node: Map) -> About:
        """The same with what `node` says of its own."""
        own = {key: word for key in ABOUT if isinstance(word := node.get(key), Text)}
        return About((own, *self.said)) if own else self

    def of(self, number: Place) -> Origin:
        """Where a number written there comes from; a source brings its own date.

        Laid over a number that went under a source of its surroundings, and saying none, it comes from its file.
        """
        found: dict[str, str] = {}
        overtaken = False
        for own in self.said:
            source = own.get("source")
            good = source is not None and source.place.layer <= number.layer
            latest = source.place.layer if good and source is not None else number.layer
            for key, word in own.items():
                if word.place.layer <= latest:
                    found.setdefault(key, str(word))
            if good:
                break
            overtaken = overtaken or source is not None
        if found.get("source") == NO_SOURCE:
            return Origin()
        if "source" not in found and (overtaken or number.layer == BY_HAND):
            return Origin(number.file.rpartition("/")[2], stale=number)
        return Origin(found.get("source"), found.get("as_of"), found.get("confidence"))


ABOUT = ("source", "as_of", "confidence")
NO_SOURCE = "none"
"""What a number says that has no source, beneath a mapping that has one."""
UNSOURCED = About()


class Text(str):
    """A scalar, kept as it was written so that decimals stay exact; `null` when left empty."""

    place: Place = NOWHERE
    path: str = ""
    about: About = UNSOURCED
    null: bool = False


class Map(dict[str, "Node"]):
    """A mapping; `keys_at` says where each key was written."""

    place: Place = NOWHERE
    path: str = ""
    about: About = UNSOURCED
    keys_at: dict[str, Place]

    def __init__(self, place: Place = NOWHERE) -> None:
        super().__init__()
        self.place = place
        self.keys_at = {}

    def put(self, key: str, value: Node, at: Place) -> None:
        self[key] = value
        self.keys_at[key] = at

    def drop(self, key: str) -> None:
        del self[key]
        self.keys_at.pop(key, None)


class Items(list["Node"]):
    """A list."""

    place: Place = NOWHERE
    path: str = ""
    about: About = UNSOURCED


Node: TypeAlias = "Text | Map | Items"


def text(value: str, place: Place, null: bool = False) -> Text:
    made = Text(value)
    made.place = place
    made.null = null
    return made


def items(values: list[Node], place: Place) -> Items:
    made = Items(values)
    made.place = place
    return made


def copy(node: Node, place: Place | None = None) -> Node:
    """A deep copy, all of it at `place` if one is given."""
    if isinstance(node, Map):
        made = Map(place or node.place)
        for key, value in node.items():
            made.put(key, copy(value, place), place or node.keys_at[key])
        return made
    if isinstance(node, Items):
        return items([copy(value, place) for value in node], place or node.place)
    return text(str(node), place or node.place, node.null)


def copied(tree: Map) -> Map:
    """A deep copy of a whole tree with its paths named, as a change by path needs it."""
    made = copy(tree)
    assert isinstance(made, Map)
    name_paths(made)
    return made


def laid_over(node: Node) -> Node:
    """A deep copy in which every piece is by hand, where it was written."""
    made = copy(node)
    _by_hand(made)
    return made


def _by_hand(node: Node) -> None:
    node.place = replace(node.place, layer=BY_HAND)
    if isinstance(node, Map):
        node.keys_at = {key: replace(at, layer=BY_HAND) for key, at in node.keys_at.items()}
    for _, piece in children(node):
        _by_hand(piece)


def name_paths(node: Node, path: str = "", about: About = UNSOURCED) -> None:
    """Writes into every piece the dotted path that leads to it and the provenance it inherits."""
    node.path = path
    node.about = about.within(node) if isinstance(node, Map) and path else about
    for key, value in children(node):
        name_paths(value, f"{path}.{key}" if path else key, node.about)


def children(node: Node) -> Iterator[tuple[str, Node]]:
    """The pieces of a mapping or list with their keys or numbers as text."""
    if isinstance(node, Map):
        yield from node.items()
    elif isinstance(node, Items):
        yield from ((str(i), value) for i, value in enumerate(node))


def plain(node: Node) -> object:
    """The same as ordinary dicts, lists and strings."""
    if isinstance(node, Map):
        return {key: plain(value) for key, value in node.items()}
    if isinstance(node, Items):
        return [plain(value) for value in node]
    return str(node)


def child(node: Node, path: str) -> tuple[Node, str] | None:
    """The piece under the first key that `path` begins with, and the rest of the path.

    Keys may hold dots (a level of 0.5), so the longest that fits is taken.
    """
    keys = sorted((key for key, _ in children(node)), key=len, reverse=True)
    pieces = dict(children(node))
    for key in keys:
        if path == key:
            return pieces[key], ""
        if path.startswith(key + "."):
            return pieces[key], path[len(key) + 1 :]
    return None


def at(node: Node, path: str) -> Node | None:
    """The piece at a dotted path, or None."""
    current, rest = node, path
    while rest:
        found = child(current, rest)
        if found is None:
            return None
        current, rest = found
    return current


def holder(tree: Map, path: str) -> tuple[Map | Items, str] | None:
    """The mapping or list that has a path as its own, and the key there."""
    current: Node = tree
    while True:
        found = child(current, path)
        if found is None:
            return None
        if found[1] == "":
            assert isinstance(current, Map | Items)
            return current, path
        current, path = found


def put_at(parent: Map | Items, key: str, value: Map) -> None:
    """Puts a mapping in place of what is there."""
    if isinstance(parent, Items):
        parent[int(key)] = value
    else:
        parent.put(key, value, parent.keys_at[key])


def place_of(tree: Map, path: str) -> Place:
    """Where the key of a path was written, or of the nearest thing above it that exists."""
    current: Node = tree
    rest, best = path, tree.place
    while rest:
        found = child(current, rest)
        if found is None:
            break
        key = rest[: len(rest) - len(found[1]) - (1 if found[1] else 0)]
        best = current.keys_at[key] if isinstance(current, Map) else found[0].place
        current, rest = found
    return best
