"""What binds, in sentences that a reader can quote."""

from __future__ import annotations

from collections.abc import Sequence

from sim.verdict.numbers import amount, joined, named, percent, signed
from sim.verdict.phrases import a_day, first_of, interval, runs
from sim.verdict.verdict import Bind, Verdict

_LONGER = 0.5
"""[people a day] A line that changes by less stays as it is."""


def what_binds(v: Verdict) -> list[str]:
    """What a tenth more of each resource does, and what does nothing that shows: a sentence each."""
    if v.binding_note:
        return [f"{v.binding_note}."]
    if not v.binding:
        return ["the system has nothing that there could be more of."]
    acting = [b for b in v.binding if b.effect_of_ten_percent is None or _acts(b)]
    if not acting:
        return ["no resource: a tenth more of any one changes what is asked about by nothing that shows."]
    return [*(_bind(b, v) for b in acting[:3]), *_less(acting[3:], v), *_rest(v, acting), *_fluid(v)]


def _less(acting: Sequence[Bind], v: Verdict) -> list[str]:
    less = [f"{named(b.resource)} {signed(b.effect_of_ten_percent, b.low, b.high)}" for b in acting
            if b.effect_of_ten_percent is not None]  # fmt: skip
    return [f"a tenth more of others acts too: {joined(less)}{a_day(v)}."] if less else []


def _rest(v: Verdict, acting: Sequence[Bind]) -> list[str]:
    rest = [named(b.resource) for b in v.binding if b not in acting]
    return [f"a tenth more of {first_of(rest)} changes nothing that shows."] if rest else []


def _acts(b: Bind) -> bool:
    return b.p_adjusted <= 0.05


def _bind(b: Bind, v: Verdict) -> str:
    if b.effect_of_ten_percent is None:
        return f"{named(b.resource)} is first in {percent(b.share_of_worlds_first)} of runs."
    sure = interval(b.low, b.high, b.differs_at_most, b.confidence)
    text = (
        f"a tenth more of {named(b.resource)} gives {signed(b.effect_of_ten_percent, b.low, b.high)}{a_day(v)} "
        f"({sure}), first in {percent(b.share_of_worlds_first)} of {runs(v)}"
    )
    if b.effect_of_ten_percent < 0 and "at_least" in (v.question or {}):
        text += ", a loss: whom it lets through takes up what the counted work needs further on"
    if b.utilisation is not None:
        text += f"; {_used(b.utilisation)}"
    if b.queue_growth is not None and abs(b.queue_growth) >= _LONGER:
        way = "grows" if b.queue_growth > 0 else "shrinks"
        text += f" and its line {way} by {amount(abs(b.queue_growth))} a day"
    return f"{text}."


def _used(utilisation: float) -> str:
    """A station that finishes what it has begun works beyond the hours it is open."""
    if utilisation <= 1.0:
        return f"it is {percent(utilisation)} used"
    return f"it works {percent(utilisation - 1.0)} beyond its hours to finish what it has begun"


def _fluid(v: Verdict) -> list[str]:
    """Where averages alone would put the bottleneck, if that is elsewhere."""
    first = next((b for b in v.binding[1:] if b.first_by_averages), None)
    if first is None or not first.shadow_price or not first.shadow_price[1]:
        return []
    return [
        f"by averages alone {named(first.resource)} would bind first: they leave out lines, priorities "
        "and the detours of those who are turned away."
    ]
