"""The set of values that fit, its middle, and what it says of every observation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.scenario import Scenario
from sim.study.calibrate.apart import Apart, apart, worth
from sim.study.calibrate.observations import NO, YES, Observation
from sim.study.calibrate.parameters import Box, Parameter
from sim.study.calibrate.search import How, Searched

Floats = NDArray[np.float64]
MOST_ROWS = 200


@dataclass(frozen=True)
class Fit:
    """A finished fit. `rows` are the points of the set (indices), `central` the one among all points
    that stands for it: the nearest to all others, or the nearest to the observations if none fits."""

    scenario: Scenario
    parameters: Sequence[Parameter]
    observations: Sequence[Observation]
    how: How
    searched: Searched
    rows: NDArray[np.int64]
    central: int
    fits: int
    apart: Apart | None
    worth: float

    @property
    def set(self) -> Floats:
        """(rows, parameters) values that fit."""
        return self.searched.values[self.rows]


def fitted(
    scenario: Scenario, of: Sequence[Parameter], seen: Sequence[Observation], how: How, found: Searched
) -> Fit:
    """What all points come to."""
    box = Box(scenario, of)
    good = np.flatnonzero(found.worst <= how.cut)
    rows = good[np.unique(np.linspace(0, len(good) - 1, min(len(good), MOST_ROWS)).astype(np.int64))]
    central = int(np.argmin(found.worst)) if not len(rows) else _medoid(box.unit(found.values), rows)
    place = box.unit(found.values[[central]])[0]
    slope = found.emulator.slope(place)[found.fitted] / found.scale[found.fitted, None]
    told = apart(box.unit(found.values[good]), slope) if len(good) else None
    first = found.outputs[found.wave == 1][:, found.fitted]
    known = first[np.isfinite(first).all(axis=1)]
    return Fit(scenario, of, seen, how, found, rows, central, len(good), told, worth(known))


def _medoid(unit: Floats, rows: NDArray[np.int64]) -> int:
    """The row with the least sum of distances to the others."""
    of = unit[rows]
    sums = [float(np.sqrt(((of - one) ** 2).sum(axis=1)).sum()) for one in of]
    return int(rows[int(np.argmin(sums))])


def fit_frame(of: Fit) -> pd.DataFrame:
    """A row for each observation: what the central row gives, and the band of the set, unknown without one."""
    outputs, found = of.searched.outputs, of.searched
    of_set = outputs[of.rows] if len(of.rows) else np.full((1, outputs.shape[1]), np.nan)
    rows = []
    for i, one in enumerate(of.observations):
        low, high = float(of_set[:, i].min()), float(of_set[:, i].max())
        reach = 2.0 * float(found.luck[i])
        rows.append({
            "figure": one.name, "measure": one.measure, "how": one.how, "from": one.first,
            "to": one.last, "unit": one.unit, "fitted": one.fitted, "observed": one.observed,
            "allowed": one.allowed, "standard_error": one.error, "luck": float(found.luck[i]),
            "central": float(outputs[of.central, i]), "set_low": low, "set_high": high,
            "error_percent": _percent(float(outputs[of.central, i]), one.observed),
            "implausibility": float(found.implausible[of.central, i]),
            "within_allowed": abs(float(outputs[of.central, i]) - one.observed) <= one.allowed,
            "in_band": low - reach <= one.observed <= high + reach, "source": one.source,
        })  # fmt: skip
    return pd.DataFrame(rows)


def _percent(value: float, observed: float) -> float:
    return 100.0 * (value / observed - 1.0) if observed else float("nan")


def parameter_frame(of: Fit) -> pd.DataFrame:
    """A row for each parameter: its range, what is left of it, what it trades off with."""
    rows = []
    for j, one in enumerate(of.parameters):
        column = of.set[:, j] if len(of.rows) else np.array([np.nan])
        group = next((g for g in of.apart.groups if j in g), ()) if of.apart else ()
        rows.append({
            "path": one.path, "unit": one.unit, "stated": one.stated, "low": one.low,
            "high": one.high, "central": float(of.searched.values[of.central, j]),
            "set_low": float(column.min()), "set_high": float(column.max()),
            "set_mean": float(column.mean()), "set_sd": float(column.std()),
            "spread_left": float(of.apart.spread[j]) if of.apart else np.nan,
            "spread_left_others_held": float(of.apart.given[j]) if of.apart else np.nan,
            "stands_in_for": ";".join(of.parameters[k].path for k in group if k != j),
        })  # fmt: skip
    return pd.DataFrame(rows)


def points_frame(of: Fit) -> pd.DataFrame:
    """A row for each point that was run: wave, parameters, outputs, whether it is in the set."""
    found = of.searched
    frame = pd.DataFrame({"wave": found.wave, "implausibility": found.worst})
    frame["in_set"] = np.isin(np.arange(len(found.values)), of.rows)
    values = pd.DataFrame(found.values, columns=[one.path for one in of.parameters])
    outputs = pd.DataFrame(found.outputs, columns=[one.name for one in of.observations])
    return pd.concat([frame, values, outputs], axis=1)


def held_out(of: Fit, frame: pd.DataFrame) -> pd.DataFrame:
    return frame[frame["fitted"] == NO]


def in_fit(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[frame["fitted"] == YES]
