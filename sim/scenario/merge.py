"""Files that extend files, and values set on top of them."""

from __future__ import annotations

import os
import re
from pathlib import Path

from sim.errors import MOST_LISTED, Problem, Refused, listing, offer, quote
from sim.scenario import fitted
from sim.scenario.dated import is_dated
from sim.scenario.forms import alternatives, full, says_about, settle
from sim.scenario.quantity import FULL, is_full
from sim.scenario.slips import path_meant
from sim.scenario.text import fragment, load
from sim.scenario.tree import (
    ABOUT,
    BY_HAND,
    Items,
    Map,
    Node,
    Place,
    Text,
    at,
    child,
    children,
    copy,
    name_paths,
    text,
)
from sim.scenario.units import amount

SET = "--set"
SET_AT = Place(SET, 0, BY_HAND)


def gather(path: Path, shown: str, asked: Text | None = None, by: str = "extends") -> Map:
    """The tree of a file laid over those that it extends; every piece remembers its own file.

    `asked` is what the key `by` of another file says, where that is how it was named. Raises Refused.
    """
    return _gather(path, shown, asked, (), by)


Chain = tuple[tuple[Path, str], ...]
"""Files on the way here, with the names they are shown by."""


def _gather(
    path: Path, shown: str, asked: Text | None, chain: Chain, by: str = "extends"
) -> Map:
    real = _real(path)
    names = [name for _, name in chain]
    if real in [before for before, _ in chain] and asked is not None:
        circle = " -> ".join([*names, shown])
        found = f"a circle ({circle})"
        raise Refused(
            [Problem(asked.place.file, asked.place.line, "extends", found, "files in a line")]
        )
    tree = load(path, shown, asked, by, layer=len(chain))
    fitted.fetch(tree, path, shown)
    settle(tree)
    name_paths(tree)
    if "extends" not in tree:
        return tree
    base_name, place = tree["extends"], tree.keys_at["extends"]
    if not isinstance(base_name, Text) or base_name.null or not base_name.strip():
        found = "a list or mapping" if not isinstance(base_name, Text) else "nothing"
        raise Refused([Problem(place.file, place.line, "extends", found, "the path of one file")])
    base_path, base_shown = path.parent / str(base_name), str(Path(shown).parent / str(base_name))
    base = _gather(base_path, base_shown, base_name, (*chain, (real, shown)))
    tree.drop("extends")
    merged = merge(base, tree)
    settle(merged)
    fitted.free_restated(base, tree, merged)
    merged.place = tree.place
    name_paths(merged)
    return merged


def _real(path: Path) -> Path:
    """One name for one file, also for one that cannot be read, of which `load` says why."""
    try:
        return Path(os.path.realpath(path))
    except ValueError:
        return path


def merge(base: Map, over: Map) -> Map:
    """`over` laid on `base`: mappings merge, all else is replaced; an empty value takes away."""
    made = copy(base)
    assert isinstance(made, Map)
    made.path = base.path
    for key, value in over.items():
        under = base.get(key)
        if under is not None and isinstance(value, Text) and value.null:
            made.drop(key)
        elif isinstance(value, Map) and says_about(under, value):
            made.put(key, merge(full(under), value), over.keys_at[key])
        elif isinstance(under, Map) and isinstance(value, Map) and not alternatives(under, value):
            made.put(key, merge(under, value), over.keys_at[key])
        else:
            made.put(key, copy(value), over.keys_at[key])
    if "source" in over or (is_full(base) and "value" in over):
        _forget(made, over)
    return made


def _forget(made: Map, over: Map) -> None:
    """Takes out what was known of the number, or the source, that is laid over."""
    for key in [key for key in ABOUT if key in made and key not in over]:
        made.drop(key)


_BARE = re.compile(r"\.range\.\d$|^steps\.[^.]+\.(priority|share)(\.|$)|^fitted\.(central$|sets\.)")
"""Numbers that say no source: the ends of a range, places in a line, weights, what a fitted set is made of."""

_OVERRIDE = re.compile(r"([^=]+)=(.*)", re.DOTALL)


def apply_sets(tree: Map, sets: list[str] | tuple[str, ...]) -> None:
    """Changes the tree as each `path=value` says.

    Raises Refused with all that are ill formed or whose path leads nowhere.
    """
    problems: list[Problem] = []
    for given in sets:
        match = _OVERRIDE.fullmatch(given)
        if match is None:
            wanted = "a path and a value, such as pools.beds.capacity=41500"
            problems.append(Problem(SET, 0, "", quote(given), wanted))
            continue
        try:
            path = match[1].strip()
            place_value(tree, path, fragment(match[2], SET_AT, path), SET_AT)
        except Refused as refused:
            problems += refused.problems
    if problems:
        raise Refused(problems)


