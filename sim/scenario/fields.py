"""Types of the fields of a scenario: how each is read and how JSON Schema shows it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Annotated, Any, cast

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from sim.errors import listing, nearest, quote
from sim.scenario.dated import Dated, Moment, Shares, day, moment, profile, shares
from sim.scenario.law import KINDS, Law, law
from sim.scenario.quantity import Quantity, Sort, Told, quantity, shown
from sim.scenario.tree import Items, Map, Node, Text

TOLD = "told"


@dataclass(frozen=True, eq=False)
class Reads:
    """Reads a node of the tree by a function of ours; its problems travel in the error."""

    read: Callable[[Node, Told], object]
    json: dict[str, Any]

    def __get_pydantic_core_schema__(self, _: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self._validate)

    def __get_pydantic_json_schema__(
        self, _: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return dict(self.json)

    def _validate(self, value: object) -> object:
        told = Told()
        found = self.read(cast(Node, value), told)
        if told.problems:
            raise PydanticCustomError(TOLD, "told", {"problems": told.problems})
        return found


_NUMBER: list[dict[str, Any]] = [{"type": "number"}, {"type": "string"}]
_FULL: dict[str, Any] = {
    "type": "object",
    "required": ["value"],
    "properties": {
        "value": {"anyOf": _NUMBER, "description": "The number, with its unit."},
        "unit": {"type": "string", "description": "The unit, if not written with the value."},
        "source": {"type": "string", "description": "Where the number can be read."},
        "as_of": {"type": "string", "description": "The date it describes."},
        "confidence": {"enum": ["read", "second-hand", "derived", "assumption"]},
        "range": {
            "type": "array",
            "items": {"anyOf": _NUMBER},
            "minItems": 2,
            "maxItems": 2,
            "description": "Low and high, where the number is uncertain.",
        },
        "moves_with": {
            "type": "string",
            "description": "Name of what moves it: numbers that share it are low or high together.",
        },
        "description": {"type": "string"},
    },
    "additionalProperties": False,
}


def _numeric(title: str) -> dict[str, Any]:
    return {"anyOf": [*_NUMBER, _FULL], "title": title}


def number(
    sort: Sort,
    least: int | None = None,
    above: int | None = None,
    structural: bool = False,
    wanted: str | None = None,
) -> Reads:
    """A number of one sort within bounds, as `quantity` takes them."""
    low = None if least is None else Fraction(least)
    over = None if above is None else Fraction(above)
    return Reads(
        lambda n, told: quantity(
            n, sort, told, least=low, above=over, structural=structural, wanted=wanted
        ),
        _numeric(wanted or sort.value),
    )


def profiled(sort: Sort, wanted: str | None = None) -> Reads:
    """A number, or numbers by date."""
    title = wanted or sort.value
    dates = {"type": "object", "additionalProperties": _numeric(title)}
    json = {"anyOf": [*_NUMBER, _FULL, dates], "title": f"{title}, or such numbers by date"}
    return Reads(lambda node, told: profile(node, sort, told, wanted), json)


def lawful(sort: Sort) -> Reads:
    """A law of values of one sort."""
    named = {"type": "object", "properties": {kind: {} for kind in KINDS}}
    json = {"anyOf": [*_NUMBER, _FULL, named], "title": f"{sort.value}, or a law of chance"}
    return Reads(lambda node, told: law(node, sort, told), json)


def _word(node: Node, told: Told) -> str | None:
    if isinstance(node, Text) and node.strip() and not node.null:
        return str(node)
    told.no(node, shown(node), "text")
    return None


def named(node: Node, told: Told) -> str | None:
    """A name: one word, without the signs that paths and streams are written with."""
    if isinstance(node, Text) and is_name(node) and not node.null:
        return str(node)
    if isinstance(node, Map):
        _no_name(node, told)
        return None
    told.no(node, shown(node), WELL_FORMED)
    return None


def _no_name(node: Map, told: Told) -> None:
    """A mapping in place of a name: that of a step's object, with a key that it has not."""
    known = INNER_KEYS.get(node.path.rpartition(".")[2], ())
    key = next((key for key in node if nearest(key, known)), None)
    if key is None:
        told.no(node, shown(node), f"a name{', or a mapping with ' + listing(known) if known else ''}")
        return
    wanted = f"a known key; the nearest is {quote(nearest(key, known))}"
    told.no(node, f"the unknown key {quote(key)}", wanted, f"{node.path}.{key}", node.keys_at[key])


INNER_KEYS = {
    "seize": ("pool", "any_of"),
    "release": ("pool", "any_of"),
    "serve": ("station",),
    "depart": ("departure",),
    "gate": ("gate",),
    "take": ("from", "stock"),
    "put": ("into", "stock"),
    "deadline": ("clock",),
    "clear": ("clock",),
    "spawn": ("enters",),
    "exit": ("outcome",),
}
"""Keys by which a step names its object where its options stand in one mapping with it."""


