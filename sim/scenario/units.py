"""The units a number may carry, exact in microseconds.

A table of a dozen words and not a library of units, whose import would take half of the start-up of
`sim check`. Months and years are left out on purpose: they differ in length.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import NamedTuple

from sim.errors import nearest

SECOND = 1_000_000
_TIMES: dict[str, tuple[int, tuple[str, ...]]] = {
    "microsecond": (1, ("us", "µs")),
    "millisecond": (1_000, ("ms",)),
    "second": (SECOND, ("s", "sec")),
    "minute": (60 * SECOND, ("min",)),
    "hour": (3_600 * SECOND, ("h", "hr", "hrs")),
    "day": (86_400 * SECOND, ("d",)),
    "week": (604_800 * SECOND, ("w",)),
}
TIME = {word: size for name, (size, short) in _TIMES.items() for word in (name, name + "s", *short)}
UNEVEN = ("month", "months", "year", "years", "quarter", "quarters")
_CURRENCIES = "$€£¥"
_NOUNS = ("bed", "seat", "server", "officer", "judge", "team", "case", "person", "unit")
_COUNTED = ("people", *_NOUNS, *(noun + "s" for noun in _NOUNS))
"""Nouns that no money is called."""
_NUMBER = re.compile(
    r"(?P<sign>[+-]?)(?P<before>[$€£¥]?)\s*"
    r"(?P<number>[+-]?(?:\d+(?:_\d+)*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*(?P<unit>.*)",
    re.DOTALL,
)
_UNIT = re.compile(r"[^\W\d_](?:[^\W\d]|[ -])*|[$€£¥]|%")


class Amount(NamedTuple):
    """A number as written and its unit; `""` for none."""

    number: Fraction
    unit: str


def amount(text: str) -> Amount | None:
    """The exact number and unit in a text such as `$165` or `12.5 per week`; None if it is none."""
    match = _NUMBER.fullmatch(text.strip())
    if match is None:
        return None
    digits = match["number"].replace("_", "")
    if _exponent(digits) > 30:
        return None
    number = Fraction(digits) * (-1 if match["sign"] == "-" else 1)
    unit = match["before"] + match["unit"].strip()
    return Amount(number, unit) if unit_is_well_formed(unit) else None


def exact(number: float) -> str:
    """The number as a text that reads back as the same; in 15 digits or fewer where they are enough."""
    short = f"{number:.15g}"
    return short if float(short) == number else repr(float(number))


def beyond(text: str) -> str:
    """What a number with a unit would have to be in size, where only that is wrong; else nothing."""
    match = _NUMBER.fullmatch(text.strip())
    if match is None or not unit_is_well_formed(match["before"] + match["unit"].strip()):
        return ""
    small = abs(float(match["number"].replace("_", ""))) < 1
    return ", no closer to 0 than 10^-30" if small else ", no greater than 10^15"


def nearest_unit(unit: str) -> str | None:
    """The word for a time that is meant by a misspelt one, itself or after `per`; None if none is."""
    word = _parts(unit)[-1] if unit else ""
    if len(word) < 3 or word in TIME:
        return None
    return nearest(word, [time for time in TIME if len(time) > 3])


def _exponent(digits: str) -> int:
    """Size of the written exponent, so that 1e400 is refused before it is multiplied out."""
    mantissa, _, exponent = digits.lower().partition("e")
    return (
        max(abs(int(exponent)) if len(exponent) < 6 else 10**6, 0)
        if exponent
        else (len(mantissa) if len(mantissa) > 40 else 0)
    )


def unit_is_well_formed(unit: str) -> bool:
    if unit == "":
        return True
    return all(part == "" or _UNIT.fullmatch(part) for part in _parts(unit)) and "," not in unit


def _parts(unit: str) -> list[str]:
    """`people per day` and `people/day` as [people, day]; `per day` and `/day` as ["", day]."""
    found = re.sub(r"(^|\s)per\s+", "/", unit)
    parts = [part.strip() for part in found.split("/")]
    return [p.removeprefix(c) if len(p) > 1 else p for p in parts for c in (_currency(p),)]


def _currency(part: str) -> str:
    return part[0] if part and part[0] in _CURRENCIES else ""


def time_size(unit: str) -> int | None:
    """Microseconds in a unit of time, or None."""
    return TIME.get(unit)


def rate_size(unit: str) -> int | None:
    """Microseconds in the time that a rate is per, or None if the unit is no rate."""
    parts = _parts(unit)
    if len(parts) != 2 or not is_count(parts[0]):
        return None
    return TIME.get(parts[1])


def rate_of_money(unit: str) -> bool:
    """Whether a rate is of money, told by its sign."""
    return rate_size(unit) is not None and is_money_sign(unit)


def is_money_sign(unit: str) -> bool:
    """Whether a unit begins with the sign of a currency."""
    return unit[:1] in _CURRENCIES if unit else False


def is_count(unit: str) -> bool:
    """Whether a unit is only a noun for what is counted, such as beds or day labourers."""
    words = unit.split()
    last = words[-1] if words else ""
    return not (
        "/" in unit or "%" in unit or "per" in words or last in TIME or last in UNEVEN
    )


def is_known_noun(unit: str) -> bool:
    """Whether a unit is one of the nouns for what is counted that are known here."""
    return unit in _COUNTED


def is_money(unit: str) -> bool:
    """Whether a unit is of money: a currency sign or a word, with what it is per if said."""
    what = _parts(unit)[0] if unit else ""
    return is_count(what) and what not in _COUNTED
