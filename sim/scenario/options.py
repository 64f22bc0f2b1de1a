"""Options of steps that are more than one word: priority, sharing, effort, branches."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated, Any

from sim.errors import quote
from sim.scenario.dated import Dated, Shares, shares
from sim.scenario.fields import Reads, named
from sim.scenario.quantity import Quantity, Sort, Told, quantity, shown
from sim.scenario.tree import ABOUT, Items, Map, Node
from sim.scenario.units import amount

_TEXT: dict[str, Any] = {"type": "string"}


@dataclass(frozen=True)
class PriorityOf:
    """A priority, the same for all or by the value of an attribute; 1 goes before 2."""

    value: int = 1
    by: str | None = None
    values: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class ShareOf:
    """The class of a serve step among those sharing the servers; no name means the step's own."""

    name: str | None
    weight: int


@dataclass(frozen=True)
class Otherwise:
    """Where those go who do not wait; `to` is None for those who do."""

    to: str | None


@dataclass(frozen=True)
class Setting:
    """An attribute and the value it is given."""

    attribute: str
    value: str


MOST_WEIGHT = 1_000_000
"""So that accounts of classes, compared by cross-multiplication, and work stay within 64 bits."""


def whole(
    node: Node, told: Told, least: int, wanted: str, most: Fraction | None = None
) -> int | None:
    """A structural whole number, such as a weight."""
    found = quantity(
        node, Sort.COUNT, told, structural=True, least=Fraction(least), most=most, wanted=wanted
    )
    return None if found is None else int(found.value)


def keys_of(node: Map, known: tuple[str, ...], told: Told) -> bool:
    """Tells of unknown and missing keys of a small mapping; all of `known` are required."""
    from sim.errors import one_of

    before = len(told.problems)
    for key in node:
        if key not in known and key not in (*ABOUT, "description"):
            place, wanted = node.keys_at[key], one_of(key, known, "a known key")
            told.no(node, f"the unknown key {quote(key)}", wanted, f"{node.path}.{key}", place)
    missing = [key for key in known if key not in node]
    if missing and len(told.problems) == before:
        told.no(node, shown(node), f"the key {quote(missing[0])} too")
    return len(told.problems) == before


_PRIORITY = "a priority, such as 1, or {by: record, values: {convicted: 1, pending: 2}}"


def _priority(node: Node, told: Told) -> PriorityOf | None:
    if not isinstance(node, Map):
        value = whole(node, told, 0, _PRIORITY)
        return None if value is None else PriorityOf(value)
    if not keys_of(node, ("by", "values"), told):
        return None
    by, values = named(node["by"], told), node["values"]
    if not isinstance(values, Map) or not values:
        told.no(values, shown(values), "a priority for each value, such as {convicted: 1}")
        return None
    found = {key: whole(piece, told, 0, "a priority, such as 1") for key, piece in values.items()}
    return PriorityOf(1, by, tuple((k, v) for k, v in found.items() if v is not None))


def _share(node: Node, told: Told) -> ShareOf | None:
    wanted, most = "a whole weight, such as 2", Fraction(MOST_WEIGHT)
    if not isinstance(node, Map):
        weight = whole(node, told, 1, wanted + ", or {class: name, weight: 2}", most)
        return None if weight is None else ShareOf(None, weight)
    if not keys_of(node, ("class", "weight"), told):
        return None
    name, weight = named(node["class"], told), whole(node["weight"], told, 1, wanted, most)
    return None if weight is None else ShareOf(name, weight)


def _otherwise(node: Node, told: Told) -> Otherwise | None:
    if isinstance(node, Map):
        if not keys_of(node, ("to",), told):
            return None
        return Otherwise(named(node["to"], told))
    if node == "wait":
        return Otherwise(None)
    told.no(node, shown(node), "wait, or a step to go to such as {to: out}")
    return None


def _table(node: Node, told: Told) -> tuple[tuple[Fraction, Quantity], ...] | None:
    """Points (level over initial level, multiplier) of a piecewise-linear table, rising."""
    want = "multipliers by level over initial level, such as {0.5: 1.4, 1.0: 1.0}"
    pairs: list[tuple[Node | str, Node]] = []
    if isinstance(node, Map):
        pairs = [(key, piece) for key, piece in node.items() if key not in (*ABOUT, "description")]
    elif isinstance(node, Items) and all(isinstance(p, Items) and len(p) == 2 for p in node):
        pairs = [(p[0], p[1]) for p in node if isinstance(p, Items)]
    found: list[tuple[Fraction, Quantity]] = []
    for key, piece in pairs:
        level = amount(key) if isinstance(key, str) else None
        if level is None or level.unit or level.number < 0:
            told.no(piece, quote(key), "a level over the initial level, such as 0.5")
            continue
        multiplier = quantity(
            piece, Sort.NUMBER, told, least=Fraction(0), most=Fraction(MOST_WEIGHT)
        )
        if multiplier is not None:
            found.append((level.number, multiplier))
    found.sort(key=lambda point: point[0])
    if not pairs or len({level for level, _ in found}) < len(found):
        told.no(node, shown(node), want)
    return tuple(found)


def _branch(node: Node, told: Told) -> Dated[Shares] | str | None:
    return shares(node, told) if isinstance(node, Map) else named(node, told)


def _targets(node: Node, told: Told) -> dict[str, str] | None:
    if not isinstance(node, Map) or not node:
        told.no(node, shown(node), "a step for each choice, such as {a: s1, b: s2}")
        return None
    found = {key: named(piece, told) for key, piece in node.items()}
    return {key: step for key, step in found.items() if step is not None}


def _setting(node: Node, told: Told) -> Setting | None:
    if not isinstance(node, Map) or len(node) != 1:
        told.no(node, shown(node), "one attribute and its value, such as {case: order}")
        return None
    ((attribute, value),) = node.items()
    word = named(value, told)
    return None if word is None else Setting(attribute, word)


def _units(node: Node, told: Told) -> Quantity | None:
    return quantity(
        node, Sort.COUNT, told, structural=True, least=Fraction(1),
        wanted="a whole number of units, such as 2",
    )  # fmt: skip


_MAP: dict[str, Any] = {"type": "object"}
_WHOLE: dict[str, Any] = {"type": "integer"}

Priority = Annotated[PriorityOf, Reads(_priority, {"anyOf": [_WHOLE, _MAP]})]
Sharing = Annotated[ShareOf, Reads(_share, {"anyOf": [_WHOLE, _MAP]})]
WaitOrGo = Annotated[Otherwise, Reads(_otherwise, {"anyOf": [{"const": "wait"}, _MAP]})]
Multipliers = Annotated[
    tuple[tuple[Fraction, Quantity], ...], Reads(_table, {"anyOf": [_MAP, {"type": "array"}]})
]
Choices = Annotated[Dated[Shares] | str, Reads(_branch, {"anyOf": [_MAP, _TEXT]})]
Targets = Annotated[
    dict[str, str], Reads(_targets, {"type": "object", "additionalProperties": _TEXT})
]
Set = Annotated[Setting, Reads(_setting, _MAP)]
Units = Annotated[Quantity, Reads(_units, _WHOLE)]
