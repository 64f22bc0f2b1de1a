"""Measures, limits, costs and classes: each of something that is there."""

from __future__ import annotations

from sim.errors import listing, one_of, quote
from sim.scenario import grammar as g
from sim.scenario.checks.measurable import known_measures, outcomes
from sim.scenario.checks.objects import exactly_one, inside
from sim.scenario.checks.record import Record
from sim.scenario.route import LINED
from sim.scenario.steps import Exit, SetStep

_TERMS = ("step", "pool", "station", "departure", "stock", "stream", "outcome", "measure")
_LEVELLED = ("pool", "station", "departure", "stock")
_INDEX = ("world", "replication", "date", "target")
_COUNTED = ("arrivals", "exits", "present", "held", "inside")
_OBJECTS = ("pools", "stations", "departures", "gates", "stocks")
_PLACES = ("pools", "stations", "departures", "steps")
_SECTION = {
    "step": ("steps",),
    "pool": ("pools",),
    "station": ("stations",),
    "departure": ("departures",),
    "stock": ("stocks",),
    "stream": ("streams", "orders", "initial"),
}
_EVENTS = ("entered", "started", "finished", "left")
_PER = {
    "pool": ("day", "hour"),
    "station": ("day", "hour"),
    "step": _EVENTS,
    "departure": ("departure", "seat"),
    "stock": ("unit",),
    "outcome": ("exit",),
    "measure": ("unit", "day", "exit", *_EVENTS),
}


def check(record: Record) -> None:
    _column_names(record)
    for name, measure in record.whole.measures.items():
        _measure(record, f"measures.{name}", measure)
    _circles(record)
    for name, limit in record.whole.limits.items():
        _limit(record, f"limits.{name}", limit)
    for name, cost in record.whole.costs.items():
        _cost(record, f"costs.{name}", cost)
    for i, attribute in enumerate(record.whole.classes):
        _attribute(record, f"classes.{i}", attribute)
    if record.whole.report is not None:
        for name in record.whole.report.level_time:
            record.known("report.level_time", name, _PLACES, "a pool, station, departure or step")


def _column_names(record: Record) -> None:
    """No series is called as a column that every run has: one of the two would be lost."""
    for name in record.names("measures"):
        if name in _INDEX:
            record.no(f"measures.{name}", f"the name {quote(name)}, a column of every run", "another name")
    for name, step in record.whole.steps.items():
        if isinstance(step, Exit) and step.exit in (*_INDEX, *_COUNTED):
            found = f"the outcome {quote(step.exit)}, a column of every run"
            record.no(f"steps.{name}.exit", found, "another name")


def _measure(record: Record, path: str, said: g.MeasureOf) -> None:
    if said.age is not None:
        for pool in said.age.pools:
            record.known(f"{path}.age.pools", pool, ("pools",), "one of the pools")
        if (said.age.statistic == "over") != (said.age.over is not None):
            record.no(f"{path}.age", "one of 'over' and 'statistic: over'", "both or none")
        if not any(inside(record, day) for day in said.age.at):
            record.no(f"{path}.age.at", "no date within the run", "one at least")
        _classes(record, f"{path}.age.class", said.age.class_)
    if bool(said.sum_of) == (said.age is not None):
        record.no(path, "both 'sum_of' and 'age'" if said.sum_of else "no terms",
                  "sum_of with a term or more, or age")  # fmt: skip
    for i, term in enumerate(said.sum_of):
        _term(record, f"{path}.sum_of.{i}", term)


def _term(record: Record, path: str, said: g.Term) -> None:
    kind = exactly_one(record, path, said, _TERMS)
    if kind is None:
        return
    _subject(record, path, kind, getattr(said, kind))
    if kind in _LEVELLED and said.level is None:
        record.no(path, f"a {kind} without a level", "level: in_use, waiting, capacity or stopped")
    if kind == "step":
        _of_a_step(record, path, said)
    if kind not in ("step", "stream") and said.event is not None:
        record.no(f"{path}.event", f"an event of a {kind}", "an event of a step")
    if kind not in ("step", *_LEVELLED) and said.level is not None:
        wanted = f"a level of a step, {listing(_LEVELLED)}"
        record.no(f"{path}.level", f"a level of {_a(kind)} {kind}", wanted)
    _of_classes(record, path, kind, said)
    _classes(record, f"{path}.class", said.class_)


def _of_a_step(record: Record, path: str, said: g.Term) -> None:
    """Either what happens to people at a step in a day, or how many are there at midnight."""
    if said.event is not None and said.level is not None:
        found = "both 'event' and 'level' of a step"
        record.no(path, found, "one of them: what happens in a day, or who is there at midnight")
    elif said.event is None and said.level is None:
        record.no(path, "a step without an event", "event: entered, started, finished or left")
    elif said.level == "capacity":
        wanted = "waiting, in_use or stopped; capacity is that of its pool or station"
        record.no(f"{path}.level", "the capacity of a step", wanted)


