"""How much less of one resource will do with more of another."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from sim.figures.drawing import Drawing, Skipped
from sim.figures.wording import amount, words

NAME = "trade_off"


def figures(folder: Path) -> list[Drawing | Skipped]:
    """From the answer that was left in `folder`."""
    told = json.loads((folder / "require.json").read_text(encoding="utf-8"))
    return [drawing(told) if told["trade_off"] else Skipped(NAME, "no trade-off was found or asked for")]


def drawing(told: Mapping[str, Any]) -> Drawing:
    """Points of the frontier, and the answer where it lies."""
    points = told["trade_off"]
    data = pd.DataFrame(points)
    first, second = points[0]["first_path"], points[0]["second_path"]
    figure = Figure(figsize=(6.4, 4.4), layout="constrained")
    axes = figure.add_subplot()
    axes.step(data["first"], data["second"], where="post", color="#1b6ca8")
    axes.plot(data["first"], data["second"], "o", color="#1b6ca8", label="least that will do")
    at = {row["path"]: row["required"] for row in told["capacities"]}
    axes.plot([at[first]], [at[second]], "D", color="#b5482a", label="the answer")
    axes.set_xlabel(first)
    axes.set_ylabel(second)
    axes.set_xlim(left=0)
    axes.set_ylim(bottom=0)
    axes.legend(frameon=False)
    measure = words(str(told["question"]["measure"]))
    title = f"How much of one will do with how much of the other: {measure}"
    axes.set_title(title, loc="left", fontsize=10)
    pairs = "; ".join(f"{amount(e['first'])} with {amount(e['second'])}" for e in points)
    text = f"{first} with the least of {second} that will do: {pairs}."
    return Drawing(NAME, title, text, data, figure)
