"""Names made into numbers, each kind in the order of its count."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sim.network.attributes import Values, attributes
from sim.network.model import Model, Op, Step
from sim.network.sources import Source, sources

Number = dict[str, int]


@dataclass(frozen=True)
class Numbering:
    """Numbers by name. `objects` are the names of all objects in one count, `rank` the code-point order of the
    names of objects, clocks and sources."""

    model: Model
    objects: tuple[str, ...]
    clocks: tuple[str, ...]
    sources: tuple[Source, ...]
    attributes: tuple[str, ...]
    values: Values
    step: Number
    pool: Number
    source: Number
    attribute: Number
    rank: Number
    thing: dict[Op, Number]

    def target(self, name: str | None) -> int:
        return -1 if name is None else self.step[name]

    def mask(self, pools: Sequence[str]) -> int:
        return sum(1 << self.pool[name] for name in set(pools))

    def object(self, step: Step) -> int:
        """The station, departure, gate, stock or clock of a step, in its own count."""
        return self.thing[step.op][step.objects[0]] if step.op in self.thing else -1

    def value(self, attribute: str | None, value: str | None) -> int:
        if attribute is None or value is None:
            return -1
        return self.values[self.attribute[attribute]].index(value)


def numbering(model: Model) -> Numbering:
    """Every name of a model that has passed its checks."""
    groups = model.pools, model.stations, model.departures, model.gates, model.stocks
    objects = tuple(o.name for group in groups for o in group)
    clocks = tuple(sorted({s.objects[0] for s in model.steps if s.op in (Op.DEADLINE, Op.CLEAR)}))
    names, values = attributes(model)
    all_sources = sources(model)
    stocks, at_clock = _numbers(s.name for s in model.stocks), _numbers(clocks)
    return Numbering(
        model, objects, clocks, all_sources, names, values,
        step=_numbers(s.name for s in model.steps),
        pool=_numbers(p.name for p in model.pools),
        source=_numbers(s.name for s in all_sources),
        attribute=_numbers(names),
        rank=_numbers(sorted({*objects, *clocks, *(s.name for s in all_sources)})),
        thing={
            Op.SERVE: _numbers(s.name for s in model.stations),
            Op.DEPART: _numbers(d.name for d in model.departures),
            Op.GATE: _numbers(g.name for g in model.gates),
            Op.TAKE: stocks, Op.PUT: stocks, Op.DEADLINE: at_clock, Op.CLEAR: at_clock,
        },
    )  # fmt: skip


def _numbers(names: Iterable[str]) -> Number:
    return {name: i for i, name in enumerate(names)}