WELL_FORMED = "a name without spaces at its ends or any of . / = , : |"


def is_name(word: str) -> bool:
    """Whether a word may be a name: all of it is seen, and none of it is what paths are written with."""
    whole = bool(word) and word == word.strip() and word.isprintable()
    return whole and not set(word) & set("./=,:|\"'{}[]")


def _names(node: Node, told: Told) -> tuple[str, ...]:
    """One name or a list of different names."""
    if not isinstance(node, Items):
        one = named(node, told)
        return () if one is None else (one,)
    found = tuple(name for piece in node if (name := named(piece, told)) is not None)
    if not node:
        told.no(node, "an empty list", "one name or more")
    if len(set(found)) < len(found):
        twice = next(name for name in found if found.count(name) > 1)
        told.no(node, f"{quote(twice)} twice", "it once")
    return found


def _flag(node: Node, told: Told) -> bool:
    if isinstance(node, Text) and node in ("true", "false"):
        return node == "true"
    told.no(node, shown(node), "true or false")
    return False


def choice(*words: str) -> Reads:
    """One word out of a few."""

    def read(node: Node, told: Told) -> str | None:
        if isinstance(node, Text) and node in words:
            return str(node)
        near = nearest(str(node), words) if isinstance(node, Text) else None
        wanted = listing(words) + (f"; the nearest is {quote(near)}" if near else "")
        told.no(node, shown(node), wanted)
        return None

    return Reads(read, {"enum": list(words)})


def _factors(node: Node, told: Told) -> tuple[Quantity, ...] | None:
    """Seven factors, Monday first."""
    if not isinstance(node, Items) or len(node) != 7:
        told.no(node, shown(node), "a list of 7 factors, Monday first")
        return None
    found = [quantity(piece, Sort.NUMBER, told, least=Fraction(0)) for piece in node]
    good = [q for q in found if q is not None]
    if len(good) == 7 and not any(q.value for q in good):
        told.no(node, "7 factors of 0", "one above 0")
    return tuple(good) if len(good) == 7 else None


def _moments(node: Node, told: Told) -> tuple[Moment, ...] | None:
    if not isinstance(node, Items) or not node:
        told.no(node, shown(node), "a list of instants, such as [2025-01-01 06:00]")
        return None
    found = [moment(piece, told) for piece in node]
    return tuple(m for m in found if m is not None)


_TEXT: dict[str, Any] = {"type": "string"}
_LIST: dict[str, Any] = {"type": "array", "items": _TEXT}
_SHARES: dict[str, Any] = {"anyOf": [{"type": "object"}, _TEXT], "title": "probabilities by name"}

Word = Annotated[str, Reads(_word, _TEXT)]
Name = Annotated[str, Reads(named, _TEXT)]
Names = Annotated[tuple[str, ...], Reads(_names, {"anyOf": [_TEXT, _LIST]})]
Flag = Annotated[bool, Reads(_flag, {"type": "boolean"})]
Day = Annotated[date, Reads(day, {**_TEXT, "title": "a date, such as 2025-01-31"})]
Instant = Annotated[Moment, Reads(moment, {**_TEXT, "title": "such as 2025-01-31 06:00"})]
Instants = Annotated[tuple[Moment, ...], Reads(_moments, _LIST)]
Duration = Annotated[Quantity, number(Sort.TIME)]
Positive = Annotated[Quantity, number(Sort.TIME, above=0)]
Count = Annotated[Quantity, number(Sort.COUNT)]
Share = Annotated[Quantity, number(Sort.SHARE)]
Amount = Annotated[Quantity, number(Sort.ANY)]
Money = Annotated[Quantity, number(Sort.MONEY)]
Capacity = Annotated[
    Dated[Quantity], profiled(Sort.COUNT, "a whole number with a unit, such as 41500 beds")
]
Servers = Annotated[
    Dated[Quantity], profiled(Sort.COUNT, "a whole number with a unit, such as 700 judges")
]
RateProfile = Annotated[Dated[Quantity], profiled(Sort.RATE)]
TimeLaw = Annotated[Law, lawful(Sort.TIME)]
CountLaw = Annotated[Law, lawful(Sort.COUNT)]
Weekdays = Annotated[
    tuple[Quantity, ...],
    Reads(_factors, {"type": "array", "items": {"anyOf": [*_NUMBER, _FULL]}, "minItems": 7,
                     "maxItems": 7}),
]  # fmt: skip
Probabilities = Annotated[Dated[Shares], Reads(shares, _SHARES)]
