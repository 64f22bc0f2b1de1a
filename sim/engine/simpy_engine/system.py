"""The state of the whole system in one run."""

from __future__ import annotations

from dataclasses import dataclass, field

from sim.draws.luck import Luck
from sim.engine.simpy_engine.clockwork import Clockwork
from sim.engine.simpy_engine.entity import Entity
from sim.engine.simpy_engine.places import Departure, Gate, Pool, Station, Stock
from sim.engine.simpy_engine.route import Source, Step
from sim.engine.simpy_engine.tally import Tally
from sim.network.table import Network


@dataclass(slots=True, eq=False)
class System:
    """Objects, steps and sources in the order of their counts in the table.

    `people` is everybody inside, kept only where a gate may evict them.
    """

    network: Network
    chance: Luck
    env: Clockwork
    tally: Tally
    pools: list[Pool]
    stations: list[Station]
    departures: list[Departure]
    gates: list[Gate]
    stocks: list[Stock]
    steps: list[Step] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    people: set[Entity] | None = None
