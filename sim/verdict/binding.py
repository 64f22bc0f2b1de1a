"""What binds: the paired effect of a tenth more of each resource, theory beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from sim.estimate import Effect, Kind, paired_effects, ranked
from sim.network.model import DAY, Model, Pool, Station
from sim.theory import FluidAnswer, fluid_bound
from sim.verdict.asked import WEEK, Asked
from sim.verdict.evidence import Evidence, series
from sim.verdict.finding import over_dates
from sim.verdict.verdict import Bind

Series = NDArray[np.float64]
Price = tuple[float | None, float | None]


@dataclass(frozen=True)
class Fluid:
    """Prices by resource [measure/day per unit], and the resource that binds by averages alone."""

    prices: Mapping[str, Price]
    first: str | None = None


@dataclass(frozen=True)
class Use:
    """One resource over the dates of the question, means over replications (days,).

    Units there and in use; of a departure, seats of the day and those taken. `waiting` at midnight.
    """

    capacity: Series
    busy: Series
    waiting: Series

    @property
    def utilisation(self) -> float | None:
        total = float(self.capacity.sum())
        return float(self.busy.sum()) / total if total else None

    @property
    def growth(self) -> float | None:
        """How much longer the line gets [people/day]."""
        line = self.waiting
        return float(line[-1] - line[0]) / (line.size - 1) if line.size > 1 else None


def binding(asked: Asked, evidence: Evidence, model: Model) -> tuple[Bind, ...]:
    """Resources from the one of which a tenth more does most; none if no effects were measured."""
    names = list(evidence.more)
    if not names:
        return ()
    sign = 1.0 if asked.at_least else -1.0
    base = sign * _means(asked, series(evidence.base, asked.measure))
    more = [sign * _means(asked, daily) for daily in evidence.more.values()]
    effects = paired_effects(base, np.array(more))
    uses = {name: use_of(asked, evidence, model, name) for name in names}
    priced = {name: use for name, use in uses.items() if use.capacity.any()}
    fluid = shadow_prices(asked, evidence, model, priced)
    return tuple(_bind(names[i], effects[i], uses[names[i]], fluid, sign) for i in ranked(effects))


def _means(asked: Asked, daily: Sequence[Series]) -> Series:
    return np.array([over_dates(asked, one) for one in daily])


def _bind(name: str, effect: Effect, use: Use, fluid: Fluid, sign: float) -> Bind:
    ends = sorted((sign * effect.interval.low, sign * effect.interval.high))
    quotable, alike = effect.interval.quotable, effect.interval.kind is Kind.ALL_EQUAL
    low, high = (x if quotable and isfinite(x) else None for x in ends)
    return Bind(
        resource=name,
        effect_of_ten_percent=sign * effect.interval.mean if quotable else None,
        low=low,
        high=high,
        p_adjusted=effect.p_adjusted,
        share_of_worlds_first=effect.share_first,
        utilisation=use.utilisation,
        queue_growth=use.growth,
        shadow_price=fluid.prices.get(name),
        first_by_averages=name == fluid.first,
        differs_at_most=effect.interval.differs_at_most if alike else None,
        confidence=effect.interval.confidence,
    )


def use_of(asked: Asked, evidence: Evidence, model: Model, name: str) -> Use:
    """How a resource was used; a stock, which has no capacity, has zeros there."""
    departs = name in [departure.name for departure in model.departures]
    prefix = "" if departs else "mean_"
    busy = _mean(asked, evidence, f"{name}.{prefix}in_use")
    stock = name in [stock.name for stock in model.stocks]
    capacity = np.zeros_like(busy) if stock else _mean(asked, evidence, f"{name}.{prefix}capacity")
    return Use(capacity, busy, _mean(asked, evidence, f"{name}.waiting"))


def _days(asked: Asked) -> slice:
    return slice(max(0, asked.reached_by - asked.window + 1), asked.sustained_until + 1)


def _mean(asked: Asked, evidence: Evidence, column: str) -> Series:
    found = [daily[_days(asked)] for daily in series(evidence.base, column)]
    return np.asarray(np.mean(found, axis=0), np.float64)


def shadow_prices(
    asked: Asked, evidence: Evidence, model: Model, uses: Mapping[str, Use]
) -> Fluid:
    """What a unit less and one more do to the measure in the fluid program [people/day per unit].

    By weeks over the question's dates. The work of each resource per person counted is taken from
    the runs, so it is what the system as it is spends, detours included. A unit is a server or a
    place for as long as there are any, or a seat on each departure.
    """
    counted = _mean(asked, evidence, asked.measure)
    weeks = counted.size // WEEK
    kept = {name: use for name, use in uses.items() if use.busy.sum() > 0}
    if not (asked.rate and kept and weeks and counted.min() >= 0 and counted.sum() > 0):
        return Fluid({})
    coming = _by_week(_coming(asked, evidence, model, counted), weeks)
    answer = _fluid(kept, counted, np.maximum(coming, 0.0), weeks)
    pairs = zip(answer.shadow_left.tolist(), answer.shadow_right.tolist(), strict=True)
    prices = {}
    for name, pair in zip(kept, pairs, strict=True):
        there = share_there(asked, model, name)
        left, right = (_finite(price * there) for price in pair)
        prices[name] = (left, right) if there else (None, None)
    return Fluid(prices, None if answer.binding is None else list(kept)[answer.binding])


def _coming(asked: Asked, evidence: Evidence, model: Model, counted: Series) -> Series:
    """Those who come and may be counted: the orders, if all that is counted may be of them."""
    if model.orders:
        ordered = _mean(asked, evidence, "target")
        if ordered.sum() >= counted.sum():
            return ordered
    return _mean(asked, evidence, "arrivals")


def share_there(asked: Asked, model: Model, name: str) -> float:
    """Of the question's dates, the part in which a resource is there; of a departure, how many a day.

    So much capacity, on the mean of all hours, is added by one more unit.
    """
    days = range(*_days(asked).indices(10**6))
    first, last = days.start * DAY, days.stop * DAY
    for departure in model.departures:
        if departure.name == name:
            within = [time for time, _ in departure.timetable if first <= time < last]
            return len(within) / (days.stop - days.start)
    objects: tuple[Pool | Station, ...] = (*model.pools, *model.stations)
    changes = next(of.capacity.changes for of in objects if of.name == name)
    ends = [time for time, _ in changes[1:]] + [last]
    there = [
        max(0, min(end, last) - max(time, first))
        for (time, units), end in zip(changes, ends, strict=True)
        if units > 0
    ]
    return float(sum(there)) / float(last - first)


def _fluid(kept: Mapping[str, Use], counted: Series, coming: Series, weeks: int) -> FluidAnswer:
    capacity = np.stack([_by_week(use.capacity, weeks) for use in kept.values()], axis=1)
    each = np.array([use.busy.sum() / counted.sum() for use in kept.values()])
    return fluid_bound(capacity, each, coming)


def _by_week(daily: Series, weeks: int) -> Series:
    return np.asarray(daily[: weeks * WEEK].reshape(weeks, WEEK).sum(axis=1))


def _finite(value: float) -> float | None:
    return value if isfinite(value) else None
