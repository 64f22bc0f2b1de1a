"""Numbers, dates and lists as a sentence has them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

_SIGNS = ("$", "€", "£", "¥")


def amount(value: float | None) -> str:
    """With thousands separators, and three figures where it is small."""
    if value is None:
        return "not known"
    size = abs(value)
    if size >= 100 or value == round(value):
        return f"{value:,.0f}"
    return f"{value:.1f}" if size >= 10 else f"{value:.3g}"


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


def percent(share: float) -> str:
    """Never rounded to none or to all."""
    if 0 < share < 0.005:
        return "under 1 %"
    if -0.005 <= share < 0:
        return "just under 0 %"
    return "over 99 %" if 0.995 <= share < 1 else f"{100 * share:.0f} %"


def signed(value: float) -> str:
    text = amount(value)
    return text if value < 0 or text.strip("0.,") == "" else f"+{text}"


def span(low: float | None, high: float | None) -> str:
    """`850 to 975`, with what nothing bounds left open."""
    if low is None and high is None:
        return "not bounded"
    if high is None:
        return f"at least {amount(low)}"
    return f"at most {amount(high)}" if low is None else f"{amount(low)} to {amount(high)}"


def day(when: date) -> str:
    return f"{when.day} {when:%B %Y}"


def hours(value: float) -> str:
    """A wait in the unit that reads best."""
    if value >= 48:
        return f"{amount(value / 24)} days"
    return f"{amount(value)} hours" if value >= 1 or value == 0 else f"{amount(value * 60)} minutes"


def name(word: str) -> str:
    return word.replace("_", " ")


def joined(parts: Iterable[str]) -> str:
    words = list(parts)
    return "".join(words) if len(words) < 2 else f"{', '.join(words[:-1])} and {words[-1]}"
