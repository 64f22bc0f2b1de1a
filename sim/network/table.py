"""The compact table that engines run: the network as arrays, names resolved to numbers.

Numbering. Steps, pools, stations, departures, gates and stocks each count from 0 in the order of the
model. *Objects* are pools, stations, departures, gates, stocks in that order in one count. *Sources* are
streams, orders, initial stocks and the streams of spawned entities. A *rank* is the code-point order of a
name among all names of sources, objects and clocks. -1 means none everywhere.

Event keys. key = class << 56 | rank << 40 | number << 8 | part, so that (time, key) is the order of
SEMANTICS section 3: class 3 bits, rank 16, number 32, part 8.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.network.laws import KIND
from sim.network.model import (
    Attribute,
    Capacity,
    Distribution,
    Initial,
    Model,
    Op,
    Orders,
    Step,
    Stream,
)
from sim.network.names import clash, name_hash

CENSUS, CHANGE, DUE, DEPARTURE, EXPIRY, ARRIVAL = range(6)
CLASS_SHIFT, RANK_SHIFT, NUMBER_SHIFT = 56, 40, 8
PATIENCE_PART = 255
SOURCE_STREAM, SOURCE_ORDERS, SOURCE_INITIAL, SOURCE_SPAWN = range(4)
MOST_POOLS = 62
SPAWN_DEPTH = 3

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


class Table(NamedTuple):
    """Arrays only, so that a compiled engine takes it whole. Shapes: (s) steps, (o) objects,
    (u) sources, (d) distributions, (c) capacity changes."""

    horizon: int
    days: int
    steps: int
    pools: int
    stations: int
    departures: int
    gates: int
    stocks: int
    clocks: int
    sources: int
    attributes: int
    classes: int
    visit_slots: int
    # distributions (d)
    law_kind: Ints
    law_p: Floats  # (d, 4)
    law_first: Ints
    law_last: Ints
    knots: Floats  # (k, 2)
    # steps (s)
    op: Ints
    next: Ints
    obj: Ints  # station, departure, gate, stock or clock of the step, in its own count
    alt_first: Ints  # pools of a seize or release: alternatives[alt_first:alt_last]
    alt_last: Ints
    alternatives: Ints
    units: Ints
    priority: Ints
    priority_by: Ints  # attribute, or -1
    priority_first: Ints  # priorities[priority_first + value]
    priorities: Ints
    law: Ints
    patience: Ints  # law of patience, or -1
    patience_to: Ints
    step_hash: Ints
    patience_hash: Ints  # of "<step>/patience"
    visit_slot: Ints  # slot of the visit count, -1 if the step is visited once at most
    bump_to: Ints
    bump_release: Ints  # bit mask of pools
    room_most: Ints
    room_to: Ints
    line: Ints  # line in which a serve step waits (lines: see station_line)
    preempt: Ints
    effort_stock: Ints
    effort_first: Ints  # efforts[effort_first:effort_last] of (level share, multiplier)
    effort_last: Ints
    efforts: Floats  # (e, 2)
    to: Ints  # expiry of a deadline; closed gate; empty stock; -1: wait
    release: Ints  # bit mask of pools given back on expiry of a deadline
    evict_to: Ints
    evict_release: Ints
    evict_first: Ints  # evicted[evict_first:evict_last]: steps whose people leave when it closes
    evict_last: Ints
    evicted: Ints
    option_first: Ints  # branch: option_step[option_first:option_last]
    option_last: Ints
    option_step: Ints
    option_value: Ints  # attribute value of the option, or -1
    period_first: Ints  # branch by chance: branch_time[period_first:period_last]
    period_last: Ints
    branch_time: Ints
    branch_row: Ints  # first cumulative threshold of the period in thresholds
    thresholds: Floats
    attribute: Ints  # of a set or a branch by attribute
    value: Ints
    enters: Ints  # of a spawn
    # clocks: deadline steps per clock are found by obj
    clock_part: Ints  # (clocks) part of the clock's expiry key, 1, 2, … in name order
    # lines of stations: lines are classes of a shared station, else one per station
    station_line: Ints  # (stations + 1) first line of each station
    line_weight: Ints  # (lines) weight of the class; 0 where servers are not shared
    line_order: Ints  # (lines) rank of the class name among all, for ties
    # objects (o)
    rank: Ints
    cap_first: Ints  # (pools + stations) changes cap_time[cap_first:cap_last]; the first is at 0
    cap_last: Ints
    cap_time: Ints
    cap_value: Ints
    pause: Ints  # (stations)
    bumpable: Ints  # (pools) 1 if some step bumps from it
    dep_first: Ints
    dep_last: Ints
    dep_time: Ints
    dep_seats: Ints
    dep_minimum: Ints
    dep_cancelled: Floats
    gate_every: Ints  # law, or -1
    gate_lasting: Ints
    gate_first: Ints  # windows gate_from/gate_until[gate_first:gate_last]
    gate_last: Ints
    gate_from: Ints
    gate_until: Ints
    stock_initial: Ints
    put_first: Ints
    put_last: Ints
    put_time: Ints
    put_units: Ints
    # sources (u)
    source_kind: Ints
    source_rank: Ints
    source_hash: Ints
    source_enters: Ints
    source_root: Ints  # source of the first ancestor (itself unless spawned)
    spawn_source: Ints  # (u, s) source of what step s spawns from an entity of source u
    draw_first: Ints  # attributes drawn at creation: drawn[draw_first:draw_last]
    draw_last: Ints
    drawn_attribute: Ints
    drawn_hash: Ints
    drawn_period_first: Ints
    drawn_period_last: Ints
    drawn_time: Ints
    drawn_row: Ints
    drawn_values: Ints  # number of values of the drawn attribute
    drawn_thresholds: Floats
    class_first: Ints  # (attributes) multiplier of the attribute in the class number; 0: none
    # streams, orders, initial (u; -1 or empty where not of that kind)
    regular: Ints
    rate_first: Ints
    rate_last: Ints
    rate_time: Ints
    rate_value: Floats
    weekdays: Floats  # (u, 7), Monday first
    first_weekday: int
    factor_hash: Ints
    factor_cv: Floats
    times_first: Ints
    times_last: Ints
    times: Ints
    batch: Ints  # law, or -1: one
    order_first: Ints  # counts[order_first + day]
    order_counts: Ints
    carry_over: Ints
    initial_count: Ints
    initial_spent: Ints  # law, or -1: 0
    initial_holds: Ints  # bit mask of pools
    initial_counter: Ints
    initial_clock_first: Ints  # initial_clocks[...]: deadline steps
    initial_clock_last: Ints
    initial_clocks: Ints


@dataclass(frozen=True)
class Names:
    """The names behind the numbers, in their order; `values` per attribute, `lines` per line."""

    steps: tuple[str, ...]
    objects: tuple[str, ...]
    clocks: tuple[str, ...]
    sources: tuple[str, ...]
    attributes: tuple[str, ...]
    values: tuple[tuple[str, ...], ...]
    classes: tuple[str, ...]  # "agency=ice, record=pending"; "-" for a value not set
    outcomes: tuple[str | None, ...]  # per step; None unless an exit


@dataclass(frozen=True)
class Network:
    """A model with its table: what every engine runs and every measure reads."""

    model: Model
    table: Table
    names: Names


class NameClashError(ValueError):
    """Two names that would share their luck; one of them must be changed."""


def compile_network(model: Model) -> Network:
    """The table of a model that has passed its checks.

    Raises NameClashError if two streams or two decisions have the same 32-bit word, ValueError if the network
    has more pools, clocks or names than the table holds.
    """
    return _Compiler(model).compile()


def reachable_in_cycle(steps: Sequence[Step]) -> set[str]:
    """Steps that an entity can come to more than once."""
    edges = {step.name: tuple(followers(step)) for step in steps}
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    on_stack: set[str] = set()
    cyclic: set[str] = set()
    for root, after in edges.items():
        if root in index:
            continue
        work: list[tuple[str, Iterator[str]]] = [(root, iter(after))]
        index[root] = low[root] = len(index)
        stack.append(root)
        on_stack.add(root)
        while work:
            node, it = work[-1]
            follower = next(it, None)
            if follower is not None:
                if follower not in index:
                    index[follower] = low[follower] = len(index)
                    stack.append(follower)
                    on_stack.add(follower)
                    work.append((follower, iter(edges[follower])))
                elif follower in on_stack:
                    low[node] = min(low[node], index[follower])
                continue
            work.pop()
            if work:
                low[work[-1][0]] = min(low[work[-1][0]], low[node])
            if low[node] == index[node]:
                component = []
                while True:
                    member = stack.pop()
                    on_stack.discard(member)
                    component.append(member)
                    if member == node:
                        break
                if len(component) > 1 or node in edges[node]:
                    cyclic.update(component)
    return cyclic


def followers(step: Step, moves: bool = True) -> Iterator[str]:
    """Steps the entity may go to from `step`: next, options, refusals, expiries and, with `moves`,
    where bumped, evicted and expired people (who may be anywhere) are sent."""
    if step.next is not None:
        yield step.next
    if step.to is not None and (step.op is not Op.DEADLINE or moves):
        yield step.to
    if step.patience is not None:
        yield step.patience.to
    if step.room is not None:
        yield step.room.to
    for _, target in step.options:
        yield target


class _Arrays:
    """Lists that grow while the table is made."""

    def __init__(self) -> None:
        self.lists: dict[str, list[float] | list[int] | list[list[float]]] = {}

    def add(self, **values: float | list[float]) -> None:
        for name, value in values.items():
            self.lists.setdefault(name, []).append(value)  # type: ignore[arg-type]

    def size(self, name: str) -> int:
        return len(self.lists.get(name, ()))


_FLOATS = {
    "law_p": 4, "knots": 2, "efforts": 2, "thresholds": 0, "dep_cancelled": 0, "rate_value": 0,
    "weekdays": 7, "factor_cv": 0, "drawn_thresholds": 0,
}  # fmt: skip


class _Compiler:
    """One pass over a model; every list of the table is filled in the order of its count."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.a = _Arrays()
        self.step_of = {step.name: i for i, step in enumerate(model.steps)}
        self.pool_of = {pool.name: i for i, pool in enumerate(model.pools)}
        self.station_of = {station.name: i for i, station in enumerate(model.stations)}
        self.departure_of = {d.name: i for i, d in enumerate(model.departures)}
        self.gate_of = {gate.name: i for i, gate in enumerate(model.gates)}
        self.stock_of = {stock.name: i for i, stock in enumerate(model.stocks)}
        deadline_clocks = {s.objects[0] for s in model.steps if s.op in (Op.DEADLINE, Op.CLEAR)}
        self.clocks = tuple(sorted(deadline_clocks))
        self.clock_of = {name: i for i, name in enumerate(self.clocks)}
        self.attributes, self.values = _attributes(model)
        self.attribute_of = {name: i for i, name in enumerate(self.attributes)}
        self.sources = _sources(model)
        self.source_of = {source.name: i for i, source in enumerate(self.sources)}

    def compile(self) -> Network:
        self._limits()
        objects = tuple(
            o.name
            for group in (
                self.model.pools,
                self.model.stations,
                self.model.departures,
                self.model.gates,
                self.model.stocks,
            )
            for o in group
        )
        everything = sorted({*objects, *self.clocks, *(s.name for s in self.sources)})
        self.rank_of = {name: i for i, name in enumerate(everything)}
        self._lines()
        cyclic = reachable_in_cycle(_with_moves(self.model.steps))
        slots = {
            name: i for i, name in enumerate(s.name for s in self.model.steps if s.name in cyclic)
        }
        for step in self.model.steps:
            self._step(step, slots.get(step.name, -1))
        for name in objects:
            self.a.add(rank=self.rank_of[name])
        self._objects()
        for source in self.sources:
            self._source(source)
        radix = self._classes()
        self.a.lists["clock_part"] = [i + 1 for i in range(len(self.clocks))]
        return Network(self.model, self._table(len(slots), radix), self._names(objects))

    def _limits(self) -> None:
        if len(self.model.pools) > MOST_POOLS:
            raise ValueError(f"found {len(self.model.pools)} pools; wanted at most {MOST_POOLS}")
        if len(self.clocks) >= PATIENCE_PART:
            raise ValueError(f"found {len(self.clocks)} clocks; wanted fewer than {PATIENCE_PART}")
        two = clash(
            [s.name for s in self.sources]
            + [d.name for d in self.model.departures]
            + [g.name for g in self.model.gates]
        ) or clash(
            [w for s in self.model.steps for w in (s.name, f"{s.name}/patience")]
            + list(self.attributes)
            + ["gap", "batch", "factor", "cancelled", "every", "for"]
        )
        if two:
            raise NameClashError(
                f"found the names {two[0]!r} and {two[1]!r}; wanted one of them changed"
            )

    # -- laws -----------------------------------------------------------------------------------

    def _law(self, law: Distribution | None) -> int:
        if law is None:
            return -1
        first = self.a.size("knots")
        for knot in law.knots:
            self.a.add(knots=[float(knot[0]), float(knot[1])])
        p = [float(x) for x in law.parameters] + [0.0] * (4 - len(law.parameters))
        self.a.add(law_kind=KIND[law.kind], law_p=p, law_first=first, law_last=self.a.size("knots"))
        return self.a.size("law_kind") - 1

    # -- steps ----------------------------------------------------------------------------------

    def _target(self, name: str | None) -> int:
        return -1 if name is None else self.step_of[name]

    def _mask(self, pools: Sequence[str]) -> int:
        return sum(1 << self.pool_of[name] for name in set(pools))

    def _object(self, step: Step) -> int:
        of = {
            Op.SERVE: self.station_of, Op.DEPART: self.departure_of, Op.GATE: self.gate_of,
            Op.TAKE: self.stock_of, Op.PUT: self.stock_of, Op.DEADLINE: self.clock_of,
            Op.CLEAR: self.clock_of,
        }.get(step.op)  # fmt: skip
        return -1 if of is None else of[step.objects[0]]

    def _step(self, step: Step, slot: int) -> None:
        a = self.a
        pools = step.op in (Op.SEIZE, Op.RELEASE)
        alt_first = a.size("alternatives")
        for name in step.objects if pools else ():
            a.add(alternatives=self.pool_of[name])
        a.add(
            op=int(step.op), next=self._target(step.next), obj=self._object(step),
            alt_first=alt_first, alt_last=a.size("alternatives"), units=step.units,
            law=self._law(step.law), step_hash=name_hash(step.name),
            patience_hash=name_hash(f"{step.name}/patience"), visit_slot=slot,
            patience=self._law(step.patience.after if step.patience else None),
            patience_to=self._target(step.patience.to if step.patience else None),
            bump_to=self._target(step.bump.to if step.bump else None),
            bump_release=self._mask(step.bump.release if step.bump else ()),
            room_most=step.room.most if step.room else -1,
            room_to=self._target(step.room.to if step.room else None),
            line=self.line_of[step.name] if step.op is Op.SERVE else -1,
            preempt=int(step.preempt), to=self._target(step.to), release=self._mask(step.release),
            attribute=-1 if step.attribute is None else self.attribute_of[step.attribute],
            value=self._value(step.attribute, step.value), enters=self._target(step.enters),
        )  # fmt: skip
        self._priority(step)
        self._effort(step)
        self._evict(step)
        self._branch(step)

    def _value(self, attribute: str | None, value: str | None) -> int:
        if attribute is None or value is None:
            return -1
        return self.values[self.attribute_of[attribute]].index(value)

    def _priority(self, step: Step) -> None:
        first = self.a.size("priorities")
        by = -1
        if step.priority_by is not None:
            by = self.attribute_of[step.priority_by[0]]
            given = dict(step.priority_by[1])
            for value in self.values[by]:
                self.a.add(priorities=given.get(value, step.priority))
        self.a.add(priority=step.priority, priority_by=by, priority_first=first)

    def _effort(self, step: Step) -> None:
        first = self.a.size("efforts")
        for point in step.effort.table if step.effort else ():
            self.a.add(efforts=[float(point[0]), float(point[1])])
        stock = self.stock_of[step.effort.stock] if step.effort else -1
        self.a.add(effort_stock=stock, effort_first=first, effort_last=self.a.size("efforts"))

    def _evict(self, step: Step) -> None:
        first = self.a.size("evicted")
        if step.evict is not None:
            for name in between(self.model.steps, step, step.evict.through):
                self.a.add(evicted=self.step_of[name])
        self.a.add(
            evict_to=self._target(step.evict.to if step.evict else None),
            evict_release=self._mask(step.evict.release if step.evict else ()),
            evict_first=first, evict_last=self.a.size("evicted"),
        )  # fmt: skip

    def _branch(self, step: Step) -> None:
        a = self.a
        first = a.size("option_step")
        for value, target in step.options:
            by_attribute = step.attribute is not None
            a.add(option_step=self.step_of[target],
                  option_value=self._value(step.attribute, value) if by_attribute else -1)  # fmt: skip
        period = a.size("branch_time")
        for time, shares in step.shares:
            a.add(branch_time=time, branch_row=a.size("thresholds"))
            for threshold in cumulative(shares):
                a.add(thresholds=threshold)
        a.add(option_first=first, option_last=a.size("option_step"),
              period_first=period, period_last=a.size("branch_time"))  # fmt: skip

    # -- objects --------------------------------------------------------------------------------

    def _lines(self) -> None:
        """Lines of stations: one each, or one for every class that shares its servers."""
        self.line_of: dict[str, int] = {}
        lines = 0
        names = sorted({s.share.name for s in self.model.steps if s.share})
        for station in self.model.stations:
            self.a.add(station_line=lines)
            here = [
                s for s in self.model.steps if s.op is Op.SERVE and s.objects[0] == station.name
            ]
            classes = {s.share.name: s.share.weight for s in here if s.share}
            for name in sorted(classes) or [""]:
                self.a.add(
                    line_weight=classes.get(name, 0), line_order=names.index(name) if name else 0
                )
                for step in here:
                    if not step.share or step.share.name == name:
                        self.line_of[step.name] = lines
                lines += 1
        self.a.add(station_line=lines)

    def _capacity(self, capacity: Capacity) -> None:
        first = self.a.size("cap_time")
        for time, value in capacity.changes:
            self.a.add(cap_time=time, cap_value=value)
        self.a.add(cap_first=first, cap_last=self.a.size("cap_time"))

    def _objects(self) -> None:
        a, model = self.a, self.model
        bumped = {name for s in model.steps if s.bump for name in s.objects}
        for pool in model.pools:
            self._capacity(pool.capacity)
            a.add(bumpable=int(pool.name in bumped))
        for station in model.stations:
            self._capacity(station.capacity)
            a.add(pause=int(station.capacity.pause))
        for departure in model.departures:
            first = a.size("dep_time")
            for time, seats in departure.timetable:
                a.add(dep_time=time, dep_seats=seats)
            a.add(dep_first=first, dep_last=a.size("dep_time"), dep_minimum=departure.minimum,
                  dep_cancelled=departure.cancelled)  # fmt: skip
        for gate in model.gates:
            first = a.size("gate_from")
            for start, until in gate.closed:
                a.add(gate_from=start, gate_until=until)
            a.add(gate_every=self._law(gate.every), gate_lasting=self._law(gate.lasting),
                  gate_first=first, gate_last=a.size("gate_from"))  # fmt: skip
        for stock in model.stocks:
            first = a.size("put_time")
            for time, units in stock.puts:
                a.add(put_time=time, put_units=units)
            a.add(stock_initial=stock.initial, put_first=first, put_last=a.size("put_time"))

    # -- sources --------------------------------------------------------------------------------

    def _source(self, source: _Source) -> None:
        a = self.a
        for step in self.model.steps:
            child = f"{source.name}/{step.name}"
            a.add(spawn_source=self.source_of.get(child, -1) if step.op is Op.SPAWN else -1)
        a.add(
            source_kind=source.kind, source_rank=self.rank_of[source.name],
            source_hash=name_hash(source.name), source_enters=self.step_of[source.enters],
            source_root=self.source_of[source.root],
        )  # fmt: skip
        self._drawn(source.attributes)
        self._stream(source.of if isinstance(source.of, Stream) else None)
        self._orders(source.of if isinstance(source.of, Orders) else None)
        self._initial(source.of if isinstance(source.of, Initial) else None)

    def _drawn(self, attributes: Sequence[Attribute]) -> None:
        a = self.a
        first = a.size("drawn_attribute")
        for attribute in attributes:
            number = self.attribute_of[attribute.name]
            period = a.size("drawn_time")
            for time, shares in attribute.shares:
                a.add(drawn_time=time, drawn_row=a.size("drawn_thresholds"))
                given = dict(shares)
                for threshold in cumulative([given.get(v, 0.0) for v in self.values[number]]):
                    a.add(drawn_thresholds=threshold)
            a.add(drawn_attribute=number, drawn_hash=name_hash(attribute.name),
                  drawn_period_first=period, drawn_period_last=a.size("drawn_time"),
                  drawn_values=len(self.values[number]))  # fmt: skip
        a.add(draw_first=first, draw_last=a.size("drawn_attribute"))

    def _stream(self, stream: Stream | None) -> None:
        a = self.a
        rates, times = a.size("rate_time"), a.size("times")
        for time, value in stream.rate.points if stream and stream.rate else ():
            a.add(rate_time=time, rate_value=value)
        for time in stream.times if stream else ():
            a.add(times=time)
        factor = stream.day_factor if stream else None
        a.add(
            regular=int(bool(stream and stream.regular)), rate_first=rates,
            rate_last=a.size("rate_time"), times_first=times, times_last=a.size("times"),
            weekdays=[float(w) for w in (stream.weekdays if stream else (1.0,) * 7)],
            factor_hash=name_hash(factor.name) if factor else -1,
            factor_cv=factor.cv if factor else 0.0, batch=self._law(stream.batch if stream else None),
        )  # fmt: skip

    def _orders(self, orders: Orders | None) -> None:
        first = self.a.size("order_counts")
        for day in range(self.model.days if orders else 0):
            assert orders is not None
            self.a.add(order_counts=orders.counts[day])
        self.a.add(order_first=first, carry_over=orders.carry_over if orders else 0)

    def _initial(self, initial: Initial | None) -> None:
        a = self.a
        first = a.size("initial_clocks")
        for name in initial.clocks if initial else ():
            a.add(initial_clocks=self.step_of[name])
        a.add(
            initial_count=initial.count if initial else 0,
            initial_spent=self._law(initial.spent if initial else None),
            initial_holds=self._mask(initial.holds if initial else ()),
            initial_counter=int(bool(initial and initial.counter)),
            initial_clock_first=first, initial_clock_last=a.size("initial_clocks"),
        )  # fmt: skip

    # -- the whole ------------------------------------------------------------------------------

    def _classes(self) -> int:
        radix = 1
        for name, values in zip(self.attributes, self.values, strict=True):
            inside = name in self.model.classes
            self.a.add(class_first=radix if inside else 0)
            radix *= len(values) + 1 if inside else 1
        return radix

    def _table(self, slots: int, radix: int) -> Table:
        model = self.model
        scalars = {
            "horizon": model.horizon, "days": model.days, "steps": len(model.steps),
            "pools": len(model.pools), "stations": len(model.stations),
            "departures": len(model.departures), "gates": len(model.gates),
            "stocks": len(model.stocks), "clocks": len(self.clocks), "sources": len(self.sources),
            "attributes": len(self.attributes), "classes": radix, "visit_slots": slots,
            "first_weekday": model.first_weekday,
        }  # fmt: skip
        fields: dict[str, int | Ints | Floats] = {}
        for name in Table._fields:
            fields[name] = scalars[name] if name in scalars else self._array(name)
        fields["spawn_source"] = np.asarray(fields["spawn_source"]).reshape(-1, len(model.steps))
        return Table(**fields)  # type: ignore[arg-type]

    def _array(self, name: str) -> Ints | Floats:
        values = self.a.lists.get(name, [])
        if name not in _FLOATS:
            return np.array(values, dtype=np.int64)
        width = _FLOATS[name]
        shape = (-1, width) if width else (-1,)
        return np.array(values, dtype=np.float64).reshape(shape)

    def _names(self, objects: tuple[str, ...]) -> Names:
        return Names(
            steps=tuple(s.name for s in self.model.steps),
            objects=objects,
            clocks=self.clocks,
            sources=tuple(s.name for s in self.sources),
            attributes=self.attributes,
            values=self.values,
            classes=tuple(_class_names(self.attributes, self.values, self.model.classes)),
            outcomes=tuple(s.outcome if s.op is Op.EXIT else None for s in self.model.steps),
        )


