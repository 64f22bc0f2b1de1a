"""Attributes: had by all who are told apart by them, with a way for every value."""

from __future__ import annotations

from collections.abc import Iterator

from sim.errors import listing, nearest, one_of, quote
from sim.scenario import steps as s
from sim.scenario.checks.measures import attribute_values
from sim.scenario.checks.record import Record
from sim.scenario.options import PriorityOf
from sim.scenario.slips import meant

Value = tuple[str | None, str]
"""A value, or None for not set, with the source of those who have it."""


def check(record: Record) -> None:
    whole = record.whole
    sourced = whole.streams or whole.orders or whole.initial
    uses = list(_uses(record)) if sourced else []
    known = attribute_values(record)
    for path, step, attribute, _ in uses:
        if attribute not in known:
            wanted = one_of(attribute, list(known), "an attribute that is drawn or set")
            where = f"steps.{step}.branch" if path.endswith(".to") else path
            record.no(where, f"the attribute {quote(attribute)}", wanted)
    _settings(record, {(attribute, value) for _, _, attribute, values in uses for value in values})
    spread = {a: _spread(record, a) for _, _, a, _ in uses if a in known}
    for path, step, attribute, choices in uses:
        if attribute in known:
            _fits(record, path, attribute, choices, spread[attribute].get(step, set()))
            _spelt(record, path, known[attribute], choices)


def _settings(record: Record, read: set[tuple[str, str]]) -> None:
    """Attributes and values that are set and that nothing reads, where another is spelt like them."""
    counted = {pair for of in record.whole.measures.values() for term in of.sum_of
               for pair in term.class_.items()}  # fmt: skip
    attributes = {name for name, _ in read | counted} | set(record.whole.classes)
    drawn = _drawn(record)
    for name, step in record.whole.steps.items():
        if not isinstance(step, s.SetStep):
            continue
        attribute, value = step.set.attribute, step.set.value
        others = sorted((attributes | set(drawn)) - {attribute})
        if attribute not in attributes | set(drawn) and (near := meant(attribute, others)):
            wanted = f"one that something reads; the nearest is {quote(near)}"
            record.no(f"steps.{name}.set.{attribute}", f"the attribute {quote(attribute)}", wanted)
        known = {v for a, v in read | counted if a == attribute} | drawn.get(attribute, set())
        read_at_all = attribute in record.whole.classes
        if value not in known and not read_at_all and (near := meant(value, sorted(known))):
            wanted = f"a value that something reads; the nearest is {quote(near)}"
            record.no(f"steps.{name}.set.{attribute}", f"the value {quote(value)}", wanted)


def _drawn(record: Record) -> dict[str, set[str]]:
    """Values of each attribute that entities are made with."""
    whole, found = record.whole, dict[str, set[str]]()
    made = [of.attributes for of in whole.streams.values()]
    made += [of.attributes for of in whole.orders.values()]
    made += [of.attributes for of in whole.initial.values()]
    for attributes in made:
        for name, shares in attributes.items():
            found.setdefault(name, set()).update(v for _, of in shares.points for v, _ in of.of)
    return found


def _uses(record: Record) -> Iterator[tuple[str, str, str, tuple[str, ...]]]:
    """(path, step, attribute, values provided for) of branches and priorities by attribute."""
    for name, step in record.whole.steps.items():
        if isinstance(step, s.Branch) and isinstance(step.branch, str):
            yield f"steps.{name}.to", name, step.branch, tuple(step.to)
        priority = getattr(step, "priority", None)
        if isinstance(priority, PriorityOf) and priority.by is not None:
            path = f"steps.{name}.priority"
            yield path, name, priority.by, tuple(value for value, _ in priority.values)


def _spread(record: Record, attribute: str) -> dict[str, set[Value]]:
    """Values of an attribute that those at each step may have."""
    whole = record.whole
    onward: dict[str, set[str]] = {}
    for first, second in record.explored.edges:
        onward.setdefault(first, set()).add(second)
    found: dict[str, set[Value]] = {}
    work: list[tuple[str, Value]] = []
    for section in ("streams", "orders", "initial"):
        for name, source in getattr(whole, section).items():
            at = source.at if section == "initial" else source.enters
            drawn = source.attributes.get(attribute)
            values = {v for _, of in drawn.points for v, _ in of.of} if drawn else {None}
            work += [(at, (value, f"{section}.{name}")) for value in values]
    while work:
        at, value = work.pop()
        if value in found.setdefault(at, set()):
            continue
        found[at].add(value)
        step = whole.steps[at]
        if isinstance(step, s.SetStep) and step.set.attribute == attribute:
            value = (step.set.value, value[1])
        if isinstance(step, s.Spawn):
            work.append((step.spawn, value))
        work += [(after, value) for after in onward.get(at, ())]
    return found


def _fits(
    record: Record, path: str, attribute: str, choices: tuple[str, ...], values: set[Value]
) -> None:
    lacking = sorted({source for value, source in values if value is None})
    if lacking:
        found = f"entities of {listing(lacking, 'and')} without the attribute {quote(attribute)}"
        record.no(path, found, "it drawn or set before")
    had = {value for value, _ in values if value is not None}
    meant = {nearest(choice, sorted(had)) for choice in choices if choice not in had}
    for value in sorted(had - set(choices) - meant):
        record.no(path, f"nothing for {quote(value)}", f"every value of {quote(attribute)}")


def _spelt(record: Record, path: str, known: list[str], choices: tuple[str, ...]) -> None:
    for choice in choices:
        if choice not in known:
            where = path if path.endswith("priority") else f"{path}.{choice}"
            record.no(where, f"the value {quote(choice)}", one_of(choice, known, "a value"))
