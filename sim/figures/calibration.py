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
from sim.figures.wording import MINUS, SPACE, fact, sentence
from sim.study.calibrate.fitted import MOST_ROWS

Told = Mapping[str, Any]
_ROW = 0.3
_LABELS = 3.6
_FITTED = {"yes": "fitted", "no": "held out", "input": "an input"}
_NOTE = "A set of values that fit is no evidence that the structure is right."


def figures(folder: Path) -> list[Drawing | Skipped]:
    """From what a fit left in `folder`."""
    fit, parameters = (pd.read_csv(folder / name) for name in ("fit.csv", "parameters.csv"))
    points = pd.read_csv(folder / "points.csv")
    told = json.loads((folder / "provenance.json").read_text(encoding="utf-8"))
    if not points["in_set"].any():
        return [_fit(fit, told, fits=False), Skipped("set", "nothing fits, so there is no set of values")]
    return [_fit(fit, told, fits=True), _set(parameters, points, told)]


def _page(title: str, says: str, told: Told, height: float, note: str = _NOTE) -> look.Page:
    foot = look.source(f"fit {told['digest']}", bool(told.get("illustrative")), note)
    return look.page(title, f"{look.about(told)}{says}", foot, height)


def _fit(fit: pd.DataFrame, told: Told, *, fits: bool) -> Drawing:
    """Each figure in units of what is allowed: the set's band, its central row, held out or not.

    Where nothing fits there is neither, and the point nearest to what was observed stands for all.
    """
    title = _fit_title(fit, fits)
    dot = "Dot: the central row; bar: all rows of the set" if fits else "Dot: what the point nearest to it gives"
    says = (
        f"Difference from what was observed, in units of what is allowed. {dot}; {_held_marks(fits)}: held"
        " out; grey: an input. What is allowed lies between the lines."
    )
    page = _page(title, says, told, 0.95 + _ROW * len(fit), _NOTE if fits else "")
    axes = page.axes(_LABELS, 0.65, look.WIDTH - _LABELS - look.EDGE, _ROW * len(fit))
    data = pd.DataFrame({"figure": fit["figure"], "fitted": fit["fitted"]})
    for column in ("central", "set_low", "set_high"):
        data[column] = (fit[column] - fit["observed"]) / fit["allowed"] if fits or column == "central" else np.nan
    for i, row in enumerate(data.to_dict("records")):
        _mark(axes, -i, {str(key): value for key, value in row.items()})
    for x in (-1, 1):
        axes.axvline(x, color=look.GREY, linewidth=0.8, zorder=1)
    axes.axvline(0, color=look.PALE, linewidth=0.8, zorder=1)
    axes.margins(x=0.05)
    axes.xaxis.set_major_formatter(lambda x, _: f"{x:+,.10g}".replace("-", MINUS) if x else "0")
    axes.set_xlabel("difference from what was observed, in units of what is allowed", size=9)
    _names(axes, list(data["figure"]))
    text = " ".join(
        f"{row.figure}: {row.central:+.2f}{_band(row) if fits else ''}, {_FITTED[str(row.fitted)]}."
        for row in data.itertuples()
    )
    return Drawing("fit", title, f"{says} {text} Data: fit.csv.", data, page.figure)


def _fit_title(fit: pd.DataFrame, fits: bool) -> str:
    """How many figures are within what is allowed, of those fitted and those held out."""
    good = fit["within_allowed"].groupby(fit["fitted"]).agg(["sum", "size"])
    (yes, of_yes), (no, of_no) = (map(int, good.loc[word]) for word in ("yes", "no"))
    counts = f"{yes} of {of_yes} fitted and {no} of {of_no} held-out figures are within what is allowed"
    return counts if fits else f"No values fit what was observed: at the nearest, {counts}"


def _held_marks(fits: bool) -> str:
    return "hollow and dashed" if fits else "hollow"


def _band(row: Any) -> str:
    return f" ({row.set_low:+.2f} to {row.set_high:+.2f})"


def _mark(axes: Axes, y: int, row: Mapping[str, object]) -> None:
    fitted, central = row["fitted"], float(str(row["central"]))
    colour = look.GREY if fitted == "input" else look.BLUE if fitted == "yes" else look.VERMILION
    ends = [float(str(row[name])) for name in ("set_low", "set_high")]
    if np.isfinite(ends).all():
        axes.plot(ends, [y, y], color=colour, linewidth=2, linestyle="--" if fitted == "no" else "-")
    axes.plot([central], [y], marker="o", markersize=6, color=colour,
              markerfacecolor="white" if fitted == "no" else colour)  # fmt: skip


def _set(parameters: pd.DataFrame, points: pd.DataFrame, told: Told) -> Drawing:
    """Each parameter over its range, a stroke for each row of the set."""
    rows = points[points["in_set"]]
    title = f"{len(rows)} {'row of values fits' if len(rows) == 1 else 'rows of values fit'} what was observed"
    more = f" More may fit: no more than {MOST_ROWS} are handed over." if len(rows) == MOST_ROWS else ""
    says = (
        "Each stroke is one row of the set, from the low to the high end of a parameter's range; dot: the"
        " central row. Rows hold together: a value of one line goes with its own of the"
        f" others.{more}"
    )
    page = _page(title, says, told, 0.95 + _ROW * len(parameters))
    axes = page.axes(_LABELS, 0.65, look.WIDTH - _LABELS - look.EDGE, _ROW * len(parameters))
    numbers = parameters[["low", "high", "central"]].to_numpy(np.float64)
    paths = [str(path) for path in parameters["path"]]
    for i, (path, (low, high, central)) in enumerate(zip(paths, numbers, strict=True)):
        place = (rows[path].to_numpy(np.float64) - low) / (high - low)
        axes.plot(place, np.full(len(place), -i), "|", color=look.BLUE, markersize=11, alpha=0.5,
                  clip_on=False)  # fmt: skip
        axes.plot([(central - low) / (high - low)], [-i], "o", color=look.BLACK, markersize=5, clip_on=False)
    axes.set_xlim(0, 1)
    axes.set_xticks([0, 0.5, 1], ["low end", "", "high end"])
    axes.get_xticklabels()[0].set_horizontalalignment("left")
    axes.get_xticklabels()[-1].set_horizontalalignment("right")
    axes.set_xlabel("place within the range that was searched", size=9)
    _names(axes, [_named(one) for one in parameters.itertuples(index=False)])
    lines = " ".join(
        f"{fact(str(one.path))}: {one.set_low:.4g} to {one.set_high:.4g} of {one.low:.4g} to {one.high:.4g}."
        for one in parameters.itertuples()
    )
    return Drawing("set", title, f"{says} {lines} Data: set.csv.", rows[paths], page.figure)


def _named(one: Any) -> str:
    shown = "" if pd.isna(one.unit) else one.unit if one.unit.startswith("/") else f"{SPACE}{one.unit}"
    return f"{sentence(fact(str(one.path)))}, {one.low:g} to {one.high:g}{shown}"


def _names(axes: Axes, names: list[str]) -> None:
    axes.set_yticks(-np.arange(len(names)), [_cut(name) for name in names])
    axes.set_ylim(-len(names) + 0.4, 0.6)
    axes.tick_params(axis="y", length=0, labelsize=7.5)


def _cut(name: str) -> str:
    return name if len(name) <= 52 else f"…{name[-51:]}"
