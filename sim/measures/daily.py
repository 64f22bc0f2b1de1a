"""Every daily column of one replication."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.errors import SimError, one_of, quote
from sim.log import Flow, Level, Use
from sim.measures.breaches import breach_columns
from sim.measures.logged import Logged, nothing
from sim.measures.plan import Plan, plan_of
from sim.measures.terms import LEVELS, Column, Columns, Measures
from sim.network.compiling import compile_network
from sim.network.model import DAY, Model

if TYPE_CHECKING:
    from sim.scenario import Scenario

FIXED = (
    "arrests",
    "book_ins_ice",
    "book_ins_cbp",
    "book_ins",
    "held",
    "removals_from_detention",
    "removals_other",
    "removals",
    "releases",
)
SHORTFALL, PRESENT = "shortfall", "present"
_AREAS = (
    ("capacity", Use.AREA_CAPACITY),
    ("in_use", Use.AREA_BUSY),
    ("waiting", Use.AREA_WAITING),
    ("stopped", Use.AREA_STOPPED),
)


def daily(of: Logged) -> Columns:
    """Columns by name, each (days,): target, measures, generic counts, limits, steps, objects.

    Raises SimError if a measure names what the network has not, or measures go in a circle.
    """
    columns = counted(of)
    for found in (dict(_objects(of)), dict(_steps(of))):
        columns |= {name: column for name, column in found.items() if name not in columns}
    return columns


def column(of: Logged, name: str) -> Column:
    """One daily column (days,), without those that it does not need.

    Raises SimError as `daily`, and if there is none of that name.
    """
    counts = generic(of)
    measures = Measures(of, {**default_measures(of, counts), **counts})
    if name in measures.named or name in measures.counts:
        return measures.series(name)
    columns = daily(of)
    if name not in columns:
        wanted = one_of(name, [known for known in columns if "." not in known], "a column")
        raise SimError(f"found no daily column {quote(name)}; wanted {wanted}")
    return columns[name]


def counted(of: Logged) -> Columns:
    """The daily columns but for those of single steps and objects.

    Raises SimError as `daily`.
    """
    counts = generic(of)
    usual = default_measures(of, counts)
    measures = Measures(of, {**usual, **counts}).all()
    known = {**usual, **measures}
    columns = {"target": _target(of)}
    order = [name for name in FIXED if name in known]
    columns |= {name: known[name] for name in dict.fromkeys([*order, *known])}
    for found in (counts, breach_columns(of)):
        columns |= {name: column for name, column in found.items() if name not in columns}
    return columns


def column_names(scenario: Scenario, model: Model) -> list[str]:
    """Names of the daily columns of any run of the scenario.

    Raises SimError if a measure, limit or cost names what the network has not.
    """
    from sim.measures.costs import costs

    of = nothing(plan_of(scenario, {}), compile_network(model))
    columns = daily(of)
    costs(of, columns)
    return list(columns)


def _target(of: Logged) -> Column:
    """Orders of the day where there are any, else what the question asks; NaN if it asks none."""
    orders = of.network.model.orders
    if orders:
        counts = [np.asarray(o.counts[: of.days], np.float64) for o in orders]
        return np.asarray(np.sum(counts, axis=0), np.float64)
    return np.full(of.days, np.nan if of.plan.target is None else of.plan.target)


def generic(of: Logged) -> Columns:
    """People who left by outcome, all arrivals and exits, and those present at midnight."""
    entered = of.log.flows[..., Flow.ENTERED]
    outcomes: dict[str, NDArray[np.int64]] = {
        name: entered[:, list(steps)].sum(axis=(1, 2), dtype=np.int64)
        for name, steps in of.places.outcomes.items()
    }
    short = of.log.shortfall.sum(axis=1)
    exits = sum(outcomes.values(), start=_a_day_later(short))
    if of.network.model.orders:
        outcomes[SHORTFALL] = short + outcomes.get(SHORTFALL, 0)
    present = of.log.levels.sum(axis=(1, 2, 3), dtype=np.int64)
    at_start = int(of.network.table.initial_count.sum())
    arrivals = np.diff(present, prepend=at_start) + exits
    return {**outcomes, "arrivals": arrivals, "exits": exits, PRESENT: present}


def _a_day_later(short: NDArray[np.int64]) -> NDArray[np.int64]:
    """Orders run out at midnight, after the census: they are of that day and leave on the next."""
    return np.concatenate([np.zeros(1, np.int64), short[:-1]])


def default_measures(of: Logged, counts: Columns) -> Columns:
    """Removals and releases where no measure defines them: outcomes named accordingly."""
    found: Columns = {}
    for measure, start in (("removals", "removed"), ("releases", "released")):
        parts = [counts[name] for name in of.places.outcomes if name.startswith(start)]
        if parts and measure not in of.places.outcomes:
            found[measure] = sum(parts, start=np.zeros(of.days, np.int64))
    return found


def by_class(of: Logged) -> Mapping[tuple[str, str], Column]:
    """Units in use of each pool and people who left in each way, by class, if there are classes."""
    names, found = of.network.names.classes, dict[tuple[str, str], Column]()
    for group, name in enumerate(names if len(names) > 1 else ()):
        for pool in range(of.network.table.pools):
            column = of.log.held[:, pool, group]
            found[f"{of.network.names.objects[pool]}.in_use", name] = column
        for outcome, steps in of.places.outcomes.items():
            flows = of.log.flows[:, list(steps), group, Flow.ENTERED]
            found[outcome, name] = flows.sum(axis=1, dtype=np.int64)
    return {key: column for key, column in found.items() if column.any()}


def _steps(of: Logged) -> Iterator[tuple[str, Column]]:
    flows = of.log.flows.sum(axis=2, dtype=np.int32)
    levels = of.log.levels.sum(axis=2, dtype=np.int32)
    for number, name in enumerate(of.network.names.steps):
        for flow in Flow:
            yield f"{name}.{flow.name.lower()}", flows[:, number, flow]
        yield f"{name}.waiting", levels[:, number, Level.WAITING]
        yield f"{name}.busy", levels[:, number, Level.BUSY]


def _objects(of: Logged) -> Iterator[tuple[str, Column]]:
    """Midnight levels and day averages; of a departure the seats that left and were taken."""
    for obj, name in enumerate(of.network.names.objects):
        use = of.log.use[:, obj]
        for column, level in LEVELS.items():
            yield f"{name}.{column}", use[:, level]
        for column, area in _AREAS:
            yield f"{name}.mean_{column}", use[:, area] / DAY


def dates(plan: Plan, days: int) -> NDArray[np.datetime64]:
    """The date of each day of the run."""
    return np.datetime64(plan.start, "D") + np.arange(days)
