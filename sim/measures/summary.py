"""Tables over all replications: summary.csv and daily.parquet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import inf, isfinite, nan
from typing import TYPE_CHECKING

import numpy as np

from sim.estimate.interval import Interval, mean_interval, share_interval
from sim.measures.columns import is_share, unit_of
from sim.measures.daily import dates
from sim.measures.reduced import Reduced
from sim.measures.statistics import ALL, Key
from sim.measures.warmup import settle

if TYPE_CHECKING:
    import pandas as pd  # slow to import, and no worker makes a frame

CONFIDENCE = 0.95
NOTHING = 1e-12
SUMMARY_COLUMNS = (
    "measure", "at", "class", "statistic", "mean", "low", "high", "confidence", "unit",
)  # fmt: skip


def summary(reduced: Sequence[Reduced]) -> pd.DataFrame:
    """One row per measure, place, class and statistic: mean over replications and its interval.

    An end that nothing bounds is empty; so is a value unknown in any replication. Replications in
    which nobody of a class came do not count for it. Of fewer than ten the mean is that of those runs
    only, and stands without an interval.

    Raises SimError if a warm-up is to be found and there is none.
    """
    import pandas as pd

    settled = settle(reduced)
    found = [dict(_all(one)) for one in settled]
    keys = dict.fromkeys(key for values in found for key in values)
    units = {m.name: m.unit for one in settled[:1] for m in one.plan.measures}
    rows = [_row(key, [v for v in found if key in v and _came(v, key)], units) for key in keys]
    return pd.DataFrame(rows, columns=list(SUMMARY_COLUMNS))


def _came(values: dict[Key, float], key: Key) -> bool:
    return values.get(Key(key.measure, key.at, key.klass, "n"), 1.0) > 0 or key.statistic == "n"


def _all(one: Reduced) -> Iterator[tuple[Key, float]]:
    """Statistics of the places, then breaches, costs, outcomes and measures."""
    yield from one.statistics.items()
    for name, breach in one.breaches.items():
        yield Key("breaches", name, ALL, "rate"), breach.per_day
        yield Key("breaches", name, ALL, "total"), breach.total
        if isfinite(breach.beyond_at_end):
            yield Key("breaches", name, ALL, "at_end"), breach.beyond_at_end
    for name, cost in one.costs.items():
        yield Key("cost", name, ALL, "total"), cost
    days = len(one.daily["present"])
    for name, people in one.outcomes.items():
        yield Key("outcome", name, ALL, "total"), float(people)
        yield Key("outcome", name, ALL, "rate"), people / days
    yield from _measures(one)


def _measures(one: Reduced) -> Iterator[tuple[Key, float]]:
    for measure in one.plan.measures:
        series = np.asarray(one.daily[measure.name][one.warm_up or 0 :], np.float64)
        known = series[~np.isnan(series)]
        yield Key(measure.name, "", ALL, "mean"), float(known.mean()) if known.size else nan


def _row(key: Key, found: list[dict[Key, float]], units: dict[str, str]) -> tuple[object, ...]:
    values = [v[key] for v in found]
    unit = units[key.measure] if key.measure in units and not key.at else unit_of(
        key.measure, key.statistic
    )  # fmt: skip
    if not values or not all(map(isfinite, values)):
        return (*key, nan, nan, nan, CONFIDENCE, unit)
    interval = _interval(key, values)
    if not interval.quotable:
        return (*key, interval.mean, nan, nan, CONFIDENCE, unit)
    low, high = (_end(end) for end in (interval.low, interval.high))
    return (*key, interval.mean, low, high, CONFIDENCE, unit)


def _end(end: float) -> float:
    """An end that nothing bounds is unknown; one that a search left next to 0 is 0."""
    return nan if not isfinite(end) else 0.0 if abs(end) < NOTHING else end


def _interval(key: Key, values: list[float]) -> Interval:
    if is_share(key.measure, key.statistic):
        return share_interval(np.clip(values, 0.0, 1.0), CONFIDENCE)
    return mean_interval(values, CONFIDENCE, support=_support(key, values))


def _support(key: Key, values: list[float]) -> tuple[float, float]:
    """What a value can be: a share of what is there passes 1 only where work goes on past the hours."""
    if min(values) < 0:
        return -inf, inf
    return 0.0, 1.0 if key.measure == "utilisation" and max(values) <= 1.0 else inf


def daily_frame(reduced: Sequence[Reduced]) -> pd.DataFrame:
    """One row per world, replication and day, columns as declared in `columns.DAILY`."""
    import pandas as pd

    names = dict.fromkeys(name for one in reduced for name in one.daily)
    days = [len(one.daily["present"]) for one in reduced]
    index = {
        "world": np.repeat([one.world for one in reduced], days),
        "replication": np.repeat([one.replication for one in reduced], days),
        "date": np.concatenate([dates(one.plan, n) for one, n in zip(reduced, days, strict=True)]),
    }
    columns = {
        name: np.concatenate(
            [one.daily.get(name, np.full(n, nan)) for one, n in zip(reduced, days, strict=True)]
        )
        for name in names
    }
    return pd.DataFrame({**index, **columns})
