"""What several paragraphs of a verdict say alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sim.verdict.numbers import ends, joined, percent
from sim.verdict.verdict import Verdict

MOST = 5
MADE_UP = "Illustrative: the numbers are made up and have no sources."


def titled(title: str, illustrative: bool) -> str:
    """A title, with word of numbers that are made up."""
    return f"{title}. {MADE_UP}" if illustrative else title


def a_day(v: Verdict) -> str:
    """` a day` where the measure is a rate, nothing where it is a level."""
    asked: Mapping[str, Any] = v.question or {}
    rate = str(asked.get("at_least", asked.get("at_most", ""))).endswith("/day")
    return " a day" if rate else ""


def interval(
    low: float | None, high: float | None, differs_at_most: float | None, confidence: float
) -> str:
    """`850 to 975`; where all runs gave the same, in how many of others it may not be so."""
    if differs_at_most is None:
        return ends(low, high)
    return f"the same in every run{at_most(differs_at_most, confidence, 'differ')}"


def at_most(differs: float | None, confidence: float, do: str) -> str:
    """Of runs that are all alike, what share of others may not be so; nothing of runs that are not."""
    if differs is None:
        return ""
    return f"; at most {percent(differs)} of all would {do} ({100 * confidence:.3g} % confidence)"


def runs(v: Verdict) -> str:
    """What the shares are of: worlds where facts were drawn, else runs."""
    return "worlds" if v.worlds > 1 else "runs"


def so_few(v: Verdict) -> str:
    """`3 runs together, too few for a mean`: what is counted in several is no number of one."""
    together = f"{runs(v)} together" if v.replications > 1 else "run"
    return f"{v.replications} {together}, too few for a mean"


def too_few(v: Verdict) -> str:
    one = v.replications == 1
    return f"{v.replications} {'run is' if one else 'runs are'} too few to quote a mean"


def first_of(parts: Sequence[str]) -> str:
    """The first five, and how many there are beside them."""
    return joined([*parts[:MOST], *others(len(parts) - MOST, "other")])


def others(many: int, what: str) -> list[str]:
    """`2 others`; nothing where there are none."""
    return [f"{many} {what}{'s' if many > 1 else ''}"] if many > 0 else []
