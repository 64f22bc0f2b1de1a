"""Limits and their breaches, in sentences that a reader can quote."""

from __future__ import annotations

from sim.verdict.numbers import amount, beside, name, signed
from sim.verdict.phrases import at_most, interval, runs, so_few
from sim.verdict.verdict import Breach, Range, Verdict


def limit_in_words(b: Breach, v: Verdict) -> str:
    """How often one limit is broken, and how much more than without the target."""
    said = b.description.rstrip(".") or name(b.name)
    if b.in_all_runs == 0:
        others = at_most(b.per_day.differs_at_most, b.per_day.confidence, "have any")
        return f"{said}: none in {v.replications} {runs(v)}{others}."
    if b.per_day.mean is None:
        return f"{said}: {amount(b.in_all_runs)} in {so_few(v)}."
    text = f"{said}: {_mean(b.per_day)} a day ({_ends(b.per_day)})"
    if not b.legal:
        text += ", which is no limit of law"
    return f"{text}{_more(b.more_than_without)}."


def _more(more: Range | None) -> str:
    if more is None or more.mean is None:
        return ""
    gain = signed(more.mean, more.low, more.high)
    return f", {gain} ({_ends(more)}) against the same without target"


def _mean(of: Range) -> str:
    return beside(of.mean or 0.0, of.low, of.high)


def _ends(of: Range) -> str:
    return interval(of.low, of.high, of.differs_at_most, of.confidence)
