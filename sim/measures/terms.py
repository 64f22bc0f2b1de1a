"""The daily series that a scenario names, summed from their terms."""

from __future__ import annotations

from typing import assert_never

import numpy as np
from numpy.typing import NDArray

from sim.errors import SimError, one_of, quote
from sim.log import Flow, Level, Use
from sim.measures.ages import Held, age_series, held
from sim.measures.logged import Logged
from sim.measures.places import LINED, Sort
from sim.measures.plan import Measure, Of, Term
from sim.network.graph import followers
from sim.network.model import DAY
from sim.network.table import SOURCE_ORDERS, SOURCE_STREAM

Column = NDArray[np.float64] | NDArray[np.int64] | NDArray[np.int32]
Columns = dict[str, Column]
Whole = NDArray[np.int64]

LEVELS = {
    "in_use": Use.BUSY,
    "waiting": Use.WAITING,
    "capacity": Use.CAPACITY,
    "stopped": Use.STOPPED,
}
STEP_LEVELS = {"waiting": Level.WAITING, "in_use": Level.BUSY, "stopped": Level.STOPPED}


class Measures:
    """Series of the measures of a plan, each made once; `counts` are those there are anyway."""

    def __init__(self, of: Logged, counts: Columns) -> None:
        self.of, self.counts = of, counts
        self.named = {measure.name: measure for measure in of.plan.measures}
        self.made: Columns = {}
        self.making: list[str] = []
        self.holds: dict[tuple[str, ...], Held] = {}

    def all(self) -> Columns:
        """Every measure by name.

        Raises SimError if one names what is not there, or they go around in a circle.
        """
        return {name: self.series(name) for name in self.named}

    def series(self, name: str) -> Column:
        if name in self.made or name not in self.named:
            return self._known(name)
        if name in self.making:
            circle = " -> ".join([*self.making, name])
            raise SimError(f"measures: found the circle {circle}; wanted none")
        self.making.append(name)
        self.made[name] = self._make(self.named[name])
        self.making.pop()
        return self.made[name]

    def _known(self, name: str) -> Column:
        known = {**self.counts, **self.made}
        if name not in known:
            wanted = one_of(name, [*self.named, *self.counts], "a measure")
            raise SimError(f"measures: found {quote(name)}; wanted {wanted}")
        return known[name]

    def _make(self, measure: Measure) -> Column:
        if measure.age is None:
            parts = [self._scaled(term) for term in measure.terms]
            return sum(parts, start=np.zeros(self.of.days, np.int64))
        where = measure.age.where
        groups = self.of.places.classes(where).tolist() if where else None
        return age_series(self._held(measure.age.pools), measure.age, groups, self.of.days)

    def _held(self, pools: tuple[str, ...]) -> Held:
        if pools not in self.holds:
            self.holds[pools] = held(self.of, pools)
        return self.holds[pools]

    def _scaled(self, term: Term) -> Column:
        series = self._term(term)
        return series if term.factor == 1.0 else series * np.float64(term.factor)

    def _term(self, term: Term) -> Column:
        match term.of:
            case Of.MEASURE:
                return self.series(term.name)
            case Of.OUTCOME:
                return outcome(self.of, term)
            case Of.SOURCE:
                return arrivals(self.of, term)
            case Of.STEP:
                return events(self.of, term)
            case Of.LEVEL:
                return level(self.of, term)
            case _:
                assert_never(term.of)


def events(of: Logged, term: Term) -> Whole:
    """People a day to whom something happened at a step."""
    step, groups = of.places.step(term.name), of.places.classes(term.where)
    what = Flow[term.what.upper()]
    found: Whole = of.log.flows[:, step, groups, what].sum(axis=1, dtype=np.int64)
    return found


def outcome(of: Logged, term: Term) -> Whole:
    """People a day who left in one way."""
    outcomes = of.places.outcomes
    if term.name not in outcomes and term.name != "shortfall":
        wanted = one_of(term.name, list(outcomes), "the outcome of an exit")
        raise SimError(f"measures: found the outcome {quote(term.name)}; wanted {wanted}")
    groups = of.places.classes(term.where)
    entered = of.log.flows[..., groups, Flow.ENTERED]
    steps = list(outcomes.get(term.name, ()))
    found: Whole = entered[:, steps].sum(axis=(1, 2), dtype=np.int64)
    return found + of.log.shortfall.sum(axis=1) if term.name == "shortfall" else found


def level(of: Logged, term: Term) -> Whole:
    """Level of an object at midnight, or of a step where no object has the name."""
    places, log, groups = of.places, of.log, of.places.classes(term.where)
    found: Whole
    if term.name not in places.objects:
        step = places.step(term.name)
        found = log.levels[:, step, groups, STEP_LEVELS[term.what]].sum(axis=1, dtype=np.int64)
        return found
    obj = places.objects[term.name]
    if not term.where:
        return log.use[:, obj, LEVELS[term.what]]
    if term.what == "in_use" and places.sorts[obj] is Sort.POOL:
        found = log.held[:, obj, groups].sum(axis=1, dtype=np.int64)
        return found
    levels = log.levels[..., groups, STEP_LEVELS[term.what]]
    found = levels[:, list(places.steps_of[obj])].sum(axis=(1, 2), dtype=np.int64)
    return found


def arrivals(of: Logged, term: Term) -> Whole:
    """People a day of one stream, or pieces of work of one kind of orders.

    Raises SimError for a stream whose first step is passed at once and entered by others too.
    """
    table, names = of.network.table, of.network.names.sources
    if term.name not in names:
        wanted = one_of(term.name, names, "a stream or orders")
        raise SimError(f"measures: found the stream {quote(term.name)}; wanted {wanted}")
    source = names.index(term.name)
    if table.source_kind[source] == SOURCE_ORDERS:
        first = int(table.order_first[source])
        return table.order_counts[first : first + of.days]
    if table.source_kind[source] != SOURCE_STREAM:
        return np.zeros(of.days, np.int64)
    step = int(table.source_enters[source])
    if table.op[step] in LINED:
        return _first_visits(of, source, step)
    if not _entered_only_by(of, source, step):
        raise SimError(
            f"measures: found the stream {quote(term.name)}, whose first step others come to too; "
            "wanted a first step of its own, or the event of a step"
        )
    found: Whole = of.log.flows[:, step, :, Flow.ENTERED].sum(axis=1, dtype=np.int64)
    return found


def _first_visits(of: Logged, source: int, step: int) -> Whole:
    visits = of.rows
    which = (visits["source"] == source) & (visits["step"] == step) & (visits["visit"] == 0)
    return np.bincount(visits["joined"][which] // DAY, minlength=of.days)[: of.days]


def _entered_only_by(of: Logged, source: int, step: int) -> bool:
    name, model = of.network.names.steps[step], of.network.model
    enters = np.flatnonzero(of.network.table.source_enters == step).tolist()
    moved = [move.to for s in model.steps for move in (s.bump, s.evict) if move is not None]
    led = any(name in followers(s) or s.enters == name for s in model.steps)
    return enters == [source] and not led and name not in moved
