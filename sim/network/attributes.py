"""Attributes of entities, their values, and the classes these make, by number."""

from __future__ import annotations

from collections.abc import Iterator

from sim.network.model import Initial, Model, Op, Orders, Stream

Values = tuple[tuple[str, ...], ...]
"""By attribute, in code-point order."""


def attributes(model: Model) -> tuple[tuple[str, ...], Values]:
    """Attributes and their values, each in code-point order, from draws, sets and branches."""
    values: dict[str, set[str]] = {}
    for name, some in (*_drawn(model), *_used(model)):
        values.setdefault(name, set()).update(some)
    names = tuple(sorted(values))
    return names, tuple(tuple(sorted(values[name])) for name in names)


def _drawn(model: Model) -> Iterator[tuple[str, list[str]]]:
    sources: tuple[Stream | Orders | Initial, ...] = (*model.streams, *model.orders, *model.initial)
    for source in sources:
        for attribute in source.attributes:
            for _, shares in attribute.shares:
                yield attribute.name, [value for value, _ in shares]


def _used(model: Model) -> Iterator[tuple[str, list[str]]]:
    for step in model.steps:
        if step.attribute is not None and step.value is not None:
            yield step.attribute, [step.value]
        if step.attribute is not None and step.op is Op.BRANCH:
            yield step.attribute, [value for value, _ in step.options]
        if step.priority_by is not None:
            yield step.priority_by[0], [value for value, _ in step.priority_by[1]]


def radices(names: tuple[str, ...], values: Values, classes: tuple[str, ...]) -> list[int]:
    """What a digit of each attribute counts in the class number, 0 for one that makes no class; then
    the number of classes."""
    found, radix = [], 1
    for name, of in zip(names, values, strict=True):
        inside = name in classes
        found.append(radix if inside else 0)
        radix *= len(of) + 1 if inside else 1
    return [*found, radix]


def class_names(names: tuple[str, ...], values: Values, classes: tuple[str, ...]) -> Iterator[str]:
    """Names of class numbers 0, 1, …; digit 0 of an attribute is "not set"."""
    inside = [(n, v) for n, v in zip(names, values, strict=True) if n in classes]
    *_, total = radices(names, values, classes)
    for number in range(total):
        parts, rest = [], number
        for name, of in inside:
            rest, digit = divmod(rest, len(of) + 1)
            parts.append(f"{name}={of[digit - 1] if digit else '-'}")
        yield ", ".join(parts)