def _of_classes(record: Record, path: str, kind: str, said: g.Term) -> None:
    """Only what people do, hold or wait for is told apart by their attributes."""
    if not said.class_:
        return
    what = f"a class of {_a(kind)} {kind}"
    if kind in ("stock", "stream", "measure"):
        record.no(f"{path}.class", what, "it with a step, pool, station, departure or outcome")
    elif said.level == "capacity":
        record.no(f"{path}.class", "a class of a capacity", "in_use, waiting or stopped")
    elif said.outcome == "shortfall":
        record.no(f"{path}.class", "a class of orders not begun", "it with another outcome")


def _a(kind: str) -> str:
    return "an" if kind == "outcome" else "a"


def _subject(record: Record, path: str, kind: str, name: str) -> None:
    if kind in _SECTION:
        record.known(f"{path}.{kind}", name, _SECTION[kind], f"a {kind}")
    elif kind == "outcome":
        choice = [*outcomes(record), *(["shortfall"] if record.names("orders") else [])]
        if name not in choice:
            record.no(f"{path}.outcome", quote(name), one_of(name, choice, "an outcome"))
    elif name not in known_measures(record):
        wanted = one_of(name, known_measures(record), "a measure")
        record.no(f"{path}.measure", quote(name), wanted)


def attribute_values(record: Record) -> dict[str, list[str]]:
    """Every attribute that is drawn or set, with its values in the order of the file."""
    found: dict[str, list[str]] = {}
    whole = record.whole
    drawn = [x.attributes for x in whole.streams.values()]
    drawn += [x.attributes for x in whole.orders.values()]
    drawn += [x.attributes for x in whole.initial.values()]
    for attributes in drawn:
        for name, shares in attributes.items():
            values = [value for _, of in shares.points for value, _ in of.of]
            found.setdefault(name, []).extend(values)
    for step in whole.steps.values():
        if isinstance(step, SetStep):
            found.setdefault(step.set.attribute, []).append(step.set.value)
    return {name: list(dict.fromkeys(values)) for name, values in found.items()}


def _attribute(record: Record, path: str, name: str) -> bool:
    known = list(attribute_values(record))
    if name in known:
        return True
    wanted = one_of(name, known, "an attribute that is drawn or set")
    record.no(path, f"the attribute {quote(name)}", wanted)
    return False


def _classes(record: Record, path: str, said: dict[str, str]) -> None:
    for name, value in said.items():
        if not _attribute(record, f"{path}.{name}", name):
            continue
        values = attribute_values(record)[name]
        if value not in values:
            wanted = one_of(value, values, f"a value of {name}")
            record.no(f"{path}.{name}", quote(value), wanted)
        elif record.whole.classes and name not in record.whole.classes:
            wanted = f"one of the classes: {', '.join(record.whole.classes)}"
            record.no(f"{path}.{name}", f"the attribute {quote(name)}", wanted)
        elif not record.whole.classes and not record.tree.get("classes"):
            record.no(f"{path}.{name}", f"the attribute {quote(name)}",
                      f"it among the top-level classes: [{name}]")  # fmt: skip


def _circles(record: Record) -> None:
    """Measures that are sums of themselves."""
    terms = {
        name: [term.measure for term in measure.sum_of if term.measure is not None]
        for name, measure in record.whole.measures.items()
    }
    for name, own in terms.items():
        seen: set[str] = set()
        work = list(own)
        while work:
            other = work.pop()
            if other == name:
                record.no(f"measures.{name}", "a sum of itself", "a sum of other measures")
                break
            if other not in seen:
                seen.add(other)
                work.extend(terms.get(other, ()))


def _limit(record: Record, path: str, said: g.LimitOf) -> None:
    kind = exactly_one(record, path, said, ("stay", "wait", "held_over_capacity", "events"))
    if kind is None:
        return
    name = getattr(said, kind)
    sections, what = {
        "stay": (("pools", "stations", "steps"), "a pool, station or step"),
        "wait": (_PLACES, "a step, pool, station or departure"),
        "held_over_capacity": (("pools",), "one of the pools"),
        "events": (("steps",), "a step"),
    }[kind]
    record.known(f"{path}.{kind}", name, sections, what)
    timed = kind in ("stay", "wait")
    step = record.whole.steps.get(name)
    if timed and step is not None and not isinstance(step, LINED) and not _is_object(record, name):
        wanted = "a pool, station or departure, or a step with a line: seize, serve, depart, gate or take"
        record.no(f"{path}.{kind}", f"the step {quote(name)}, at which nobody waits in line", wanted)
    if timed and said.over is None:
        record.no(path, f"{quote(kind)} without 'over'", "the longest time, such as over: 12 hours")
    if not timed and said.over is not None:
        record.no(f"{path}.over", "a time", "it with stay or wait only")


def _is_object(record: Record, name: str) -> bool:
    return any(name in record.names(section) for section in _OBJECTS)


def _cost(record: Record, path: str, said: g.CostOf) -> None:
    kind = exactly_one(record, path, said, tuple(_PER))
    if kind is None:
        return
    _subject(record, path, kind, getattr(said, kind))
    if said.per not in _PER[kind]:
        wanted = f"what a {kind} costs by: {listing(_PER[kind])}"
        record.no(f"{path}.per", quote(said.per), wanted)
