"""Numbers, dates and lists as a sentence has them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from math import floor, inf, log10

_SIGNS = ("$", "€", "£", "¥")
_LITTLE = 0.095
"""Share below which tenths of a per cent are told."""


def amount(value: float | None) -> str:
    """With thousands separators, and three figures where it is small."""
    if value is None:
        return "not known"
    size = abs(value)
    if size >= 100 or value == round(value):
        return f"{value:,.0f}"
    return f"{value:.1f}" if size >= 10 else f"{value:.3g}"


def beside(value: float, low: float | None, high: float | None) -> str:
    """A mean to the places that its interval tells apart: two figures of half its width."""
    return _to(value, _places(low, high))


def ends(low: float | None, high: float | None) -> str:
    """`span`, to the places that the width tells apart."""
    places = _places(low, high)
    if low is None or high is None or places is None:
        return span(low, high)
    both = min([places, *(_most(end) for end in (low, high) if end)])
    told = _to(low, both), _to(high, both)
    while told[0] == told[1] and both < places:
        both += 1
        told = _rounded(low, both), _rounded(high, both)
    return f"{told[0]} to {told[1]}"


def span(low: float | None, high: float | None) -> str:
    """`850 to 975`, with what nothing bounds left open."""
    if low is None and high is None:
        return "not bounded"
    if high is None:
        return f"at least {amount(low)}"
    return f"at most {amount(high)}" if low is None else f"{amount(low)} to {amount(high)}"


def _places(low: float | None, high: float | None) -> int | None:
    """Decimals, negative for tens and more; None where nothing says how many."""
    if low is None or high is None or not 0 < high - low < inf:
        return None
    return 1 - floor(log10((high - low) / 2))


def _to(value: float, places: int | None) -> str:
    """At so many places, if they are no more than three figures need; nothing is plain 0."""
    if value == 0 or places is None or places > _most(value):
        return amount(value)
    return _rounded(value, places)


def _rounded(value: float, places: int) -> str:
    return f"{round(value, places) + 0.0:,.{max(0, places)}f}"


def _most(value: float) -> int:
    """Decimals of three figures."""
    return max(0, 2 - floor(log10(abs(value))))


def money(value: float, unit: str = "") -> str:
    """In words where it is large, with its sign where the unit is one: `$1.24 billion`."""
    sign = unit if unit in _SIGNS else ""
    return sign + _large(value)


def _large(value: float) -> str:
    near = float(f"{value:.3g}")  # 999.7 million is a billion
    for size, word in ((1e12, "trillion"), (1e9, "billion"), (1e6, "million")):
        if abs(near) >= size:
            return f"{near / size:,.10g} {word}"
    return amount(value)


def stated(share: float) -> str:
    """A share as it was asked for: `92.5 %`."""
    return f"{100 * share:.10g} %"


def percent(share: float, places: int = 0) -> str:
    """Never rounded to none or to all, which are told without places."""
    near, least = round(100 * share, places), 10.0**-places
    if share in (0, 1):
        return f"{near:.0f} %"
    if near == 0:
        return f"under {least:g} %" if share > 0 else "just under 0 %"
    return f"over {100 - least:g} %" if near == 100 and share < 1 else f"{near:,.{places}f} %"


def fine(share: float) -> str:
    """With a tenth of a per cent where it is little."""
    return percent(share, _fineness(share))


def fine_within(share: float, low: float, high: float) -> str:
    """`fine` with its interval, whose ends are told as finely: `0.2 % (under 0.1 % to 1.1 %)`."""
    places = _fineness(share)
    return f"{percent(share, places)} ({percent(low, places)} to {percent(high, places)})"


def _fineness(share: float) -> int:
    return int(abs(share) < _LITTLE)


def signed(value: float, low: float | None = None, high: float | None = None) -> str:
    """With a plus where it is more than nothing; to the places of its interval where one is given."""
    text = beside(value, low, high)
    return text if value < 0 or text.strip("0.,") == "" else f"+{text}"


def day(when: date) -> str:
    return f"{when.day} {when:%B %Y}"


def hours(value: float) -> str:
    """A wait of three figures in the unit that reads best."""
    if value >= 48:
        return f"{amount(float(f'{value / 24:.3g}'))} days"
    return f"{amount(value)} hours" if value >= 1 or value == 0 else f"{amount(value * 60)} minutes"


def name(word: str) -> str:
    return word.replace("_", " ")


def named(word: str) -> str:
    """A name of the scenario within a sentence, in quotes where it is of several words."""
    return f'"{name(word)}"' if "_" in word else word


def joined(parts: Iterable[str]) -> str:
    words = list(parts)
    return "".join(words) if len(words) < 2 else f"{', '.join(words[:-1])} and {words[-1]}"
