"""Values that change at given dates, and dates themselves."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from fractions import Fraction
from typing import Generic, TypeVar

from sim.errors import quote
from sim.scenario.quantity import Quantity, Sort, Told, check_about, is_full, quantity, shown
from sim.scenario.tree import ABOUT, Map, Node, Place, Text

T = TypeVar("T")
_CLOSE = Fraction(1, 10**9)
_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}([ T].*)?")
_MOMENT = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,6}))?)?)?"
)


@dataclass(frozen=True)
class Moment:
    """An instant of a calendar, to the microsecond, and where it was written."""

    when: datetime
    path: str
    place: Place


def moment_of(text: str) -> datetime | None:
    """The instant in `2025-01-01` or `2025-01-01 06:00`, or None."""
    match = _MOMENT.fullmatch(text.strip())
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
    micro = int((match[7] or "0").ljust(6, "0"))
    try:
        return datetime.combine(date(year, month, day), time(hour, minute, second, micro))
    except ValueError:
        return None


def in_words(when: datetime) -> str:
    """An instant as it is written in a file: a date alone at midnight."""
    return str(when.date()) if when.time() == time() else str(when).removesuffix(":00")


def looks_dated(word: str) -> bool:
    return _DATE.fullmatch(word.strip()) is not None


def moment(node: Node, told: Told) -> Moment | None:
    """The instant written at `node`."""
    when = moment_of(node) if isinstance(node, Text) else None
    if when is None:
        told.no(node, shown(node), "a date that exists, such as 2025-01-31 or 2025-01-31 06:00")
        return None
    return Moment(when, node.path, node.place)


def day(node: Node, told: Told) -> date | None:
    """The date written at `node`, without a time."""
    when = moment_of(node) if isinstance(node, Text) and len(node.strip()) == 10 else None
    if when is None:
        told.no(node, shown(node), "a date that exists, such as 2025-01-31")
        return None
    return when.date()


@dataclass(frozen=True)
class Dated(Generic[T]):
    """A piecewise-constant value: (from when, value), rising; `None` means from the start."""

    path: str
    place: Place
    points: tuple[tuple[datetime | None, T], ...]


def is_dated(node: Node) -> bool:
    """Whether a node is a mapping from dates and not one value."""
    return isinstance(node, Map) and any(looks_dated(key) for key in node)


def dated(node: Node, told: Told, one: Callable[[Node], T | None]) -> Dated[T] | None:
    """A single value or a mapping from dates to values, each read by `one`."""
    if not isinstance(node, Map) or not is_dated(node):
        value = one(node)
        return None if value is None else Dated(node.path, node.place, ((None, value),))
    check_about(node, told)
    points: list[tuple[datetime | None, T]] = []
    good = True
    for key, piece in node.items():
        if key in (*ABOUT, "description"):
            continue
        when = moment_of(key)
        if when is None:
            place = node.keys_at[key]
            told.no(piece, quote(key), "a date that exists, such as 2025-01-31", piece.path, place)
        value = one(piece)
        good = good and when is not None and value is not None
        if when is not None and when in [before for before, _ in points]:
            told.no(piece, f"{quote(key)}, an instant that is there already", "it once", piece.path)
        if when is not None and value is not None:
            points.append((when, value))
    points.sort(key=lambda point: point[0] or datetime.min)
    return Dated(node.path, node.place, tuple(points)) if good else None


def profile(node: Node, sort: Sort, told: Told, wanted: str | None = None) -> Dated[Quantity] | None:
    """A number, or numbers by the date from which each holds."""
    if isinstance(node, Map) and not is_full(node) and not is_dated(node):
        told.no(node, shown(node), f"{wanted or sort.value}, or a mapping from dates to such numbers")
        return None
    return dated(node, told, lambda piece: quantity(piece, sort, told, wanted=wanted))


@dataclass(frozen=True)
class Shares:
    """Probabilities by name; `None` stands for the rest."""

    path: str
    place: Place
    of: tuple[tuple[str, Quantity | None], ...]


def shares(node: Node, told: Told) -> Dated[Shares] | None:
    """Probabilities that sum to 1, or such by date; a single word has them all."""
    if isinstance(node, Map):
        return dated(node, told, lambda piece: _shares(piece, told))
    if isinstance(node, Text) and not node.null and node:
        only = Shares(node.path, node.place, ((str(node), None),))
        return Dated(node.path, node.place, ((None, only),))
    told.no(node, shown(node), "probabilities by name, such as {convicted: 0.43, other: rest}")
    return None


def _shares(node: Node, told: Told) -> Shares | None:
    if not isinstance(node, Map) or not node:
        told.no(node, shown(node), "probabilities by name, such as {convicted: 0.43, other: rest}")
        return None
    check_about(node, told)
    found: list[tuple[str, Quantity | None]] = []
    before = len(told.problems)
    for key, piece in node.items():
        if key in (*ABOUT, "description"):
            continue
        if isinstance(piece, Text) and piece == "rest":
            found.append((key, None))
        else:
            found.append((key, quantity(piece, Sort.SHARE, told)))
    if len(told.problems) > before:
        return None
    _sum_to_one(node, found, told)
    return Shares(node.path, node.place, tuple(found))


def _sum_to_one(node: Map, found: list[tuple[str, Quantity | None]], told: Told) -> None:
    total = sum((q.exact for _, q in found if q is not None), start=Fraction(0))
    rests = [key for key, q in found if q is None]
    if len(rests) > 1:
        told.no(node, f"{len(rests)} times 'rest'", "it once at most")
    elif rests and total > 1:
        sums = f"probabilities that sum to {float(total):.12g} without the rest"
        told.no(node, sums, "at most 1")
    elif not rests and abs(total - 1) > _CLOSE:
        told.no(node, f"probabilities that sum to {float(total):.12g}", "a sum of 1")
