"""The table of a network made into the objects that a run works with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from sim.draws import luck
from sim.engine.simpy_engine.clockwork import Clockwork
from sim.engine.simpy_engine.draws import Choices, Lengths, people
from sim.engine.simpy_engine.line import Line
from sim.engine.simpy_engine.places import Departure, Gate, Pool, Station, Stock
from sim.engine.simpy_engine.route import Effort, Kind, Periods, Source, Step, Trait
from sim.engine.simpy_engine.system import System
from sim.engine.simpy_engine.tally import Tally, Use, place_code
from sim.log import MOST_LEVEL
from sim.network.model import Op, Preempt
from sim.network.table import SOURCE_SPAWN, Network, Table

Columns = Mapping[str, list[Any]]


def columns_of(t: Table) -> Columns:
    """The table as plain lists: Python reads an element of those ten times as fast."""
    return {n: v.tolist() for n, v in zip(t._fields, t, strict=True) if isinstance(v, np.ndarray)}


def built(
    network: Network, chance: luck.Luck, columns: Columns, recorded: Sequence[Op], kinds: Mapping[Op, Kind]
) -> System:
    """Everything there is, empty, at time 0; what is there from the start is placed later.

    Visits of steps of the kinds `recorded` leave rows.
    """
    t = network.table
    uses = [_use(t, o) for o in range(len(network.names.objects))]
    system = _objects(network, chance, columns, uses, recorded)
    for s, o in enumerate(columns["op"]):
        system.steps.append(Step(s, Op(o), kinds[Op(o)], t.classes))
    for step in system.steps:
        _common(system, step, columns)
        _OWN[step.op](system, step, columns)
    system.sources = [_source(system, u, columns) for u in range(t.sources)]
    for source in system.sources:
        for s, child in enumerate(columns["spawn_source"][source.index]):
            if child >= 0:
                source.children[system.steps[s]] = system.sources[child]
    return system


def _use(t: Table, o: int) -> Use:
    if o >= t.pools + t.stations:
        return Use()
    values = t.cap_value[t.cap_first[o] : t.cap_last[o]]
    largest = int(values.max()) if values.size else 0
    return Use(int(values[0]) if values.size else 0, small=largest <= MOST_LEVEL)


def _objects(
    network: Network, chance: luck.Luck, c: Columns, uses: list[Use], recorded: Sequence[Op]
) -> System:
    t = network.table
    of = iter(uses)
    pools = [Pool(p, next(of), [0] * t.classes, bool(c["bumpable"][p])) for p in range(t.pools)]
    return System(
        network, chance, Clockwork(), Tally(network, recorded, uses), pools,
        stations=[_station(s, next(of), c) for s in range(t.stations)],
        departures=[Departure(next(of), c["dep_minimum"][d]) for d in range(t.departures)],
        gates=[Gate(next(of)) for _ in range(t.gates)],
        stocks=[Stock(next(of), c["stock_initial"][k]) for k in range(t.stocks)],
    )  # fmt: skip


def _station(s: int, use: Use, c: Columns) -> Station:
    lines = range(c["station_line"][s], c["station_line"][s + 1])
    made = [Line(c["line_weight"][i], c["line_order"][i]) for i in lines]
    return Station(use, made, bool(c["pause"][s]), made[0].weight > 0, stops=bool(c["pause"][s]))


# -- steps --------------------------------------------------------------------------------------------


def _common(system: System, step: Step, c: Columns) -> None:
    """What any kind of step may have."""
    s, key = step.index, system.chance.key
    step.next, step.to = _step(system, c["next"][s]), _step(system, c["to"][s])
    step.at_grant = step.op is not Op.SEIZE
    step.write = None
    if step.op in system.tally.recorded:
        step.write = system.tally.whole_row if step.at_once else system.tally.open_row
    step.again = c["visit_slot"][s] >= 0
    step.place = place_code(s, -1)
    step.units = c["units"][s]
    step.priority, step.priority_by = c["priority"][s], c["priority_by"][s]
    step.priorities = c["priorities"][c["priority_first"][s] :]
    step.patience = None
    if c["patience"][s] >= 0:
        step.patience = Lengths(key, c["patience_hash"][s], luck.law(system.network.table, c["patience"][s]))
        step.patience_to = system.steps[c["patience_to"][s]]
    if c["law"][s] >= 0:
        step.lengths = Lengths(key, c["step_hash"][s], luck.law(system.network.table, c["law"][s]))
    step.release = c["release"][s]


def _step(system: System, s: int) -> Step | None:
    return None if s < 0 else system.steps[s]


def _about(system: System, step: Step, use: Use, lines: Iterable[Line] = ()) -> None:
    """The object a step is about, and the lines in which one waits for it."""
    step.use, step.lines = use, list(lines)
    step.place = place_code(step.index, system.tally.uses.index(use))


def _pools(system: System, step: Step, c: Columns) -> None:
    s = step.index
    step.pools = [system.pools[p] for p in c["alternatives"][c["alt_first"][s] : c["alt_last"][s]]]
    _about(system, step, step.pools[0].use, [pool.line for pool in step.pools])
    step.bump_to, step.bump_release = _step(system, c["bump_to"][s]), c["bump_release"][s]


def _serve(system: System, step: Step, c: Columns) -> None:
    s = step.index
    step.station = system.stations[c["obj"][s]]
    step.line = step.station.lines[c["line"][s] - c["station_line"][c["obj"][s]]]
    _about(system, step, step.station.use, [step.line])
    step.preempt = Preempt(c["preempt"][s])
    step.preempts = step.preempt is not Preempt.NONE
    step.station.stops |= step.preempts
    step.room_most = c["room_most"][s]
    if step.room_most >= 0:
        step.room_to = system.steps[c["room_to"][s]]
    stock = c["effort_stock"][s]
    step.effort = None
    if stock >= 0:
        step.effort = Effort(system.stocks[stock], c["effort_first"][s], c["effort_last"][s])


def _depart(system: System, step: Step, c: Columns) -> None:
    step.departure = system.departures[c["obj"][step.index]]
    _about(system, step, step.departure.use, [step.departure.line])


def _gate(system: System, step: Step, c: Columns) -> None:
    s = step.index
    step.gate = system.gates[c["obj"][s]]
    _about(system, step, step.gate.use, [step.gate.line])
    step.evict_to, step.evict_release = _step(system, c["evict_to"][s]), c["evict_release"][s]
    beyond = c["evicted"][c["evict_first"][s] : c["evict_last"][s]]
    step.evicted = frozenset(system.steps[i] for i in beyond)


def _stock(system: System, step: Step, c: Columns) -> None:
    step.stock = system.stocks[c["obj"][step.index]]
    _about(system, step, step.stock.use, [step.stock.line])


def _clock(system: System, step: Step, c: Columns) -> None:
    step.clock = c["obj"][step.index]
    step.clock_part = c["clock_part"][step.clock]


def _branch(system: System, step: Step, c: Columns) -> None:
    s = step.index
    options = range(c["option_first"][s], c["option_last"][s])
    step.attribute = c["attribute"][s]
    step.options = [system.steps[c["option_step"][i]] for i in options]
    step.by_value = {c["option_value"][i]: step.options[i - options.start] for i in options}
    periods = range(c["period_first"][s], c["period_last"][s])
    step.periods = _periods("branch_time", "branch_row", "thresholds", periods, len(options), c)
    step.decision, step.choices = c["step_hash"][s], None
    if len(periods) == 1 and len(options) <= Choices.MOST:
        step.choices = Choices(system.chance.key, step.decision, step.periods[0][1])


def _periods(time: str, row: str, thresholds: str, of: range, values: int, c: Columns) -> Periods:
    return [(c[time][i], c[thresholds][c[row][i] : c[row][i] + values]) for i in of]


def _set(system: System, step: Step, c: Columns) -> None:
    step.attribute, step.value = c["attribute"][step.index], c["value"][step.index]


def _spawn(system: System, step: Step, c: Columns) -> None:
    step.enters = system.steps[c["enters"][step.index]]


def _nothing(system: System, step: Step, c: Columns) -> None:
    """A delay has its law, an exit nothing."""


_OWN = {
    Op.SEIZE: _pools, Op.RELEASE: _pools, Op.SERVE: _serve, Op.DELAY: _nothing, Op.DEPART: _depart,
    Op.GATE: _gate, Op.TAKE: _stock, Op.PUT: _stock, Op.DEADLINE: _clock, Op.CLEAR: _clock,
    Op.BRANCH: _branch, Op.SET: _set, Op.SPAWN: _spawn, Op.EXIT: _nothing,
}  # fmt: skip


# -- sources ------------------------------------------------------------------------------------------


def _source(system: System, u: int, c: Columns) -> Source:
    spawned = c["source_kind"][u] == SOURCE_SPAWN
    enters = system.steps[c["source_enters"][u]]
    source = Source(u, c["source_rank"][u], c["source_hash"][u], spawned, enters)
    drawn = range(c["draw_first"][u], c["draw_last"][u])
    source.traits = [_trait(i, c) for i in drawn]
    source.people = None
    if all(len(trait.periods) == 1 for trait in source.traits):
        source.people = people(system.chance.key, source, system.network.table.attributes)
    return source


def _trait(i: int, c: Columns) -> Trait:
    attribute = c["drawn_attribute"][i]
    of = range(c["drawn_period_first"][i], c["drawn_period_last"][i])
    periods = _periods("drawn_time", "drawn_row", "drawn_thresholds", of, c["drawn_values"][i], c)
    return Trait(attribute, c["drawn_hash"][i], periods, c["class_first"][attribute])
