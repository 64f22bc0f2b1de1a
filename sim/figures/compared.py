"""How far each measure of other scenarios is from that of the first."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from sim.figures import look
from sim.figures.drawing import Drawing, Skipped
from sim.figures.wording import SPACE, sentence, words
from sim.study.comparison import measure_words

NAME = "differences"
_MOST, _ROW, _FAR = 24, 0.3, 200.0
_COLOURS = (look.BLUE, look.VERMILION, look.GREEN, look.ORANGE, look.BLACK)
Told = Mapping[str, Any]


def figures(folder: Path) -> list[Drawing | Skipped]:
    """From the comparison that was left in `folder`."""
    told = json.loads((folder / "compare.json").read_text(encoding="utf-8"))
    rows = pd.read_csv(folder / "differences.csv", keep_default_na=False, na_values={"low": [""]})
    known = rows[(rows["base"] != 0) & np.isfinite(rows["difference"].to_numpy(np.float64))]
    if known.empty:
        return [Skipped(NAME, "no measure of the first scenario is anything but nothing")]
    return [drawing(known, told)]


def drawing(rows: pd.DataFrame, told: Told) -> Drawing:
    """Differences in per cent of the first scenario, those that are shown in colour."""
    measures = list(dict.fromkeys([*rows[rows["differs"]]["measure"], *rows["measure"]]))[:_MOST]
    rows = rows[rows["measure"].isin(measures)]
    first, *others = told["scenarios"]
    shown = rows[rows["differs"]]
    title = f"{len(shown)} of {len(rows)} measures differ from {words(first)}{_rate(shown, others)}"
    says = (
        f"Difference from {words(first)} in per cent of it, {told['replications']} runs under the"
        f" same luck, with intervals at 95{SPACE}% adjusted for their number. Filled: shown to differ."
        " Hollow: not shown to."
    )
    foot = look.source(f"comparison {told['digest']}, seed {told['seed']}", told["illustrative"])
    page = look.page(title, says, foot, _ROW * len(measures) + 0.9)
    axes = page.axes(3.2, 0.45, look.WIDTH - 3.2 - look.EDGE, _ROW * len(measures))
    for k, scenario in enumerate(others):
        _series(axes, rows[rows["scenario"] == scenario], measures, k, len(others))
    axes.axvline(0, color=look.GREY, linewidth=1)
    _scale(axes)
    axes.set_yticks(range(len(measures)), [sentence(measure_words(name)) for name in measures], size=8)
    axes.set_ylim(len(measures) - 0.5, -0.5)
    axes.legend(frameon=False, fontsize=8, loc="best")
    text = " ".join(
        f"{measure_words(str(one.measure))}, {words(str(one.scenario))}: {_percent(one.difference, one.base):+.3g} %."
        for one in rows.itertuples()
    )
    return Drawing(NAME, title, f"{says} {text}", rows, page.figure)


def _rate(shown: pd.DataFrame, others: list[str]) -> str:
    """What the rate reached differs by, where there is one other and it does."""
    reached = shown[shown["measure"] == "reached"]
    if len(others) != 1 or reached.empty:
        return ""
    row = next(reached.itertuples())
    return f", the rate reached by {_percent(row.difference, row.base):+,.0f}{SPACE}%"


def _scale(axes: Axes) -> None:
    """Even up to a tenth to either side where some differences are far beyond the others."""
    if max(map(abs, axes.get_xlim())) > _FAR:
        axes.set_xscale("symlog", linthresh=10.0)
    axes.tick_params(axis="x", labelsize=8)
    axes.xaxis.set_major_formatter(lambda x, _: f"{x:+,.0f}{SPACE}%" if x else "0")


def _series(axes: Axes, rows: pd.DataFrame, measures: list[str], k: int, many: int) -> None:
    colour = _COLOURS[k % len(_COLOURS)]
    for i, one in enumerate(rows.itertuples()):
        y = measures.index(str(one.measure)) + (k - (many - 1) / 2) * 0.6 / many
        ends = [_percent(x, one.base) for x in (one.low, one.high)]
        if np.isfinite(ends).all():
            axes.plot(ends, [y, y], color=colour, linewidth=1.4)
        face = colour if one.differs else "white"
        label = words(str(one.scenario)) if i == 0 else None
        axes.plot([_percent(one.difference, one.base)], [y], "o", color=colour, markersize=5,
                  markerfacecolor=face, label=label)  # fmt: skip


def _percent(value: object, base: object) -> float:
    return 100.0 * float(str(value)) / abs(float(str(base)))