def cumulative(shares: Sequence[float]) -> list[float]:
    """Running sums of probabilities, the last exactly 1 so that every draw falls somewhere."""
    sums, total = [], 0.0
    for share in shares:
        total += share
        sums.append(total)
    last = max((i for i, share in enumerate(shares) if share > 0), default=len(shares) - 1)
    return [1.0 if i >= last else value for i, value in enumerate(sums)]


def between(steps: Sequence[Step], gate: Step, through: str) -> list[str]:
    """Steps after the gate from which `through` can still be reached, and `through` itself."""
    edges = {s.name: list(followers(s)) for s in steps}
    ahead = _closure(edges, [gate.next] if gate.next else [], stop={through, gate.name})
    back: dict[str, list[str]] = {name: [] for name in edges}
    for name, targets in edges.items():
        for target in targets:
            back[target].append(name)
    behind = _closure(back, [through], stop={gate.name})
    return [s.name for s in steps if s.name in ahead and s.name in behind and s.name != gate.name]


def _closure(edges: dict[str, list[str]], start: Sequence[str], stop: set[str]) -> set[str]:
    seen: set[str] = set()
    work = list(start)
    while work:
        name = work.pop()
        if name in seen:
            continue
        seen.add(name)
        if name not in stop:
            work.extend(edges[name])
    return seen


