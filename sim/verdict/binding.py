"""What binds: the paired effect of a tenth more of each resource, with what theory says beside it."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from sim.estimate import Effect, paired_effects, ranked
from sim.network.model import Model
from sim.theory import FluidAnswer, fluid_bound
from sim.verdict.asked import WEEK, Asked
from sim.verdict.evidence import Evidence, series
from sim.verdict.finding import over_dates
from sim.verdict.verdict import Bind

Series = NDArray[np.float64]


def binding(asked: Asked, evidence: Evidence, model: Model) -> tuple[Bind, ...]:
    """Resources from the one of which a tenth more does most; none if no effects were measured."""
    names = [*evidence.more, *evidence.free]
    if not names:
        return ()
    base = _means(asked, series(evidence.base, asked.measure))
    more = [_means(asked, evidence.more[name]) for name in evidence.more]
    sign = 1.0 if asked.at_least else -1.0
    effects = paired_effects(sign * base, sign * np.array([*more, *([base] * len(evidence.free))]))
    prices = shadow_prices(asked, evidence, model, names)
    return tuple(
        _bind(asked, evidence, model, names[i], effects[i], sign, prices.get(names[i]))
        for i in ranked(effects)
    )


def _means(asked: Asked, daily: Sequence[Series]) -> Series:
    return np.array([over_dates(asked, one) for one in daily])


def _bind(
    asked: Asked, evidence: Evidence, model: Model, name: str, effect: Effect, sign: float,
    price: tuple[float | None, float | None] | None,
) -> Bind:  # fmt: skip
    interval = effect.interval
    ends = sorted((sign * interval.low, sign * interval.high))
    low, high = (x if isfinite(x) else None for x in ends)
    quotable = interval.quotable
    use = used(asked, evidence, model, name)
    return Bind(
        resource=name,
        effect_of_ten_percent=sign * interval.mean if quotable else None,
        low=low if quotable else None,
        high=high if quotable else None,
        share_of_worlds_first=effect.share_first,
        utilisation=use[0],
        queue_growth=use[1],
        shadow_price=price,
    )


def used(
    asked: Asked, evidence: Evidence, model: Model, name: str
) -> tuple[float | None, float | None]:
    """Utilisation and growth of the line [people/day] of a resource over the question's dates."""
    days = _days(asked)
    capacity = _total(evidence, model, name, "capacity", days)
    busy = _total(evidence, model, name, "in_use", days)
    growth = None
    lines = [one.daily.get(f"{name}.waiting") for one in evidence.base]
    found = [np.asarray(line, np.float64)[days] for line in lines if line is not None]
    if found and found[0].size > 1:
        growth = float(np.mean([(x[-1] - x[0]) / (x.size - 1) for x in found]))
    share = None if capacity is None or busy is None or not capacity.sum() else (
        float(busy.sum() / capacity.sum())
    )  # fmt: skip
    return (None if _is_stock(model, name) else share), growth


def _days(asked: Asked) -> slice:
    return slice(max(0, asked.reached_by - asked.window + 1), asked.sustained_until + 1)


def _is_stock(model: Model, name: str) -> bool:
    return any(stock.name == name for stock in model.stocks)


def _total(
    evidence: Evidence, model: Model, name: str, what: str, days: slice
) -> Series | None:
    """Mean over replications of capacity or use by day [units, or seats of the day]."""
    departs = any(departure.name == name for departure in model.departures)
    column = f"{name}.{what}" if departs else f"{name}.mean_{what}"
    if any(column not in one.daily for one in evidence.base):
        return None
    return np.mean([np.asarray(one.daily[column], np.float64)[days] for one in evidence.base], axis=0)


def shadow_prices(
    asked: Asked, evidence: Evidence, model: Model, names: Sequence[str]
) -> dict[str, tuple[float | None, float | None]]:
    """What one unit more, and less, adds to the measure [people/day per unit] in the fluid program.

    By weeks over the question's dates. The work of each resource per person counted is taken from
    the runs, so it is what the system as it is spends, queues and detours included.
    """
    days = _days(asked)
    counted = np.mean([x[days] for x in series(evidence.base, asked.measure)], axis=0)
    weeks = counted.size // WEEK
    if not asked.rate or weeks < 1 or counted.sum() <= 0:
        return {}
    rows = {n: (_total(evidence, model, n, "capacity", days), _total(evidence, model, n, "in_use", days))
            for n in names if not _is_stock(model, n)}  # fmt: skip
    kept = {n: (c, u) for n, (c, u) in rows.items() if c is not None and u is not None and u.sum() > 0}
    if not kept:
        return {}
    answer = _fluid(asked, evidence, counted, kept, weeks, days)
    return {n: (_finite(answer.shadow_left[i]), _finite(answer.shadow_right[i]))
            for i, n in enumerate(kept)}  # fmt: skip


def _fluid(
    asked: Asked, evidence: Evidence, counted: Series, kept: dict[str, tuple[Series, Series]],
    weeks: int, days: slice,
) -> FluidAnswer:  # fmt: skip
    capacity = np.stack([_by_week(c, weeks) for c, _ in kept.values()], axis=1)
    use = np.array([u.sum() / counted.sum() for _, u in kept.values()])
    column = "target" if "target" in evidence.base[0].daily else "arrivals"
    coming = np.mean([x[days] for x in series(evidence.base, column)], axis=0)
    return fluid_bound(capacity, use, np.maximum(_by_week(coming, weeks), 0.0))


def _by_week(daily: Series, weeks: int) -> Series:
    return np.asarray(daily[: weeks * WEEK].reshape(weeks, WEEK).sum(axis=1))


def _finite(value: float) -> float | None:
    return float(value) if isfinite(value) else None


