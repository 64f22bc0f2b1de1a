"""Pools, stations, departures, gates and stocks, as they are at this moment."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sim.engine.simpy_engine.line import Line, Place
from sim.engine.simpy_engine.tally import Use

if TYPE_CHECKING:
    from sim.engine.simpy_engine.entity import Entity, Hold


@dataclass(slots=True, eq=False)
class Pool:
    """Units to hold; `held` by class. `holders` is kept only where some step bumps."""

    index: int
    use: Use
    held: list[int]
    bumpable: bool
    line: Line = field(default_factory=Line)
    holders: set[Hold] = field(default_factory=set)
    grants: int = 0

    def free(self) -> int:
        return self.use.capacity - self.use.busy


@dataclass(slots=True, eq=False)
class Station:
    """Servers; one line, or one for every class that shares them. `paused` is a line too.

    `stops`: service may be stopped, by a pause or for somebody else; only then `serving` is kept.
    """

    use: Use
    lines: list[Line]
    pauses: bool
    shared: bool
    stops: bool
    serving: set[Entity] = field(default_factory=set)
    paused: list[Place] = field(default_factory=list)
    grants: int = 0


@dataclass(slots=True, eq=False)
class Departure:
    """Seats at set times; those of the present day are counted."""

    use: Use
    minimum: int
    line: Line = field(default_factory=Line)
    seats: int = 0
    taken: int = 0


@dataclass(slots=True, eq=False)
class Gate:
    """Open when its capacity is 1."""

    use: Use
    line: Line = field(default_factory=Line)


@dataclass(slots=True, eq=False)
class Stock:
    """A level, which is its number busy."""

    use: Use
    initial: int
    line: Line = field(default_factory=Line)
