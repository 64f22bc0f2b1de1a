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
from sim.figures.finished import PEOPLE, Finished, Floats, unit
from sim.figures.labels import apart
from sim.figures.ledger import (
    INSIDE,
    SHORTFALL,
    Node,
    backlogs,
    inside,
    left_in,
    outcomes,
    passing,
    sources,
)
from sim.figures.wording import (
    QUOTE,
    QUOTED,
    SPACE,
    UNQUOTE,
    about,
    amount,
    day,
    listing,
    named,
    people,
    percent,
    sentence,
    within,
    words,
)

NAME = "flows"
_SMALL = 0.004
_MOST, _MOST_INSIDE = 9, 4
_BLANK = 0.006
_ROOM = 0.2  # [inches]
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
    says = (
        f"Means over them; in brackets the middle 90{SPACE}%. {_base(run, out)}"
        " Hatched: still inside at the end."
    )
    tall = max(4.7, 1.8 + sum(_room(text) for text in _texts(shown, whole, _RIGHT)))
    page = look.page(title, look.subtitle(run, says), look.foot(run, _note(run)), tall + 0.1)
    axes = page.axes(0, 0.05, look.WIDTH, tall)
    _draw(axes, came, shown, out, _whom(run))
    data = _data(_counted(run, out, [*came, *shown]))
    return Drawing(NAME, title, _text(run, came, shown, says), data, page.figure)


def _few(nodes: Sequence[Node], whole: float, most: int) -> list[Node]:
    """The large ones, the small ones of one kind as one; `nodes` have the largest first."""
    many = min(most, sum(node.mean >= _SMALL * whole for node in nodes))
    large, small = nodes[:many], nodes[many:]
    if len(small) < 2:
        return [*large, *small]
    name = "still inside at %d other steps" if small[0].kind == INSIDE else "%d others"
    return [
        *large,
        Node(name % len(small), small[0].kind, np.sum([node.people for node in small], axis=0)),
    ]


def _title(run: Finished, ends: list[Node], inside: list[Node], out: Floats) -> str:
    whole = float(out.mean())
    still = sum(node.mean for node in inside)
    parts = [f"{percent(node.mean / whole)} {_left(node.name)}" for node in ends[:2]]
    parts.append(f"{percent(still / whole)} are still inside on {day(run.dates[-1])}")
    closed = backlogs(run).values()
    apart = f", beside {_waiting(run)} in {listing(map(named, closed))}" if closed else ""
    return f"Of {_mean(out)} {_whom(run)}, {listing(parts)}{apart}"


def _whom(run: Finished) -> str:
    """What is counted: people, and cases too where some come from a backlog of cases."""
    return listing(dict.fromkeys([PEOPLE, *_units(run)]))


def _units(run: Finished) -> list[str]:
    return [unit(run.block("initial")[group].get("count")) for group in backlogs(run).values()]


def _waiting(run: Finished) -> str:
    """How many are still in the backlogs, with their unit."""
    return f"{people(float(left_in(run).mean()))} {listing(dict.fromkeys(_units(run)))}"


def _base(run: Finished, out: Floats) -> str:
    """Of whom the shares are."""
    turn = f" or had a turn from {listing(map(named, backlogs(run).values()))}" if backlogs(run) else ""
    return f"Shares are of the {_mean(out)} {_whom(run)} who came, were inside at the start{turn}."


def _left(name: str) -> str:
    return f"left as {QUOTE}{name}{UNQUOTE}"


def _draw(axes: Axes, sources: list[Node], shown: list[Node], out: Floats, whom: str) -> None:
    axes.set_axis_off()
    axes.set_xlim(0, look.WIDTH)
    axes.set_ylim(1, 0)
    whole = max(float(out.mean()), sum(node.mean for node in sources))
    sides = (sources, _LEFT, (2.75, 2.9, 4.55)), (shown, _RIGHT, (6.75, 6.6, 4.95))
    texts = [_texts(nodes, whole, width) for nodes, width, _ in sides]
    tall = look.inches(axes)[1]
    rooms = [[max(_room(text), _ROOM) / tall for text in of] for of in texts]
    scale = min(
        _scale(nodes, room, whole) for (nodes, _, _), room in zip(sides, rooms, strict=True)
    )
    _middle(axes, scale * whole, f"{_mean(out)} {whom}")
    for (nodes, _, at), said, room in zip(sides, texts, rooms, strict=True):
        _side(axes, nodes, said, room, scale, whole, at)


def _scale(nodes: Sequence[Node], rooms: Sequence[float], whole: float) -> float:
    """Height of one person, so that every block has the height of its people, and the room of its words."""

    def used(scale: float) -> float:
        return sum(max(scale * node.mean, room) for node, room in zip(nodes, rooms, strict=True))

    low, high = 0.0, 0.9 / whole
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if used(middle) <= 1.0 - _BLANK * len(nodes) else (low, middle)
    return low


