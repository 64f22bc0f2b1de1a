"""The question of a scenario in days of its run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sim.scenario.grammar import usual_window
from sim.scenario.units import TIME, rate_size

if TYPE_CHECKING:
    from sim.scenario import Scenario
    from sim.scenario.quantity import Quantity

WEEK = 7
_DAY = TIME["day"]
USUAL_PROBABILITY = 0.9
USUAL_TOLERANCE = 0.01


@dataclass(frozen=True)
class Asked:
    """Days count from 0, the first of the run; limits are inclusive.

    `value` is per day where `rate`, else a level. `at_least` false means at most.
    """

    measure: str
    value: float
    at_least: bool
    rate: bool
    window: int
    reached_by: int
    sustained_until: int
    probability: float
    tolerance: float
    start: date

    def date(self, day: int) -> date:
        return self.start + timedelta(days=day)

    @property
    def sustained(self) -> bool:
        """Whether holding on is asked beyond reaching."""
        return self.sustained_until > self.reached_by


def asked(scenario: Scenario) -> Asked | None:
    """The question, with what it leaves out filled in; None where there is none.

    That it can be asked of a run of this length was seen as the scenario was read.
    """
    question = scenario.question
    if question is None:
        return None
    bound = question.at_least if question.at_least is not None else question.at_most
    days = (scenario.end - scenario.start).days
    by = _day(scenario, question.reached_by or question.sustained_until, days - 1)
    until = _day(scenario, question.sustained_until, by)
    window = _window(question.averaged_over, days)
    return Asked(
        measure=question.measure,
        value=_per_day(bound),
        at_least=question.at_least is not None,
        rate=rate_size(bound.unit) is not None if bound is not None else False,
        window=window,
        reached_by=by,
        sustained_until=max(until, by),
        probability=_share(question.with_probability, USUAL_PROBABILITY),
        tolerance=_share(question.tolerance, USUAL_TOLERANCE),
        start=scenario.start,
    )


def _day(scenario: Scenario, when: date | None, otherwise: int) -> int:
    return otherwise if when is None else (when - scenario.start).days


def _window(length: Quantity | None, days: int) -> int:
    """Whole days."""
    if length is None:
        return usual_window(days)
    return round(float(length.exact) / _DAY)


def _per_day(bound: Quantity | None) -> float:
    if bound is None:
        return 0.0
    size = rate_size(bound.unit)
    return float(bound.value * _DAY / size) if size else float(bound.value)


def _share(given: Quantity | None, otherwise: float) -> float:
    return otherwise if given is None else float(given.exact)
