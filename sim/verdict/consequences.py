"""What happens to the people in the system: held, left, waiting, and what it costs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from math import isfinite
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.estimate import FEWEST_REPLICATIONS
from sim.measures import Cohort, Key, OutcomeCohort, TimeHeld
from sim.network.holding import held_before
from sim.network.model import Model, Op
from sim.verdict.asked import Asked
from sim.verdict.evidence import series
from sim.verdict.finding import mean_of, quoted

if TYPE_CHECKING:
    from sim.measures import Reduced
    from sim.scenario import Scenario
    from sim.scenario.quantity import Quantity

HELD, PRESENT, SHORTFALL = "held", "present", "shortfall"
ALL_ITEMS = "all items"
"""The key of what all costs make together: no item can be named so."""
_WAITS = ("mean", "p50", "p90", "p99", "unfinished")


def held(asked: Asked | None, model: Model, base: Sequence[Reduced]) -> dict[str, object]:
    """People inside at midnight: of the first day, at most, at the end and, if any, of the question's date.

    `pools`: of each pool, the share in use and the unit-days over capacity while it drains.
    """
    column = HELD if HELD in base[0].daily else PRESENT
    daily = np.array(series(base, column))
    mean = daily.mean(axis=0)
    last = mean.size - 1
    days = {"first": 0, "highest": int(mean.argmax()), "last": last}
    days |= {"at_question": asked.reached_by} if asked else {}
    found: dict[str, object] = {"counts": column}
    for name, day in days.items():
        found[name] = {"day": day, **asdict(quoted([float(x) for x in daily[:, day]]))}
    found["pools"] = {pool.name: _pool(pool.name, base) for pool in model.pools}
    return found


def enough(base: Sequence[Reduced]) -> bool:
    """Whether there are replications enough to quote a mean over them."""
    return len(base) >= FEWEST_REPLICATIONS


def _pool(name: str, base: Sequence[Reduced]) -> dict[str, object]:
    use, capacity = (np.array(series(base, f"{name}.{what}")) for what in ("in_use", "capacity"))
    over = np.maximum(0.0, use - capacity).sum(axis=1)
    area = (np.array(series(base, f"{name}.mean_{what}")).sum() for what in ("in_use", "capacity"))
    busy, there = area
    return {
        "capacity_first": float(capacity[:, 0].mean()),
        "capacity_last": float(capacity[:, -1].mean()),
        "utilisation": float(busy / there) if there and enough(base) else None,
        "unit_days_over_capacity": asdict(quoted([float(x) for x in over])),
    }


def outcomes(model: Model, base: Sequence[Reduced]) -> dict[str, object]:
    """Per outcome, people in all, a day and as a share of who left; and those still inside.

    Means over runs, so none below ten of them; `in_all_runs` is a count of all that were made.
    `after_being_held`: whether all (True) or none (False) who left so had held a unit of a pool; None
    where there are both. `time_held`: how many of those who left so had been held, and for how long [days];
    None below ten runs, or where nobody like that left in one of them.
    """
    held = held_before(model)
    names = list(dict.fromkeys(s.outcome for s in model.steps if s.op is Op.EXIT and s.outcome))
    names += [SHORTFALL] if model.orders and SHORTFALL not in names else []
    totals = {n: [float(one.outcomes[n]) for one in base] for n in names if n in base[0].outcomes}
    everyone = sum(sum(t) for n, t in totals.items() if n != SHORTFALL)
    days = series(base, PRESENT)[0].size
    found: dict[str, object] = {
        name: {
            "total": mean_of(total),
            "in_all_runs": sum(total),
            "share_of_exits": _share(name, sum(total), everyone) if enough(base) else None,
            "after_being_held": held.get(name, False),
            "time_held": _time_held([one.held.get(name) for one in base]),
            "per_day": asdict(quoted([x / days for x in total])),
        }
        for name, total in totals.items()
    }
    inside = quoted([float(x[-1]) for x in series(base, PRESENT)])
    cohorts = list(_by_month([one.cohorts for one in base])) if enough(base) else []
    return {"left": found, "inside_at_end": asdict(inside), "by_month_of_coming": cohorts}


def _time_held(runs: Sequence[TimeHeld | None]) -> dict[str, float] | None:
    known = [of for of in runs if of is not None]
    if len(known) < len(runs) or len(runs) < FEWEST_REPLICATIONS:
        return None
    return {name: float(np.mean([getattr(of, name) for of in known])) for name in TimeHeld._fields}


def _share(name: str, total: float, everyone: float) -> float | None:
    """Of all people who left; orders that were not done are no people."""
    return None if name == SHORTFALL or not everyone else total / everyone


def _by_month(runs: Sequence[Sequence[OutcomeCohort]]) -> Iterator[dict[str, object]]:
    """Of those who came in each month, how they left and the share still inside; means over runs."""
    for same in zip(*runs, strict=True) if len({len(run) for run in runs}) == 1 else ():
        people = float(np.mean([cohort.n for cohort in same]))
        inside = float(np.mean([cohort.inside for cohort in same]))
        yield {
            "month": same[0].month,
            "people": people,
            "share_inside": inside / people if people else None,
            "left": {n: float(np.mean([c.left[n] for c in same])) for n in same[0].left},
        }


def waits(model: Model, base: Sequence[Reduced]) -> dict[str, object]:
    """Waits [hours] at each pool, station and departure, with the share still waiting.

    Means over runs: not known below ten of them.
    """
    groups = (model.pools, model.stations, model.departures)
    return {of.name: _wait(of.name, base) for group in groups for of in group}


def _wait(name: str, base: Sequence[Reduced]) -> dict[str, object]:
    found: dict[str, object] = {
        s: _known(np.array([_statistic(one, name, s) for one in base])) for s in _WAITS
    }
    tables = [one.waits[name].cohorts for one in base if name in one.waits]
    same = len(tables) == len(base) >= FEWEST_REPLICATIONS and len(set(map(len, tables))) == 1
    found["by_month_of_joining"] = [_month(of) for of in zip(*tables, strict=True)] if same else []
    return found


def _month(same: Sequence[Cohort]) -> dict[str, object]:
    """Waits of those who joined in one month; `mean` is restricted to what can be known."""
    found: dict[str, object] = {"month": same[0].month}
    for name in ("n", "still_waiting", "mean", "p50", "p90"):
        found[name] = _known(np.array([float(getattr(cohort, name)) for cohort in same]))
    return found


def _statistic(one: Reduced, name: str, statistic: str) -> float:
    return float(one.statistics.get(Key("wait", name, "", statistic), float("nan")))


def _known(values: NDArray[np.float64]) -> float | None:
    """Mean over replications; None where in any of them it is not known, or they are too few."""
    mean = mean_of(values.tolist())
    return mean if mean is not None and isfinite(mean) else None


def costs(scenario: Scenario, base: Sequence[Reduced]) -> dict[str, object]:
    """Total of each item over the run, and of all; `unit` as the scenario writes it.

    `total` is a mean over runs, None below ten of them; `in_all_runs` their sum.
    """
    units = {name: cost.value.unit for name, cost in scenario.costs.items()}
    units |= {f"{name}.exit": cost.unit for name, cost in _at_exits(scenario)}
    names = list(base[0].costs)
    rows = {name: [float(one.costs[name]) for one in base] for name in names}
    found: dict[str, object] = {
        name: {**_cost(row), "unit": units.get(name, "")} for name, row in rows.items()
    }
    if names:
        total = [sum(values) for values in zip(*rows.values(), strict=True)]
        found[ALL_ITEMS] = _cost(total)
    return found


def _cost(totals: Sequence[float]) -> dict[str, object]:
    return {"total": mean_of(totals), "in_all_runs": sum(totals), **asdict(quoted(totals))}


def _at_exits(scenario: Scenario) -> Iterator[tuple[str, Quantity]]:
    """Costs written at exits, by the name of the step."""
    for name, step in scenario.said.steps.items():
        cost = getattr(step, "cost", None)
        if cost is not None:
            yield name, cost
