"""The worlds of a run as a table, one row a world."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.verdict.asked import Asked
from sim.verdict.evidence import Evidence, series
from sim.verdict.plausible import Series, answers, reached


def worlds_frame(asked: Asked, evidence: Evidence) -> pd.DataFrame:
    """World, replication, yes, reached, shortfall [measure/day], then each fact by its path.

    Facts are in the unit they are written in.
    """
    daily = series(evidence.base, asked.measure)
    rates = reached(asked, daily)
    about = {
        "world": np.array([one.world for one in evidence.base], dtype=np.int64),
        "replication": np.array([one.replication for one in evidence.base], dtype=np.int64),
        "yes": answers(asked, daily),
        "reached": rates,
        "shortfall": shortfall(asked, rates),
    }
    return pd.DataFrame({**about, **evidence.facts})


def shortfall(asked: Asked, rates: Series) -> Series:
    """By how much each rate misses what is asked less the tolerance; negative where it does not."""
    if asked.at_least:
        return (1.0 - asked.tolerance) * asked.value - rates
    return rates - (1.0 + asked.tolerance) * asked.value
