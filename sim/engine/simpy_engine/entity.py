"""One simulated stay, as it is at this moment."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from sim.engine.simpy_engine.clockwork import Wake
from sim.network.table import NUMBER_SHIFT

if TYPE_CHECKING:
    from sim.engine.simpy_engine.places import Pool
    from sim.engine.simpy_engine.route import Source, Step


class Doing(IntEnum):
    """What an entity is in the middle of; stored, never inferred from its step.

    GRANTED: it goes on by an event at this instant. STOPPED: its service is paused or pre-empted.
    """

    RUNNING = 0
    WAITING = 1
    SERVED = 2
    STOPPED = 3
    DELAYED = 4
    GRANTED = 5
    GONE = 6


RUNNING, WAITING, SERVED, STOPPED, DELAYED, GRANTED, GONE = Doing


class Entity:
    """Named by its source and its number there; `key` is that of its class 2 events.

    `visit` is of the present step, `visits` of each step that can be come to again. `wake` is the event
    its process waits for, `patience` and `clocks` those that may come before. `row` is where the log
    has the present visit, -1 for none. `due`, `work` and `left` are of a service: when it ends, how much it is
    in all, and how much is left when it begins or goes on [us]. `ticket` changes when it leaves a line.
    """

    __slots__ = (
        "clocks", "doing", "due", "end_of_order", "grant", "group", "holds", "joined", "key", "left",
        "number", "patience", "priority", "row", "source", "step", "ticket", "values", "visit",
        "visits", "wake", "who", "work",
    )  # fmt: skip

    doing: Doing
    due: int
    end_of_order: Wake | None
    grant: int
    joined: int
    left: int
    patience: Wake | None
    priority: int
    visit: int
    who: int
    work: int

    def __init__(
        self, source: Source, number: int, step: Step, values: list[int], group: int, wake: Wake
    ) -> None:
        self.source, self.number, self.step = source, number, step
        self.key = source.key + (number << NUMBER_SHIFT)
        self.values, self.group, self.wake = values, group, wake
        self.who = group << 48 | source.index << 32 | number
        self.doing = RUNNING
        self.holds: dict[int, Hold] = {}
        self.clocks: dict[int, Wake] = {}
        self.visits: dict[int, int] = {}
        self.patience = self.end_of_order = None
        self.ticket = 0
        self.row = -1


class Hold:
    """Units of one pool in somebody's hands; `row` is that of the visit which seized them."""

    __slots__ = ("entity", "grant", "pool", "priority", "row", "units")

    def __init__(self, entity: Entity, pool: Pool, units: int, priority: int, grant: int, row: int) -> None:
        self.entity, self.pool, self.units = entity, pool, units
        self.priority, self.grant, self.row = priority, grant, row
