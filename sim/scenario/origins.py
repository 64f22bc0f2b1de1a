"""Where numbers come from, written so that it stays true when several files have become one."""

from __future__ import annotations

from sim.scenario.forms import full
from sim.scenario.grammar import Whole
from sim.scenario.quantities import quantities_in
from sim.scenario.tree import NO_SOURCE, Map, at, holder, name_paths, put_at, text


def own_sources(tree: Map, said: Whole) -> None:
    """Writes the source, or that there is none, beside numbers that stand under another's.

    Written out, a tree is one file, and could not be told from one in which that source is theirs.
    """
    stale = [q for q in quantities_in(said) if q.stale is not None and not q.structural]
    for q in stale:
        place, node = holder(tree, q.path), at(tree, q.path)
        if place is not None and node is not None:
            number = full(node)
            number.put("source", text(q.source or NO_SOURCE, q.place), q.place)
            put_at(*place, number)
    if stale:
        name_paths(tree)
