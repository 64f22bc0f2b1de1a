"""A number with its unit, source, date, confidence and range, checked as it is read."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from enum import Enum
from fractions import Fraction

from sim.errors import Problem, listing, nearest, one_of, quote
from sim.scenario.tree import ABOUT, Items, Map, Node, Place, Text
from sim.scenario.units import (
    UNEVEN,
    Amount,
    amount,
    beyond,
    is_count,
    is_known_noun,
    is_money,
    nearest_unit,
    rate_size,
    time_size,
)

CONFIDENCE = ("read", "second-hand", "derived", "assumption")
FULL = ("value", "unit", "range", "moves_with", *ABOUT, "description")
LARGEST = Fraction(10) ** 15
LONGEST = Fraction(2**62)
Ends = tuple[Fraction, Fraction]


class Sort(Enum):
    """What a number measures; decides the units it may carry and the values it may take."""

    TIME = "a time with a unit, such as 2 hours"
    RATE = "a rate with a unit, such as 300/day"
    COUNT = "a whole number, such as 3 or 40 people"
    SIGNED = "a whole number, such as 1000000 or -1000000"
    NUMBER = "a number, such as 0.5"
    SHARE = "a share from 0 to 1, such as 0.44 or 44 %"
    MONEY = "an amount of money, such as $165"
    ANY = "a number, with its unit if it has one, such as 3000/day"


@dataclass(frozen=True)
class Quantity:
    """A number as the user wrote it.

    `value` is in `unit` as written; `size` is what one such unit is in the engine's: microseconds
    for a time, 1/microseconds for a rate, 1 otherwise. `structural` numbers need no source.
    Numbers with a range that move with one name stand at the same place in their ranges in a world.
    `stale` is there where the file, written out, would say another source; see `Origin`.
    """

    path: str
    place: Place
    sort: Sort
    value: Fraction
    unit: str
    size: Fraction
    source: str | None = None
    as_of: str | None = None
    confidence: str | None = None
    range: tuple[Fraction, Fraction] | None = None
    structural: bool = False
    moves_with: str | None = None
    rule: _Rule | None = field(default=None, repr=False, compare=False)
    stale: Place | None = field(default=None, repr=False, compare=False)

    @property
    def exact(self) -> Fraction:
        """The value in engine units: microseconds, per microsecond, or as it is."""
        return self.value * self.size

    @property
    def needs_source(self) -> bool:
        return not self.structural and self.source is None and self.value not in (0, 1)

    @property
    def written(self) -> str:
        """The number with its unit, as a reader writes it."""
        number = f"{float(self.value):.12g}"
        if self.unit[:1] in ("$", "€", "£", "¥"):
            return f"{self.unit[:1]}{number}{self.unit[1:]}"
        return f"{number}{'' if self.unit.startswith(('/', '%')) else ' '}{self.unit}".strip()

    def in_unit(self, value: Fraction) -> Fraction:
        return value * self.size


class Told:
    """Problems found while reading one value, and the provenance it inherits."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def no(
        self,
        node: Node,
        found: str,
        wanted: str,
        path: str | None = None,
        place: Place | None = None,
    ) -> None:
        where, at = node.path if path is None else path, place or node.place
        self.problems.append(Problem(at.file, at.line, where, found, wanted))


def check_about(node: Map, told: Told) -> None:
    """Tells what is wrong with the source, date and confidence that a mapping states."""
    own = {key: _word(node, key, told) for key in ABOUT if key in node}
    if own.get("as_of") and not _is_date(str(own["as_of"])):
        told.no(node["as_of"], quote(own["as_of"]), "a date that exists, such as 2025-05-14")
    if own.get("confidence") and own["confidence"] not in CONFIDENCE:
        told.no(node["confidence"], quote(own["confidence"]), listing(CONFIDENCE))


def _word(node: Map, key: str, told: Told) -> str | None:
    value = node[key]
    if isinstance(value, Text) and str(value).strip():
        return str(value)
    told.no(value, shown(value), "text")
    return None


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return len(text) == 10


def shown(node: Node) -> str:
    """A piece of the file as a message shows it."""
    if isinstance(node, Map):
        return "a mapping with " + listing([quote(k) for k in node], "and") if node else "{}"
    if isinstance(node, Items):
        return f"a list of {len(node)}"
    return "nothing" if node.null or not node else quote(node)


