"""A tree checked against the schema, every problem with its place."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ValidationError

from sim.errors import Problem, Refused, listing, nearest, quote
from sim.scenario.fieldnames import keys_of_model, model_of, required
from sim.scenario.fields import TOLD
from sim.scenario.grammar import Whole
from sim.scenario.quantity import shown
from sim.scenario.steps import KINDS
from sim.scenario.studies import BLOCKS
from sim.scenario.tree import Map, Node, at, place_of


def validate(tree: Map) -> tuple[Whole | None, list[Problem]]:
    """The scenario that a tree says, or None, and what is wrong with it."""
    try:
        return Whole.model_validate(tree), []
    except ValidationError as error:
        found = [p for one in error.errors(include_url=False) for p in _problems(one, tree)]
        return None, _without_echoes(found)


def refuse(problems: list[Problem]) -> None:
    """Raises Refused if there are any, in the order of files and lines."""
    if problems:
        files = list(dict.fromkeys(problem.file for problem in problems))
        unique = dict.fromkeys(problems)
        raise Refused(sorted(unique, key=lambda p: (files.index(p.file), p.line)))


def _problems(error: Any, tree: Map) -> list[Problem]:
    loc = [str(part) for part in error["loc"]]
    if error["type"] == TOLD:
        return list(error["ctx"]["problems"])
    if len(loc) > 2 and loc[0] == "steps" and loc[2] in KINDS:
        del loc[2]
    path = ".".join(loc)
    place = place_of(tree, path)
    node = at(tree, path)
    found, wanted = _words(error["type"], loc, node, tree)
    return [Problem(place.file, place.line, path, found, wanted)]


def _words(kind: str, loc: list[str], node: Node | None, tree: Map) -> tuple[str, str]:
    parent = at(tree, ".".join(loc[:-1]))
    if kind == "missing":
        return "nothing", _meaning(parent, loc[-1])
    if kind == "extra_forbidden":
        comma = "; a number is written without commas" if loc[-1][:1].isdigit() else ""
        return f"the unknown key {quote(loc[-1])}", _known(parent, loc[-1]) + comma
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        return _no_kind(node)
    here = shown(node) if node is not None else "nothing"
    if kind in ("tuple_type", "list_type"):
        return here, "a list"
    if kind in ("dict_type", "model_type", "model_attributes_type"):
        keys = required(node) if node is not None else []
        named = f" with {listing(map(quote, keys), 'and')}" if keys else " of keys and values"
        return here, f"a mapping{named}"
    return here, "another value"


def _meaning(parent: Node | None, key: str) -> str:
    model = model_of(parent) if isinstance(parent, Map) else None
    field = _field(model, key) if model else None
    meaning = f": {field.description}" if field is not None and field.description else ""
    return f"the key {quote(key)}{meaning.rstrip('.')}"


def _field(model: type[BaseModel], key: str) -> Any:
    return model.model_fields.get(key) or model.model_fields.get(key + "_")


def _known(parent: Node | None, key: str) -> str:
    model = model_of(parent) if isinstance(parent, Map) else None
    if model is None:
        return "a known key"
    keys = keys_of_model(model)
    near = nearest(key, keys if parent is not None and parent.path else [*keys, *BLOCKS])
    if near is not None:
        return f"a known key; the nearest is {quote(near)}"
    return f"a known key: {listing([k for k in keys if k not in ('description', 'as_of')])}"


def _no_kind(node: Node | None) -> tuple[str, str]:
    if not isinstance(node, Map):
        return shown(node) if node is not None else "nothing", "a step such as {exit: released}"
    kinds = [key for key in node if key in KINDS]
    if kinds:
        return f"{listing([quote(k) for k in kinds], 'and')} in one step", "one kind of step"
    options = {name for model in KINDS.values() for name in keys_of_model(model)} - set(KINDS)
    for key in node:
        near = nearest(key, KINDS) if key not in options else None
        if near is not None:
            return f"the unknown step {quote(key)}", f"a kind of step; the nearest is {quote(near)}"
    return shown(node), f"a kind of step: {listing(KINDS)}"


def _without_echoes(problems: list[Problem]) -> list[Problem]:
    """Leaves out the missing key where the unknown one beside it is its misspelling."""
    misspelt = {
        (problem.path.rpartition(".")[0], problem.wanted.rpartition("'")[0].rpartition("'")[2])
        for problem in problems
        if problem.found.startswith("the unknown key")
    }
    return [
        problem
        for problem in problems
        if problem.found != "nothing"
        or (problem.path.rpartition(".")[0], problem.path.rpartition(".")[2]) not in misspelt
    ]
