"""A log with the network it is of and what is asked of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.log import MOST_LEVEL, VISIT, Flow, Level, Log, Use
from sim.measures.places import Places
from sim.measures.plan import Plan
from sim.measures.spells import Visits
from sim.network.table import Network


class NoVisitsError(Exception):
    """A measure reads visits, and the log has none."""


@dataclass(frozen=True)
class Logged:
    """What every measure reads."""

    plan: Plan
    places: Places
    log: Log

    @property
    def rows(self) -> NDArray[np.void]:
        """The visits of the log, (n,) of VISIT. Raises NoVisitsError if none were recorded."""
        if not self.log.recorded:
            raise NoVisitsError
        return self.log.visits

    @cached_property
    def visits(self) -> Visits:
        """Sorted when first asked for: many a measure reads tallies alone."""
        return Visits(self.network, self.rows)

    @cached_property
    def first(self) -> NDArray[np.int64]:
        """Where the visits of each person begin among the rows, (people,)."""
        number, source = self.rows["number"], self.rows["source"]
        new = np.ones(number.size, np.bool_)
        new[1:] = (number[1:] != number[:-1]) | (source[1:] != source[:-1])
        return np.flatnonzero(new)

    @property
    def network(self) -> Network:
        return self.places.network

    @property
    def horizon(self) -> int:
        """End of the run [us]."""
        return self.network.table.horizon

    @property
    def days(self) -> int:
        return self.network.table.days


def logged(plan: Plan, network: Network, log: Log) -> Logged:
    return Logged(plan, Places(network), log)


def nothing(plan: Plan, network: Network, recorded: bool = True) -> Logged:
    """The log of a run in which nothing happens: what can be measured can be seen on it."""
    t = network.table
    objects = len(network.names.objects)
    log = Log(
        flows=np.zeros((t.days, t.steps, t.classes, len(Flow)), np.int32),
        levels=np.zeros((t.days, t.steps, t.classes, len(Level)), np.int32),
        use=np.zeros((t.days, objects, len(Use)), np.int64),
        held=np.zeros((t.days, t.pools, t.classes), np.int32),
        level_time=np.zeros((t.pools + t.stations, MOST_LEVEL + 2), np.int64),
        visits=np.zeros(0, VISIT),
        unserved=np.zeros(t.sources, np.int64),
        shortfall=np.zeros((t.days, t.sources), np.int64),
        entered=0,
        left=0,
        inside=0,
        recorded=recorded,
    )
    return logged(plan, network, log)


def reads_visits(plan: Plan, network: Network, read: Callable[[Logged], object]) -> bool:
    """Whether what `read` finds in a log needs its visits, or its tallies alone. Raises what it raises."""
    try:
        read(nothing(plan, network, recorded=False))
    except NoVisitsError:
        return True
    return False
