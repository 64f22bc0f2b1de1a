"""Where people came from, and where they are at the end."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path

from sim.figures import look
from sim.figures.drawing import Drawing, Skipped
from sim.figures.finished import Finished, Floats
from sim.figures.labels import apart
from sim.figures.ledger import INSIDE, SHORTFALL, Node, backlogs, inside, outcomes, passing, sources
from sim.figures.wording import (
    QUOTE,
    SPACE,
    UNQUOTE,
    amount,
    day,
    listing,
    percent,
    sentence,
    words,
)

NAME = "flows"
_SMALL = 0.004
_MOST, _MOST_INSIDE = 9, 5
_BLANK = 0.022
_LEFT, _RIGHT, _SIZE = 2.1, 2.75, 8.5  # room for names [inches], their size [points]


def figure(run: Finished) -> Drawing | Skipped:
    """Bands from sources to outcomes, as wide as they are many; those still inside hatched."""
    ends, still = outcomes(run), inside(run)
    if not ends:
        return Skipped(NAME, "nobody left in any way that the scenario names")
    out = np.sum([node.people for node in [*ends, *still]], axis=0)
    whole = float(out.mean())
    came = _few(sources(run, out), whole, _MOST)
    shown = [*_few(ends, whole, _MOST), *_few(still, whole, _MOST_INSIDE)]
    title = _title(run, ends, still, out)
    says = f"Means over them; in brackets the middle 90{SPACE}%. Hatched: still inside at the end."
    tall = max(4.7, 0.25 + sum(_room(text) for text in _texts(shown, whole, _RIGHT)))
    page = look.page(title, look.subtitle(run, says), look.foot(run, _note(run)), tall + 0.1)
    axes = page.axes(0, 0.05, look.WIDTH, tall)
    _draw(axes, came, shown, out)
    return Drawing(NAME, title, _text(run, came, shown, says), _data([*came, *shown]), page.figure)


def _few(nodes: Sequence[Node], whole: float, most: int) -> list[Node]:
    """The large ones, the small ones of one kind as one; `nodes` have the largest first."""
    many = min(most, sum(node.mean >= _SMALL * whole for node in nodes))
    large, small = nodes[:many], nodes[many:]
    if len(small) < 2:
        return [*large, *small]
    name = "still inside: %d other places" if small[0].kind == INSIDE else "%d others"
    return [
        *large,
        Node(name % len(small), small[0].kind, np.sum([node.people for node in small], axis=0)),
    ]


def _title(run: Finished, ends: list[Node], inside: list[Node], out: Floats) -> str:
    whole = float(out.mean())
    still = sum(node.mean for node in inside)
    parts = [f"{percent(node.mean / whole)} {_left(node.name)}" for node in ends[:2]]
    parts.append(f"{percent(still / whole)} are still inside on {day(run.dates[-1])}")
    return f"Of {amount(round(whole))} people, {listing(parts)}"


def _left(name: str) -> str:
    return f"left as {QUOTE}{name}{UNQUOTE}"


def _draw(axes: Axes, sources: list[Node], shown: list[Node], out: Floats) -> None:
    axes.set_axis_off()
    axes.set_xlim(0, look.WIDTH)
    axes.set_ylim(1, 0)
    whole = max(float(out.mean()), sum(node.mean for node in sources))
    scale = (0.94 - _BLANK * max(len(shown), len(sources))) / whole
    _middle(axes, scale * whole, float(out.mean()))
    _side(axes, sources, scale, whole, (2.75, 2.9, 4.55))
    _side(axes, shown, scale, whole, (6.75, 6.6, 4.95))


def _middle(axes: Axes, tall: float, whole: float) -> None:
    top = 0.5 - tall / 2
    axes.add_patch(Rectangle((4.55, top), 0.4, tall, facecolor=look.BLACK, linewidth=0))
    axes.text(4.75, top - 0.015, f"{amount(round(whole))} people", size=9.5, weight="bold",
              ha="center", va="bottom")  # fmt: skip


def _side(
    axes: Axes, nodes: list[Node], scale: float, whole: float, at: tuple[float, float, float]
) -> None:
    """Blocks at `at[0]` to `at[1]`, each joined to the middle block at `at[2]`."""
    heights = [scale * node.mean for node in nodes]
    blank = (0.96 - sum(heights)) / max(1, len(nodes))
    blank = min(blank, 0.06)
    top = 0.5 - (sum(heights) + blank * (len(nodes) - 1)) / 2
    inner = 0.5 - scale * whole / 2
    middles = []
    for node, height in zip(nodes, heights, strict=True):
        _ribbon(axes, node, (at[1], top), (at[2], inner), height)
        axes.add_patch(
            Rectangle((min(at[:2]), top), 0.15, height, facecolor=_colour(node), linewidth=0)
        )
        middles.append(top + height / 2)
        top, inner = top + height + blank, inner + height
    _names(axes, nodes, middles, whole, at)


def _ribbon(
    axes: Axes, node: Node, outer: tuple[float, float], inner: tuple[float, float], height: float
) -> None:
    (x, y), (u, v), half = outer, inner, (outer[0] + inner[0]) / 2
    points = [(x, y), (half, y), (half, v), (u, v), (u, v + height), (half, v + height),
              (half, y + height), (x, y + height), (x, y)]  # fmt: skip
    codes = [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3, Path.CLOSEPOLY]
    hatched = node.kind == INSIDE
    axes.add_patch(PathPatch(Path(points, codes), facecolor=_pale(node), linewidth=0.4,
                             edgecolor="#8A8A8A", hatch="////" if hatched else None))  # fmt: skip


def _names(
    axes: Axes,
    nodes: list[Node],
    middles: list[float],
    whole: float,
    at: tuple[float, float, float],
) -> None:
    right = at[0] > at[2]
    x, edge = (at[0] + 0.2, at[0]) if right else (at[0] - 0.2, at[0])
    texts = _texts(nodes, whole, _RIGHT if right else _LEFT)
    rooms = [_room(text) / look.inches(axes)[1] for text in texts]
    for text, middle, place in zip(texts, middles, apart(middles, rooms, 0, 1), strict=True):
        axes.plot([edge, x], [middle, place], color=look.GREY, linewidth=0.6, clip_on=False)
        axes.text(x + (0.05 if right else -0.05), place, text, size=_SIZE, va="center",
                  ha="left" if right else "right", linespacing=look.LINE)  # fmt: skip


def _texts(nodes: Sequence[Node], whole: float, width: float) -> list[str]:
    return [look.wrapped(_label(node, whole), width, _SIZE) for node in nodes]


def _room(text: str) -> float:
    return look.tall(text, _SIZE) + 0.08


def _label(node: Node, whole: float) -> str:
    low, high = np.quantile(node.people, (0.05, 0.95))
    spread = f" ({amount(round(low))}\N{EN DASH}{amount(round(high))})" if high > low else ""
    return (
        f"{sentence(node.name)}: {amount(round(node.mean))}, {percent(node.mean / whole)}{spread}"
    )


def _colour(node: Node) -> str:
    return {"came": look.BLUE, "start": look.GREY, INSIDE: look.VERMILION}.get(
        node.kind, look.GREEN
    )


def _pale(node: Node) -> str:
    pales = {"came": look.MOST, "start": look.PALE, INSIDE: "#F9DCC9"}
    return pales.get(node.kind, "#BFE3D7")


def _note(run: Finished) -> str:
    notes = []
    many = (
        amount(round(float(run.series(SHORTFALL).sum() / run.count))) if run.has(SHORTFALL) else "0"
    )
    if many != "0":
        notes.append(f"Ordered and not done by the day's end, not people and not drawn: {many}.")
    by = [words(name) for name in passing(run)]
    if by:
        notes.append(f"Counted as they pass, use nothing and are not drawn: {listing(by)}.")
    closed = [words(name) for name in backlogs(run).values()]
    if closed:
        notes.append(f"Queues that were there before and are not drawn: {listing(closed)}.")
    return " ".join(notes)


def _data(nodes: list[Node]) -> pd.DataFrame:
    rows = [(node.kind, node.name, node.mean, *np.quantile(node.people, (0.05, 0.95)))
            for node in nodes]  # fmt: skip
    return pd.DataFrame(rows, columns=["side", "name", "mean", "low90", "high90"])


def _text(run: Finished, sources: list[Node], shown: list[Node], says: str) -> str:
    whole = sum(node.mean for node in shown)
    came = " ".join(f"{_label(node, whole)}." for node in sources)
    went = " ".join(f"{_label(node, whole)}." for node in shown)
    return f"{look.subtitle(run, says)} Came from: {came} Went to: {went} Data: {NAME}.csv."
