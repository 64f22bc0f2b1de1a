"""A set of values that fit: facts whose values are known together, row by row, and not one by one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sim.errors import Problem, Refused
from sim.scenario.quantity import Sort, Told, quantity, shown
from sim.scenario.text import load
from sim.scenario.tree import Items, Map, Node, Text, at, holder, items, put_at, text
from sim.scenario.units import amount

FITTED = "fitted"
_COLUMNS = ("paths", "units")


@dataclass(frozen=True)
class FittedSet:
    """Values that fit: `rows` (sets, paths), each value in the unit its number is written in.

    `central` is the row, from 0, that stands where facts are held at their stated values.
    """

    paths: tuple[str, ...]
    units: tuple[str, ...]
    rows: tuple[tuple[float, ...], ...]
    central: int

    def column(self, path: str) -> tuple[float, ...]:
        """The values of one fact, a row each."""
        i = self.paths.index(path)
        return tuple(row[i] for row in self.rows)


def fetch(tree: Map, path: Path, shown_as: str) -> None:
    """Puts the set of another file where `fitted:` names that file; only the set is taken from it.

    Raises Refused if there is no such file or no set in it.
    """
    named = tree.get(FITTED)
    if not isinstance(named, Text) or named.null:
        return
    where = path.parent / str(named)
    other = load(where, str(Path(shown_as).parent / str(named)), named, FITTED, named.place.layer)
    block = other.get(FITTED)
    if not isinstance(block, Map):
        found = "nothing" if block is None else shown(block)
        wanted = f"a file with a set of values in it, under '{FITTED}'"
        raise Refused([Problem(named.place.file, named.place.line, FITTED, found, wanted)])
    tree[FITTED] = block


def state(tree: Map) -> None:
    """Writes the central row over the values at its paths, with the source of the set.

    What is wrong with the set is left for the checks to tell.
    """
    block = tree.get(FITTED)
    row = _central(block) if isinstance(block, Map) else None
    if row is None:
        return
    assert isinstance(block, Map)
    units = _list(block, "units")
    for i, (path, cell) in enumerate(zip(_list(block, "paths"), row, strict=False)):
        place, node = holder(tree, str(path)), at(tree, str(path))
        unit = str(units[i]) if i < len(units) else ""
        if place is not None and isinstance(cell, Text) and _unit_of(node) == unit:
            put_at(*place, _stated(cell, unit, block))


def _unit_of(number: Node | None) -> str | None:
    """The unit that a number is written in, "" for none; None if it is no number."""
    value = number.get("value") if isinstance(number, Map) else number
    found = amount(value) if isinstance(value, Text) else None
    if found is None:
        return None
    said = number.get("unit") if isinstance(number, Map) else None
    return found.unit or (str(said) if isinstance(said, Text) else "")


def _central(block: Map) -> list[Node] | None:
    number, rows = block.get("central"), _list(block, "sets")
    found = None if number is None else quantity(number, Sort.COUNT, Told())
    if found is None or not 1 <= found.value <= len(rows):
        return None
    row = rows[int(found.value) - 1]
    return list(row) if isinstance(row, Items) else None


def _list(block: Map, key: str) -> list[Node]:
    found = block.get(key)
    return list(found) if isinstance(found, Items) else []


def _stated(cell: Text, unit: str, block: Map) -> Map:
    made = Map(cell.place)
    gap = "" if unit.startswith(("/", "%")) else " "
    made.put("value", text(f"{cell}{gap}{unit}".strip(), cell.place), cell.place)
    for key in ("source", "as_of", "confidence"):
        if isinstance(block.get(key), Text):
            made.put(key, text(str(block[key]), cell.place), cell.place)
    return made


def free(tree: Map, path: str) -> None:
    """Takes out of the set what is set by hand: the fact at a path or its value, or all in what stands there."""
    block = tree.get(FITTED)
    if isinstance(block, Map):
        facts = [str(fact) for fact in _list(block, "paths")]
        _without(tree, block, [
            fact for fact in facts if f"{fact}.".startswith(f"{path}.") or path == f"{fact}.value"
        ])  # fmt: skip


def free_restated(base: Map, over: Map, merged: Map) -> None:
    """Takes out of the base's set what the file laid over it states anew, or leaves out."""
    block, own = merged.get(FITTED), over.get(FITTED)
    if not isinstance(block, Map) or (isinstance(own, Map) and "paths" in own):
        return
    gone = [
        str(path) for path in _list(block, "paths")
        if at(base, str(path)) is not None
        and (_states(at(over, str(path))) or at(merged, str(path)) is None)
    ]  # fmt: skip
    _without(merged, block, gone)


def _states(node: Node | None) -> bool:
    return isinstance(node, Text) or (isinstance(node, Map) and "value" in node)


def _without(tree: Map, block: Map, gone: list[str]) -> None:
    paths = _list(block, "paths")
    kept = [i for i, path in enumerate(paths) if str(path) not in gone]
    if len(kept) == len(paths):
        return
    if not kept:
        tree.drop(FITTED)
        return
    for key in _COLUMNS:
        _keep(block, key, kept)
    rows = block.get("sets")
    if isinstance(rows, Items):
        block["sets"] = items([_kept(row, kept) for row in rows], rows.place)


def _keep(block: Map, key: str, kept: list[int]) -> None:
    column = block.get(key)
    if column is not None:
        block[key] = _kept(column, kept)


def _kept(row: Node, kept: list[int]) -> Node:
    if not isinstance(row, Items):
        return row
    return items([row[i] for i in kept if i < len(row)], row.place)

