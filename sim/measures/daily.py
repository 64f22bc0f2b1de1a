"""Every daily column of one replication."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from sim.errors import SimError, quote
from sim.log import Flow, Level, Log, Use
from sim.measures.ages import age_series, held
from sim.measures.breaches import breach_columns
from sim.measures.places import LINED, Places, Sort
from sim.measures.plan import Measure, Of, Plan, Term
from sim.measures.spells import Visits
from sim.network.model import DAY
from sim.network.table import SOURCE_ORDERS, SOURCE_STREAM

Column = NDArray[np.float64] | NDArray[np.int64] | NDArray[np.int32]
Columns = dict[str, Column]

LEVELS = {"in_use": Use.BUSY, "level": Use.BUSY, "waiting": Use.WAITING,
          "capacity": Use.CAPACITY, "stopped": Use.STOPPED}  # fmt: skip
STEP_LEVELS = {"waiting": Level.WAITING, "in_use": Level.BUSY, "busy": Level.BUSY,
               "stopped": Level.STOPPED}  # fmt: skip
FIXED = (
    "arrests", "book_ins_ice", "book_ins_cbp", "book_ins", "held", "removals_from_detention",
    "removals_other", "removals", "releases",
)  # fmt: skip


def daily(plan: Plan, places: Places, visits: Visits, log: Log) -> Columns:
    """Columns by name, each (days,): target, measures, generic counts, limits, steps, objects.

    Raises SimError if a measure names what the network has not, or measures go around in a circle.
    """
    counts = generic(places, log)
    measures = _Measures(plan, places, log, counts).all()
    columns: Columns = {}
    target = _target(plan, places)
    if target is not None:
        columns["target"] = target
    order = [n for n in FIXED if n in measures] + [n for n in measures if n not in FIXED]
    columns |= {name: measures[name] for name in order}
    rest = (counts, default_measures(places, counts), breach_columns(plan, places, visits, log))
    for found in (*rest, dict(_steps(places, log)), dict(_objects(places, log))):
        columns |= {name: column for name, column in found.items() if name not in columns}
    return columns


def _target(plan: Plan, places: Places) -> Column | None:
    """Orders of the day where there are any, else what the question asks [people/day]."""
    orders = places.network.model.orders
    days = places.network.model.days
    if orders:
        return np.sum([o.counts[:days] for o in orders], axis=0, dtype=np.int64)
    return None if plan.target is None else np.full(days, plan.target)


def generic(places: Places, log: Log) -> Columns:
    """People who left by outcome, all arrivals and exits, and those present at midnight."""
    outcomes: Columns = {
        name: log.flows[:, list(steps), :, Flow.ENTERED].sum(axis=(1, 2), dtype=np.int64)
        for name, steps in places.outcomes.items()
    }
    if places.network.model.orders:
        short = log.shortfall.sum(axis=1)
        outcomes["shortfall"] = short + outcomes.get("shortfall", 0)
    exits = np.sum([np.zeros(log.flows.shape[0], np.int64), *outcomes.values()], axis=0)
    present = log.levels.sum(axis=(1, 2, 3), dtype=np.int64)
    at_start = int(places.network.table.initial_count.sum())
    arrivals = np.diff(present, prepend=at_start) + exits
    return {**outcomes, "arrivals": arrivals, "exits": exits, "present": present}


def default_measures(places: Places, counts: Columns) -> Columns:
    """Removals and releases where no measure defines them: outcomes named accordingly."""
    found: Columns = {}
    for measure, start in (("removals", "removed"), ("releases", "released")):
        names = [name for name in places.outcomes if name.startswith(start)]
        if names:
            found[measure] = np.sum([counts[name] for name in names], axis=0)
    return found


class _Measures:
    """Series of the measures of a plan, each made once."""

    def __init__(self, plan: Plan, places: Places, log: Log, counts: Columns) -> None:
        self.plan, self.places, self.log = plan, places, log
        self.named = {measure.name: measure for measure in plan.measures}
        self.counts = {**counts, **default_measures(places, counts)}
        self.made: Columns = {}
        self.making: list[str] = []

    def all(self) -> Columns:
        return {name: self.series(name) for name in self.named}

    def series(self, name: str) -> Column:
        """Raises SimError for an unknown measure or a circle of them."""
        if name in self.made:
            return self.made[name]
        if name not in self.named:
            if name in self.counts:
                return self.counts[name]
            raise SimError(f"measures: found {quote(name)}; wanted a measure or an outcome")
        if name in self.making:
            raise SimError(f"measures: found {' -> '.join([*self.making, name])}; wanted no circle")
        self.making.append(name)
        self.made[name] = self._make(self.named[name])
        self.making.pop()
        return self.made[name]

    def _make(self, measure: Measure) -> Column:
        days = self.log.flows.shape[0]
        if measure.age is not None:
            of = held(self.places, self.log, measure.age.pools)
            where = measure.age.where
            groups = self.places.classes(where).tolist() if where else None
            return age_series(of, measure.age, groups, days)
        parts = [self._scaled(term) for term in measure.terms]
        return np.sum([np.zeros(days, np.int64), *parts], axis=0)

    def _scaled(self, term: Term) -> Column:
        series = self._term(term)
        return series if term.factor == 1.0 else series * term.factor

    def _term(self, term: Term) -> Column:
        if term.of is Of.MEASURE:
            return self.series(term.name)
        if term.of is Of.OUTCOME:
            return outcome(self.places, self.log, term)
        if term.of is Of.SOURCE:
            return arrivals(self.places, self.log, term)
        return events(self.places, self.log, term) if term.of is Of.STEP else level(
            self.places, self.log, term
        )  # fmt: skip


def events(places: Places, log: Log, term: Term) -> Column:
    """People a day to whom something happened at a step."""
    step, groups = places.step(term.name), places.classes(term.where)
    what = Flow[(term.what or "entered").upper()]
    return log.flows[:, step, groups, what].sum(axis=1, dtype=np.int64)


def outcome(places: Places, log: Log, term: Term) -> Column:
    """People a day who left in one way."""
    if term.name not in places.outcomes and term.name != "shortfall":
        raise SimError(f"measures: found the outcome {quote(term.name)}; wanted one of an exit")
    steps, groups = list(places.outcomes.get(term.name, ())), places.classes(term.where)
    found = log.flows[:, steps, :, Flow.ENTERED][:, :, groups].sum(axis=(1, 2), dtype=np.int64)
    return found + log.shortfall.sum(axis=1) if term.name == "shortfall" else found


def level(places: Places, log: Log, term: Term) -> Column:
    """Level of an object at midnight, or of a step where no object has the name."""
    groups = places.classes(term.where)
    if term.name not in places.objects:
        step = places.step(term.name)
        return log.levels[:, step, groups, STEP_LEVELS[term.what]].sum(axis=1, dtype=np.int64)
    obj = places.objects[term.name]
    if not term.where:
        return log.use[:, obj, LEVELS[term.what]]
    if term.what == "in_use" and places.sorts[obj] is Sort.POOL:
        return log.held[:, obj, groups].sum(axis=1, dtype=np.int64)
    steps = list(places.steps_of[obj])
    return log.levels[:, steps, :, STEP_LEVELS[term.what]][:, :, groups].sum(
        axis=(1, 2), dtype=np.int64
    )  # fmt: skip


def arrivals(places: Places, log: Log, term: Term) -> Column:
    """People a day of one stream or of one kind of orders.

    Raises SimError for a stream whose first step is passed at once and entered by others too.
    """
    network = places.network
    names = network.names.sources
    if term.name not in names:
        raise SimError(f"measures: found the stream {quote(term.name)}; wanted one of {names}")
    source, days = names.index(term.name), log.flows.shape[0]
    table = network.table
    if table.source_kind[source] == SOURCE_ORDERS:
        first = int(table.order_first[source])
        return table.order_counts[first : first + days]
    if table.source_kind[source] != SOURCE_STREAM:
        return np.zeros(days, np.int64)
    step = int(table.source_enters[source])
    if table.op[step] in LINED or log.traced:
        return _first_visits(log, source, step, days)
    if not _entered_only_by(places, source, step):
        name = names[source]
        raise SimError(
            f"measures: found the stream {quote(name)}, whose first step others come to as well; "
            "wanted a step of its own before it, whose `entered` can be counted"
        )
    return log.flows[:, step, :, Flow.ENTERED].sum(axis=1, dtype=np.int64)


def _first_visits(log: Log, source: int, step: int, days: int) -> Column:
    visits = log.visits
    which = (visits["source"] == source) & (visits["step"] == step) & (visits["visit"] == 0)
    return np.bincount(visits["joined"][which] // DAY, minlength=days)[:days]


def _entered_only_by(places: Places, source: int, step: int) -> bool:
    from sim.network.table import followers

    name = places.network.names.steps[step]
    others = np.flatnonzero(places.network.table.source_enters == step)
    model = places.network.model
    led = any(name in followers(s) or s.enters == name for s in model.steps)
    moved = any(
        name in (s.bump.to if s.bump else None, s.evict.to if s.evict else None) for s in model.steps
    )
    return not led and not moved and others.tolist() == [source]


def by_class(places: Places, log: Log) -> Mapping[tuple[str, str], Column]:
    """Units in use of each pool and people who left in each way, by class; empty without classes."""
    names = places.network.names.classes
    found: dict[tuple[str, str], Column] = {}
    for group, name in enumerate(names if len(names) > 1 else ()):
        for pool in range(places.network.table.pools):
            found[f"{places.network.names.objects[pool]}.in_use", name] = log.held[:, pool, group]
        for outcome_name, steps in places.outcomes.items():
            flows = log.flows[:, list(steps), group, Flow.ENTERED]
            found[outcome_name, name] = flows.sum(axis=1, dtype=np.int64)
    return {key: column for key, column in found.items() if column.any()}


def _steps(places: Places, log: Log) -> Iterator[tuple[str, Column]]:
    flows, levels = log.flows.sum(axis=2, dtype=np.int32), log.levels.sum(axis=2, dtype=np.int32)
    taken = places.objects
    for number, name in enumerate(places.network.names.steps):
        for flow in Flow:
            yield f"{name}.{flow.name.lower()}", flows[:, number, flow]
        if name not in taken:
            yield f"{name}.waiting", levels[:, number, Level.WAITING]
        yield f"{name}.busy", levels[:, number, Level.BUSY]


def _objects(places: Places, log: Log) -> Iterator[tuple[str, Column]]:
    """Midnight levels and day averages; of a departure capacity is the seats that left that day."""
    for obj, name in enumerate(places.network.names.objects):
        use = log.use[:, obj]
        for column in ("capacity", "in_use", "waiting", "stopped"):
            yield f"{name}.{column}", use[:, LEVELS[column]]
        for column, area in _AREAS:
            yield f"{name}.mean_{column}", use[:, area] / DAY


_AREAS = (("capacity", Use.AREA_CAPACITY), ("in_use", Use.AREA_BUSY), ("waiting", Use.AREA_WAITING))


def dates(plan: Plan, days: int) -> NDArray[np.datetime64]:
    """The date of each day of the run."""
    return np.datetime64(plan.start, "D") + np.arange(days)
