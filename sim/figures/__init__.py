"""Figures for a report, drawn from a finished run's folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sim.figures import binding, flows, held, look, queues, rate, sweep_line, sweep_map, swept
from sim.figures.drawing import Drawing, Skipped, keep
from sim.figures.finished import read

__all__ = ["draw_all", "draw_sweep"]

FIGURES = (rate.figure, held.figure, queues.figure, flows.figure, binding.figure)


def draw_all(folder: Path) -> list[Path]:
    """Fills `folder/figures` from what the run left in `folder`, the paths written.

    Each figure is a PNG, an SVG, its data as CSV and its words as text; README.txt lists them and
    says which this run gives nothing to draw. The same run gives the same bytes.

    Raises: Refused, where a file of the run is missing.
    """
    run = read(folder)
    return _kept(folder, lambda: [figure(run) for figure in FIGURES])


def draw_sweep(folder: Path) -> list[Path]:
    """As `draw_all`, from what a sweep left in `folder`."""
    of = swept.read(folder)
    return _kept(folder, lambda: [figure(of) for figure in (sweep_line.figure, sweep_map.figure)])


def _kept(folder: Path, draw: Callable[[], list[Drawing | Skipped]]) -> list[Path]:
    out = folder / "figures"
    out.mkdir(exist_ok=True)
    with look.applied():
        drawn = draw()
        paths = [path for one in drawn if isinstance(one, Drawing) for path in keep(one, out)]
    listed = out / "README.txt"
    listed.write_text(_contents(drawn), encoding="utf-8")
    return [*paths, listed]


def _contents(drawn: list[Drawing | Skipped]) -> str:
    lines = ["Each figure as .png and .svg, its data as .csv, its words as .txt.", ""]
    for one in drawn:
        said = one.title if isinstance(one, Drawing) else f"not drawn: {one.why}"
        lines.append(f"{one.name}: {said}")
    return "\n".join([*lines, ""])
