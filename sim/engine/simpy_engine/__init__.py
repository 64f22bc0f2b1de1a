"""The reference engine: SimPy processes, one per entity, that run through the route."""

from __future__ import annotations

from collections.abc import Sequence

from sim.draws import luck
from sim.engine.simpy_engine.building import built, columns_of
from sim.engine.simpy_engine.clockwork import no_garbage_collection
from sim.engine.simpy_engine.initial import place_initial
from sim.engine.simpy_engine.sources import open_sources
from sim.engine.simpy_engine.steps import KINDS
from sim.engine.simpy_engine.timetable import put_up
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
    put_up(system, columns)
    place_initial(system, columns)
    open_sources(system, columns)
    system.env.run_to(network.table.horizon)
    return system.tally.log(system.sources)
