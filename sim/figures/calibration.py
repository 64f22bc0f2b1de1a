"""What a fit looks like: figures against observations, and the set of values."""

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
from sim.figures.wording import SPACE

Told = Mapping[str, Any]
_ROW = 0.3
_LABELS = 3.6
_NOTE = "A set of values that fit is no evidence that the structure is right."


def figures(folder: Path) -> list[Drawing | Skipped]:
    """From what a fit left in `folder`."""
    fit, parameters = (pd.read_csv(folder / name) for name in ("fit.csv", "parameters.csv"))
    points = pd.read_csv(folder / "points.csv")
    told = json.loads((folder / "provenance.json").read_text(encoding="utf-8"))
    return [_fit(fit, told), _set(parameters, points, told)]


def _page(title: str, says: str, told: Told, height: float) -> look.Page:
    about = f"{told['title']}. " if "title" in told else ""
    foot = look.source(f"fit {told['digest']}", bool(told.get("illustrative")), _NOTE)
    return look.page(title, f"{about}{says}", foot, height)


def _fit(fit: pd.DataFrame, told: Told) -> Drawing:
    """Each figure in units of what is allowed: the set's band, its central row, held out or not."""
    held, good = fit[fit["fitted"] == "no"], fit["within_allowed"]
    inside = int(good[held.index].sum())
    title = (
        f"{int(good[fit['fitted'] == 'yes'].sum())} of {int((fit['fitted'] == 'yes').sum())} fitted and"
        f" {inside} of {len(held)} held-out figures are within what is allowed"
    )
    says = (
        "Difference from what was observed, in units of what is allowed. Dot: the central row; bar: all"
        " rows of the set; hollow and dashed: held out; grey: an input. What is allowed lies between the lines."
    )
    page = _page(title, says, told, 0.8 + _ROW * len(fit))
    axes = page.axes(_LABELS, 0.5, look.WIDTH - _LABELS - look.EDGE, _ROW * len(fit))
    data = pd.DataFrame({"figure": fit["figure"], "fitted": fit["fitted"]})
    for column in ("central", "set_low", "set_high"):
        data[column] = (fit[column] - fit["observed"]) / fit["allowed"]
    for i, row in enumerate(data.to_dict("records")):
        _mark(axes, -i, {str(key): value for key, value in row.items()})
    for x in (-1, 1):
        axes.axvline(x, color=look.GREY, linewidth=0.8)
    axes.axvline(0, color=look.PALE, linewidth=0.8)
    _names(axes, list(data["figure"]))
    text = " ".join(
        f"{row.figure}: {row.central:+.2f} ({row.set_low:+.2f} to {row.set_high:+.2f}), {row.fitted}."
        for row in data.itertuples()
    )
    return Drawing("fit", title, f"{says} {text} Data: fit.csv.", data, page.figure)


def _mark(axes: Axes, y: int, row: Mapping[str, object]) -> None:
    fitted, central = row["fitted"], float(str(row["central"]))
    colour = look.GREY if fitted == "input" else look.BLUE if fitted == "yes" else look.VERMILION
    ends = [float(str(row[name])) for name in ("set_low", "set_high")]
    axes.plot(ends, [y, y], color=colour, linewidth=2, linestyle="--" if fitted == "no" else "-")
    axes.plot([central], [y], marker="o", markersize=6, color=colour,
              markerfacecolor="white" if fitted == "no" else colour)  # fmt: skip


def _set(parameters: pd.DataFrame, points: pd.DataFrame, told: Told) -> Drawing:
    """Each parameter over its range, a stroke for each row of the set."""
    rows = points[points["in_set"]]
    title = f"{len(rows)} rows of values fit what was observed"
    says = (
        "Each stroke is one row of the set, from the low to the high end of a parameter's range; dot: the"
        " central row. Rows hold together: a value of one line goes with its own of the others."
    )
    page = _page(title, says, told, 0.8 + _ROW * len(parameters))
    axes = page.axes(_LABELS, 0.5, look.WIDTH - _LABELS - look.EDGE, _ROW * len(parameters))
    numbers = parameters[["low", "high", "central"]].to_numpy(np.float64)
    paths = [str(path) for path in parameters["path"]]
    for i, (path, (low, high, central)) in enumerate(zip(paths, numbers, strict=True)):
        place = (rows[path].to_numpy(np.float64) - low) / (high - low)
        axes.plot(place, np.full(len(place), -i), "|", color=look.BLUE, markersize=11, alpha=0.5)
        axes.plot([(central - low) / (high - low)], [-i], "o", color=look.BLACK, markersize=5)
    axes.set_xlim(0, 1)
    axes.set_xticks([0, 0.5, 1], ["low end", "", "high end"])
    axes.get_xticklabels()[-1].set_horizontalalignment("right")
    _names(axes, [_named(one) for one in parameters.itertuples(index=False)])
    lines = " ".join(
        f"{one.path}: {one.set_low:.4g} to {one.set_high:.4g} of {one.low:.4g} to {one.high:.4g}."
        for one in parameters.itertuples()
    )
    return Drawing("set", title, f"{says} {lines} Data: set.csv.", rows[paths], page.figure)


def _named(one: Any) -> str:
    shown = "" if pd.isna(one.unit) else f"{SPACE}{one.unit}"
    return f"{str(one.path).removeprefix('steps.')}, {one.low:g} to {one.high:g}{shown}"


def _names(axes: Axes, names: list[str]) -> None:
    axes.set_yticks(-np.arange(len(names)), [_cut(name) for name in names])
    axes.set_ylim(-len(names) + 0.4, 0.6)
    axes.tick_params(axis="y", length=0, labelsize=7.5)


def _cut(name: str) -> str:
    return name if len(name) <= 52 else f"…{name[-51:]}"
