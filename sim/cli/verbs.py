"""The verbs that end in figures, as the command line and `import sim` both call them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.study.run import run as run_without_figures

if TYPE_CHECKING:
    from sim.study.require import Required


def plot(folder: Path | str) -> list[Path]:
    """Figures of a finished run, drawn again into its folder; the files.

    Raises Refused if it is no run folder.
    """
    from sim.figures import draw_all

    return list(draw_all(Path(folder)))


run = partial(run_without_figures, draw=plot)
"""`sim.study.run.run`, with the figures drawn."""


def require(file: Path | str, move: Sequence[str] = (), **options: Any) -> Required:
    """`sim.study.require.require`, with the figure of a trade-off drawn."""
    from sim.figures.trade_off import draw
    from sim.study.require import require as without_figures

    return without_figures(file, move, draw=draw, **options)
