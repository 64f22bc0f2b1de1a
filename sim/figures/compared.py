"""How far each measure of other scenarios is from that of the first."""

from __future__ import annotations

import json
from collections.abc import Mapping
from math import log10
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import NullLocator

from sim.figures import look
from sim.figures.drawing import Drawing, Skipped
from sim.figures.wording import MINUS, SPACE, sentence, words
from sim.study.comparison import measure_words

NAME = "differences"
_MOST, _ROW, _EACH, _FAR = 24, 0.3, 0.13, 200.0
_NEAR = 10.0
"""Per cent to either side up to which the scale is even where it is not so beyond."""
_LEFT, _LINE, _BESIDE, _TICKS = 3.2, 0.24, 3, 3
_COLOURS = (look.BLUE, look.VERMILION, look.GREEN, look.ORANGE, look.BLACK)
Told = Mapping[str, Any]


def figures(folder: Path) -> list[Drawing | Skipped]:
    """From the comparison that was left in `folder`."""
    told = json.loads((folder / "compare.json").read_text(encoding="utf-8"))
    rows = pd.read_csv(folder / "differences.csv", keep_default_na=False, na_values={"low": [""]})
    if not _known(rows).any():
        return [Skipped(NAME, "no measure of the first scenario is anything but nothing")]
    return [drawing(rows, told)]


def drawing(every: pd.DataFrame, told: Told) -> Drawing:
    """Differences in per cent of the first scenario, those that are shown in colour."""
    known = every[_known(every)]
    measures = list(dict.fromkeys([*known[known["differs"]]["measure"], *known["measure"]]))
    shown = measures[:_MOST]
    rows = known[known["measure"].isin(shown)]
    first, *others = told["scenarios"]
    title = _title(every, words(first), others)
    says = (
        f"{'Illustrative numbers. ' if told['illustrative'] else ''}Difference from {words(first)} in per cent of"
        f" it, {told['replications']} runs under the same luck, with intervals at 95{SPACE}% adjusted for"
        f" their number. Filled: shown to differ. Hollow: not shown to."
    )
    says += _left_out(every, len(measures), words(first))
    foot = look.source(f"comparison {told['digest']}, seed {told['seed']}", told["illustrative"])
    row = max(_ROW, _EACH * len(others))
    lines = -(-len(others) // _BESIDE) * _LINE
    page = look.page(title, says, foot, row * len(shown) + 0.9 + lines)
    axes = page.axes(_LEFT, 0.6, look.WIDTH - _LEFT - 2 * look.EDGE, row * len(shown))
    for k, scenario in enumerate(others):
        _series(axes, rows[rows["scenario"] == scenario], shown, k, len(others))
    axes.axvline(0, color=look.GREY, linewidth=1)
    _scale(axes)
    axes.set_yticks(range(len(shown)), [sentence(measure_words(name)) for name in shown], size=8)
    axes.set_ylim(len(shown) - 0.5, -0.5)
    beyond = f" (even to {_NEAR:.0f}{SPACE}%, by powers of ten beyond)"
    bent = beyond if axes.get_xscale() == "symlog" else ""
    axes.set_xlabel(f"difference from {words(first)}{bent}", size=9)
    _legend(axes, others)
    text = " ".join(
        f"{measure_words(str(one.measure))}, {words(str(one.scenario))}: {_percent(one.difference, one.base):+.3g} %."
        for one in rows.itertuples()
    )
    return Drawing(NAME, title, f"{says} {text}", known, page.figure)


def _known(rows: pd.DataFrame) -> pd.Series[bool]:
    """Whether a difference is one in per cent."""
    return (rows["base"] != 0) & np.isfinite(rows["difference"].astype(float))


def _title(every: pd.DataFrame, first: str, others: list[str]) -> str:
    """Counts over all rows, drawn or not."""
    differ = every[every["differs"]]
    if len(others) == 1:
        return f"{len(differ)} of {len(every)} measures differ from {first}{_rate(differ, others)}"
    return f"{len(differ)} of {len(every)} measures of {len(others)} scenarios differ from {first}"


def _left_out(every: pd.DataFrame, known: int, first: str) -> str:
    """How many measures are not drawn, and why."""
    many = every["measure"].nunique()
    parts = [f"the first {_MOST} of {many} measures are shown, those that differ before the others"]
    parts = parts if known > _MOST else []
    if many > known:
        parts.append(f"{many - known} of {many} measures cannot be shown in per cent of {first}, where they are 0")
    return f" {sentence('; '.join(parts))}. All are in differences.csv." if parts else ""


def _rate(shown: pd.DataFrame, others: list[str]) -> str:
    """What the rate reached differs by, where there is one other and it does."""
    reached = shown[shown["measure"] == "reached"]
    if len(others) != 1 or reached.empty:
        return ""
    row = next(reached.itertuples())
    return f", the rate reached by {_percent(row.difference, row.base):+,.0f}{SPACE}%"


def _scale(axes: Axes) -> None:
    """Even up to a tenth to either side where some differences are far beyond the others."""
    axes.margins(x=0.06)
    low, high = axes.get_xlim()
    if max(-low, high) > _FAR:
        axes.set_xscale("symlog", linthresh=_NEAR)
        axes.autoscale_view(scaley=False)
        axes.set_xticks(_ticks(*axes.get_xlim()), minor=False)
        axes.xaxis.set_minor_locator(NullLocator())
    axes.tick_params(axis="x", labelsize=8)
    axes.xaxis.set_major_formatter(lambda x, _: f"{x:+,.0f}{SPACE}%".replace("-", MINUS) if x else "0")


def _ticks(low: float, high: float) -> list[float]:
    """Nothing, and powers of ten to both sides, so few that their labels stand apart."""
    most = int(log10(max(-low, high, _NEAR)))
    every = max(1, -(-most // _TICKS))
    sizes = [10.0**n for n in range(most, 0, -every)]
    return sorted(x for x in [0.0, *sizes, *(-size for size in sizes)] if low <= x <= high)


def _legend(axes: Axes, others: list[str]) -> None:
    """Above the axes, where no marker of it is taken for a difference."""
    handles = [
        Line2D([], [], color=_COLOURS[k % len(_COLOURS)], marker="o", markersize=5, label=words(other))
        for k, other in enumerate(others)
    ]
    axes.legend(handles=handles, frameon=False, fontsize=8, loc="lower left", ncols=_BESIDE,
                bbox_to_anchor=(0, 1), borderaxespad=0.2)  # fmt: skip


def _series(axes: Axes, rows: pd.DataFrame, measures: list[str], k: int, many: int) -> None:
    colour = _COLOURS[k % len(_COLOURS)]
    for one in rows.itertuples():
        y = measures.index(str(one.measure)) + (k - (many - 1) / 2) * 0.6 / many
        ends = [_percent(x, one.base) for x in (one.low, one.high)]
        if np.isfinite(ends).all():
            axes.plot(ends, [y, y], color=colour, linewidth=1.4, clip_on=False)
        face = colour if one.differs else "white"
        axes.plot([_percent(one.difference, one.base)], [y], "o", color=colour, markersize=5,
                  markerfacecolor=face, clip_on=False)  # fmt: skip


def _percent(value: object, base: object) -> float:
    return 100.0 * float(str(value)) / abs(float(str(base)))
