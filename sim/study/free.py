"""Which resources were never short, so that more of them is known to change nothing.

Luck is shared between paired runs, so where nobody waited for a resource, was turned away from it or
moved off it, a run with more of it would be the same run. It need not be made, as long as nothing that
is measured is the capacity itself.
"""

from __future__ import annotations

import numpy as np

from sim.measures import Reduced
from sim.measures.plan import Of
from sim.network.model import DAY, Departure, Model, Op, Preempt, Step


def is_free(one: Reduced, resource: str, model: Model) -> bool:
    """Whether a tenth more of a resource would leave this replication exactly as it is.

    False where that cannot be seen in what is kept of it, though it may be so.
    """
    if _is_measured(one, resource):
        return False
    departure = next((d for d in model.departures if d.name == resource), None)
    if departure is not None:
        return _never_full(one, departure)
    if resource not in one.prompt:
        return False
    steps = [step for step in model.steps if resource in step.objects]
    if resource in _that_stop_work(model) or any(_may_move(step) for step in steps):
        return False
    columns = [f"{step.name}.{what}" for step in steps for what in ("refused", "impatient")]
    return not any(np.any(one.daily[column]) for column in columns if column in one.daily)


def _is_measured(one: Reduced, resource: str) -> bool:
    """Whether a measure reads the capacity of a resource, which is more where there is more."""
    terms = [term for measure in one.plan.measures for term in measure.terms]
    return any(t.of is Of.LEVEL and t.name == resource and t.what == "capacity" for t in terms)


def _never_full(one: Reduced, departure: Departure) -> bool:
    """Whether no departure took all its seats; to be seen only where at most one leaves a day."""
    days = [time // DAY for time, _ in departure.timetable]
    name = departure.name
    seats, taken = (
        np.asarray(one.daily[f"{name}.{column}"], np.float64) for column in ("capacity", "in_use")
    )
    return len(set(days)) == len(days) and bool(np.all((taken < seats) | (seats == 0)))


def _that_stop_work(model: Model) -> list[str]:
    """Stations at which fewer servers stop work that is going on."""
    return [s.name for s in model.stations if s.capacity.pause and len(s.capacity.changes) > 1]


def _may_move(step: Step) -> bool:
    """Whether people at a step may lose what they hold, or get it elsewhere, without waiting."""
    several = step.op is Op.SEIZE and len(step.objects) > 1
    return step.bump is not None or step.preempt is not Preempt.NONE or several
