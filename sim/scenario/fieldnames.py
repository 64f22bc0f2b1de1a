"""Which keys may stand in a mapping of the file, by its path."""

from __future__ import annotations

from typing import get_args

from pydantic import BaseModel

from sim.scenario.grammar import Whole
from sim.scenario.steps import KINDS, kind_of
from sim.scenario.tree import Node


def keys_of_model(model: type[BaseModel]) -> list[str]:
    """Its keys as they are written."""
    return [field.alias or name for name, field in model.model_fields.items()]


def model_of(node: Node) -> type[BaseModel] | None:
    """The model that reads the mapping at a path, or None if names or a value stand there."""
    parts = node.path.split(".") if node.path else []
    current: type[BaseModel] | None = Whole
    for depth, part in enumerate(parts):
        if current is None:
            return None
        if (depth == 1 and parts[0] in _SECTIONS) or (depth > 1 and part.isdecimal()):
            if parts[0] == "steps" and len(parts) > 2:
                current = _step_with(parts[2])
            continue  # a name, or the number of a piece of a list
        field = current.model_fields.get(part) or current.model_fields.get(part + "_")
        if field is None:
            return None
        current = _model_in(field.annotation)
    if parts[:1] == ["steps"] and len(parts) == 2:
        return KINDS.get(kind_of(node) or "")
    return None if len(parts) == 1 and parts[0] in _SECTIONS else current


def _step_with(key: str) -> type[BaseModel] | None:
    """The first kind of step that has a key; those of one name are read alike."""
    return next((model for model in KINDS.values() if key in model.model_fields), None)


def required(node: Node) -> list[str]:
    """Keys that must be there in the mapping that belongs where a node stands."""
    model = model_of(node)
    fields = model.model_fields.items() if model is not None else ()
    return [field.alias or name for name, field in fields if field.is_required()]


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


def optional(node: Node) -> list[str]:
    """Keys that may be set in this mapping."""
    model = model_of(node)
    return keys_of_model(model) if model is not None else []
