"""Who left how, by when they came."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.estimate.wait import cohort_outcomes
from sim.log import Ended
from sim.measures.ages import held
from sim.measures.logged import Logged
from sim.measures.places import Places
from sim.measures.waits import BEFORE, cohort_of, month_edges
from sim.network.model import DAY

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


class TimeHeld(NamedTuple):
    """How long [days] the `n` people who left by one outcome, of those who had been held, had been so.

    The last unbroken time in which they held a unit of a pool, as `ages.held` has it; of those from the
    start with what they had spent. Those still inside are not among them.
    """

    n: int
    mean: float
    p50: float
    p90: float


def outcome_cohorts(of: Logged) -> tuple[OutcomeCohort, ...]:
    """Outcomes by month of the first visit of each person; empty if the log has nobody who left.

    Members of counters who were never served are inside, in the cohort before the start.
    """
    outcome, names = _outcomes(of)
    if not (outcome >= 0).any():
        return ()
    months, edges = month_edges(of.plan.start, of.horizon)
    cohort = cohort_of(of.rows["joined"][of.first], edges) + 1
    counts = cohort_outcomes(cohort.astype(np.float64), outcome, range(len(months) + 2), len(names))
    counts[0, -1] += int(of.log.unserved.sum())
    labels = [BEFORE, *months]
    return tuple(
        OutcomeCohort(label, sum(row), dict(zip(names, row, strict=False)), row[-1])
        for label, row in zip(labels, counts.tolist(), strict=True)
        if label != BEFORE or any(row)
    )


def times_held(of: Logged) -> dict[str, TimeHeld]:
    """By outcome, of those who left so and had held a unit of a pool; outcomes by nobody like that are left out."""
    outcome, names = _outcomes(of)
    spells = held(of, of.network.names.objects[: of.network.table.pools])
    if not spells.person.size:
        return {}
    first = np.flatnonzero(np.diff(spells.person, prepend=-1))
    last = np.append(first[1:], spells.person.size) - 1
    until = np.maximum.reduceat(spells.finished, first)
    left = outcome[spells.person[last]]
    lasted = (until - spells.since[last]) / DAY
    found = ((name, lasted[left == number]) for number, name in enumerate(names))
    return {name: _time_held(days) for name, days in found if days.size}


def _time_held(days: NDArray[np.float64]) -> TimeHeld:
    p50, p90 = np.quantile(days, (0.5, 0.9), method="inverted_cdf")
    return TimeHeld(days.size, float(days.mean()), float(p50), float(p90))


def _outcomes(of: Logged) -> tuple[NDArray[np.int16], tuple[str, ...]]:
    """Number of the outcome of each person, (people,), -1 of who is inside; and the outcomes' names."""
    outcome_of, names = _outcome_numbers(of.places)
    ends = outcome_of[of.rows["step"]]
    ends[of.rows["ended"] == Ended.SHORTFALL] = len(names) - 1
    return (np.maximum.reduceat(ends, of.first) if ends.size else ends), names


def _outcome_numbers(places: Places) -> tuple[NDArray[np.int16], tuple[str, ...]]:
    """Outcome of each step, -1 for none and for the step -1, and their names; shortfall is last."""
    names = (*places.outcomes, SHORTFALL)
    of = np.full(len(places.network.names.steps) + 1, -1, np.int16)
    for number, steps in enumerate(places.outcomes.values()):
        of[list(steps)] = number
    return of, names
