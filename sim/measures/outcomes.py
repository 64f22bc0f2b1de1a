"""Who left how, by when they came."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.estimate.wait import cohort_outcomes
from sim.log import Ended
from sim.measures.logged import Logged
from sim.measures.places import Places
from sim.measures.waits import BEFORE, cohort_of, month_edges

SHORTFALL, INSIDE = "shortfall", "inside"


class OutcomeCohort(NamedTuple):
    """How those who came in a month left, by outcome, and how many are still inside."""

    month: str
    n: int
    left: dict[str, int]
    inside: int

    @property
    def share_inside(self) -> float:
        return self.inside / self.n if self.n else float("nan")


def outcome_cohorts(of: Logged) -> tuple[OutcomeCohort, ...]:
    """Outcomes by month of the first visit of each person; empty if the log has no visits of exits.

    Members of counters who were never served are inside, in the cohort before the start.
    """
    visits = of.rows
    outcome_of, names = _outcome_numbers(of.places)
    ends = outcome_of[visits["step"]]
    ends = np.where(visits["ended"] == Ended.SHORTFALL, len(names) - 1, ends)
    if not visits.size or not (outcome_of[visits["step"]] >= 0).any():
        return ()
    new = np.ones(visits.size, np.bool_)
    new[1:] = (np.diff(visits["number"]) != 0) | (np.diff(visits["source"]) != 0)
    first = np.flatnonzero(new)
    outcome = np.maximum.reduceat(ends, first)
    months, edges = month_edges(of.plan.start, of.horizon)
    cohort = cohort_of(visits["joined"][first], edges) + 1
    counts = cohort_outcomes(cohort.astype(np.float64), outcome, range(len(months) + 2), len(names))
    counts[0, -1] += int(of.log.unserved.sum())
    labels = [BEFORE, *months]
    return tuple(
        OutcomeCohort(label, sum(row), dict(zip(names, row, strict=False)), row[-1])
        for label, row in zip(labels, counts.tolist(), strict=True)
        if label != BEFORE or any(row)
    )


def _outcome_numbers(places: Places) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """Outcome of each step, -1 for none and for the step -1, and their names; shortfall is last."""
    names = (*places.outcomes, SHORTFALL)
    of = np.full(len(places.network.names.steps) + 1, -1, np.int64)
    for number, steps in enumerate(places.outcomes.values()):
        of[list(steps)] = number
    return of, names
