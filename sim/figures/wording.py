"""Numbers, dates and names as a reader outside the field sees them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from math import isfinite

import numpy as np
import pandas as pd

from sim.verdict.numbers import beside, ends
from sim.verdict.numbers import fine as plain_fine
from sim.verdict.numbers import percent as plain_percent
from sim.verdict.worlds_words import fact_in_words

SPACE = "\N{NO-BREAK SPACE}"
QUOTE, UNQUOTE = "\N{LEFT DOUBLE QUOTATION MARK}", "\N{RIGHT DOUBLE QUOTATION MARK}"
QUOTED = "Words in double quotes are names in scenario.yaml."
MINUS = "\N{MINUS SIGN}"
MILLION = 1e6


def words(name: str) -> str:
    """`hold_rooms` as `hold rooms`; a word that cannot be said, as `cbp`, is an abbreviation."""
    said = name.replace("_", " ").replace("/", ", ").split(" ")
    return " ".join(word.upper() if _is_abbreviation(word) else word for word in said)


def _is_abbreviation(word: str) -> bool:
    return len(word) > 1 and word.isalpha() and word.isascii() and not set(word.lower()) & set("aeiouy")


def sentence(text: str) -> str:
    """With a capital, the rest as it is."""
    return text[:1].upper() + text[1:]


def amount(value: float) -> str:
    """At least three digits, with thousands separators."""
    size = abs(value)
    return _to(value, 0 if size >= 100 or value == round(value) else 1 if size >= 10 else 2)


def alike(values: Iterable[float]) -> list[str]:
    """Numbers that stand side by side, all with the places of the largest; none if all are whole."""
    told = list(values)
    known = [value for value in told if isfinite(value)]
    size = max(map(abs, known), default=0.0)
    whole = all(value == round(value) for value in known)
    places = 0 if whole or size >= 100 else 1 if size >= 10 else 2
    return [_to(value, places) for value in told]


def _to(value: float, places: int) -> str:
    text = f"{abs(value):,.{places}f}"
    return MINUS + text if value < 0 and text.strip("0.,") else text


def people(value: float) -> str:
    """Whole people from ten on, tenths below, millions in words."""
    tenth = round(value, 1)
    if value >= MILLION:
        return f"{value / MILLION:.2f}{SPACE}million"
    return amount(round(value)) if value >= 10 or tenth == round(tenth) else f"{tenth:.1f}"


def spread(low: float, high: float) -> str:
    """` (3 to 5)`, or nothing where both read the same."""
    first, last = people(low), people(high)
    if low >= MILLION:
        first = first.removesuffix(f"{SPACE}million")
    return "" if people(low) == last else f" ({first}{SPACE}to{SPACE}{last})"


def about(value: float, low: float, high: float) -> str:
    """A mean to the places that its interval tells apart."""
    return beside(value, low, high).replace("-", MINUS)


def within(low: float, high: float) -> str:
    """An interval, to the places that its width tells apart."""
    return ends(low, high).replace("-", MINUS).replace(" ", SPACE)


def named(name: str) -> str:
    """A name of the scenario within a sentence, in quotes where it is of several words."""
    return f"{QUOTE}{words(name)}{UNQUOTE}" if " " in words(name) else words(name)


def fact(path: str) -> str:
    """A number of the scenario as the texts have it: `stations.clerks.servers` as `servers of clerks`."""
    return fact_in_words(path, words, named)


def signed(value: float, low: float | None = None, high: float | None = None) -> str:
    """The same with a plus where it is more than nothing; to the places of its interval, if given."""
    text = amount(value) if low is None or high is None else about(value, low, high)
    return text if text.startswith(MINUS) or not text.strip("0.,") else "+" + text


def percent(share: float) -> str:
    """As texts have it, never rounded to nothing or to all."""
    return plain_percent(share).replace(" ", SPACE)


def fine(share: float) -> str:
    """The same with a tenth of a per cent where it is little."""
    return plain_fine(share).replace(" ", SPACE)


def day(when: pd.Timestamp | date | np.datetime64) -> str:
    """`3 June 2025`."""
    at = pd.Timestamp(when)
    return f"{at.day}{SPACE}{at.month_name()}{SPACE}{at.year}"


def short_day(when: pd.Timestamp) -> str:
    """`3 Jun 2025`."""
    return f"{when.day}{SPACE}{when.month_name()[:3]}{SPACE}{when.year}"


def listing(parts: Iterable[str]) -> str:
    """`a, b and c`."""
    items: Sequence[str] = list(parts)
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"
