"""One replication in compiled code."""

from __future__ import annotations

import numpy as np

from sim.draws import luck
from sim.engine import faults
from sim.engine.kernel.compiled import run_until_done
from sim.engine.kernel.memory import (
    ENDLESS,
    EXITS_HOLDING,
    HOLDS_ALREADY,
    NO_OPTION,
    NOT_HELD,
    ROOM,
    VISITS,
)
from sim.engine.kernel.order import ordered
from sim.engine.kernel.setup import Memory
from sim.errors import SimError
from sim.log import Log
from sim.network.table import Network

_FIRST_ROOM = 1 << 14


def run(
    network: Network, seed: int, world: int, replication: int, *, trace: bool = False, visits: bool = True
) -> Log:
    """One replication of the network: a pure function of its arguments, which lets other threads run.

    Without `visits` the log has no rows, and is otherwise the same; a trace has them always.

    Raises SimError naming entity and step if the route gives back what is not held, exits while
    holding, loops without time passing or comes to one step too often.
    """
    chance = luck.prepare(network, seed, world, replication)
    room = _FIRST_ROOM
    while True:
        memory = Memory(network, chance, trace, room, trace or visits)
        if _finished(memory):
            return _log(memory, trace)
        room = 4 * memory.rooms()


def _finished(memory: Memory) -> bool:
    """Run to the end, making room between events; False if one event alone needs more than there is."""
    try:
        while run_until_done(memory.record):
            memory.grow()
    except (ValueError, MemoryError):
        record = memory.record[0]
        if record["fault"] == ROOM:
            return False
        if record["fault"]:
            raise _fault(memory) from None
        raise
    return True


def _fault(memory: Memory) -> SimError:
    record, network = memory.record[0], memory.network
    kind, pools = int(record["fault"]), int(record["fault_pools"])
    who = network, int(record["fault_source"]), int(record["fault_number"]), int(record["fault_step"])
    if kind == HOLDS_ALREADY:
        return faults.holds_already(*who, pools)
    if kind == EXITS_HOLDING:
        return faults.exits_holding(*who, [p for p in range(pools.bit_length()) if pools >> p & 1])
    plain = {ENDLESS: faults.endless, VISITS: faults.too_many_visits, NOT_HELD: faults.not_held,
             NO_OPTION: faults.no_option}  # fmt: skip
    return plain.get(kind, faults.too_many_spawned)(*who)


def _log(memory: Memory, trace: bool) -> Log:
    a, record, table = memory.arrays, memory.record[0], memory.network.table
    entered, left = int(record["entered"]), int(record["left"])
    visits = ordered(memory.rows(), memory.gone(), memory.named(), table.source_rank)
    return Log(
        flows=a["flows"], levels=a["levels"], use=a["use"], held=a["helds"],
        level_time=a["level_time"], visits=visits,
        unserved=np.ascontiguousarray(a["sources"]["unserved"]), shortfall=a["shortfall"],
        entered=entered, left=left, inside=entered - left, traced=trace,
        recorded=bool(record["recorded"]),
    )  # fmt: skip
