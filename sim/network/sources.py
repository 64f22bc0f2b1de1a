"""Where entities come from: streams, orders, initial stocks, and what these spawn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sim.network.graph import Edges, closure, edges_of, with_moves
from sim.network.model import Attribute, Initial, Model, Op, Orders, Step, Stream
from sim.network.table import SOURCE_INITIAL, SOURCE_ORDERS, SOURCE_SPAWN, SOURCE_STREAM

SPAWN_DEPTH = 3


@dataclass(frozen=True)
class Source:
    """Where entities come from; `root` is the first ancestor of who is spawned, else itself."""

    name: str
    kind: int
    enters: str
    root: str
    attributes: tuple[Attribute, ...] = ()
    of: Stream | Orders | Initial | None = None


def sources(model: Model) -> tuple[Source, ...]:
    """Streams, orders and initial stocks, then what they spawn, to a depth of SPAWN_DEPTH."""
    found = [
        Source(s.name, SOURCE_STREAM, s.enters, s.name, s.attributes, s) for s in model.streams
    ]
    found += [
        Source(o.name, SOURCE_ORDERS, o.enters, o.name, o.attributes, o) for o in model.orders
    ]
    found += [Source(i.name, SOURCE_INITIAL, i.at, i.name, i.attributes, i) for i in model.initial]
    steps = {s.name: s for s in model.steps}
    edges = edges_of(with_moves(model.steps))
    generation = list(found)
    for _ in range(SPAWN_DEPTH):
        generation = [child for parent in generation for child in _spawned(parent, steps, edges)]
        found += generation
    return tuple(found)


def _spawned(parent: Source, steps: Mapping[str, Step], edges: Edges) -> Iterator[Source]:
    """The streams of what entities of a source may spawn, by name of the step."""
    for name in sorted(closure(edges, [parent.enters])):
        enters = steps[name].enters
        if steps[name].op is Op.SPAWN and enters is not None:
            yield Source(f"{parent.name}/{name}", SOURCE_SPAWN, enters, parent.root)
