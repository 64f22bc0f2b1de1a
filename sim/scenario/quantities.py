"""Finding the numbers inside a validated scenario."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from pydantic import BaseModel

from sim.scenario.quantity import Quantity
from sim.scenario.tree import Map, Place


def quantities_in(value: Any) -> Iterator[Quantity]:
    """Every quantity inside a validated value, in the order of the schema."""
    if isinstance(value, Quantity):
        yield value
        return
    for piece in _pieces(value):
        yield from quantities_in(piece)


def _pieces(value: Any) -> Iterator[Any]:
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
