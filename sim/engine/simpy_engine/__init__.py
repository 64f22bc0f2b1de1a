"""The reference engine: SimPy processes, one per entity, that run through the route."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from sim.draws import luck
from sim.engine.simpy_engine.building import built, columns_of
from sim.engine.simpy_engine.clockwork import cancel, no_garbage_collection
from sim.engine.simpy_engine.initial import place_initial
from sim.engine.simpy_engine.sources import open_sources
from sim.engine.simpy_engine.steps import KINDS
from sim.engine.simpy_engine.system import System
from sim.engine.simpy_engine.timetable import put_up
from sim.engine.simpy_engine.waiting import impatient
from sim.log import RECORDED, Log
from sim.network.model import Op
from sim.network.table import Network

__all__ = ["run"]


def run(
    network: Network, seed: int, world: int, replication: int, *, trace: bool = False, visits: bool = True
) -> Log:
    """One replication of the network: a pure function of its arguments.

    Without `visits` the log has no rows, and is otherwise the same; a trace has them always.

    Raises SimError naming entity and step if the route gives back what is not held, exits while
    holding, loops without time passing or comes to one step too often.
    """
    recorded = tuple(Op) if trace else RECORDED if visits else ()
    with no_garbage_collection():
        return _run(network, luck.prepare(network, seed, world, replication), recorded)


def _run(network: Network, chance: luck.Luck, recorded: Sequence[Op]) -> Log:
    columns = columns_of(network.table)
    system = built(network, chance, columns, recorded, KINDS)
    system.impatience = (partial(impatient, system),)
    put_up(system, columns)
    place_initial(system, columns)
    open_sources(system, columns)
    system.env.run_to(network.table.horizon)
    let_go(system)
    return system.tally.log(system.sources)


def let_go(system: System) -> None:
    """Break the circles that those still inside are in: an event, its process, their entity, what it holds.

    Their memory then comes free at once; the collector takes two seconds to find them.
    """
    system.env.forget()
    for line in system.lines():
        line.heap.clear()
    for pool in system.pools:
        pool.holders.clear()
    for station in system.stations:
        station.serving.clear()
        station.paused.clear()
    for e in system.people:
        cancel(e.wake)
        e.patience = None
        e.holds.clear()
        e.clocks.clear()
    system.people.clear()
