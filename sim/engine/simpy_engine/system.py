"""The state of the whole system in one run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from sim.draws.luck import Luck
from sim.engine.simpy_engine.clockwork import Act, Clockwork
from sim.engine.simpy_engine.entity import Entity
from sim.engine.simpy_engine.line import Line
from sim.engine.simpy_engine.places import Departure, Gate, Pool, Station, Stock
from sim.engine.simpy_engine.route import Source, Step
from sim.engine.simpy_engine.tally import Tally
from sim.network.table import Network


@dataclass(slots=True, eq=False)
class System:
    """Objects, steps and sources in the order of their counts in the table.

    `people` is everybody inside, `impatience` what the end of patience does.
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
    people: set[Entity] = field(default_factory=set)
    impatience: tuple[Act, ...] = ()

    def lines(self) -> Iterator[Line]:
        """Every line there is."""
        for station in self.stations:
            yield from station.lines
        for place in chain[Any](self.pools, self.departures, self.gates, self.stocks):
            yield place.line