def place_value(tree: Map, path: str, value: Node, place: Place) -> None:
    """Replaces what stands at a path; a bare number keeps the unit and loses the range.

    Raises Refused if the path does not exist.
    """
    path = _through(tree, path)
    parent, key = _parent(tree, path, place)
    if isinstance(parent, Items):
        parent[int(key)] = _kept(parent[int(key)], value, place)
    elif key == "value" and is_full(parent) and all(word in FULL for word in parent):
        _revalued(parent, value, place)
    else:
        old = parent.get(key)
        parent.put(key, value if old is None else _kept(old, value, place), place)
    settle(tree)
    fitted.free(tree, path)
    name_paths(tree)


def _through(tree: Map, path: str) -> str:
    """The same path with the kind of a step left out where its options were moved beside it."""
    parts = path.split(".")
    if len(parts) == 4 and parts[0] == "steps" and at(tree, path) is None:
        shorter = ".".join([*parts[:2], parts[3]])
        return shorter if at(tree, shorter) is not None else path
    return path


def _parent(tree: Map, path: str, place: Place) -> tuple[Map | Items, str]:
    current: Node = tree
    rest = path
    while True:
        found = child(current, rest)
        if found is not None and found[1] == "":
            assert isinstance(current, Map | Items)
            return current, rest
        if found is None:
            break
        current, rest = found
    if isinstance(current, Map) and "." not in rest and _may_hold(current, rest):
        return current, rest
    near = path_meant(path, [*all_paths(tree), *_settable(current)])
    wanted = offer(near, (), "a path that exists") if near else f"a path that exists{_there(current)}"
    raise Refused([Problem(place.file, place.line, path, "no such path", wanted)])


def _there(node: Node) -> str:
    """What there is where a path ends, in words; how much, where it is too much to list."""
    said = [key for key, _ in children(node) if key not in (*ABOUT, "description")]
    keys = [path.rpartition(".")[2] for path in _settable(node)]
    names = list(dict.fromkeys([*said, *(key for key in keys if key not in (*ABOUT, "description"))]))
    names = said if len(names) > MOST_LISTED else names
    where = quote(node.path) if node.path else "the scenario"
    if not names:
        return f", and {where} has nothing in it"
    many = f"{len(names)} keys, none of them like it"
    return f"; {where} has {listing(names, 'and') if len(names) <= MOST_LISTED else many}"


def _settable(node: Node) -> list[str]:
    """Paths of the optional keys of a mapping, written or not."""
    from sim.scenario.fieldnames import optional

    if not isinstance(node, Map):
        return []
    return [f"{node.path}.{key}" if node.path else key for key in optional(node)]


def _may_hold(node: Map, key: str) -> bool:
    """Whether a key that is not written may be set here: an optional field of a known mapping."""
    from sim.scenario.fieldnames import optional

    return key in optional(node)


def all_paths(node: Node) -> list[str]:
    """Every path in a tree, in order."""
    found: list[str] = []
    for _, value in children(node):
        found.append(value.path)
        found += all_paths(value)
    return found


def _revalued(number: Map, value: Node, place: Place) -> None:
    """Replaces the value alone of a number in full; where the old was read says nothing of the new."""
    number.put("value", _worded(number["value"], value, place) or value, place)
    for key in [key for key in ABOUT if key in number]:
        number.drop(key)
    number.put("source", text(place.file, place), place)


def _kept(old: Node, new: Node, place: Place) -> Node:
    """The new value with the unit of the old, and a note that it was set by hand.

    The note is needed even where the old number says nothing of its own: what stands above it does,
    and would be taken for the source of the new.
    """
    if isinstance(new, Map):
        return _noted(new, place) if is_full(new) or is_dated(new) else new
    word = _worded(old, new, place)
    if word is None or _BARE.search(old.path):
        return new if word is None else word
    made = Map(place)
    made.put("value", word, place)
    return _noted(made, place)


def _noted(number: Map, place: Place) -> Map:
    if "source" not in number:
        number.put("source", text(place.file, place), place)
    return number


def _worded(old: Node, new: Node, place: Place) -> Text | None:
    """A bare number with the unit of the old; None if either is no number."""
    if not isinstance(new, Text) or new.null:
        return None
    unit, given = _first_number(old), amount(new)
    if unit is None or given is None:
        return None
    return text(str(new) if given.unit or not unit else _with_unit(str(new), unit), place)


def _with_unit(number: str, unit: str) -> str:
    return f"{number}{unit}" if unit.startswith(("/", "%")) else f"{number} {unit}"


def _has_keys(node: Map) -> bool:
    """Whether a mapping is one of known keys or of names, and not a value."""
    from sim.scenario.fieldnames import model_of

    return "." not in node.path or model_of(node) is not None


def _first_number(node: Node) -> str | None:
    """Unit of a number, or of the first number of a profile or law; None if it is none of these."""
    if isinstance(node, Map):
        if "value" not in node and _has_keys(node):
            return None
        if "value" not in node:
            inner = [v for v in node.values() if isinstance(v, Map | Text)]
            return next((u for v in inner if (u := _first_number(v)) is not None), None)
        own = node.get("unit")
        value = node["value"]
        unit = _first_number(value)
        return str(own) if isinstance(own, Text) and not unit else unit
    if isinstance(node, Text):
        found = amount(node)
        return None if found is None else found.unit
    return None
