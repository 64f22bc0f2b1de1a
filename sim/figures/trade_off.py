"""How much less of one resource will do with more of another."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from sim.figures import look
from sim.figures.drawing import Drawing, Skipped
from sim.figures.labels import End, label_ends
from sim.figures.swept import path_words
from sim.figures.wording import amount, sentence

NAME = "trade_off"
Told = Mapping[str, Any]


def figures(folder: Path) -> list[Drawing | Skipped]:
    """From the answer that was left in `folder`."""
    told = json.loads((folder / "require.json").read_text(encoding="utf-8"))
    return [drawing(told) if told["trade_off"] else Skipped(NAME, "no trade-off was found or asked for")]


def drawing(told: Told) -> Drawing:
    """Points of the frontier, and the answer where it lies."""
    points = told["trade_off"]
    data = pd.DataFrame(points)
    first, second = (path_words(points[0][key]) for key in ("first_path", "second_path"))
    at = {row["path"]: row["required"] for row in told["capacities"]}
    here = [at[points[0][key]] for key in ("first_path", "second_path")]
    title = _title(points, first, second)
    says = (
        f"Line: the least of {second} that does, by {first}. Diamond: the answer. Points are found with the"
        " runs of the first search and are not confirmed."
    )
    about = look.about(told)
    foot = look.source(f"sim require {told.get('digest', '')}, seed {told.get('seed', '')}",
                       bool(told.get("illustrative")))  # fmt: skip
    page = look.page(title, f"{about}{says}", foot, 4.4)
    axes = page.axes(look.LEFT, 0.6, look.WIDTH - look.LEFT - look.RIGHT, 3.5)
    axes.step(data["first"], data["second"], where="post", color=look.BLUE, linewidth=2)
    axes.plot(data["first"], data["second"], "o", color=look.BLUE)
    axes.plot(*[[x] for x in here], "D", color=look.VERMILION, markersize=8)
    axes.set_xlabel(first, size=9)
    axes.set_xlim(left=0, right=1.05 * max(*data["first"], here[0]))
    axes.set_ylim(0, 1.08 * max(*data["second"], here[1]))
    look.heading(axes, sentence(second))
    label_ends(axes, [End(float(data["second"].iloc[-1]), "least that does", look.BLUE),
                      End(float(here[1]), "the answer", look.VERMILION)])  # fmt: skip
    pairs = "; ".join(f"{amount(e['first'])} with {amount(e['second'])}" for e in points)
    text = f"{about}{says} {first} with the least of {second} that does: {pairs}. Data: {NAME}.csv."
    return Drawing(NAME, title, text, data, page.figure)


def _title(points: Sequence[Told], first: str, second: str) -> str:
    """Both ends of the frontier."""
    one, other = points[0], points[-1]
    return (
        f"With {first} at {amount(one['first'])}, {second} must be {amount(one['second'])}; at"
        f" {amount(other['first'])}, {amount(other['second'])}"
    )
