"""What one more unit of a capacity costs in a year, used or not."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import NamedTuple

from sim.network.amounts import Frame
from sim.network.model import DAY, HOUR
from sim.network.supply import departure
from sim.scenario import Scenario
from sim.scenario.grammar import Calendar, CostOf
from sim.scenario.quantity import Quantity
from sim.scenario.units import amount, is_money

DAYS_IN_YEAR = 365
PER = ("year", "day", "hour", "departure", "seat")


class Price(NamedTuple):
    """Of one unit for a year of 365 days, with the ends of its range [money/year]."""

    value: float
    low: float
    high: float
    currency: str

    def times(self, factor: float) -> Price:
        return Price(self.value * factor, self.low * factor, self.high * factor, self.currency)


class Said(NamedTuple):
    """A cost that the user states for one move."""

    value: Quantity | Price
    per: str


def said_cost(text: str) -> Said | None:
    """`$832000/year` as a cost; a year is meant where nothing is said. None if it is none."""
    money, _, per = text.strip().partition("/")
    found = amount(money)
    if found is None or not (found.unit == "" or is_money(found.unit)) or found.number < 0:
        return None
    value = float(found.number)
    per = per.strip() or "year"
    return Said(Price(value, value, value, found.unit), per) if per in PER else None


def price_of(scenario: Scenario, path: str, said: Said | None) -> Price | None:
    """The price stated, else that of the costs which name the object; None where none does."""
    if said is not None:
        found = said.value if isinstance(said.value, Price) else _of(said.value)
        times = _a_year(scenario, path, said.per)
        return None if times is None else found.times(times)
    section, _, rest = path.partition(".")
    name, kind = rest.rpartition(".")[0], section.removesuffix("s")
    total: Price | None = None
    for cost in scenario.costs.values():
        if getattr(cost, kind) == name:
            more = _priced(scenario, path, cost)
            total = more if total is None or more is None else _sum(total, more)
    return total


def _priced(scenario: Scenario, path: str, cost: CostOf) -> Price | None:
    times = _a_year(scenario, path, cost.per)
    return None if times is None else _of(cost.value).times(times)


def _of(q: Quantity) -> Price:
    low, high = q.range or (q.value, q.value)
    return Price(float(q.value), float(low), float(high), q.unit)


def _sum(a: Price, b: Price) -> Price:
    return Price(a.value + b.value, a.low + b.low, a.high + b.high, a.currency or b.currency)


def _a_year(scenario: Scenario, path: str, per: str) -> float | None:
    """How many of what a cost is per one unit of this capacity makes in a year; None if unknown."""
    section, _, rest = path.partition(".")
    name, _, key = rest.rpartition(".")
    if per == "year":
        return 1.0
    if section == "departures":
        of = scenario.said.departures[name]
        frame = Frame(scenario.start, (scenario.end - scenario.start).days * DAY, {})
        a_year = len(departure(name, of, frame).timetable) * DAYS_IN_YEAR * DAY / frame.horizon
        if key == "every":
            return float(DAYS_IN_YEAR) if per == "departure" else None
        return a_year if per == "seat" else None
    objects = scenario.said.pools if section == "pools" else scenario.said.stations
    if per not in ("day", "hour") or name not in objects:
        return None
    open_time = open_share(scenario, objects[name].calendar) * DAYS_IN_YEAR * DAY
    return open_time / (DAY if per == "day" else HOUR)


def open_share(scenario: Scenario, calendar: Calendar | None) -> float:
    """Share of the run in which a calendar is open; 1 without one."""
    if calendar is None:
        return 1.0
    days = (scenario.end - scenario.start).days
    dates = [scenario.start + timedelta(days=d) for d in range(days)]
    minutes = sum(until - first for first, until in calendar.hours)
    is_open = [d for d in dates if d.weekday() in calendar.days and d not in calendar.holidays]
    return float(Fraction(len(is_open) * minutes, days * 24 * 60))
