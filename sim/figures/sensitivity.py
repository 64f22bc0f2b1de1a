"""Which uncertain facts move the answer: swings one at a time, and shares of variance."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from sim.figures import look
from sim.figures.drawing import Drawing, Skipped
from sim.figures.wording import QUOTE, SPACE, UNQUOTE, percent, sentence, signed, words

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
    rows = told["tornado"][:_MOST]
    best = rows[0]
    ends = sorted((best["at_low"], best["at_high"]))
    measure = words(told["measure"])
    title = f"{sentence(_fact(best['fact']))} moves {measure} most: {signed(ends[0])} to {signed(ends[1])}"
    if not best["moves"]:
        title = f"No one fact is shown to move {QUOTE}{measure}{UNQUOTE} by itself"
    says = (
        f"Change of {measure}{_a_day(told)} with each fact at the low and at the high end of its range,"
        " the others as stated, same luck. Light: low end. Dark: high end. Whiskers: 95"
        f"{SPACE}% intervals."
    )
    page = look.page(title, _subtitle(told, says), _foot(told), len(rows) * _ROW + 0.7)
    axes = _axes(page, [_fact(row["fact"]) for row in rows])
    for k, row in enumerate(rows):
        for end, colour in (("low", look.HALF), ("high", look.BLUE)):
            value = row[f"at_{end}"]
            axes.barh(k, value, height=0.6, color=colour)
            low, high = row[f"at_{end}_from"], row[f"at_{end}_to"]
            if low is not None and high is not None:
                axes.plot([low, high], [k, k], color=look.BLACK, linewidth=1)
    axes.axvline(0, color=look.GREY, linewidth=1)
    text = " ".join(
        f"{sentence(_fact(r['fact']))}: {signed(r['at_low'])} low, {signed(r['at_high'])} high." for r in rows
    )
    return Drawing("tornado", title, f"{says} {text}", pd.DataFrame(told["tornado"]), page.figure)


def indices(told: Told) -> Drawing:
    """Total and first-order index of each fact or group, with their intervals."""
    rows = told["sobol"][:_MOST]
    best = rows[0]
    share = percent(min(1.0, max(0.0, best["total"])))
    measure = words(told["measure"])
    title = f"{sentence(_fact(best['group']))} accounts for {share} of what is not known about {measure}"
    says = (
        f"Shares of the variance of the shortfall of {measure} over the ranges. Dot: total, with what a"
        f" fact does together with others. Hollow square: alone. Whiskers: 95{SPACE}% intervals."
        f" Noise: {percent(told['noise']['sobol']['share'])} of the variance."
    )
    page = look.page(title, _subtitle(told, says), _foot(told), len(rows) * _ROW + 0.7)
    axes = _axes(page, [_fact(row["group"]) for row in rows])
    for k, row in enumerate(rows):
        for key, up, marker, fill in (("total", -0.13, "o", look.BLUE), ("first", 0.13, "s", "white")):
            colour = look.BLUE if key == "total" else look.GREY
            axes.plot([row[f"{key}_low"], row[f"{key}_high"]], [k + up] * 2, color=colour, linewidth=1.6)
            axes.plot([row[key]], [k + up], marker, color=colour, markerfacecolor=fill, markersize=6)
    axes.axvline(0, color=look.GREY, linewidth=1)
    axes.set_xlim(min(-0.05, axes.get_xlim()[0]), max(1.0, axes.get_xlim()[1]))
    text = " ".join(f"{sentence(_fact(r['group']))}: total {percent(max(0.0, r['total']))}." for r in rows)
    return Drawing("indices", title, f"{says} {text}", pd.DataFrame(told["sobol"]), page.figure)


_FIGURES = {"tornado": tornado, "sobol": indices}


def _axes(page: look.Page, labels: list[str]) -> Axes:
    left, many = 3.2, len(labels)
    axes = page.axes(left, 0.45, look.WIDTH - left - look.EDGE, many * _ROW)
    axes.set_ylim(many - 0.5, -0.5)
    axes.set_yticks(range(many), [look.wrapped(sentence(label), left - 0.5, 9) for label in labels])
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="y", visible=False)
    axes.grid(axis="x", color="#E6E6E6", linewidth=0.6)
    axes.spines["left"].set_visible(False)
    return axes


def _fact(path: str) -> str:
    return words(" ".join(path.split(".")[1:] or [path]))


def _a_day(told: Told) -> str:
    return " a day" if told["per_day"] else ""


def _subtitle(told: Told, says: str) -> str:
    made_up = " (illustrative numbers)" if told["illustrative"] else ""
    return f"{told['title']}{made_up}. {says}"


def _foot(told: Told) -> str:
    of = f"sensitivity study {told['digest']}, seed {told['seed']}"
    return look.source(of, told["illustrative"])
