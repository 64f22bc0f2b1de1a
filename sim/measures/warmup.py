"""One warm-up for all replications of all scenarios that are compared."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sim.errors import SimError
from sim.estimate.warmup import common_truncation, pooled_mser5
from sim.measures.logged import logged
from sim.measures.reduced import Kept, Reduced
from sim.measures.statistics import statistics


def settle(reduced: Sequence[Reduced], days: int | None = None) -> list[Reduced]:
    """Replications with the statistics of what comes after `days`, found from them if not given.

    Those whose scenario states a warm-up are left as they are.

    Raises SimError if no steady state is found in the first half of the run.
    """
    if all(one.kept is None for one in reduced):
        return list(reduced)
    cut = truncation(reduced) if days is None else days
    return [one if one.kept is None else _cut(one, one.kept, cut) for one in reduced]


def _cut(one: Reduced, kept: Kept, days: int) -> Reduced:
    found, waits = statistics(logged(one.plan, kept.network, kept.log), days)
    return replace(one, statistics=found, waits=waits, warm_up=days, kept=None)


def truncation(reduced: Sequence[Reduced]) -> int:
    """Days to leave out: MSER-5 on each series averaged over replications, the largest of them.

    Raises SimError if the run is too short or the largest is beyond half of it.
    """
    cuts = [0]
    for name, series in _series([one for one in reduced if one.kept is not None]):
        try:
            cuts.append(pooled_mser5(series))
        except ValueError as error:
            raise SimError(f"warm_up: auto on the number at {name}: {error}") from error
    return common_truncation(cuts)


def _series(reduced: Sequence[Reduced]) -> Iterator[tuple[str, NDArray[np.float64]]]:
    """Daily average number present at each station, pool and departure, (replications, days)."""
    if not reduced or reduced[0].kept is None:
        return
    table, names = reduced[0].kept.network.table, reduced[0].kept.network.names
    for name in names.objects[: table.pools + table.stations + table.departures]:
        series = np.array(
            [r.daily[f"{name}.mean_in_use"] + r.daily[f"{name}.mean_waiting"] for r in reduced],
            np.float64,
        )
        if np.ptp(series) > 0:
            yield name, series
