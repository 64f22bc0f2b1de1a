"""Which keys may stand in a mapping of the file, by its path."""

from __future__ import annotations

from typing import get_args

from pydantic import BaseModel

from sim.scenario.grammar import Whole
from sim.scenario.steps import KINDS, kind_of
from sim.scenario.tree import Map


def keys_of_model(model: type[BaseModel]) -> list[str]:
    """Its keys as they are written."""
    return [field.alias or name for name, field in model.model_fields.items()]


def model_of(node: Map) -> type[BaseModel] | None:
    """The model that reads the mapping at a path, or None if names or a value stand there."""
    parts = node.path.split(".") if node.path else []
    current: type[BaseModel] | None = Whole
    for depth, part in enumerate(parts):
        if current is None:
            return None
        if (depth == 1 and parts[0] in _SECTIONS) or (depth > 1 and part.isdecimal()):
            continue  # a name, or the number of a piece of a list
        field = current.model_fields.get(part) or current.model_fields.get(part + "_")
        if field is None:
            return None
        current = _model_in(field.annotation)
    if parts[:1] == ["steps"] and len(parts) == 2:
        return KINDS.get(kind_of(node) or "")
    return None if len(parts) == 1 and parts[0] in _SECTIONS else current


def _model_in(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for inner in get_args(annotation):
        found = _model_in(inner)
        if found is not None:
            return found
    return None


_SECTIONS = {
    name for name, field in Whole.model_fields.items() if str(field.annotation).startswith("dict")
}


def optional(node: Map) -> list[str]:
    """Keys that may be set in this mapping."""
    model = model_of(node)
    return keys_of_model(model) if model is not None else []
