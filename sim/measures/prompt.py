"""Which pools and stations everybody was given as soon as they came for them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.log import Use
from sim.measures.logged import Logged
from sim.measures.places import Sort
from sim.measures.spells import Rows
from sim.network.model import DAY, Capacity

Ints = NDArray[np.int64]


def prompt(of: Logged) -> frozenset[str]:
    """Names of those at which nobody waited, not even for no time at all.

    Who joins a line and is served at the same instant has waited for an event of that instant, and
    does not show in the area under the line. So one is left out wherever at an instant at which
    somebody came there would have been too few units if all that came back at it had come last.
    """
    found = zip(of.network.names.objects, of.places.sorts, strict=True)
    return frozenset(
        name for obj, (name, sort) in enumerate(found)
        if sort in (Sort.POOL, Sort.STATION) and _prompt(of, obj, _capacity(of, name))
    )  # fmt: skip


def _capacity(of: Logged, name: str) -> Capacity:
    model = of.network.model
    found = {pool.name: pool.capacity for pool in model.pools}
    return {**found, **{station.name: station.capacity for station in model.stations}}[name]


def _prompt(of: Logged, obj: int, capacity: Capacity) -> bool:
    use = of.log.use[:, obj]
    if use[:, Use.AREA_WAITING].any():
        return False
    rows = of.visits.rows(obj)
    came = rows.step >= 0
    if not np.array_equal(rows.started[came], rows.joined[came]):
        return False
    midnights = DAY * np.arange(1, of.days + 1, dtype=np.int64)
    if not np.array_equal(_held(rows, midnights, "left"), use[:, Use.BUSY]):
        return False
    times = np.unique(rows.started[came])
    return bool(np.all(_held(rows, times, "right") <= _least(capacity, times)))


def _held(rows: Rows, times: Ints, side: str) -> Ints:
    """Units given before each time, or with `right` at it too, less those that were back before it."""
    begun, over = rows.begun, rows.begun & rows.over
    given = _units(rows.started[begun], rows.units[begun], times, side)
    return given - _units(rows.finished[over], rows.units[over], times, "left")


def _units(at: Ints, units: NDArray[np.int32], times: Ints, side: str) -> Ints:
    order = np.argsort(at, kind="stable")
    sums = np.concatenate([np.zeros(1, np.int64), np.cumsum(units[order], dtype=np.int64)])
    return sums[np.searchsorted(at[order], times, "right" if side == "right" else "left")]


def _least(capacity: Capacity, times: Ints) -> Ints:
    """The capacity at each time, or just before it where that was less."""
    changes = np.array(capacity.changes, np.int64).reshape(-1, 2)
    after = np.searchsorted(changes[:, 0], times, "right") - 1
    before = np.maximum(np.searchsorted(changes[:, 0], times, "left") - 1, 0)
    least: Ints = np.minimum(changes[after, 1], changes[before, 1])
    return least
