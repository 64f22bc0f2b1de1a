"""The reference engine: SimPy processes, one per entity, that interpret the route table.

What an entity waits for is stored in `Entity.doing`, never inferred from its step. SimPy's own
Timeout, Resource and AnyOf are not used: their fixed priorities cannot obey the order at one instant
(docs/ties.md), and Resource.release searches a list of all users. An entity's process yields one event
a wait. When that event comes with no value, what was waited for is due or granted; with a value, someone
has moved the entity to that step and has settled everything else.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from enum import IntEnum
from functools import partial
from heapq import heappop, heappush
from typing import Any

import simpy
from simpy.events import Event

from sim.draws import luck
from sim.draws.distributions import Law, duration, remaining
from sim.draws.philox import uniform
from sim.engine import faults
from sim.engine.line import Counter, Line, Place
from sim.engine.tally import FLOWS, LEVELS, Tally
from sim.log import Ended, Flow, Level, Log
from sim.network.model import DAY, Op, Preempt
from sim.network.table import (
    ARRIVAL,
    CENSUS,
    CHANGE,
    CLASS_SHIFT,
    DEPARTURE,
    DUE,
    EXPIRY,
    NUMBER_SHIFT,
    PATIENCE_PART,
    RANK_SHIFT,
    SOURCE_INITIAL,
    SOURCE_ORDERS,
    Network,
)

MOST_STEPS = 10_000
MOST_VISITS = 256
WAIT, GONE = -1, -2
WAITING, BUSY, STOPPED = Level.WAITING, Level.BUSY, Level.STOPPED


class Doing(IntEnum):
    """What an entity is in the middle of."""

    RUNNING = 0
    WAITING = 1
    SERVED = 2
    STOPPED = 3
    DELAYED = 4
    GRANTED = 5


class Clockwork(simpy.Environment):
    """SimPy's environment with the order at one instant: events by (time, key)."""

    @property
    def now(self) -> int:
        """Microseconds from the start."""
        return int(self._now)

    def at(self, time: int, key: int, event: Event) -> None:
        heappush(self._queue, (time, key, next(self._eid), event))  # type: ignore[misc]

    def schedule(self, event: Event, priority: Any = 1, delay: Any = 0) -> None:
        """Nobody waits for the end of a process, so it is not an event; its error goes up."""
        if not event._ok:
            raise event._value


class Wake(Event):
    """What a process waits for; value None: due or granted; a number: moved to that step."""

    def __init__(self, env: Clockwork, value: int | None = None) -> None:
        self.env = env
        self.callbacks = []
        self._value = value
        self._ok = True


class Life(simpy.Process):
    """A process that starts by running, not by an event."""

    def __init__(self, env: Clockwork, generator: Generator[Event, Any, Any]) -> None:
        self._generator = generator
        self.env = env
        self.callbacks = []
        start = Wake(env)
        self._target = start
        self._resume(start)


class Hold:
    """Units of one pool in somebody's hands."""

    __slots__ = ("entity", "grant", "pool", "priority", "row", "units")

    def __init__(
        self, entity: Entity, pool: int, units: int, priority: int, grant: int, row: int
    ) -> None:
        self.entity, self.pool, self.units = entity, pool, units
        self.priority, self.grant, self.row = priority, grant, row


class Entity:
    """One simulated stay; named by its source and its number there."""

    __slots__ = (
        "clocks", "doing", "due", "end_of_order", "grant", "group", "holds", "joined", "key", "left",
        "number", "patience", "priority", "row", "source", "step", "ticket", "units", "values",
        "visit", "visits", "wake", "work",
    )  # fmt: skip

    def __init__(self, source: int, number: int, key: int, step: int) -> None:
        self.source, self.number, self.key, self.step = source, number, key, step
        self.doing = Doing.RUNNING
        self.holds: dict[int, Hold] = {}
        self.clocks: dict[int, Wake] = {}
        self.visits: dict[int, int] = {}
        self.values: list[int] = []
        self.wake: Wake | None = None
        self.patience: Wake | None = None
        self.end_of_order: Wake | None = None
        self.ticket = self.row = self.visit = self.group = self.grant = 0
        self.joined = self.due = self.work = self.left = self.priority = self.units = 0


