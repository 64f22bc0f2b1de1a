"""Each uncertain fact at the ends of its range, the others as stated."""

from __future__ import annotations

from math import isfinite, nan

import numpy as np
import pandas as pd

from sim.estimate import holm, paired_difference
from sim.study.sensitivity.facts import Facts
from sim.study.sensitivity.shots import Shots, Values, World

COLUMNS = (
    "fact", "unit", "low", "stated", "high", "at_low", "at_low_from", "at_low_to", "at_high",
    "at_high_from", "at_high_to", "swing", "p_adjusted", "moves",
)  # fmt: skip
_ALARM = 0.05


def points(facts: Facts) -> int:
    return 1 + 2 * len(facts.each)


def tornado(facts: Facts, shots: Shots, seed: int, replications: int) -> tuple[pd.DataFrame, Values]:
    """One row a fact, widest first, and the shortfall at the stated values (replications,).

    `at_low` and `at_high` are what the rate reached gains there against the stated values, under the
    same luck, with intervals at 95 % for each alone (unknown where all runs differ by the same).
    `moves` where high and low differ, Holm-adjusted over all facts. `low`, `stated` and `high` are
    unknown of a fact of several numbers that do not share them.
    """
    worlds: list[World] = [{}]
    for fact in facts.each:
        worlds += [fact.at(end) for end in fact.ends]
    found = shots(worlds, seed, replications)
    if not shots.asked.at_least:
        found = -found  # a shortfall of what must stay below a value rises with the rate
    base, low, high = found[0], found[1::2], found[2::2]
    p_values = holm([paired_difference(a, b).p_value for a, b in zip(low, high, strict=True)])
    rows = []
    for fact, a, b, p in zip(facts.each, low, high, p_values, strict=True):
        ends = (*_gain(base, a), *_gain(base, b))
        swing = float(np.mean(a - b))
        rows.append((fact.path, *fact.told, *ends, swing, float(p), bool(p <= _ALARM)))
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    order = frame["swing"].abs().sort_values(ascending=False, kind="stable").index
    return frame.loc[order].reset_index(drop=True), base


def _gain(base: Values, other: Values) -> tuple[float, float, float]:
    of = paired_difference(base, other).interval
    low, high = (x if isfinite(x) else nan for x in (of.low, of.high))
    return of.mean, low, high


def spread(frame: pd.DataFrame) -> float:
    """Variance that the facts would give the rate if each acted alone and evenly over its range."""
    return float((frame["swing"] ** 2 / 12.0).sum())