def is_full(node: Node) -> bool:
    """Whether a mapping is a number in full."""
    return isinstance(node, Map) and "value" in node


def quantity(
    node: Node,
    sort: Sort,
    told: Told,
    *,
    structural: bool = False,
    least: Fraction | None = None,
    above: Fraction | None = None,
    most: Fraction | None = None,
    wanted: str | None = None,
) -> Quantity | None:
    """The number written at `node`, or None with the reason told.

    `least` and `most` are inclusive bounds, `above` an exclusive one, all in the written unit.
    """
    rule = _Rule(sort, wanted or sort.value, structural, least, above, most)
    if isinstance(node, Map):
        return _full(node, rule, told)
    if isinstance(node, Items):
        told.no(node, shown(node), rule.wanted)
        return None
    found = _amount(node, rule, told, "")
    if found is None or not _bounded(node, found, rule, told):
        return None
    return _made(node, node.place, found, rule, None)


def _made(
    node: Text | Map, place: Place, found: Amount, rule: _Rule, ends: Ends | None
) -> Quantity:
    origin = node.about.of(place)
    return Quantity(
        node.path, place, rule.sort, found.number, found.unit, _size(found, rule.sort),
        origin.source, origin.as_of, origin.confidence, ends, rule.structural, rule=rule,
        stale=origin.stale,
    )  # fmt: skip


@dataclass(frozen=True)
class _Rule:
    """What a number must be; bounds in the written unit, `above` an exclusive one."""

    sort: Sort
    wanted: str
    structural: bool
    least: Fraction | None
    above: Fraction | None
    most: Fraction | None


def again(q: Quantity, cell: Text, told: Told) -> Fraction | None:
    """Another value for a number, without a unit, or None with what forbids it there told."""
    assert q.rule is not None
    if cell.null or (given := amount(cell)) is None or given.unit:
        told.no(cell, shown(cell), "a number without a unit, as 'units' has it")
        return None
    found = _amount(cell, q.rule, told, q.unit)
    return found.number if found is not None and _bounded(cell, found, q.rule, told) else None


def _full(node: Map, rule: _Rule, told: Told) -> Quantity | None:
    unknown = [key for key in node if key not in FULL]
    told.problems += [_unknown(node, key) for key in unknown if "value" in node or nearest(key, FULL)]
    value = node.get("value")
    if value is None and any(nearest(key, FULL) == "value" for key in unknown):
        return None
    if not isinstance(value, Text):
        wanted = rule.wanted if "value" in node else f"{rule.wanted}, or in full with 'value'"
        told.no(value or node, shown(value or node), wanted)
        return None
    check_about(node, told)
    unit = str(node["unit"]) if isinstance(node.get("unit"), Text) else ""
    found = _amount(value, rule, told, unit)
    if found is None or not _bounded(value, found, rule, told):
        return None
    if unit and found.unit != unit:
        told.no(node["unit"], f"{quote(unit)} for a number in {quote(found.unit)}", "its unit once")
    made = _made(node, value.place, found, rule, _range(node, found, rule, told))
    return replace(made, moves_with=_moves_with(node, told)) if "moves_with" in node else made


def _moves_with(node: Map, told: Told) -> str | None:
    """The name that the number shares with those which move with it; only a range can move."""
    if "range" not in node:
        place = node.keys_at["moves_with"]
        told.no(node, "no range", "'range' beside 'moves_with'", node.path, place)
    return _word(node, "moves_with", told)


def _unknown(node: Map, key: str) -> Problem:
    place = node.keys_at[key]
    wanted = one_of(key, FULL, "one of the keys of a number")
    path = f"{node.path}.{key}"
    return Problem(place.file, place.line, path, f"the unknown key {quote(key)}", wanted)


def _amount(node: Text, rule: _Rule, told: Told, unit: str) -> Amount | None:
    found = amount(node)
    if found is None or abs(found.number) > LARGEST:
        told.no(node, shown(node), rule.wanted + beyond(node))
        return None
    if not found.unit and unit:
        found = Amount(found.number, unit)
    if not _fits(found, rule.sort):
        told.no(node, shown(node), uneven(found.unit) or rule.wanted + _meant(found.unit, rule.sort))
        return None
    return found