def _with_moves(steps: Sequence[Step]) -> list[Step]:
    """Steps with an edge to wherever bump, evict and deadlines may send somebody who is there."""
    moved = [s.bump.to for s in steps if s.bump] + [s.evict.to for s in steps if s.evict]
    moved += [s.to for s in steps if s.op is Op.DEADLINE and s.to]
    extra = tuple((f"move {i}", target) for i, target in enumerate(dict.fromkeys(moved)))
    waits = (Op.SEIZE, Op.SERVE, Op.DELAY, Op.DEPART, Op.GATE, Op.TAKE)
    return [replace(s, options=s.options + extra) if s.op in waits else s for s in steps]


@dataclass(frozen=True)
class _Source:
    name: str
    kind: int
    enters: str
    root: str
    attributes: tuple[Attribute, ...] = ()
    of: Stream | Orders | Initial | None = None


def _sources(model: Model) -> tuple[_Source, ...]:
    """Streams, orders and initial stocks, then what they spawn, to a depth of SPAWN_DEPTH."""
    found = [
        _Source(s.name, SOURCE_STREAM, s.enters, s.name, s.attributes, s) for s in model.streams
    ]
    found += [
        _Source(o.name, SOURCE_ORDERS, o.enters, o.name, o.attributes, o) for o in model.orders
    ]
    found += [_Source(i.name, SOURCE_INITIAL, i.at, i.name, i.attributes, i) for i in model.initial]
    steps = {s.name: s for s in model.steps}
    edges = {s.name: list(followers(s)) for s in _with_moves(model.steps)}
    generation = list(found)
    for _ in range(SPAWN_DEPTH):
        spawned = []
        for parent in generation:
            for name in sorted(_closure(edges, [parent.enters], stop=set())):
                step = steps[name]
                if step.op is Op.SPAWN and step.enters is not None:
                    spawned.append(
                        _Source(f"{parent.name}/{name}", SOURCE_SPAWN, step.enters, parent.root)
                    )
        found += spawned
        generation = spawned
    return tuple(found)