def _middle(axes: Axes, tall: float, text: str) -> None:
    top = 0.5 - tall / 2
    axes.add_patch(Rectangle((4.55, top), 0.4, tall, facecolor=look.BLACK, linewidth=0))
    axes.text(4.95, top - 0.015, text, size=9.5, weight="bold", ha="right",
              va="bottom")  # fmt: skip


def _side(
    axes: Axes, nodes: list[Node], texts: Sequence[str], rooms: Sequence[float], scale: float,
    whole: float, at: tuple[float, float, float],
) -> None:  # fmt: skip
    """Blocks at `at[0]` to `at[1]`, each joined to the middle block at `at[2]`, its words beside it."""
    heights = [scale * node.mean for node in nodes]
    tops = np.concatenate([[0.0], np.cumsum(heights)]) + 0.5 - scale * whole / 2
    wishes = [float(top + height / 2) for top, height in zip(tops, heights, strict=False)]
    needed = [max(height, room) + _BLANK for height, room in zip(heights, rooms, strict=True)]
    for node, text, inner, height, middle in zip(
        nodes, texts, tops, heights, apart(wishes, needed, 0, 1), strict=False
    ):
        top = middle - height / 2
        _ribbon(axes, node, (at[1], top), (at[2], float(inner)), height)
        axes.add_patch(
            Rectangle((min(at[:2]), top), 0.15, height, facecolor=_colour(node), linewidth=0)
        )
        right = at[0] > at[2]
        axes.text(at[0] + (0.1 if right else -0.1), middle, text, size=_SIZE, va="center",
                  ha="left" if right else "right", linespacing=look.LINE)  # fmt: skip


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


def _texts(nodes: Sequence[Node], whole: float, width: float) -> list[str]:
    return [look.wrapped(_label(node, whole), width, _SIZE) for node in nodes]


def _room(text: str) -> float:
    return look.tall(text, _SIZE) + 0.08


def _label(node: Node, whole: float) -> str:
    low, high = (float(x) for x in np.quantile(node.people, (0.05, 0.95)))
    spread = f" ({within(low, high)})" if high > low else ""
    about = f" ({_inner(node.about)})" if node.about else ""
    return f"{sentence(node.name)}{about}: {_mean(node.people)}, {percent(node.mean / whole)}{spread}"


def _inner(text: str) -> str:
    """Without the capital of a sentence; that of an acronym stays."""
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


def _mean(people: Floats) -> str:
    """Whole people, to the places that 90 % of runs tell apart."""
    low, high = (float(x) for x in np.quantile(people, (0.05, 0.95)))
    return about(round(float(people.mean())), low, high) if high - low > 2 else amount(round(float(people.mean())))


def _colour(node: Node) -> str:
    return {"came": look.BLUE, "start": look.GREY, INSIDE: look.VERMILION}.get(
        node.kind, look.GREEN
    )


def _pale(node: Node) -> str:
    pales = {"came": look.MOST, "start": look.PALE, INSIDE: "#F9DCC9"}
    return pales.get(node.kind, "#BFE3D7")


def _note(run: Finished) -> str:
    notes = []
    many = _mean(run.series(SHORTFALL).sum(axis=0)) if run.has(SHORTFALL) else "0"
    if many != "0":
        notes.append(f"Set for a day and not begun in time, which is no people and not drawn: {many}.")
    by = [words(name) for name in passing(run)]
    if by:
        notes.append(f"Counted as they pass, use nothing and are not drawn: {listing(by)}.")
    closed = [words(name) for name in backlogs(run).values()]
    if closed:
        notes.append(f"Backlogs still waiting, {_waiting(run)}, are not drawn: {listing(closed)}.")
    notes.append(QUOTED)
    return " ".join(notes)


def _counted(run: Finished, out: Floats, nodes: list[Node]) -> list[Node]:
    """All of whom the shares are, those that are drawn, and those who are apart from them."""
    closed = backlogs(run).values()
    apart = [Node(f"still in {listing(map(named, closed))}", "apart", left_in(run))] if closed else []
    return [Node(_whom(run), "all", out), *nodes, *apart]


def _data(nodes: list[Node]) -> pd.DataFrame:
    rows = [(node.kind, node.name, node.mean, *np.quantile(node.people, (0.05, 0.95)))
            for node in nodes]  # fmt: skip
    return pd.DataFrame(rows, columns=["side", "name", "mean", "low90", "high90"])


def _text(run: Finished, sources: list[Node], shown: list[Node], says: str) -> str:
    whole = sum(node.mean for node in shown)
    came = " ".join(f"{_label(node, whole)}." for node in sources)
    went = " ".join(f"{_label(node, whole)}." for node in shown)
    return f"{look.subtitle(run, says)} Came from: {came} Went to: {went} Data: {NAME}.csv."
