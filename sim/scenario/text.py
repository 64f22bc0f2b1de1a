"""Reading one YAML file into a tree, within limits that no honest file meets."""

from __future__ import annotations

import unicodedata
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from sim.errors import Problem, Refused, nearest, quote
from sim.scenario.tree import Items, Map, Node, Place, Text, copy, items, text

MOST_BYTES = 5_000_000
MOST_PIECES = 100_000
DEEPEST = 60
_NULLS = ("", "~", "null", "Null", "NULL")
_TAG = "tag:yaml.org,2002:"
_PLAIN_TAGS = ("str", "int", "float", "bool", "null", "map", "seq")
_A_SCENARIO = "a scenario in YAML, such as scenarios/one-station.yaml"


def load(
    path: Path, shown: str, asked: Text | None = None, by: str = "extends", layer: int = 0
) -> Map:
    """The tree of a file; `shown` is how messages name it, `asked` what the key `by` says;
    `layer` is that of its places.

    Raises Refused if it cannot be read, is no YAML mapping or is beyond the limits.
    """
    content = _content(path, shown, asked, by)
    reader = _Reader(shown, layer)
    try:
        root = reader.read(content)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 0
        raise _refused(shown, line, *_broken(str(error.problem))) from None
    except (YAMLError, RecursionError, ValueError) as error:
        first = str(error).splitlines()[0] if str(error) else "unreadable"
        raise _refused(shown, 0, f"broken YAML ({first})", "valid YAML 1.2") from None
    if reader.problems:
        raise Refused(reader.problems)
    if root is None or (isinstance(root, Text) and root.null):
        raise _refused(shown, 0, "an empty file", _A_SCENARIO)
    if not isinstance(root, Map):
        what = "a list" if isinstance(root, Items) else quote(root)
        raise _refused(shown, root.place.line, what, "keys and values, such as title: One line")
    return root


def _broken(reason: str) -> tuple[str, str]:
    """What is found and wanted where the YAML is broken."""
    if r"'\t'" in reason:
        return "a tab where YAML allows none", "spaces"
    return f"broken YAML ({reason})", "valid YAML 1.2"


def fragment(content: str, place: Place, path: str = "") -> Node:
    """A value as it stands after `--set path=`, all of it at `place`.

    Raises Refused if it is not YAML.
    """
    reader = _Reader(place.file, place.layer)
    try:
        root = reader.read(content)
    except (YAMLError, RecursionError, ValueError):
        root = None
    if root is None or reader.problems:
        wanted = "a value in YAML, such as 41500"
        raise Refused([Problem(place.file, place.line, path, quote(content), wanted)])
    return copy(root, place)


def _refused(file: str, line: int, found: str, wanted: str) -> Refused:
    return Refused([Problem(file, line, "", found, wanted)])


def _content(path: Path, shown: str, asked: Text | None, by: str) -> str:
    file, line, key, named = shown, 0, "", ""
    if asked is not None:
        file, line, key, named = asked.place.file, asked.place.line, by, f" {quote(asked)}"

    def no(found: str, wanted: str) -> Refused:
        return Refused([Problem(file, line, key, found + named, wanted)])

    try:
        if path.is_dir():
            raise no("a directory", "a file")
        if path.exists() and not path.is_file():
            raise no("something that is not a regular file", "a file")
        if path.stat().st_size > MOST_BYTES:
            raise no(f"{path.stat().st_size:,} bytes", f"at most {MOST_BYTES:,} bytes")
        content = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = line or _line_of(error) if asked is None else line
        raise no(_no_utf_8(error), "text in UTF-8") from None
    except (FileNotFoundError, NotADirectoryError):
        near = _nearest_file(path, asked)
        wanted = "the path of a scenario that exists" + (f"; the nearest is {quote(near)}" if near else "")
        raise no("no such file", wanted) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise no(f"an unreadable file ({reason})", "a file that can be read") from None
    if "\0" in content:
        raise no("a binary file", "text in UTF-8")
    if content.count(":") > 4 * MOST_PIECES or content.count("\n") > 4 * MOST_PIECES:
        raise no(f"more than {MOST_PIECES:,} keys and values", f"at most {MOST_PIECES:,}")
    return content


_NO_TEXT = frozenset(range(32)) - frozenset(b"\t\n\r\f")


def _no_utf_8(error: UnicodeDecodeError) -> str:
    """What a file is that cannot be read as UTF-8, in words."""
    content = error.object
    if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return "text in UTF-16"
    if not _NO_TEXT.isdisjoint(content):
        return "a binary file"
    return f"a byte that is no UTF-8 (0x{content[error.start]:02x})"


def _line_of(error: UnicodeDecodeError) -> int:
    """The line of the first byte that is no UTF-8; 0 in a file that has no lines."""
    is_text = _no_utf_8(error).startswith("a byte")
    return error.object.count(b"\n", 0, error.start) + 1 if is_text else 0


def _nearest_file(path: Path, asked: Text | None) -> str | None:
    """A file in the same folder with a name like it, written as the file was asked for."""
    try:
        files = sorted(one for one in path.parent.iterdir() if one.is_file())
    except (OSError, ValueError):
        return None
    stems = {one.stem: one.name for one in files if one.suffix in (".yaml", ".yml")}
    near = nearest(path.stem, stems)
    return None if near is None else str(Path(asked or str(path)).with_name(stems[near]))


