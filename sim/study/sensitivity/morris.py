"""Screening: which few groups of facts are worth the price of indices."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.study.sensitivity.facts import Facts
from sim.study.sensitivity.noise import Noise, noise
from sim.study.sensitivity.shots import Shots

PATHS = 10
LEVELS = 4
COLUMNS = ("group", "mean_effect", "low", "high", "kept")


def points(facts: Facts) -> int:
    return PATHS * (len(facts.names) + 1)


def morris(
    facts: Facts, shots: Shots, seed: int, replications: int, most: int
) -> tuple[pd.DataFrame, Noise]:
    """Groups by the mean size of their elementary effects [measure/day over the whole range].

    At most `most` are kept. The interval, at 95 %, is from ten paths through the ranges.

    Source: Morris 1991; groups as Campolongo, Cariboni and Saltelli 2007; SALib.
    """
    from SALib.analyze import morris as analyse
    from SALib.sample import morris as sample

    problem = facts.problem()
    design = sample.sample(problem, PATHS, num_levels=LEVELS, seed=seed % 2**32)
    found = shots(facts.worlds(design), seed, replications)
    mean = found.mean(axis=1)
    told = analyse.analyze(problem, design, mean, num_levels=LEVELS, seed=seed % 2**32)
    frame = pd.DataFrame({"group": told["names"], "mean_effect": np.asarray(told["mu_star"], np.float64)})
    half = np.asarray(told["mu_star_conf"], np.float64)
    frame["low"], frame["high"] = np.maximum(0.0, frame["mean_effect"] - half), frame["mean_effect"] + half
    frame = frame.sort_values("mean_effect", ascending=False, kind="stable").reset_index(drop=True)
    frame["kept"] = (frame.index < most) & (frame["mean_effect"] > 0)
    return frame[list(COLUMNS)], noise(found)