def run(network: Network, seed: int, world: int, replication: int, *, trace: bool = False) -> Log:
    """One replication of the network: a pure function of its arguments.

    Raises SimError naming entity and step if the route gives back what is not held, exits while
    holding, loops without time passing or comes to one step too often.
    """
    with _no_garbage_collection():
        return _Run(network, luck.prepare(network, seed, world, replication), trace).whole()


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """Keep the collector from walking a million live generators: nothing here is cyclic for long."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


class _Run:
    """One run: the state of the system, and a method for each kind of step."""

    def __init__(self, network: Network, chance: luck.Luck, trace: bool) -> None:
        self.network = network
        self.chance = chance
        self.env = Clockwork()
        self.tally = Tally(network, trace)
        t = self.t = network.table
        self.lists = {
            n: v.tolist() for n, v in zip(t._fields, t, strict=True) if hasattr(v, "tolist")
        }
        self.op: list[int] = self.lists["op"]
        self.next: list[int] = self.lists["next"]
        self.obj: list[int] = self.lists["obj"]
        self.klasses = t.classes
        self.key = chance.key
        self.laws: list[Law] = [luck.law(t, i) for i in range(len(t.law_kind))]
        objects = len(network.names.objects)
        self.station0 = t.pools
        self.departure0 = t.pools + t.stations
        self.gate0 = self.departure0 + t.departures
        self.stock0 = self.gate0 + t.gates
        self.object = [self.object_of(step) for step in range(t.steps)]
        self.lines = [Line() for _ in range(objects)]  # a station's is replaced by its classes'
        self.class_lines = [Line() for _ in range(len(t.line_weight))]
        self.account = [0] * len(t.line_weight)
        self.serving: list[set[Entity]] = [set() for _ in range(t.stations)]
        self.paused: list[list[tuple[Place, int, Entity]]] = [[] for _ in range(t.stations)]
        self.holders: list[set[Hold]] = [set() for _ in range(t.pools)]
        self.gate_open = [True] * t.gates
        self.stock_level: list[int] = self.lists["stock_initial"].copy()
        self.grants = [0] * (t.pools + t.stations)
        self.tickets = 0
        self.next_number = [0] * t.sources
        self.people: set[Entity] | None = set() if (t.evict_last > t.evict_first).any() else None
        self.begin: list[Callable[[Entity, int], int]] = [
            self.seize, self.release, self.serve, self.delay, self.depart, self.gate, self.take,
            self.put, self.deadline, self.clear, self.branch, self.set, self.spawn, self.exit,
        ]  # fmt: skip

    # -- the whole run --------------------------------------------------------------------------

    def whole(self) -> Log:
        self._timetables()
        self._place_initial()
        self._sources()
        env, horizon = self.env, self.t.horizon
        queue = env._queue
        while queue and (queue[0][0] < horizon or queue[0][1] >> CLASS_SHIFT == CENSUS):
            env.step()
        return self.tally.log()

    def at(self, time: int, kind: int, rank: int, number: int, act: Callable[[], None]) -> None:
        """Call `act` as an event of a class of its own, not of an entity."""
        event = Wake(self.env)
        event.callbacks.append(lambda _: act())
        self.env.at(time, kind << CLASS_SHIFT | rank << RANK_SHIFT | number << NUMBER_SHIFT, event)

    def census(self, day: int) -> None:
        self.tally.midnight(day, self.env.now)

    def _timetables(self) -> None:
        t, lists = self.t, self.lists
        for day in range(t.days):
            self.at((day + 1) * DAY, CENSUS, 0, day, partial(self.census, day))
        for o in range(t.pools + t.stations):
            first = lists["cap_first"][o]
            for i in range(first, lists["cap_last"][o]):
                if i == first:
                    self.tally.capacity[o] = lists["cap_value"][i]
                    continue
                self.at(lists["cap_time"][i], CHANGE, lists["rank"][o], i - first,
                        partial(self.change_capacity, o, lists["cap_value"][i]))  # fmt: skip
        for d in range(t.departures):
            rank, first = lists["rank"][self.departure0 + d], lists["dep_first"][d]
            for i in range(first, lists["dep_last"][d]):
                if not self.chance.cancelled[i]:
                    self.at(lists["dep_time"][i], DEPARTURE, rank, i - first,
                            partial(self.leave, d, lists["dep_seats"][i]))  # fmt: skip
        self._gates_and_stocks()

    def _gates_and_stocks(self) -> None:
        t, lists, chance = self.t, self.lists, self.chance
        for g in range(t.gates):
            rank = lists["rank"][self.gate0 + g]
            self.tally.capacity[self.gate0 + g] = 1
            windows = range(chance.gate_first[g], chance.gate_last[g])
            for i, w in enumerate(windows):
                start, until = int(chance.gate_from[w]), int(chance.gate_until[w])
                if until <= 0:
                    continue
                if start <= 0:
                    self.gate_open[g] = False
                    self.tally.capacity[self.gate0 + g] = 0
                else:
                    self.at(start, CHANGE, rank, 2 * i, partial(self.close, g))
                self.at(until, CHANGE, rank, 2 * i + 1, partial(self.open, g))
        for k in range(t.stocks):
            o = self.stock0 + k
            self.tally.busy[o] = self.stock_level[k]
            first = lists["put_first"][k]
            for i in range(first, lists["put_last"][k]):
                self.at(lists["put_time"][i], CHANGE, lists["rank"][o], i - first,
                        partial(self.refill, k, lists["put_units"][i]))  # fmt: skip

    def _sources(self) -> None:
        t = self.t
        for s in range(t.sources):
            kind = t.source_kind[s]
            if kind == SOURCE_ORDERS:
                first = self.lists["order_first"][s]
                counts = self.lists["order_counts"][first : first + t.days]
                number = 0
                for day, count in enumerate(counts):
                    if count:
                        self.at(day * DAY, ARRIVAL, self.lists["source_rank"][s], number,
                                partial(self.order, s, count, day))  # fmt: skip
                    number += count
            elif len(self.chance.arrivals[s]):
                self.next_arrival(s, 0)

    def next_arrival(self, s: int, index: int) -> None:
        """One pending event per stream: the next is made when one is taken."""
        times = self.chance.arrivals[s]
        if index < len(times):
            number = self.next_number[s]
            self.at(int(times[index]), ARRIVAL, self.lists["source_rank"][s], number,
                    lambda: self.arrive(s, index))  # fmt: skip

    def arrive(self, s: int, index: int) -> None:
        size = 1
        law = self.lists["batch"][s]
        if law >= 0:
            u = self.draw(index, s, luck.BATCH, 0)
            size = max(1, self.length(law, u))
        first = self.next_number[s]
        self.next_number[s] += size
        for number in range(first, first + size):
            self.create(s, number, self.lists["source_enters"][s])
        self.next_arrival(s, index + 1)

    def order(self, s: int, count: int, day: int) -> None:
        first = self.next_number[s]
        self.next_number[s] += count
        end = (day + 1 + self.lists["carry_over"][s]) * DAY
        for number in range(first, first + count):
            entity = self.make(s, number, self.lists["source_enters"][s])
            entity.end_of_order = event = Wake(self.env)
            event.callbacks.append(partial(self.shortfall, entity))
            self.env.at(end, entity.key + ((EXPIRY - DUE) << CLASS_SHIFT), event)
            Life(self.env, self.life(entity))

    # -- entities -------------------------------------------------------------------------------

    def draw(self, number: int, source: int, decision: int, visit: int) -> float:
        return float(uniform(self.key, number, self.lists["source_hash"][source], decision, visit))

    def length(self, law: int, u: float) -> int:
        return int(duration(*self.laws[law], u))

    def rest(self, law: int, spent: int, u: float) -> int:
        return int(remaining(*self.laws[law], float(spent), u))

    def make(self, source: int, number: int, step: int, like: Entity | None = None) -> Entity:
        lists = self.lists
        rank = lists["source_rank"][source]
        entity = Entity(
            source, number, DUE << CLASS_SHIFT | rank << RANK_SHIFT | number << NUMBER_SHIFT, step
        )
        self.tally.entered += 1
        if self.people is not None:
            self.people.add(entity)
        if like is not None:
            entity.values, entity.group = like.values.copy(), like.group
        else:
            self.draw_attributes(entity)
        return entity

    def draw_attributes(self, entity: Entity) -> None:
        lists, now = self.lists, self.env.now
        entity.values = [-1] * self.t.attributes
        for i in range(lists["draw_first"][entity.source], lists["draw_last"][entity.source]):
            attribute = lists["drawn_attribute"][i]
            row = self.in_force("drawn_time", "drawn_row", lists["drawn_period_first"][i],
                                lists["drawn_period_last"][i], now)  # fmt: skip
            u = self.draw(entity.number, entity.source, lists["drawn_hash"][i], 0)
            value = _pick(lists["drawn_thresholds"], row, u)
            entity.values[attribute] = value
            entity.group += lists["class_first"][attribute] * (value + 1)

    def in_force(self, times: str, rows: str, first: int, last: int, now: int) -> int:
        """Row of the last period that has begun by `now`; the first period if none has."""
        at, row = self.lists[times], self.lists[rows]
        period = first
        while period + 1 < last and at[period + 1] <= now:
            period += 1
        return int(row[period])

    def create(self, source: int, number: int, step: int) -> None:
        Life(self.env, self.life(self.make(source, number, step)))

    def life(self, e: Entity) -> Generator[Event, int | None, None]:
        """Run on until a step makes the entity wait; go on when woken; end at an exit."""
        begin, op, env = self.begin, self.op, self.env
        step, since, steps = e.step, env.now, 0
        while True:
            while step >= 0:
                steps += 1
                if steps > MOST_STEPS:
                    raise faults.endless(self.network, e.source, e.number, step)
                self.come(e, step)
                step = begin[op[step]](e, step)
            if step == GONE:
                return
            moved = yield e.wake  # type: ignore[misc]
            if env.now > since:
                since, steps = env.now, 0
            e.wake = None
            step = self.finish(e) if moved is None else moved

    def come(self, e: Entity, step: int) -> None:
        """A new visit of the step: count it, and open its row if it leaves one."""
        e.step = step
        slot = self.lists["visit_slot"][step]
        e.visit = 0
        if slot >= 0:
            e.visit = e.visits.get(slot, 0)
            if e.visit >= MOST_VISITS:
                raise faults.too_many_visits(self.network, e.source, e.number, step)
            e.visits[slot] = e.visit + 1
        self.flow(e, Flow.ENTERED)
        tally = self.tally
        e.units = units = self.lists["units"][step]
        e.row = -1
        if tally.lined[step] or tally.traced:
            e.row = tally.open_row(self.env.now, e.number, e.source, step, e.visit, e.group,
                                   self.object[step], units)  # fmt: skip

    def object_of(self, step: int) -> int:
        """The object (in the count of all objects) that a step is about, or -1."""
        op = self.op[step]
        if op in (Op.SEIZE, Op.RELEASE):
            return int(self.lists["alternatives"][self.lists["alt_first"][step]])
        base = {
            Op.SERVE: self.station0, Op.DEPART: self.departure0, Op.GATE: self.gate0,
            Op.TAKE: self.stock0, Op.PUT: self.stock0,
        }.get(Op(op))  # fmt: skip
        return -1 if base is None else base + int(self.obj[step])

    def finish(self, e: Entity) -> int:
        """What was waited for has come: the service or delay is over, or a grant is taken up."""
        if e.doing is Doing.SERVED:
            station = self.obj[e.step]
            self.serving[station].discard(e)
            self.count(self.station0 + station, e, BUSY, -1)
            self.end_visit(e, Ended.COMPLETED)
            self.flow(e, Flow.FINISHED)
            step = self.next[e.step]
            e.doing = Doing.RUNNING
            self.look_station(station)
            return step
        if e.doing is Doing.DELAYED:
            self.level(e, BUSY, -1)
            self.end_visit(e, Ended.COMPLETED)
        e.doing = Doing.RUNNING
        self.flow(e, Flow.FINISHED)
        return self.next[e.step]

    def end_visit(self, e: Entity, how: Ended) -> None:
        if e.row >= 0:
            self.tally.end_row(e.row, self.env.now, how)

    def pass_on(self, e: Entity, step: int) -> int:
        """An instantaneous step is done."""
        self.flow(e, Flow.STARTED)
        self.flow(e, Flow.FINISHED)
        if e.row >= 0:
            self.tally.start_row(e.row, self.env.now)
            self.tally.end_row(e.row, self.env.now, Ended.COMPLETED)
        return self.next[step]

    def flow(self, e: Entity, what: int) -> None:
        self.tally.flow[(e.step * self.klasses + e.group) * FLOWS + what] += 1

    def level(self, e: Entity, what: int, by: int) -> None:
        self.tally.level[(e.step * self.klasses + e.group) * LEVELS + what] += by

    def count(self, o: int, e: Entity, what: int, by: int) -> None:
        """Change the number waiting, busy or stopped at an object and at the entity's step."""
        self.tally.touch(o, self.env.now)
        levels = (self.tally.waiting, self.tally.busy, self.tally.stopped)[what]
        levels[o] += by
        self.level(e, what, by)

    def priority(self, e: Entity, step: int) -> int:
        lists = self.lists
        by = lists["priority_by"][step]
        if by < 0 or e.values[by] < 0:
            return int(lists["priority"][step])
        return int(lists["priorities"][lists["priority_first"][step] + e.values[by]])

    def place(self, e: Entity) -> Place:
        return Place(e.priority, e.joined, self.lists["source_rank"][e.source], e.number)

    # -- waiting --------------------------------------------------------------------------------

    def wait(self, e: Entity, step: int, o: int, lines: list[Line]) -> int:
        """Join the lines, unless patience is nothing; the patience runs from now."""
        law = self.lists["patience"][step]
        if law >= 0:
            u = self.draw(e.number, e.source, self.lists["patience_hash"][step], e.visit)
            patience = self.length(law, u)
            if patience == 0:
                self.end_visit(e, Ended.IMPATIENT)
                self.flow(e, Flow.IMPATIENT)
                return int(self.lists["patience_to"][step])
            self.run_out(e, self.env.now + patience)
        self.stand(e, o, lines)
        return WAIT

    def run_out(self, e: Entity, time: int) -> None:
        e.patience = event = Wake(self.env)
        event.callbacks.append(lambda _: self.impatient(e))
        self.env.at(time, e.key + ((EXPIRY - DUE) << CLASS_SHIFT) + PATIENCE_PART, event)

    def stand(self, e: Entity, o: int, lines: list[Line]) -> None:
        self.tickets += 1
        e.ticket = self.tickets
        place = self.place(e)
        for line in lines:
            line.join(e, place)
            line.people += 1
        e.doing = Doing.WAITING
        e.wake = Wake(self.env)
        self.count(o, e, WAITING, 1)

    def lines_of(self, e: Entity) -> tuple[int, list[Line]]:
        """The object where the entity's waiting is counted, and the lines it stands in."""
        step = e.step
        op = self.op[step]
        if op == Op.SEIZE:
            pools = self.pools_of(step)
            return pools[0], [self.lines[p] for p in pools]
        if op == Op.SERVE:
            return self.station0 + self.obj[step], [self.class_lines[self.lists["line"][step]]]
        o = self.object[step]
        return o, [self.lines[o]]

    def pools_of(self, step: int) -> list[int]:
        first, last = self.lists["alt_first"][step], self.lists["alt_last"][step]
        pools: list[int] = self.lists["alternatives"][first:last]
        return pools

    def unline(self, e: Entity, what: int = WAITING) -> None:
        """Leave every line; patience stops."""
        o, lines = self.lines_of(e)
        self.tickets += 1
        e.ticket = self.tickets
        if what == WAITING:
            for line in lines:
                line.people -= 1
        self.count(o, e, what, -1)
        if e.patience is not None:
            _cancel(e.patience)
            e.patience = None

    def granted(self, e: Entity) -> None:
        """A first grant ends the shortfall clock of an order."""
        if e.end_of_order is not None:
            _cancel(e.end_of_order)
            e.end_of_order = None

    def resume(self, e: Entity) -> None:
        """A granted unit, seat or gate resumes its entity by an event at this instant."""
        e.doing = Doing.GRANTED
        e.due = self.env.now
        if e.row >= 0:
            self.tally.start_row(e.row, self.env.now)
            if self.op[e.step] != Op.SEIZE:
                self.tally.end_row(e.row, self.env.now, Ended.COMPLETED)
        self.flow(e, Flow.STARTED)
        self.granted(e)
        assert e.wake is not None
        self.env.at(self.env.now, e.key, e.wake)

    def bring(self, who: Entity | Counter, step: int) -> Entity:
        """The entity at the head, made now if it was only counted."""
        if isinstance(who, Entity):
            return who
        k = who.next
        who.next += 1
        e = self.make(who.source, k, step)
        e.joined = who.joined[k - 1]
        e.priority = who.priority
        self.tally.unserved[who.source] -= 1
        self.count_step(step, -1)
        self.come_counted(e, step)
        return e

    def count_step(self, step: int, by: int) -> None:
        """Counter members have no class of their own until served: they are counted in class 0."""
        self.tally.level[step * self.klasses * LEVELS + WAITING] += by

    def come_counted(self, e: Entity, step: int) -> None:
        e.step = step
        if self.lists["visit_slot"][step] >= 0:
            e.visits[self.lists["visit_slot"][step]] = 1
        e.units = self.lists["units"][step]
        o, _ = self.lines_of(e)
        e.row = self.tally.open_row(e.joined, e.number, e.source, step, 0, e.group, o, e.units)
        e.wake = Wake(self.env)
        e.doing = Doing.WAITING
        self.level(e, WAITING, 1)  # taken off again, with the object's, when it leaves the line
        Life(self.env, self.resumed(e))

    def resumed(self, e: Entity) -> Generator[Event, int | None, None]:
        """The life of an entity that is waiting already."""
        moved = yield e.wake  # type: ignore[misc]
        e.wake = None
        e.step = self.finish(e) if moved is None else moved
        if e.step >= 0:
            yield from self.life(e)

    # -- pools ----------------------------------------------------------------------------------

    def seize(self, e: Entity, step: int) -> int:
        pools = self.pools_of(step)
        for p in pools:
            if p in e.holds:
                raise faults.holds_already(self.network, e.source, e.number, step, p)
        e.priority = self.priority(e, step)
        e.joined = self.env.now
        place = self.place(e)
        heads = [p for p in pools if self.lines[p].would_head(place)]
        for p in heads:
            if self.free(p) >= e.units:
                return self.take_pool(e, step, p)
        if self.lists["bump_to"][step] >= 0:
            for p in heads:
                victims = self.holders_to_bump(e, p)
                if victims:
                    following = self.take_pool(e, step, p)
                    for hold in victims:
                        self.bump(hold, step)
                    self.look_pools([p])
                    return following
        return self.wait(e, step, pools[0], [self.lines[p] for p in pools])

    def free(self, p: int) -> int:
        return self.tally.capacity[p] - self.tally.busy[p]

    def take_pool(self, e: Entity, step: int, p: int) -> int:
        """A grant without waiting."""
        self.hold(e, p)
        self.granted(e)
        self.tally.start_row(e.row, self.env.now)
        self.flow(e, Flow.STARTED)
        self.flow(e, Flow.FINISHED)
        return self.next[step]

    def hold(self, e: Entity, p: int) -> None:
        self.grants[p] += 1
        hold = Hold(e, p, e.units, e.priority, self.grants[p], e.row)
        e.holds[p] = hold
        if self.lists["bumpable"][p]:
            self.holders[p].add(hold)
        if e.row >= 0:
            self.tally.rows[8][e.row] = p
        self.tally.touch(p, self.env.now)
        self.tally.busy[p] += e.units
        self.tally.held[p * self.klasses + e.group] += e.units

    def give_back(self, e: Entity, p: int, how: Ended) -> None:
        """The units come free; whoever is next is not looked for here."""
        hold = e.holds.pop(p)
        self.holders[p].discard(hold)
        if hold.row >= 0:
            self.tally.end_row(hold.row, self.env.now, how)
        self.tally.touch(p, self.env.now)
        self.tally.busy[p] -= hold.units
        self.tally.held[p * self.klasses + e.group] -= hold.units

    def look_pools(self, pools: Iterable[int]) -> None:
        """Grant to the heads of the lines of pools while their units are free, in order of pools.

        Who is granted a unit of one pool leaves the lines of others, which are then looked at too.
        """
        pending = set(pools)
        while pending:
            p = min(pending)
            pending.remove(p)
            while (head := self.lines[p].first()) is not None:
                who = head[1]
                step = who.step if isinstance(who, Entity) else self.lists["source_enters"][who.source]
                if self.free(p) < self.lists["units"][step]:
                    break
                e = self.bring(who, step)
                self.unline(e)
                self.hold(e, p)
                self.resume(e)
                pending.update(q for q in self.pools_of(step) if q != p)

    def release(self, e: Entity, step: int) -> int:
        held = [p for p in self.pools_of(step) if p in e.holds]
        if not held:
            raise faults.not_held(self.network, e.source, e.number, step)
        following = self.pass_on(e, step)
        for p in held:
            self.give_back(e, p, Ended.COMPLETED)
        self.look_pools(held)
        return following

    def give_back_mask(self, e: Entity, mask: int, how: Ended) -> list[int]:
        given = [p for p in sorted(e.holds) if mask >> p & 1]
        for p in given:
            self.give_back(e, p, how)
        return given

    def holders_to_bump(self, e: Entity, p: int) -> list[Hold]:
        """Holders of strictly lower priority, last granted first, just enough of them; else none."""
        now = self.env.now
        lower = [
            h for h in self.holders[p]
            if h.priority > e.priority and h.entity is not e and not self.over(h.entity, now)
        ]  # fmt: skip
        lower.sort(key=lambda h: (-h.priority, -h.grant))
        free, victims = self.free(p), []
        for hold in lower:
            if free >= e.units:
                break
            free += hold.units
            victims.append(hold)
        return victims if free >= e.units else []

    def over(self, e: Entity, now: int) -> bool:
        """Whether what the entity is in ends at the present instant."""
        return e.doing in (Doing.SERVED, Doing.DELAYED, Doing.GRANTED) and e.due == now

    def bump(self, hold: Hold, step: int) -> None:
        e, p = hold.entity, hold.pool
        self.withdraw(e, Ended.BUMPED)
        self.give_back(e, p, Ended.BUMPED)
        given = self.give_back_mask(e, self.lists["bump_release"][step], Ended.BUMPED)
        self.move(e, self.lists["bump_to"][step])
        self.look_pools(given)

    # -- stations -------------------------------------------------------------------------------

    def serve(self, e: Entity, step: int) -> int:
        lists = self.lists
        station, line = self.obj[step], lists["line"][step]
        o = self.station0 + station
        e.priority = self.priority(e, step)
        e.joined = self.env.now
        shared = lists["line_weight"][line] > 0
        queue = self.class_lines[line]
        heads = queue.would_head(self.place(e)) and not self.first_paused(station)
        if shared:
            heads = heads and not self.waiting_classes(station)
        if heads and self.tally.busy[o] < self.tally.capacity[o]:
            e.wake = Wake(self.env)
            self.start(e, station)
            return WAIT
        if (
            heads
            and lists["preempt"][step]
            and self.preempt(e, station, Preempt(lists["preempt"][step]))
        ):
            return WAIT
        most = lists["room_most"][step]
        if most >= 0 and self.tally.waiting[o] >= most:
            self.end_visit(e, Ended.REFUSED)
            self.flow(e, Flow.REFUSED)
            return int(lists["room_to"][step])
        stood_empty = not queue.people
        following = self.wait(e, step, o, [queue])
        if shared and stood_empty and following == WAIT:
            self.join_account(station, line)
        return following

    def waiting_classes(self, station: int) -> list[int]:
        first, last = self.lists["station_line"][station : station + 2]
        return [i for i in range(first, last) if self.class_lines[i].people]

    def join_account(self, station: int, line: int) -> None:
        """A class that stood empty starts from the least account then waiting, or its own if greater."""
        weight = self.lists["line_weight"]
        others = [i for i in self.waiting_classes(station) if i != line]
        least = [-(-self.account[i] * weight[line] // weight[i]) for i in others]
        if least:
            self.account[line] = max(self.account[line], min(least))

    def next_line(self, station: int) -> int:
        """The waiting class with the least account per weight, ties by name; -1 if none waits."""
        best = -1
        weight, order = self.lists["line_weight"], self.lists["line_order"]
        for i in self.waiting_classes(station):
            if best < 0:
                best = i
                continue
            mine, its = self.account[i] * (weight[best] or 1), self.account[best] * (weight[i] or 1)
            if (mine, order[i]) < (its, order[best]):
                best = i
        return best

    def head_of(self, station: int) -> tuple[Place, Entity | Counter] | None:
        first, last = self.lists["station_line"][station : station + 2]
        if last - first == 1:
            return self.class_lines[first].first()
        line = self.next_line(station)
        return None if line < 0 else self.class_lines[line].first()

    def first_paused(self, station: int) -> Entity | None:
        """The first in line of the work stopped by a drop of capacity."""
        paused = self.paused[station]
        while paused and paused[0][2].ticket != paused[0][1]:
            heappop(paused)
        return paused[0][2] if paused else None

    def look_station(self, station: int) -> None:
        """Give free servers to stopped work first, then to the head of the line."""
        o = self.station0 + station
        while self.tally.busy[o] < self.tally.capacity[o]:
            if self.first_paused(station):
                _, _, e = heappop(self.paused[station])
                self.unline(e, STOPPED)
                self.start(e, station)
                continue
            head = self.head_of(station)
            if head is None:
                return
            who = head[1]
            step = who.step if isinstance(who, Entity) else self.lists["source_enters"][who.source]
            e = self.bring(who, step)
            self.unline(e, STOPPED if e.doing is Doing.STOPPED else WAITING)
            self.start(e, station)

    def start(self, e: Entity, station: int) -> None:
        """Begin a service, or go on with one that was stopped; it ends by its own event."""
        now, lists, step = self.env.now, self.lists, e.step
        if e.doing is not Doing.STOPPED:
            u = self.draw(e.number, e.source, lists["step_hash"][step], e.visit)
            e.work = e.left = self.effort(step, self.length(lists["law"][step], u))
            if e.row >= 0:
                self.tally.start_row(e.row, now)
            self.flow(e, Flow.STARTED)
            self.granted(e)
            line = lists["line"][step]
            if lists["line_weight"][line]:
                self.account[line] += -(-e.work // 1_000_000)
        o = self.station0 + station
        self.grants[o] += 1
        e.grant = self.grants[o]
        e.doing = Doing.SERVED
        e.due = now + e.left
        self.serving[station].add(e)
        self.count(o, e, BUSY, 1)
        assert e.wake is not None
        self.env.at(e.due, e.key, e.wake)

    def effort(self, step: int, work: int) -> int:
        """The drawn work times a piecewise-linear function of what is left of a stock."""
        stock = self.lists["effort_stock"][step]
        if stock < 0:
            return work
        initial = self.lists["stock_initial"][stock]
        share = self.stock_level[stock] / initial if initial else 0.0
        first, last = self.lists["effort_first"][step], self.lists["effort_last"][step]
        return int(luck.rounded(work * luck.multiplier(share, self.t.efforts, first, last)))

    def preempt(self, e: Entity, station: int, mode: Preempt) -> bool:
        """Stop the service of the lowest priority, last granted, strictly below this one's."""
        now = self.env.now
        o = self.station0 + station
        lower = [v for v in self.serving[station] if v.priority > e.priority and v.due > now]
        if not lower or self.tally.busy[o] - 1 >= self.tally.capacity[o]:
            return False
        victim = max(lower, key=lambda v: (v.priority, v.grant))
        self.stop(victim, station)
        if mode is Preempt.RESTART:
            victim.left = victim.work
        e.wake = Wake(self.env)
        self.start(e, station)
        self.class_lines[self.lists["line"][victim.step]].join(victim, self.place(victim))
        return True

    def stop(self, e: Entity, station: int) -> None:
        o = self.station0 + station
        e.left = e.due - self.env.now
        e.doing = Doing.STOPPED
        self.tickets += 1
        e.ticket = self.tickets
        self.serving[station].discard(e)
        _move_callbacks(e, self.env)
        self.count(o, e, BUSY, -1)
        self.count(o, e, STOPPED, 1)

    def pause(self, station: int) -> None:
        """Capacity has dropped: of the work not due now, the last granted stops."""
        now = self.env.now
        o = self.station0 + station
        going = sorted((e for e in self.serving[station] if e.due > now), key=lambda e: -e.grant)
        excess = len(going) - self.tally.capacity[o]
        for e in going[: max(0, excess)]:
            self.stop(e, station)
            heappush(self.paused[station], (self.place(e), e.ticket, e))

    # -- other steps ----------------------------------------------------------------------------

    def delay(self, e: Entity, step: int) -> int:
        u = self.draw(e.number, e.source, self.lists["step_hash"][step], e.visit)
        self.start_delay(e, self.length(self.lists["law"][step], u))
        return WAIT

    def start_delay(self, e: Entity, length: int) -> None:
        if e.row >= 0:
            self.tally.start_row(e.row, self.env.now)
        self.flow(e, Flow.STARTED)
        self.level(e, BUSY, 1)
        e.doing = Doing.DELAYED
        e.due = self.env.now + length
        e.wake = Wake(self.env)
        self.env.at(e.due, e.key, e.wake)

    def depart(self, e: Entity, step: int) -> int:
        o = self.departure0 + self.obj[step]
        e.priority = self.priority(e, step)
        e.joined = self.env.now
        return self.wait(e, step, o, [self.lines[o]])

    def leave(self, d: int, seats: int) -> None:
        """A departure: seats go in line order; with too few waiting it does not go."""
        o = self.departure0 + d
        line = self.lines[o]
        if line.people < max(1, self.lists["dep_minimum"][d]):
            return
        self.tally.seats[d] += seats
        for _ in range(min(seats, line.people)):
            head = line.first()
            assert head is not None
            who = head[1]
            step = who.step if isinstance(who, Entity) else self.lists["source_enters"][who.source]
            e = self.bring(who, step)
            self.unline(e)
            self.resume(e)
            self.tally.taken[d] += 1

    def gate(self, e: Entity, step: int) -> int:
        g = self.obj[step]
        o = self.gate0 + g
        if self.gate_open[g]:
            self.granted(e)
            return self.pass_on(e, step)
        if self.lists["to"][step] >= 0:
            return self.divert(e, step)
        e.priority = self.priority(e, step)
        e.joined = self.env.now
        return self.wait(e, step, o, [self.lines[o]])

    def divert(self, e: Entity, step: int) -> int:
        self.end_visit(e, Ended.DIVERTED)
        self.flow(e, Flow.LEFT)
        return int(self.lists["to"][step])

    def open(self, g: int) -> None:
        self.tally.touch(self.gate0 + g, self.env.now)
        self.tally.capacity[self.gate0 + g] = 1
        self.gate_open[g] = True
        self.look_gate(g)

    def look_gate(self, g: int) -> None:
        line = self.lines[self.gate0 + g]
        while self.gate_open[g] and (head := line.first()) is not None:
            who = head[1]
            step = who.step if isinstance(who, Entity) else self.lists["source_enters"][who.source]
            e = self.bring(who, step)
            self.unline(e)
            self.resume(e)

    def close(self, g: int) -> None:
        self.tally.touch(self.gate0 + g, self.env.now)
        self.tally.capacity[self.gate0 + g] = 0
        self.gate_open[g] = False
        for step in range(self.t.steps):
            if (
                self.op[step] == Op.GATE
                and self.obj[step] == g
                and self.lists["evict_to"][step] >= 0
            ):
                self.evict(step)

    def evict(self, step: int) -> None:
        lists = self.lists
        beyond = set(lists["evicted"][lists["evict_first"][step] : lists["evict_last"][step]])
        found = [e for e in self.people or () if e.step in beyond and e.doing is not Doing.RUNNING]
        for e in sorted(found, key=lambda e: (lists["source_rank"][e.source], e.number)):
            self.withdraw(e, Ended.EVICTED)
            given = self.give_back_mask(e, lists["evict_release"][step], Ended.EVICTED)
            self.move(e, lists["evict_to"][step])
            self.look_pools(given)

    def take(self, e: Entity, step: int) -> int:
        k = self.obj[step]
        o = self.stock0 + k
        e.priority = self.priority(e, step)
        e.joined = self.env.now
        if self.lines[o].would_head(self.place(e)) and self.stock_level[k] >= e.units:
            self.change_stock(k, -e.units)
            self.granted(e)
            return self.pass_on(e, step)
        if self.lists["to"][step] >= 0:
            return self.divert(e, step)
        return self.wait(e, step, o, [self.lines[o]])

    def put(self, e: Entity, step: int) -> int:
        k = self.obj[step]
        following = self.pass_on(e, step)
        self.change_stock(k, e.units)
        self.look_stock(k)
        return following

    def change_stock(self, k: int, by: int) -> None:
        o = self.stock0 + k
        self.tally.touch(o, self.env.now)
        self.stock_level[k] = max(0, self.stock_level[k] + by)
        self.tally.busy[o] = self.stock_level[k]

    def refill(self, k: int, units: int) -> None:
        self.change_stock(k, units)
        self.look_stock(k)

    def look_stock(self, k: int) -> None:
        line = self.lines[self.stock0 + k]
        while (head := line.first()) is not None:
            who = head[1]
            step = who.step if isinstance(who, Entity) else self.lists["source_enters"][who.source]
            units = self.lists["units"][step]
            if self.stock_level[k] < units:
                return
            e = self.bring(who, step)
            self.unline(e)
            self.change_stock(k, -units)
            self.resume(e)

    def deadline(self, e: Entity, step: int) -> int:
        u = self.draw(e.number, e.source, self.lists["step_hash"][step], e.visit)
        after = self.length(self.lists["law"][step], u)
        self.run_clock(e, step, self.env.now + after)
        return self.pass_on(e, step)

    def run_clock(self, e: Entity, step: int, time: int) -> None:
        clock = self.obj[step]
        if clock in e.clocks:
            _cancel(e.clocks[clock])
        e.clocks[clock] = event = Wake(self.env)
        event.callbacks.append(lambda _: self.expire(e, step))
        part = self.lists["clock_part"][clock]
        self.env.at(time, e.key + ((EXPIRY - DUE) << CLASS_SHIFT) + part, event)

    def clear(self, e: Entity, step: int) -> int:
        event = e.clocks.pop(self.obj[step], None)
        if event is not None:
            _cancel(event)
        return self.pass_on(e, step)

    def branch(self, e: Entity, step: int) -> int:
        lists = self.lists
        following = self.pass_on(e, step)
        first, last = lists["option_first"][step], lists["option_last"][step]
        attribute = lists["attribute"][step]
        if attribute >= 0:
            for i in range(first, last):
                if lists["option_value"][i] == e.values[attribute]:
                    return int(lists["option_step"][i])
            raise faults.no_option(self.network, e.source, e.number, step)
        row = self.in_force("branch_time", "branch_row", lists["period_first"][step],
                            lists["period_last"][step], self.env.now)  # fmt: skip
        u = self.draw(e.number, e.source, lists["step_hash"][step], e.visit)
        following = lists["option_step"][first + _pick(lists["thresholds"], row, u)]
        return int(following)

    def set(self, e: Entity, step: int) -> int:
        e.values[self.lists["attribute"][step]] = self.lists["value"][step]
        return self.pass_on(e, step)

    def spawn(self, e: Entity, step: int) -> int:
        source = int(self.t.spawn_source[e.source, step])
        number = e.number * MOST_VISITS + e.visit
        if source < 0 or number >= 1 << 32:
            raise faults.too_many_spawned(self.network, e.source, e.number, step)
        child = self.make(source, number, self.lists["enters"][step], like=e)
        child.wake = Wake(self.env, child.step)
        child.doing = Doing.GRANTED
        child.due = self.env.now
        Life(self.env, self.resumed(child))
        self.env.at(self.env.now, child.key, child.wake)
        return self.pass_on(e, step)

    def exit(self, e: Entity, step: int) -> int:
        if e.holds:
            raise faults.exits_holding(self.network, e.source, e.number, step, sorted(e.holds))
        self.pass_on(e, step)
        self.vanish(e)
        return GONE

    def vanish(self, e: Entity) -> None:
        self.tally.left += 1
        for event in e.clocks.values():
            _cancel(event)
        e.clocks = {}
        self.granted(e)
        if self.people is not None:
            self.people.discard(e)

    # -- leaving what one is in -----------------------------------------------------------------

    def withdraw(self, e: Entity, how: Ended) -> None:
        """Leave whatever the entity waits for or is doing; its unfinished step is void."""
        doing = e.doing
        if doing is Doing.WAITING:
            self.unline(e)
        elif doing is Doing.STOPPED:
            self.unline(e, STOPPED)
        elif doing is Doing.SERVED:
            station = self.obj[e.step]
            self.serving[station].discard(e)
            self.count(self.station0 + station, e, BUSY, -1)
        elif doing is Doing.DELAYED:
            self.level(e, BUSY, -1)
        left = e.step
        if e.row >= 0 and doing is not Doing.GRANTED:
            self.tally.end_row(e.row, self.env.now, how)
        self.flow(e, Flow.IMPATIENT if how is Ended.IMPATIENT else Flow.LEFT)
        e.doing = Doing.RUNNING
        self.look_where(left, doing, e)

    def look_where(self, step: int, doing: Doing, e: Entity) -> None:
        """The line is looked at again when a server comes free or its head leaves."""
        op = self.op[step]
        if op == Op.SERVE:
            self.look_station(self.obj[step])
        elif doing is Doing.WAITING and op == Op.SEIZE:
            self.look_pools(self.pools_of(step))
        elif doing is Doing.WAITING and op == Op.TAKE:
            self.look_stock(self.obj[step])

    def move(self, e: Entity, step: int) -> None:
        """Go to `step` by an event at this instant; it replaces whatever was pending."""
        _move_callbacks(e, self.env, step)
        e.doing = Doing.GRANTED
        e.due = self.env.now
        assert e.wake is not None
        self.env.at(self.env.now, e.key, e.wake)

    def go(self, e: Entity, step: int) -> None:
        """Go to `step` at once, within the present event."""
        wake = e.wake
        assert wake is not None
        callbacks, wake.callbacks = wake.callbacks, []
        now = Wake(self.env, step)
        for callback in callbacks or ():
            callback(now)

    def impatient(self, e: Entity) -> None:
        step = e.step
        e.patience = None
        self.withdraw(e, Ended.IMPATIENT)
        self.go(e, self.lists["patience_to"][step])

    def shortfall(self, e: Entity, _: Event | None = None) -> None:
        e.end_of_order = None
        if e.doing is not Doing.WAITING:
            return
        self.withdraw(e, Ended.SHORTFALL)
        day = (self.env.now - 1) // DAY
        self.tally.shortfall[day, e.source] += 1
        self.vanish(e)

    def expire(self, e: Entity, step: int) -> None:
        """A clock has run out: leave, give back what is listed, go on at the named step."""
        del e.clocks[self.obj[step]]
        self.withdraw(e, Ended.EXPIRED)
        self.look_pools(self.give_back_mask(e, self.lists["release"][step], Ended.EXPIRED))
        self.go(e, self.lists["to"][step])

    def change_capacity(self, o: int, value: int) -> None:
        self.tally.touch(o, self.env.now)
        was, self.tally.capacity[o] = self.tally.capacity[o], value
        if o < self.station0:
            self.look_pools([o])
            return
        station = o - self.station0
        if value < was and self.lists["pause"][station]:
            self.pause(station)
        self.look_station(station)

    # -- the start ------------------------------------------------------------------------------

    def _place_initial(self) -> None:
        """Place everybody inside at the start, oldest first, before any line is looked at."""
        t, lists = self.t, self.lists
        members: list[tuple[int, int, int, int]] = []
        for s in range(t.sources):
            if t.source_kind[s] != SOURCE_INITIAL:
                continue
            joined = luck.members_joined(t, s).tolist()
            if lists["initial_counter"][s]:
                self._place_counter(s, joined)
                continue
            rank = lists["source_rank"][s]
            members += [(time, rank, k, s) for k, time in enumerate(joined, 1)]
        for joined_at, _, k, s in sorted(members):
            self._place(s, k, joined_at)
        self.look_pools(range(t.pools))
        for station in range(t.stations):
            self.look_station(station)
        for g in range(t.gates):
            self.look_gate(g)
        for k in range(t.stocks):
            self.look_stock(k)

    def _place_counter(self, s: int, joined: list[int]) -> None:
        step = self.lists["source_enters"][s]
        ghost = Entity(s, 0, 0, step)
        o, lines = self.lines_of(ghost)
        counter = Counter(s, self.lists["source_rank"][s], self.lists["priority"][step], joined)
        for line in lines:
            line.counters.append(counter)
            line.people += len(joined)
        self.tally.waiting[o] += len(joined)
        self.tally.unserved[s] = len(joined)
        self.count_step(step, len(joined))

    def _place(self, s: int, k: int, joined: int) -> None:
        lists = self.lists
        step = lists["source_enters"][s]
        e = self.make(s, k, step)
        for p in range(self.t.pools):
            if lists["initial_holds"][s] >> p & 1:
                e.row = self.tally.open_row(joined, k, s, -1, 0, e.group, p, 1)
                self.tally.start_row(e.row, joined)
                e.units, e.priority = 1, 1
                self.hold(e, p)
        for i in range(lists["initial_clock_first"][s], lists["initial_clock_last"][s]):
            deadline = lists["initial_clocks"][i]
            u = self.draw(k, s, lists["step_hash"][deadline], 0)
            after = self.length(lists["law"][deadline], u)
            self.run_clock(e, deadline, max(0, joined + after))
        self._put_at(e, step, joined)

    def _put_at(self, e: Entity, step: int, joined: int) -> None:
        """Stand in line, be in the middle of a delay, or run on from the step."""
        lists, tally = self.lists, self.tally
        op = self.op[step]
        if op not in (Op.SEIZE, Op.SERVE, Op.DELAY, Op.DEPART, Op.TAKE) and not (
            op == Op.GATE and not self.gate_open[self.obj[step]]
        ):
            e.doing, e.due, e.wake = Doing.GRANTED, 0, Wake(self.env, step)
            Life(self.env, self.resumed(e))
            self.env.at(0, e.key, e.wake)
            return
        if lists["visit_slot"][step] >= 0:
            e.visits[lists["visit_slot"][step]] = 1
        e.units = lists["units"][step]
        e.priority, e.joined, e.row = self.priority(e, step), joined, -1
        if tally.lined[step] or tally.traced:
            e.row = tally.open_row(
                joined, e.number, e.source, step, 0, e.group, self.object[step], e.units
            )
        if op == Op.DELAY:
            u = self.draw(e.number, e.source, lists["step_hash"][step], 0)
            self._inside_delay(e, self.rest(lists["law"][step], -joined, u), joined)
        else:
            law = lists["patience"][step]
            if law >= 0:
                u = self.draw(e.number, e.source, lists["patience_hash"][step], 0)
                self.run_out(e, max(0, joined + self.length(law, u)))
            o, lines = self.lines_of(e)
            self.stand(e, o, lines)
        Life(self.env, self.resumed(e))

    def _inside_delay(self, e: Entity, left: int, joined: int) -> None:
        if e.row >= 0:
            self.tally.start_row(e.row, joined)
        self.level(e, BUSY, 1)
        e.doing, e.due, e.wake = Doing.DELAYED, left, Wake(self.env)
        self.env.at(left, e.key, e.wake)


def _pick(thresholds: list[float], row: int, u: float) -> int:
    """The first value whose cumulative share is above u; the last threshold is 1."""
    value = 0
    while u >= thresholds[row + value]:
        value += 1
    return value


def _cancel(event: Event) -> None:
    event.callbacks = []


def _move_callbacks(e: Entity, env: Clockwork, step: int | None = None) -> None:
    """Replace the event the entity waits for by a new one; the old one, if pending, does nothing."""
    old = e.wake
    assert old is not None
    callbacks, old.callbacks = old.callbacks, []
    e.wake = Wake(env, step)
    e.wake.callbacks = callbacks
