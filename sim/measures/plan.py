"""What a scenario asks to be measured, in the units of the log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Of(StrEnum):
    """What a summand of a measure counts."""

    STEP = "step"
    LEVEL = "level"
    OUTCOME = "outcome"
    MEASURE = "measure"


@dataclass(frozen=True)
class Term:
    """One summand of a measure, for each day.

    `what` is the event of a step (entered, started, finished, refused, impatient, left) or the level
    at midnight of a pool, station, departure, stock or step (in_use, waiting, capacity, stopped);
    `where` are the attribute values of those who count, all when empty.
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
