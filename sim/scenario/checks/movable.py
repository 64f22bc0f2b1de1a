"""What may be asked for more of."""

from __future__ import annotations

from sim.errors import Problem
from sim.scenario.checks.record import Record
from sim.scenario.movable import KEYS, WANTED, is_movable, why_not
from sim.scenario.slips import one_path
from sim.scenario.tree import Map, at


def check(record: Record) -> None:
    """Refuses a `require` that would move anything but a capacity."""
    node = record.tree.get("require")
    for path in record.whole.require:
        if not is_movable(path) and isinstance(node, Map):
            place = node.keys_at[path]
            where = f"require.{path}"
            record.problems.append(Problem(place.file, place.line, where, why_not(path), WANTED))
        elif at(record.tree, path) is None:
            paths = [f"{section}.{name}.{key}" for section, keys in KEYS.items()
                     for name in record.names(section) for key in keys]  # fmt: skip
            record.no(f"require.{path}", "no such path", one_path(path, paths, "the path of a capacity"))
    for path, move in record.whole.require.items():
        if move.from_ is not None and move.to is not None and move.from_.exact > move.to.exact:
            found = f"from {move.from_.written} to {move.to.written}"
            record.no(f"require.{path}", found, "the least level first, the greatest last")