def _attributes(model: Model) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Attributes and their values, each in code-point order, from draws, sets and branches."""
    values: dict[str, set[str]] = {}
    drawn = [s.attributes for s in model.streams]
    drawn += [o.attributes for o in model.orders] + [i.attributes for i in model.initial]
    for attributes in drawn:
        for attribute in attributes:
            for _, shares in attribute.shares:
                values.setdefault(attribute.name, set()).update(value for value, _ in shares)
    for step in model.steps:
        if step.attribute is not None and step.value is not None:
            values.setdefault(step.attribute, set()).add(step.value)
        if step.attribute is not None and step.op is Op.BRANCH:
            values.setdefault(step.attribute, set()).update(value for value, _ in step.options)
        if step.priority_by is not None:
            values.setdefault(step.priority_by[0], set()).update(v for v, _ in step.priority_by[1])
    names = tuple(sorted(values))
    return names, tuple(tuple(sorted(values[name])) for name in names)


def _class_names(
    attributes: tuple[str, ...], values: tuple[tuple[str, ...], ...], classes: tuple[str, ...]
) -> Iterator[str]:
    """Names of class numbers 0, 1, …; digit 0 of an attribute is "not set"."""
    inside = [(n, v) for n, v in zip(attributes, values, strict=True) if n in classes]
    total = 1
    for _, of in inside:
        total *= len(of) + 1
    for number in range(total):
        parts, rest = [], number
        for name, of in inside:
            rest, digit = divmod(rest, len(of) + 1)
            parts.append(f"{name}={of[digit - 1] if digit else '-'}")
        yield ", ".join(parts)
