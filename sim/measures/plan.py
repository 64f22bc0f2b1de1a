"""What a scenario asks to be measured, in the units of the log."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from sim.network.model import DAY
from sim.scenario.units import rate_size

if TYPE_CHECKING:
    from sim.scenario import Scenario
    from sim.scenario.grammar import AgeOf
    from sim.scenario.grammar import LimitOf as LimitSaid
    from sim.scenario.grammar import Term as TermOf
    from sim.scenario.quantity import Quantity


class Of(StrEnum):
    """What a summand of a measure counts."""

    STEP = "step"
    LEVEL = "level"
    OUTCOME = "outcome"
    SOURCE = "source"
    MEASURE = "measure"


@dataclass(frozen=True)
class Term:
    """One summand of a measure, for each day; `factor` multiplies it.

    `what` is the event of a step (entered, started, finished, refused, impatient, left) or the
    level at midnight of an object or step (in_use, waiting, capacity, stopped); `where` are the
    attribute values of those who count, all when empty.
    """

    of: Of
    name: str
    what: str = ""
    where: tuple[tuple[str, str], ...] = ()
    factor: float = 1.0


class AgeStatistic(StrEnum):
    MEAN = "mean"
    OVER = "over"


@dataclass(frozen=True)
class Age:
    """Time held so far by those in `pools` at the midnight that ends each of `days`.

    `days` count from the start; `over` [us] is the bound of the share. Unit: days, or a share.
    """

    pools: tuple[str, ...]
    days: tuple[int, ...]
    statistic: AgeStatistic = AgeStatistic.MEAN
    over: int = 0
    where: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Measure:
    """A daily series that the scenario names; either a sum of terms or an age."""

    name: str
    terms: tuple[Term, ...] = ()
    age: Age | None = None
    unit: str = "people/day"
    description: str = ""


class LimitOf(StrEnum):
    """What a limit is on."""

    STAY = "stay"
    WAIT = "wait"
    HELD_OVER_CAPACITY = "held_over_capacity"
    EVENTS = "events"


@dataclass(frozen=True)
class Limit:
    """A bound whose breaches are counted; `at` an object or a step, `over` [us]."""

    name: str
    of: LimitOf
    at: str
    over: int = 0


class CostOf(StrEnum):
    """What is paid for."""

    POOL = "pool"
    STATION = "station"
    STEP = "step"
    DEPARTURE = "departure"
    STOCK = "stock"
    OUTCOME = "outcome"
    MEASURE = "measure"


@dataclass(frozen=True)
class Cost:
    """`value` [money] for each `per`: day or hour of a unit in use, an event, departure or seat."""

    name: str
    of: CostOf
    at: str
    per: str
    value: float


@dataclass(frozen=True)
class Plan:
    """All that is to be measured. `warm_up` [days] is None where it is to be found from the runs;
    `target` is people a day; `level_time` names objects whose time at every level is wanted."""

    start: date
    target: float | None = None
    measures: tuple[Measure, ...] = ()
    limits: tuple[Limit, ...] = ()
    costs: tuple[Cost, ...] = ()
    warm_up: int | None = 0
    level_time: tuple[str, ...] = ()


def plan_of(scenario: Scenario, values: Mapping[str, float]) -> Plan:
    """What the scenario asks for; `values` are the numbers of the world by path, where drawn."""
    return Plan(
        start=scenario.start,
        target=_target(scenario),
        measures=tuple(_measure(scenario, name) for name in scenario.measures),
        limits=tuple(_limit(name, of) for name, of in scenario.limits.items()),
        costs=(*_costs(scenario, values), *_exit_costs(scenario, values)),
        warm_up=_warm_up(scenario.warm_up),
        level_time=scenario.said.report.level_time if scenario.said.report else (),
    )


def _target(scenario: Scenario) -> float | None:
    question = scenario.question
    bound = None if question is None else question.at_least or question.at_most
    if bound is None:
        return None
    size = rate_size(bound.unit)
    return float(bound.value * DAY / size) if size else float(bound.value)


def _warm_up(said: Quantity | str | None) -> int | None:
    """Whole days, rounded up."""
    if isinstance(said, str):
        return None
    return 0 if said is None else -int(-said.exact // DAY)


def _measure(scenario: Scenario, name: str) -> Measure:
    of = scenario.measures[name]
    age = None if of.age is None else _age(of.age, scenario.start)
    terms = tuple(_term(term) for term in of.sum_of)
    return Measure(name, terms, age, of.unit or _unit(terms, age), of.description or "")


def _unit(terms: tuple[Term, ...], age: Age | None) -> str:
    if age is not None:
        return "days" if age.statistic is AgeStatistic.MEAN else "share"
    return "people" if any(term.of is Of.LEVEL for term in terms) else "people/day"


def _age(of: AgeOf, start: date) -> Age:
    over = 0 if of.over is None else int(of.over.exact)
    days = tuple((when - start).days for when in of.at)
    return Age(of.pools, days, AgeStatistic(of.statistic), over, tuple(of.class_.items()))


def _term(of: TermOf) -> Term:
    factor = 1.0 if of.times is None else float(of.times.value)
    where = tuple(of.class_.items())
    if of.step is not None:
        sort = Of.LEVEL if of.level else Of.STEP
        return Term(sort, of.step, of.level or of.event or "entered", where, factor)
    for sort, name in ((Of.OUTCOME, of.outcome), (Of.SOURCE, of.stream), (Of.MEASURE, of.measure)):
        if name is not None:
            return Term(sort, name, "", where, factor)
    place = of.pool or of.station or of.departure or of.stock or ""
    return Term(Of.LEVEL, place, of.level or "in_use", where, factor)


def _limit(name: str, of: LimitSaid) -> Limit:
    over = 0 if of.over is None else int(of.over.exact)
    for sort in LimitOf:
        at = getattr(of, sort.value)
        if at is not None:
            return Limit(name, sort, at, over)
    raise AssertionError(name)


def _costs(scenario: Scenario, values: Mapping[str, float]) -> Iterator[Cost]:
    for name, of in scenario.costs.items():
        for sort in CostOf:
            at = getattr(of, sort.value)
            if at is not None:
                yield Cost(name, sort, at, of.per, values.get(of.value.path, float(of.value.value)))


def _exit_costs(scenario: Scenario, values: Mapping[str, float]) -> Iterator[Cost]:
    """Costs written at exits: an item of the step's name for each entry."""
    for name, step in scenario.said.steps.items():
        cost = getattr(step, "cost", None)
        if cost is not None:
            value = values.get(cost.path, float(cost.value))
            yield Cost(f"{name}.exit", CostOf.STEP, name, "entered", value)