def _meant(unit: str, sort: Sort) -> str:
    """The unit that is meant by a misspelt one, for a message."""
    near = nearest_unit(unit) if sort in (Sort.TIME, Sort.RATE) else None
    return f"; the nearest unit is {quote(near)}" if near else ""


def uneven(unit: str) -> str | None:
    """What to write in place of a unit of time that has no one length; None if it is not such a one."""
    words = unit.replace("/", " ").split()
    uneven = next((word for word in words if word in UNEVEN), None)
    return f"days or weeks: {uneven} has no one length" if uneven else None


def _fits(found: Amount, sort: Sort) -> bool:
    """Whether the unit is one that such a number may carry."""
    unit = found.unit
    match sort:
        case Sort.TIME:
            return time_size(unit) is not None or (unit == "" and found.number == 0)
        case Sort.RATE:
            return rate_size(unit) is not None or (unit == "" and found.number == 0)
        case Sort.COUNT | Sort.SIGNED:
            return is_count(unit) and found.number.denominator == 1
        case Sort.SHARE:
            return unit in ("", "%")
        case Sort.NUMBER:
            return is_count(unit)
        case Sort.MONEY:
            return unit == "" or is_money(unit)
        case Sort.ANY:
            return True


def _size(found: Amount, sort: Sort) -> Fraction:
    if sort is Sort.TIME:
        return Fraction(time_size(found.unit) or 1)
    if sort is Sort.RATE:
        return Fraction(1, rate_size(found.unit) or 1)
    return Fraction(1, 100) if found.unit == "%" else Fraction(1)


_LEAST: dict[Sort, Fraction | None] = {Sort.SIGNED: None, Sort.NUMBER: None, Sort.ANY: None}


def _bounded(node: Text, found: Amount, rule: _Rule, told: Told) -> bool:
    sort = rule.sort
    value = found.number * (_size(found, sort) if sort is Sort.SHARE else 1)
    least = _LEAST.get(sort, Fraction(0)) if rule.least is None else rule.least
    most = Fraction(1) if sort is Sort.SHARE and rule.most is None else rule.most
    bound = ""
    if rule.above is not None and value <= rule.above:
        bound = f"more than {_short(rule.above)}"
    elif least is not None and value < least:
        bound = f"at least {_short(least)}"
    elif most is not None and value > most:
        bound = f"at most {_short(most)}"
    elif sort is Sort.TIME and value * _size(found, sort) > LONGEST:
        bound = "no longer than 100,000 years"
    if bound:
        told.no(node, shown(node), f"{rule.wanted}, {bound}")
    return not bound


def _short(value: Fraction) -> str:
    return f"{float(value):.12g}"


def _range(node: Map, found: Amount, rule: _Rule, told: Told) -> Ends | None:
    """The two ends in the unit of the value."""
    given = node.get("range")
    if given is None:
        return None
    if not isinstance(given, Items) or len(given) != 2:
        told.no(given, shown(given), "a range of two numbers, such as [38000, 47600]")
        return None
    low, high = (_end(end, found, rule, told) for end in given)
    if low is None or high is None:
        return None
    if not low <= found.number <= high:
        said = f"{_short(low)} to {_short(high)} around {_short(found.number)}"
        told.no(given, said, "a range with the value in it, the low end first")
        return None
    return (low, high) if low < high else None


def _noun(unit: str) -> str:
    """One word for one and for many of a thing."""
    return "people" if unit in ("person", "persons") else unit.removesuffix("s")


def _end(node: Node, value: Amount, rule: _Rule, told: Told) -> Fraction | None:
    if not isinstance(node, Text):
        told.no(node, shown(node), rule.wanted)
        return None
    found = _amount(node, rule, told, value.unit)
    if found is None or not _bounded(node, found, rule, told):
        return None
    counted = is_known_noun(found.unit) and is_known_noun(value.unit)
    if counted and _noun(found.unit) != _noun(value.unit):
        told.no(node, shown(node), f"an end in {quote(value.unit)}, as the value is")
        return None
    return found.number * _size(found, rule.sort) / _size(value, rule.sort)
