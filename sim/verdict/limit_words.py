"""Limits and their breaches, in sentences that a reader can quote."""

from __future__ import annotations

from sim.verdict.numbers import amount, beside, ends, name, percent, signed
from sim.verdict.phrases import runs, so_few
from sim.verdict.verdict import Breach, Range, Verdict


def limit_in_words(b: Breach, v: Verdict) -> str:
    """How often one limit is broken, and how much more than without the target."""
    said = b.description.rstrip(".") or name(b.name)
    if b.in_all_runs == 0:
        return f"{said}: none in {v.replications} {runs(v)}{_at_most(b.per_day, 'have any')}."
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
    """The interval; where all runs gave the same, how many of others may not."""
    if of.differs_at_most is None:
        return ends(of.low, of.high)
    return f"the same in every run{_at_most(of, 'differ')}"


def _at_most(of: Range, do: str) -> str:
    """Of runs that are all alike, what share of others may not be so."""
    if of.differs_at_most is None:
        return ""
    sure = f"{100 * of.confidence:.0f} % confidence"
    return f"; at most {percent(of.differs_at_most)} of all would {do} ({sure})"
