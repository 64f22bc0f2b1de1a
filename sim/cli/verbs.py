"""The verbs that end in figures, as the command line and `import sim` both call them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.study.run import run as run_without_figures

if TYPE_CHECKING:
    import pandas as pd

    from sim.study.calibrate.verb import Calibrated
    from sim.study.require import Required
    from sim.study.sensitivity.finding import Finished as Studied
    from sim.study.sweep import Swept


def plot(folder: Path | str) -> list[Path]:
    """Figures of a finished run, drawn again into its folder; the files.

    Raises Refused if it is no run folder.
    """
    from sim.figures import draw_all, draw_sweep

    of_a_sweep = (Path(folder) / "points.parquet").is_file()
    return list((draw_sweep if of_a_sweep else draw_all)(Path(folder)))


def plot_sensitivity(folder: Path | str) -> list[Path]:
    """Figures of a finished sensitivity study, drawn into its folder; the files."""
    from sim.figures.sensitivity import draw_sensitivity

    return list(draw_sensitivity(Path(folder)))


run = partial(run_without_figures, draw=plot)
"""`sim.study.run.run`, with the figures drawn."""


def _draw_fit(folder: Path) -> list[Path]:
    from sim.figures.calibration import draw_fit

    return draw_fit(folder)


def calibrate(file: Path | str, observations: Path | str | None = None, **options: Any) -> Calibrated:
    """`sim.study.calibrate.verb.calibrate`, with the figures drawn."""
    from sim.study.calibrate.verb import calibrate as without_figures

    return without_figures(file, observations, draw=_draw_fit, **options)


def sensitivity(file: Path | str, **options: Any) -> Studied:
    """`sim.study.sensitivity.sensitivity`, with the figures drawn."""
    from sim.study.sensitivity import sensitivity as without_figures

    return without_figures(file, draw=plot_sensitivity, **options)


def swept(
    file: Path | str,
    vary: Sequence[str] = (),
    *,
    engine: str | None = None,
    executor: str | None = None,
    jobs: int | None = None,
    store: Path | None = None,
    **plan: object,
) -> Swept:
    """`sim.study.sweep.sweep`, with the figures drawn."""
    from sim.study.sweep import Means
    from sim.study.sweep import sweep as without_figures

    means = Means(engine, executor, jobs, store)
    return without_figures(file, vary, draw=plot, means=means, **plan)  # type: ignore[arg-type]


def sweep(file: Path | str, vary: Sequence[str] = (), **plan: object) -> pd.DataFrame:
    """One row a point: what was varied, the answer, the rate reached, breaches, costs, means.

    `vary` are `path=from:to:steps` or `path=a,b,c`; the rest is as `sim sweep` has it (`kind`, `points`,
    `replications`, `precision`, `seed`, `central`, `changes`, `out`, `engine`, `executor`, `jobs`, `store`).

    Raises Refused for a design that cannot be read or run.
    """
    return swept(file, vary, **plan).frame  # type: ignore[arg-type]


def require(file: Path | str, move: Sequence[str] = (), **options: Any) -> Required:
    """`sim.study.require.require`, with the figure of a trade-off drawn."""
    from sim.figures.trade_off import draw
    from sim.study.require import require as without_figures

    return without_figures(file, move, draw=draw, **options)
