"""The verbs that end in figures, as the command line and `import sim` both call them."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from sim.study.calibrate.verb import calibrate as calibrate_without_figures
from sim.study.run import run as run_without_figures


def plot(folder: Path | str) -> list[Path]:
    """Figures of a finished run, drawn again into its folder; the files.

    Raises Refused if it is no run folder.
    """
    from sim.figures import draw_all

    return list(draw_all(Path(folder)))


run = partial(run_without_figures, draw=plot)
"""`sim.study.run.run`, with the figures drawn."""


def _draw_fit(folder: Path) -> list[Path]:
    from sim.figures.calibration import draw_fit

    return draw_fit(folder)


calibrate = partial(calibrate_without_figures, draw=_draw_fit)
"""`sim.study.calibrate.verb.calibrate`, with the figures drawn."""
