"""Which uncertain facts move the answer: swings one at a time, and shares of variance."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from sim.figures import look
from sim.figures.drawing import Drawing, Skipped
from sim.figures.wording import (
    MINUS,
    QUOTE,
    SPACE,
    UNQUOTE,
    fact,
    fine,
    percent,
    sentence,
    signed,
    words,
)
from sim.study.sensitivity.sobol import WIDEST, known

_MOST = 14
_ROW = 0.4
Told = Mapping[str, Any]


def figures(folder: Path) -> list[Drawing | Skipped]:
    """From what the study left in `folder`."""
    told = json.loads((folder / "sensitivity.json").read_text(encoding="utf-8"))
    missing = {"tornado": Skipped("tornado", "no tornado was asked for"),
               "sobol": Skipped("indices", "no index was told")}  # fmt: skip
    return [figure(told) if told[name] else missing[name] for name, figure in _FIGURES.items()]


def tornado(told: Told) -> Drawing:
    """What the measure gains at both ends of each range, against the stated values."""
    every = told["tornado"]
    rows = every[:_MOST]
    best = rows[0]
    ends = sorted((best["at_low"], best["at_high"]))
    measure = words(told["measure"])
    title = f"{sentence(measure)} is moved most by {fact(best['fact'])}: {signed(ends[0])} to {signed(ends[1])}"
    if not best["moves"]:
        title = f"No one fact is shown to move {QUOTE}{measure}{UNQUOTE} by itself"
    says = (
        f"Change of {measure}{_a_day(told)} with each fact at the low and at the high end of its range,"
        " the others as stated, same luck. Light: low end. Dark: high end. Whiskers: 95"
        f"{SPACE}% intervals.{_of_all(every, 'widest', 'tornado.csv')}"
    )
    page = look.page(title, f"{look.about(told)}{says}", _foot(told), len(rows) * _ROW + 0.9)
    axes = _axes(page, [fact(row["fact"]) for row in rows])
    for k, row in enumerate(rows):
        for end, colour in (("low", look.HALF), ("high", look.BLUE)):
            value = row[f"at_{end}"]
            axes.barh(k, value, height=0.6, color=colour)
            low, high = row[f"at_{end}_from"], row[f"at_{end}_to"]
            if low is not None and high is not None:
                axes.plot([low, high], [k, k], color=look.BLACK, linewidth=1)
    axes.axvline(0, color=look.GREY, linewidth=1)
    axes.margins(x=0.05)
    axes.xaxis.set_major_formatter(lambda x, _: f"{x:+,.10g}".replace("-", MINUS) if x else "0")
    axes.set_xlabel(f"change of {measure}{_a_day(told)} against the stated values", size=9)
    text = " ".join(
        f"{sentence(fact(r['fact']))}: {signed(r['at_low'])} low, {signed(r['at_high'])} high." for r in rows
    )
    return Drawing("tornado", title, f"{says} {text}", pd.DataFrame(every), page.figure)


def indices(told: Told) -> Drawing:
    """Total and first-order index of each fact or group; a bare interval where it is too wide."""
    every = told["sobol"]
    rows = every[:_MOST]
    measure = words(told["measure"])
    says = (
        f"Shares of the variance of the shortfall of {measure} over the ranges. Dot: total, with what a"
        f" fact does together with others. Hollow square: alone. Lines: 95{SPACE}% intervals, as far as they"
        f" are shares; without a mark where they reach more than {percent(WIDEST)} to either side."
        f" Noise: {fine(told['noise']['sobol']['share'])} of the variance."
        f"{_of_all(every, 'greatest', 'sobol.csv')}"
    )
    title = _indices_title(rows, measure)
    page = look.page(title, f"{look.about(told)}{says}", _foot(told), len(rows) * _ROW + 0.9)
    axes = _axes(page, [fact(row["group"]) for row in rows])
    for k, row in enumerate(rows):
        _index(axes, row, "total", k - 0.13, "o", look.BLUE)
        _index(axes, row, "first", k + 0.13, "s", look.GREY)
    axes.set_xlim(0, 1)
    axes.xaxis.set_major_formatter(lambda x, _: f"{100 * x:.0f}{SPACE}%")
    axes.set_xlabel(f"share of what is not known about {measure}", size=9)
    text = " ".join(f"{sentence(fact(row['group']))}: {_total(row)}." for row in rows)
    return Drawing("indices", title, f"{says} {text}", pd.DataFrame(every), page.figure)


def _indices_title(rows: Sequence[Told], measure: str) -> str:
    """The greatest share, if none that is too wide may be greater."""
    wide = [row["total_high"] for row in rows if not known(row)]
    if not known(rows[0]) or max(wide, default=0.0) > rows[0]["total"]:
        return f"More samples are needed to tell what makes {measure} uncertain"
    return f"{_total(rows[0])} of what is not known about {measure} is due to {fact(rows[0]['group'])}"


def _total(row: Told) -> str:
    return fine(min(1.0, max(0.0, row["total"]))) if known(row) else "not told, more samples are needed"


def _index(axes: Axes, row: Told, key: str, y: float, marker: str, colour: str) -> None:
    """Within 0 and 1, as a share is."""
    low, at, high = (min(1.0, max(0.0, row[name])) for name in (f"{key}_low", key, f"{key}_high"))
    sure = known(row, key)
    axes.plot([low, high], [y, y], color=colour, linewidth=1.6, alpha=1 if sure else 0.4, clip_on=False)
    if sure:
        fill = colour if key == "total" else "white"
        axes.plot([at], [y], marker, color=colour, markerfacecolor=fill, markersize=6, clip_on=False)


def _of_all(every: Sequence[object], which: str, file: str) -> str:
    """How many facts are drawn of how many, where not all are."""
    if len(every) <= _MOST:
        return ""
    return f" The {_MOST} {which} of {len(every)} facts are shown; all are in {file}."


_FIGURES = {"tornado": tornado, "sobol": indices}


def _axes(page: look.Page, labels: list[str]) -> Axes:
    left, many = 3.2, len(labels)
    axes = page.axes(left, 0.6, look.WIDTH - left - look.EDGE, many * _ROW)
    axes.set_ylim(many - 0.5, -0.5)
    axes.set_yticks(range(many), [look.wrapped(sentence(label), left - 0.5, 9) for label in labels])
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="y", visible=False)
    axes.grid(axis="x", color="#E6E6E6", linewidth=0.6)
    axes.spines["left"].set_visible(False)
    return axes


def _a_day(told: Told) -> str:
    return " a day" if told["per_day"] else ""


def _foot(told: Told) -> str:
    of = f"sensitivity study {told['digest']}, seed {told['seed']}"
    return look.source(of, told["illustrative"])
