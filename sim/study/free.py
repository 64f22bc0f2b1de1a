"""Which resources were never short, so that more of them is known to change nothing.

Luck is shared between paired runs, so where nobody waited for a resource, was turned away from it or
moved off it, a run with more of it would be the same run. It need not be made, as long as nothing that
is measured is the capacity itself.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.measures import Reduced
from sim.measures.plan import Of, Plan
from sim.network.model import DAY, Departure, Model, Op, Preempt, Step, Stock
from sim.scenario.route import closure


def is_free(one: Reduced, resource: str, model: Model, measure: str) -> bool:
    """Whether a tenth more of a resource would leave the daily measure of this replication as it is.

    `model` is that of the replication's own world.

    False where that cannot be seen in what is kept of it, though it may be so.
    """
    if resource in _amounts_read(one.plan, model, measure):
        return False
    departure = next((d for d in model.departures if d.name == resource), None)
    if departure is not None:
        return _never_full(one, departure)
    stock = next((s for s in model.stocks if s.name == resource), None)
    if stock is not None:
        return _never_low(one, stock, model.steps)
    if resource not in one.prompt:
        return False
    steps = [step for step in model.steps if resource in step.objects]
    if resource in _that_stop_work(model) or any(_may_move(step) for step in steps):
        return False
    columns = [f"{step.name}.{what}" for step in steps for what in ("refused", "impatient")]
    return not any(np.any(one.daily[column]) for column in columns if column in one.daily)


def _amounts_read(plan: Plan, model: Model, measure: str) -> set[str]:
    """Resources whose own amount a daily column reads, which is more where there is more."""
    parts = {one.name: [t.name for t in one.terms if t.of is Of.MEASURE] for one in plan.measures}
    read = closure(parts, [measure])
    terms = [term for one in plan.measures if one.name in read for term in one.terms]
    stocks = {stock.name for stock in model.stocks}
    amounts = {
        term.name for term in terms
        if term.of is Of.LEVEL and (term.what == "capacity" or term.name in stocks)
    }  # fmt: skip
    return amounts | {measure.rpartition(".")[0]}


def _never_full(one: Reduced, departure: Departure) -> bool:
    """Whether no departure took all its seats; to be seen only where at most one leaves a day.

    Where none has any it cannot be seen.
    """
    days = [time // DAY for time, _ in departure.timetable]
    name = departure.name
    seats, taken = (
        np.asarray(one.daily[f"{name}.{column}"], np.float64) for column in ("capacity", "in_use")
    )
    known = len(set(days)) == len(days) and bool(np.any(seats))
    return known and bool(np.all((taken < seats) | (seats == 0)))


def _never_low(one: Reduced, stock: Stock, steps: Sequence[Step]) -> bool:
    """Whether there was always enough for any who came, and nothing else looks at how much there is.

    Between two midnights there is no less than at the second but for what was put in before it.
    """
    if any(_looks_at(step, stock.name) for step in steps):
        return False
    level = np.asarray(one.daily[f"{stock.name}.in_use"], np.int64)
    put = np.zeros(level.size, np.int64)
    for time, units in stock.puts:
        if units > 0 and time // DAY < level.size:
            put[time // DAY] += units
    most = max((step.units for step in steps if stock.name in step.objects), default=0)
    return bool(np.all(level - put >= most))


def _looks_at(step: Step, stock: str) -> bool:
    """Whether a step does more with a stock than take a fixed amount."""
    effort = step.effort is not None and step.effort.stock == stock
    return effort or (step.op is Op.PUT and stock in step.objects)


def _that_stop_work(model: Model) -> list[str]:
    """Stations at which fewer servers stop work that is going on."""
    return [s.name for s in model.stations if s.capacity.pause and len(s.capacity.changes) > 1]


def _may_move(step: Step) -> bool:
    """Whether people at a step may lose what they hold, or get it elsewhere, without waiting."""
    several = step.op is Op.SEIZE and len(step.objects) > 1
    return step.bump is not None or step.preempt is not Preempt.NONE or several
