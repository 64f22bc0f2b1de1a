"""What happened in one replication, in columns that every measure reads.

A *visit* is one coming of one entity to one step. Steps with a line (seize, serve, depart, gate, take)
and exits always leave a visit row; with a trace every step does. `joined`, `started`, `finished` are
microseconds from the start, NOT_YET where it has not happened: for a seize started is the grant and
finished the giving back; for a serve the beginning and end of the service, stops included; for a
departure, gate or take both are the grant; for a delay joined and started are equal.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from sim.network.model import Op

RECORDED = (Op.SEIZE, Op.SERVE, Op.DEPART, Op.GATE, Op.TAKE, Op.EXIT)
NOT_YET = np.iinfo(np.int64).min
MOST_LEVEL = 1_000

VISIT = np.dtype(
    [
        ("joined", np.int64),
        ("started", np.int64),
        ("finished", np.int64),
        ("number", np.int64),
        ("source", np.int32),
        ("step", np.int16),
        ("visit", np.int16),
        ("group", np.int16),
        ("object", np.int16),
        ("units", np.int32),
        ("ended", np.int8),
    ]
)


class Ended(IntEnum):
    """How a visit ended."""

    UNFINISHED = 0
    COMPLETED = 1
    REFUSED = 2
    IMPATIENT = 3
    EXPIRED = 4
    BUMPED = 5
    EVICTED = 6
    SHORTFALL = 7
    DIVERTED = 8


class Flow(IntEnum):
    """Columns of `flows`: people a day, per step and class."""

    ENTERED = 0
    STARTED = 1
    FINISHED = 2
    REFUSED = 3
    IMPATIENT = 4
    LEFT = 5


class Level(IntEnum):
    """Columns of `levels`: people at a step at the midnight that ends a day."""

    WAITING = 0
    BUSY = 1
    STOPPED = 2


class Use(IntEnum):
    """Columns of `use`, per day and object.

    The first four are levels at the midnight that ends the day [units, people], the next four areas
    within the day [unit or person microseconds]. For a departure CAPACITY is the seats that left that
    day and BUSY the seats taken; for a stock BUSY is the level; for a gate CAPACITY is 1 when open.
    """

    CAPACITY = 0
    BUSY = 1
    WAITING = 2
    STOPPED = 3
    AREA_CAPACITY = 4
    AREA_BUSY = 5
    AREA_WAITING = 6
    AREA_STOPPED = 7


@dataclass(frozen=True)
class Log:
    """Columns of one replication.

    flows (days, steps, classes, 6), levels (days, steps, classes, 3), use (days, objects, 8),
    held (days, pools, classes) [units at midnight], level_time (pools + stations, 1002) [us with n
    present: waiting, in use or stopped; the last is more than 1,000, and all of it for objects whose
    capacity is ever above 1,000], visits (n,) of VISIT in the order of stream, number and happening,
    unserved (sources,) [counter members never served], shortfall (days, sources) [orders not begun],
    traced: whether visits are of every step; recorded: whether visits were kept at all.
    """

    flows: NDArray[np.int32]
    levels: NDArray[np.int32]
    use: NDArray[np.int64]
    held: NDArray[np.int32]
    level_time: NDArray[np.int64]
    visits: NDArray[np.void]
    unserved: NDArray[np.int64]
    shortfall: NDArray[np.int64]
    entered: int
    left: int
    inside: int
    traced: bool = False
    recorded: bool = True


def order_visits(visits: NDArray[np.void], rank: NDArray[np.int64]) -> NDArray[np.void]:
    """Visits by rank of the source and number; rows of one entity stay in order of happening."""
    key = rank[visits["source"]] << 32 | visits["number"]
    return visits.take(np.argsort(key, kind="stable"))


def digest(log: Log) -> str:
    """SHA-256 of every column: equal for equal logs, whatever the engine."""
    sha = sha256()
    for name in ("flows", "levels", "use", "held", "level_time", "unserved", "shortfall"):
        sha.update(np.ascontiguousarray(getattr(log, name)).tobytes())
    for field in VISIT.names or ():
        sha.update(np.ascontiguousarray(log.visits[field]).tobytes())
    sha.update(repr((log.entered, log.left, log.inside)).encode())
    return sha.hexdigest()
