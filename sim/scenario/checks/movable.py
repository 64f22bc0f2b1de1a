"""What may be asked for more of."""

from __future__ import annotations

from sim.errors import Problem
from sim.scenario.checks.record import Record
from sim.scenario.movable import WANTED, is_movable, why_not
from sim.scenario.tree import Map


def check(record: Record) -> None:
    """Refuses a `require` that would move anything but a capacity."""
    node = record.tree.get("require")
    for path in record.whole.require:
        if not is_movable(path) and isinstance(node, Map):
            place = node.keys_at[path]
            where = f"require.{path}"
            record.problems.append(Problem(place.file, place.line, where, why_not(path), WANTED))
