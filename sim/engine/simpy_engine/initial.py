"""Everybody who is inside at the start."""

from __future__ import annotations

from sim.draws import luck
from sim.draws.distributions import remaining
from sim.engine.simpy_engine.building import Columns
from sim.engine.simpy_engine.clocks import run_clock
from sim.engine.simpy_engine.deciding import be_delayed, begin_by_event
from sim.engine.simpy_engine.entity import RUNNING, Entity
from sim.engine.simpy_engine.gates import look_gate
from sim.engine.simpy_engine.holding import hold, look_pools
from sim.engine.simpy_engine.life import live, make, priority
from sim.engine.simpy_engine.line import Counter
from sim.engine.simpy_engine.route import Source, Step
from sim.engine.simpy_engine.stations import look_station
from sim.engine.simpy_engine.stocks import look_stock
from sim.engine.simpy_engine.system import System
from sim.engine.simpy_engine.tally import place_code, start_row
from sim.engine.simpy_engine.waiting import run_out, stand
from sim.network.model import Op
from sim.network.table import SOURCE_INITIAL


def place_initial(system: System, c: Columns) -> None:
    """Place everybody, oldest first and then by name, before any line is looked at."""
    members: list[tuple[int, int, int, Source]] = []
    for source in system.sources:
        if c["source_kind"][source.index] != SOURCE_INITIAL:
            continue
        joins = luck.members_joined(system.network.table, source.index).tolist()
        if c["initial_counter"][source.index]:
            _place_counter(source, source.enters, joins)
        else:
            members += [(time, source.rank, k, source) for k, time in enumerate(joins, 1)]
    for joined, _, k, source in sorted(members, key=lambda m: m[:3]):
        _place(system, source, k, joined, c)
    _look_everywhere(system)


def _look_everywhere(system: System) -> None:
    look_pools(system, system.pools)
    for station in system.stations:
        look_station(system, station)
    for gate in system.gates:
        look_gate(system, gate)
    for stock in system.stocks:
        look_stock(system, stock)


def _place_counter(source: Source, step: Step, joins: list[int]) -> None:
    """Members who stand in line without existing."""
    counter = Counter(source, step, joins)
    for line in step.lines:
        line.counters.append(counter)
        line.people += len(joins)
    source.unserved = len(joins)
    step.use.add_waiting(len(joins), 0)
    step.waiting[0] += len(joins)


def _place(system: System, source: Source, k: int, joined: int, c: Columns) -> None:
    """One member, with what it holds and the clocks that run."""
    u = source.index
    e = make(system, source, k, source.enters)
    e.priority, e.visit = 1, 0
    held = c["initial_holds"][u]
    for pool in system.pools if held else ():
        if held >> pool.index & 1:
            if system.tally.recorded:
                e.row = system.tally.open_row(joined, e.who, place_code(-1, pool.index))
            start_row(system.tally, e, joined)
            hold(system, e, pool, 1)
    for i in c["initial_clocks"][c["initial_clock_first"][u] : c["initial_clock_last"][u]]:
        deadline = system.steps[i]
        run_clock(system, e, deadline, max(0, joined + deadline.lengths[source](k, 0)))
    _put_at(system, e, source.enters, joined)


def _put_at(system: System, e: Entity, step: Step, joined: int) -> None:
    """Stand in line, be in the middle of a delay, or run on from the step."""
    if not _is_wait(step):
        begin_by_event(system, e)
        return
    if step.again:
        e.visits[step.index] = 1
    e.priority, e.joined, e.row = priority(e, step), joined, -1
    if step.write:
        e.row = step.write(joined, e.who, step.place)
    if step.op is Op.DELAY:
        _inside_delay(system, e, step, joined)
    else:
        if step.patience is not None:
            run_out(system, e, max(0, joined + step.patience[e.source](e.number, 0)))
        stand(system, e, step)
    assert e.doing is not RUNNING
    live(system, e)


def _is_wait(step: Step) -> bool:
    if step.op is Op.GATE:
        return not step.gate.use.capacity
    return step.op in (Op.SEIZE, Op.SERVE, Op.DELAY, Op.DEPART, Op.TAKE)


def _inside_delay(system: System, e: Entity, step: Step, joined: int) -> None:
    """What is left is drawn from the law conditioned on the time spent."""
    start_row(system.tally, e, joined)
    u = step.lengths.uniform(e.source, e.number)
    be_delayed(system, e, step, int(remaining(*step.lengths.law, float(-joined), u)))
