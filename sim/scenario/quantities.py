"""Finding the numbers inside a validated scenario."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from fractions import Fraction
from typing import Any

from pydantic import BaseModel

from sim.scenario.dated import Dated, Shares
from sim.scenario.quantity import Quantity
from sim.scenario.tree import Map, Place


def quantities_in(value: Any) -> Iterator[Quantity]:
    """Every quantity inside a validated value, in the order of the schema."""
    if isinstance(value, Quantity):
        yield value
        return
    for piece in pieces(value):
        yield from quantities_in(piece)


def most(number: Quantity) -> Fraction:
    """The greatest value it may have in a world, in engine units."""
    return max([number.exact, *(number.in_unit(end) for end in number.range or ())])


def pieces(value: Any) -> Iterator[Any]:
    """What a validated value is made of, one level down; nothing of how and where it was written."""
    if isinstance(value, BaseModel):
        yield from (getattr(value, name) for name in type(value).model_fields)
    elif isinstance(value, Map | Place):
        return
    elif isinstance(value, dict):
        yield from value.values()
    elif isinstance(value, tuple):
        yield from value
    elif is_dataclass(value):
        yield from (getattr(value, one.name) for one in fields(value))


def together_in(value: Any) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Paths of the probabilities of each choice, all its dates together, by the path of the choice."""
    if isinstance(value, Dated) and any(isinstance(of, Shares) for _, of in value.points):
        yield value.path, tuple(q.path for q in quantities_in(value))
        return
    for piece in pieces(value):
        yield from together_in(piece)
