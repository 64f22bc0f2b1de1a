"""`sim plot`: the figures of a finished run, drawn again."""

from __future__ import annotations

from pathlib import Path


def plot(folder: Path | str) -> list[Path]:
    """Files drawn into `figures/` of a run folder. Raises Refused if it is no run folder."""
    from sim.figures import draw_all

    return list(draw_all(Path(folder)))
