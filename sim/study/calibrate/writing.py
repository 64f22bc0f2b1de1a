"""The files of a fit."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from sim.scenario import Scenario
from sim.study.calibrate.fitted import fit_frame, fitted, parameter_frame, points_frame
from sim.study.calibrate.observations import Observation
from sim.study.calibrate.parameters import Parameter
from sim.study.calibrate.search import How, Searched
from sim.study.calibrate.setfile import Told, set_file
from sim.study.calibrate.verb import FIT, PARAMETERS, POINTS, SET, TEXT
from sim.study.calibrate.words import words
from sim.study.finished import SCENARIO
from sim.study.resolved import resolved

__all__ = ["Told", "write"]


def write(
    draft: Path, folder: Path, found: Searched, scenario: Scenario, of: Sequence[Parameter],
    seen: Sequence[Observation], how: How, told: Told,
) -> None:  # fmt: skip
    """All but figures and provenance; the file of the set only if something fits."""
    whole = fitted(scenario, of, seen, how, found)
    _text(draft / SCENARIO, resolved(scenario))
    _text(draft / TEXT, words(whole) + "\n")
    _table(draft / FIT, fit_frame(whole))
    _table(draft / PARAMETERS, parameter_frame(whole))
    _table(draft / POINTS, points_frame(whole))
    if whole.fits:
        _text(draft / SET, set_file(whole, folder, told))


def _text(path: Path, content: str) -> None:
    path.write_text(content, encoding="utf-8", newline="\n")


def _table(path: Path, frame: pd.DataFrame) -> None:
    frame.to_csv(path, index=False, lineterminator="\n", float_format="%.10g")
