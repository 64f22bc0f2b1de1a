"""How many worlds must say yes for a point to count as achievable, with a margin for the next ones."""

from __future__ import annotations

from math import ceil
from typing import NamedTuple

from scipy.stats import beta

from sim.estimate.probability import decide

PROMISED = 0.95
"""Share of fresh batches, each as large, whose share of yes shall meet the required one."""
ALARM = 0.05
"""Chance that a point of which fewer batches would do so is taken for one that keeps the promise."""
SIZES = (20, 30, 40, 50, 60, 80, 100, 120, 150, 200, 300, 400, 600, 1000)
_WHOLE = 1e-9


class Bar(NamedTuple):
    """At least `yes` of `worlds` for a required share; `batch` is what a fresh batch has to show."""

    yes: int
    worlds: int
    batch: int

    @property
    def spare(self) -> int:
        """Worlds that may say no."""
        return self.worlds - self.yes

    def among(self, worlds: int) -> int:
        """The same share of fewer worlds, rounded up: a guide for a search, no evidence."""
        return ceil(self.yes * worlds / self.worlds - _WHOLE)


def safe_probability(worlds: int, required: float) -> float:
    """Least chance of yes with which PROMISED of all batches of `worlds` meet the required share.

    Source: P(X >= k) = I_p(k, n - k + 1) for X binomial.
    """
    needed = ceil(worlds * required - _WHOLE)
    return float(beta.ppf(PROMISED, needed, worlds - needed + 1))


def bar(worlds: int, required: float, resources: int = 1) -> Bar | None:
    """The least yes that shows the answer and keeps the promise; None if not even all would.

    Two rules at once. The answer must be `achievable` by the rule of `sim run`. And the exact lower
    bound of the chance of yes (Clopper and Pearson, one-sided) must be a chance with which 95 of 100
    further batches of the same size meet the required share. Steps down are tried in the same worlds.
    With one resource the points form a chain, in which more never does worse: the least that passes
    is below the safe chance only if the greatest such point passes, so the bound needs no
    correction. With several, each has a chain of its own, and the alarm is divided by their number.
    """
    safe, alarm = safe_probability(worlds, required), ALARM / resources
    for yes in range(ceil(worlds * required - _WHOLE), worlds + 1):
        low = float(beta.ppf(alarm, yes, worlds - yes + 1))
        if low >= safe and decide(yes, worlds, required) == "achievable":
            return Bar(yes, worlds, ceil(worlds * required - _WHOLE))
    return None


def usual(required: float, resources: int = 1) -> int:
    """Least usual number of worlds of which one may say no; the greatest there is if none does."""
    for worlds in SIZES:
        found = bar(worlds, required, resources)
        if found is not None and found.spare:
            return worlds
    return SIZES[-1]


def fewest(required: float, resources: int = 1) -> int | None:
    """Fewest worlds that can show it at all; None beyond the greatest usual number."""
    return next((n for n in range(1, SIZES[-1] + 1) if bar(n, required, resources)), None)