class _Reader:
    """One pass over the events of a document; builds the tree and counts what it builds."""

    def __init__(self, shown: str, layer: int) -> None:
        self.shown, self.layer = shown, layer
        self.problems: list[Problem] = []
        self.anchors: dict[str, Node | None] = {}
        self.pieces = 0
        self.keys: list[str] = []

    def read(self, content: str) -> Node | None:
        yaml = YAML(typ="safe", pure=True)
        yaml.version = (1, 2)
        events = iter(yaml.parse(content))
        root: Node | None = None
        documents = 0
        for event in events:
            if isinstance(event, DocumentStartEvent):
                documents += 1
            elif isinstance(event, NodeEvent):
                if documents > 1:
                    raise _refused(self.shown, self._line(event), "a second document", "one")
                root = self._node(event, events, 1)
            elif isinstance(event, DocumentEndEvent):
                continue
        return root

    def _line(self, event: Event) -> int:
        return int(event.start_mark.line) + 1

    def _place(self, event: Event) -> Place:
        return Place(self.shown, self._line(event), self.layer)

    def _problem(self, event: Event, found: str, wanted: str, key: str | None = None) -> None:
        path = ".".join(self.keys if key is None else [*self.keys, key])
        self.problems.append(Problem(self.shown, self._line(event), path, found, wanted))

    def _count(self, event: Event, number: int = 1) -> None:
        self.pieces += number
        if self.pieces > MOST_PIECES:
            found = f"more than {MOST_PIECES:,} keys and values, anchors expanded"
            raise _refused(self.shown, self._line(event), found, f"at most {MOST_PIECES:,}")

    def _node(self, event: Event, events: Iterator[Event], depth: int) -> Node:
        self._count(event)
        if depth > DEEPEST:
            found = f"nesting deeper than {DEEPEST}"
            raise _refused(self.shown, self._line(event), found, f"at most {DEEPEST} levels")
        if isinstance(event, AliasEvent):
            return self._alias(event, depth)
        tag = str(getattr(event, "tag", None) or "")
        if tag and tag.removeprefix(_TAG) not in _PLAIN_TAGS:
            self._problem(event, f"the tag {quote(tag.replace(_TAG, '!!'))}", "a plain value")
        anchor = event.anchor if isinstance(event, NodeEvent) else None
        if anchor is not None:
            self.anchors[anchor] = None
        node = self._made(event, events, depth)
        if anchor is not None:
            self.anchors[anchor] = node
        return node

    def _made(self, event: Event, events: Iterator[Event], depth: int) -> Node:
        place = self._place(event)
        if isinstance(event, MappingStartEvent):
            return self._map(Map(place), events, depth)
        if isinstance(event, SequenceStartEvent):
            return self._items(place, events, depth)
        assert isinstance(event, ScalarEvent)
        for sign in sorted(set(filter(_unfit, event.value))):
            self._problem(event, f"the control character {quote(sign)}", "text that can be printed")
        is_plain = bool(event.implicit[0]) and event.style in (None, "")
        return text(event.value, place, is_plain and event.value in _NULLS)

    def _alias(self, event: AliasEvent, depth: int) -> Node:
        node = self.anchors.get(event.anchor)
        if node is None:
            of = "itself" if event.anchor in self.anchors else "nothing"
            found = f"an alias {quote('*' + event.anchor)} of {of}"
            raise _refused(self.shown, self._line(event), found, "an anchor that ends before it")
        size, height = _size(node)
        self._count(event, size)
        if depth + height > DEEPEST:
            found = f"nesting deeper than {DEEPEST}, anchors expanded"
            raise _refused(self.shown, self._line(event), found, f"at most {DEEPEST} levels")
        return copy(node)

    def _items(self, place: Place, events: Iterator[Event], depth: int) -> Items:
        found: list[Node] = []
        for event in events:
            if isinstance(event, SequenceEndEvent):
                break
            self.keys.append(str(len(found)))
            found.append(self._node(event, events, depth + 1))
            self.keys.pop()
        return items(found, place)

    def _map(self, made: Map, events: Iterator[Event], depth: int) -> Map:
        for event in events:
            if isinstance(event, MappingEndEvent):
                break
            key = self._node(event, events, depth + 1)
            self.keys.append(str(key) if isinstance(key, Text) else "?")
            value = self._node(next(events), events, depth + 1)
            self.keys.pop()
            if not isinstance(key, Text):
                self._problem(event, "a key that is a list or mapping", "a key of one word")
            elif key == "<<":
                wanted = "the keys themselves, or `extends`: YAML 1.2 has no merge keys"
                self._problem(event, "the merge key '<<'", wanted)
            elif not key.strip():
                self._problem(event, "an empty key", "a key of one word")
            elif str(key) in made:
                before = made.keys_at[str(key)].line
                self._problem(
                    event, f"the key {quote(key)} again", f"it once; see line {before}", str(key)
                )
            else:
                made.put(str(key), value, self._place(event))
        return made


def _unfit(sign: str) -> bool:
    """Whether a sign has no place in text: it acts on a terminal, or no file can be written with it."""
    return sign not in "\n\t" and unicodedata.category(sign) in ("Cc", "Cs")


def _size(node: Node) -> tuple[int, int]:
    """How many pieces a node holds and how many levels."""
    inner: list[Node] = []
    if isinstance(node, Map):
        inner = list(node.values())
    elif isinstance(node, Items):
        inner = list(node)
    sizes = [_size(piece) for piece in inner]
    return 1 + sum(s for s, _ in sizes), 1 + max((h for _, h in sizes), default=0)
