"""Which share of the variance of the shortfall each group of facts accounts for."""

from __future__ import annotations

from collections.abc import Mapping
from math import log2, sqrt
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import stdtrit

from sim.study.sensitivity.facts import Facts
from sim.study.sensitivity.noise import Noise, noise
from sim.study.sensitivity.shots import Shots

REPEATS = 4
"""Designs of their own, each with its own luck."""
RESAMPLES = 500
WIDEST = 0.25
"""Half an interval beyond which its index is not told in words: over more than half of all variance it does
not tell a fact that makes most of the spread from one that makes little of it."""
CONFIDENCE = 0.95
COLUMNS = ("group", "first", "first_low", "first_high", "total", "total_low", "total_high")
Indices = NDArray[np.float64]


def points(groups: int, samples: int) -> int:
    return REPEATS * each(samples) * (groups + 2)


def each(samples: int) -> int:
    """Rows of the matrices of one repeat: a power of two."""
    return max(4, 1 << max(0, round(log2(max(1, samples) / REPEATS))))


def sobol(
    facts: Facts, shots: Shots, seed: int, replications: int, samples: int
) -> tuple[pd.DataFrame, Noise]:
    """First-order and total indices by group, greatest total first; no row if there is much noise.

    Means over the repeats. An interval is the wider of Student's over the repeats and that of the
    bootstrap within them.

    Source: Saltelli and others 2010, "Variance based sensitivity analysis of model output"; SALib.
    """
    found = [_design(facts, shots, seed + i, replications, each(samples)) for i in range(REPEATS)]
    told = noise(*found)
    if told.too_great:
        return pd.DataFrame(columns=list(COLUMNS)), told
    means = [runs.mean(axis=1) for runs in found]
    many = np.array([_indices(facts, mean, seed + i) for i, mean in enumerate(means)])
    first, total = _pooled(many[:, 0], many[:, 1]), _pooled(many[:, 2], many[:, 3])
    frame = pd.DataFrame(np.vstack([first, total]).T, columns=list(COLUMNS[1:]))
    frame.insert(0, "group", facts.names)
    return frame.sort_values("total", ascending=False, kind="stable").reset_index(drop=True), told


def known(row: Mapping[Any, Any], index: str = "total") -> bool:
    """Whether `total` or `first` of a row is known well enough to be told in words.

    An index whose interval is not wide but lies outside 0 to 1 altogether is not: it can be no share.
    """
    low, high = row[f"{index}_low"], row[f"{index}_high"]
    return bool((high - low) / 2 <= WIDEST and low <= 1.0 and high >= 0.0)


def _design(facts: Facts, shots: Shots, seed: int, replications: int, rows: int) -> Indices:
    """Shortfalls (points, replications) of one scrambled design."""
    from SALib.sample import sobol as sample

    design = sample.sample(facts.problem(), rows, calc_second_order=False, seed=seed % 2**32)
    return shots(facts.worlds(design), seed, replications)


def _indices(facts: Facts, mean: Indices, seed: int) -> Indices:
    """First, its half width, total, its half width (4, groups)."""
    from SALib.analyze import sobol as analyse

    told = analyse.analyze(
        facts.problem(), mean, calc_second_order=False, num_resamples=RESAMPLES,
        conf_level=CONFIDENCE, seed=seed % 2**32,
    )  # fmt: skip
    return np.array([told[key] for key in ("S1", "S1_conf", "ST", "ST_conf")], np.float64)


def _pooled(index: Indices, half: Indices) -> Indices:
    """Mean and the ends of its interval (3, groups), of indices and half widths (repeats, groups)."""
    n = len(index)
    mean = index.mean(axis=0)
    student = stdtrit(n - 1, (1 + CONFIDENCE) / 2) * index.std(axis=0, ddof=1) / sqrt(n)
    within = np.sqrt((half**2).sum(axis=0)) / n
    wide = np.maximum(student, within)
    return np.array([mean, mean - wide, mean + wide])
