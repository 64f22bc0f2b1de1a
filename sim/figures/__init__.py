"""Figures for a report, drawn from the folder of a finished run or study."""

from __future__ import annotations

from os.path import isdir, isfile  # unlike Path's they bear a name that no folder can have
from pathlib import Path

from sim.errors import Problem, Refused
from sim.figures import (
    binding,
    calibration,
    compared,
    flows,
    held,
    queues,
    rate,
    sensitivity,
    sweep_line,
    sweep_map,
    swept,
    trade_off,
)
from sim.figures.drawing import Drawing, Skipped, fill
from sim.figures.finished import WANTED, read

__all__ = ["draw", "draw_all"]

FIGURES = (rate.figure, held.figure, queues.figure, flows.figure, binding.figure)
Drawn = list[Drawing | Skipped]


def draw(folder: Path) -> list[Path]:
    """Fills `folder/figures` from what a run or a study left in `folder`; the paths written.

    Each figure is a PNG, an SVG, its data as CSV and its words as text; README.txt lists them and
    says which this run gives nothing to draw. The same run gives the same bytes.

    Raises: Refused, where a file of the run is missing or cannot be read.
    """
    kind = next((one for file, one in _KINDS.items() if isfile(folder / file)), _run)
    if kind is _run and not any(isfile(folder / file) for file in WANTED):
        found = "no run and no study" if isdir(folder) else "no such folder"
        wanted = "a folder that `sim run`, sweep, compare, require, sensitivity or calibrate has finished"
        raise Refused([Problem(str(folder), 0, "", found, wanted)])
    return fill(folder, kind)


def draw_all(folder: Path) -> list[Path]:
    """As `draw`, of a run."""
    return fill(folder, _run)


def _run(folder: Path) -> Drawn:
    of = read(folder)
    return [figure(of) for figure in FIGURES]


def _sweep(folder: Path) -> Drawn:
    of = swept.read(folder)
    return [figure(of) for figure in (sweep_line.figure, sweep_map.figure)]


_KINDS = {
    "points.parquet": _sweep,
    "sensitivity.json": sensitivity.figures,
    "calibrate.txt": calibration.figures,
    "require.json": trade_off.figures,
    "compare.json": compared.figures,
}
"""What is drawn from a folder, by the file that tells what it is; any other should be of a run."""
