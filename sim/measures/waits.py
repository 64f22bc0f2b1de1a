"""Waits by when they began, with those still waiting."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.measures.spells import Spells, Timed
from sim.measures.survival import curve, described, on_grid
from sim.network.model import DAY, HOUR

BEFORE = "before the start"
GRID_POINTS = 120


class Cohort(NamedTuple):
    """Waits [hours] of those who joined in a month; `mean` is restricted to `restricted_to`.

    `mean_finished` is biased low while any wait still and never stands alone.
    """

    month: str
    n: int
    still_waiting: float
    mean: float
    restricted_to: float
    mean_finished: float
    p50: float
    p90: float
    p95: float
    p99: float


class WaitTable(NamedTuple):
    """Share still waiting after each of `hours` (k,), the same grid in every replication of a
    network, and the cohorts."""

    hours: NDArray[np.float64]
    waiting: NDArray[np.float64]
    cohorts: tuple[Cohort, ...]


def month_edges(start: date, horizon: int) -> tuple[list[str], NDArray[np.int64]]:
    """Names of the months of the run, and their edges [us], (months + 1,); the first is 0."""
    names, edges, day = [], [], start
    while (offset := (day - start).days * DAY) < horizon:
        names.append(f"{day:%Y-%m}")
        edges.append(offset)
        day = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return names, np.array([*edges, horizon], np.int64)


def cohort_of(joined: NDArray[np.int64], edges: NDArray[np.int64]) -> NDArray[np.int16]:
    """Number of the month of each joining time (n,); -1 is before the start."""
    number = np.searchsorted(edges[:-1], joined, side="right") - 1
    return number.astype(np.int16)


def grid(horizon: int) -> NDArray[np.float64]:
    """Hours from 0 by way of minutes to twice the run."""
    return np.concatenate([[0.0], np.geomspace(1 / 60, 2 * horizon / HOUR, GRID_POINTS)])


def wait_table(start: date, spells: Spells, horizon: int) -> WaitTable:
    names, edges = month_edges(start, horizon)
    hours = grid(horizon)
    month = cohort_of(spells.joined, edges)
    labels = [*names, BEFORE]  # -1 is before the start
    cohorts = tuple(_cohort(labels[number], part) for number, part in spells.timed.split(month))
    return WaitTable(hours, on_grid(curve(spells.timed), hours), cohorts)


def _cohort(month: str, of: Timed) -> Cohort:
    found, finished = described(of), of.duration[of.over]
    return Cohort(
        month=month,
        n=round(found["n"]),
        still_waiting=found["unfinished"],
        mean=found["mean"],
        restricted_to=float(of.duration[-1]) / HOUR,
        mean_finished=float(finished.mean()) / HOUR if finished.size else float("nan"),
        p50=found["p50"],
        p90=found["p90"],
        p95=found["p95"],
        p99=found["p99"],
    )
