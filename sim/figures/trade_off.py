"""How much less of one resource will do with more of another."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure

from sim.figures.drawing import Drawing, keep
from sim.study.require.answer import Required
from sim.verdict.numbers import amount, name


def draw(of: Required, folder: Path) -> list[Path]:
    """The files, in `figures/`; none where no trade-off was asked for."""
    if not of.frontier:
        return []
    into = folder / "figures"
    into.mkdir(exist_ok=True)
    return keep(drawing(of), into)


def drawing(of: Required) -> Drawing:
    """Points of the frontier, and the answer where it lies."""
    data = pd.DataFrame([e._asdict() for e in of.frontier])
    first, second = of.frontier[0].first_path, of.frontier[0].second_path
    figure = Figure(figsize=(6.4, 4.4), layout="constrained")
    axes = figure.add_subplot()
    axes.step(data["first"], data["second"], where="post", color="#1b6ca8")
    axes.plot(data["first"], data["second"], "o", color="#1b6ca8", label="least that will do")
    at = {m.path: x for m, x in zip(of.moves, of.levels or (), strict=True)}
    axes.plot([at[first]], [at[second]], "D", color="#b5482a", label="the answer")
    axes.set_xlabel(first)
    axes.set_ylabel(second)
    axes.set_xlim(left=0)
    axes.set_ylim(bottom=0)
    axes.legend(frameon=False)
    title = (
        f"How much of one will do with how much of the other: {name(str(of.question['measure']))}"
    )
    axes.set_title(title, loc="left", fontsize=10)
    points = "; ".join(f"{amount(e.first)} with {amount(e.second)}" for e in of.frontier)
    text = f"{first} with the least of {second} that will do: {points}."
    return Drawing("trade_off", title, text, data, figure)
