"""A model made into its table."""

from __future__ import annotations

import numpy as np

from sim.network import limits
from sim.network.attributes import class_names, radices
from sim.network.columns import Columns
from sim.network.graph import cyclic, edges_of, with_moves
from sim.network.model import Model, Op
from sim.network.numbering import Numbering, numbering
from sim.network.object_columns import add_lines, add_objects
from sim.network.source_columns import add_source
from sim.network.step_columns import add_step
from sim.network.table import Floats, Ints, Names, Network, Table


def compile_network(model: Model) -> Network:
    """The table of a model that has passed its checks.

    Raises NameClashError if two streams or two decisions have the same 32-bit word, ValueError if the network
    has more pools, clocks or names than the table holds.
    """
    n = numbering(model)
    limits.check(n)
    c = Columns()
    line_of = add_lines(c, model)
    slot_of = _slots(model)
    for step in model.steps:
        add_step(c, n, step, slot_of.get(step.name, -1), line_of.get(step.name, -1))
    for name in n.objects:
        c.add(rank=n.rank[name])
    add_objects(c, model)
    for source in n.sources:
        add_source(c, n, source)
    *firsts, classes = radices(n.attributes, n.values, model.classes)
    for first in firsts:
        c.add(class_first=first)
    for part in range(1, len(n.clocks) + 1):
        c.add(clock_part=part)
    return Network(model, _table(c, n, len(slot_of), classes), _names(n))


def _slots(model: Model) -> dict[str, int]:
    """Where the visits of a step are counted, of steps that an entity can come to more than once."""
    again = cyclic(edges_of(with_moves(model.steps)))
    return {name: i for i, name in enumerate(s.name for s in model.steps if s.name in again)}


def _table(c: Columns, n: Numbering, slots: int, classes: int) -> Table:
    model = n.model
    fields: dict[str, int | Ints | Floats] = {
        "horizon": model.horizon, "days": model.days, "steps": len(model.steps),
        "pools": len(model.pools), "stations": len(model.stations),
        "departures": len(model.departures), "gates": len(model.gates),
        "stocks": len(model.stocks), "clocks": len(n.clocks), "sources": len(n.sources),
        "attributes": len(n.attributes), "classes": classes, "visit_slots": slots,
        "first_weekday": model.first_weekday,
    }  # fmt: skip
    for name in Table._fields:
        if name not in fields:
            fields[name] = c.array(name)
    fields["spawn_source"] = np.asarray(fields["spawn_source"]).reshape(-1, len(model.steps))
    for column in fields.values():
        if isinstance(column, np.ndarray):
            column.setflags(write=False)
    return Table(**fields)  # type: ignore[arg-type]


def _names(n: Numbering) -> Names:
    model = n.model
    return Names(
        steps=tuple(s.name for s in model.steps),
        objects=n.objects,
        clocks=n.clocks,
        sources=tuple(s.name for s in n.sources),
        attributes=n.attributes,
        values=n.values,
        classes=tuple(class_names(n.attributes, n.values, model.classes)),
        outcomes=tuple(s.outcome if s.op is Op.EXIT else None for s in model.steps),
    )
