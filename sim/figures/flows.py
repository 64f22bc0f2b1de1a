"""Where people came from, and where they are at the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path

from sim.figures import look
from sim.figures.drawing import Drawing, Skipped
from sim.figures.finished import Finished, Floats
from sim.figures.wording import amount, day, listing, percent, sentence, words

NAME = "flows"
_SMALL = 0.004
_MOST = 9
_BLANK = 0.022
_INSIDE = "inside"
_SHORTFALL = "shortfall"


class Node(NamedTuple):
    """People with one origin or one end: `people` (replications,)."""

    name: str
    kind: str
    people: Floats

    @property
    def mean(self) -> float:
        """Over replications."""
        return float(self.people.mean())


def figure(run: Finished) -> Drawing | Skipped:
    """Bands from sources to outcomes, as wide as they are many; those still inside hatched."""
    ends, inside = _outcomes(run), _inside(run)
    if not ends:
        return Skipped(NAME, "the days have no column for any outcome of the scenario")
    out = np.sum([node.people for node in [*ends, *inside]], axis=0)
    if float(out.mean()) <= 0:
        return Skipped(NAME, "nobody came, left or was inside")
    sources = _few(_sources(run, out), float(out.mean()))
    shown = [*_few(ends, float(out.mean())), *_few(inside, float(out.mean()))]
    title = _title(run, ends, inside, out)
    says = "Means over them; in brackets the middle 90\N{NO-BREAK SPACE}%. Hatched: still inside at the end."
    page = look.page(title, look.subtitle(run, says), look.foot(run, _note(run)), 4.9)
    axes = page.axes(0, 0, look.WIDTH, 4.8)
    _draw(axes, sources, shown, out)
    return Drawing(
        NAME, title, _text(run, sources, shown, says), _data([*sources, *shown]), page.figure
    )


def _outcomes(run: Finished) -> list[Node]:
    steps = [step for step in run.block("steps").values() if isinstance(step, Mapping)]
    names = dict.fromkeys(_exit(step) for step in steps if "exit" in step)
    nodes = [Node(words(name), "left", run.series(name).sum(axis=0))
             for name in names if run.has(name) and name != _SHORTFALL]  # fmt: skip
    return sorted((node for node in nodes if node.mean > 0), key=lambda node: -node.mean)


def _exit(step: Mapping[str, Any]) -> str:
    said = step["exit"]
    return str(said.get("outcome", said.get("as", "")) if isinstance(said, Mapping) else said)


def _inside(run: Finished) -> list[Node]:
    """By the step they are at, steps where an uncounted backlog queues left out."""
    closed = _backlogs(run)
    nodes = [Node(f"still inside: {words(name)}", _INSIDE, _at(run, str(name)))
             for name in run.block("steps") if str(name) not in closed]  # fmt: skip
    nodes += [Node(f"still inside: stopped at {words(name)}", _INSIDE, run.series(f"{name}.stopped")[-1])
              for name in run.block("stations") if run.has(f"{name}.stopped")]  # fmt: skip
    return sorted((node for node in nodes if node.mean > 0), key=lambda node: -node.mean)


def _at(run: Finished, step: str) -> Floats:
    columns = [name for name in (f"{step}.waiting", f"{step}.busy") if run.has(name)]
    return _sum(run, [run.series(name)[-1] for name in columns])


def _sum(run: Finished, parts: Sequence[Floats]) -> Floats:
    """Together (replications,), nothing where there are none."""
    return np.asarray(np.sum([np.zeros(run.count), *parts], axis=0))


def _backlogs(run: Finished) -> dict[str, str]:
    """Step by initial group that is only a counter with ages."""
    groups = run.block("initial").items()
    return {str(group["at"]): str(name) for name, group in groups
            if isinstance(group, Mapping) and group.get("counter")}  # fmt: skip


def _sources(run: Finished, out: Floats) -> list[Node]:
    """Streams by where they enter, orders together, and what is left: there at the start."""
    nodes = [
        Node(listing(words(name) for name in names), "came", people)
        for names, people in _entries(run)
    ]
    came = _sum(run, [node.people for node in nodes])
    start = out - came
    if float(start.mean()) > 0.5:
        nodes.append(Node("inside at the start", "start", np.maximum(start, 0)))
    return sorted((node for node in nodes if node.mean > 0), key=lambda node: -node.mean)


def _entries(run: Finished) -> list[tuple[list[str], Floats]]:
    """Names of streams with how many came, streams that cannot be told apart together."""
    streams: dict[str, list[str]] = {}
    for block in ("streams", "orders"):
        for name, stream in run.block(block).items():
            streams.setdefault(str(stream["enters"]), []).append(str(name))
    inner = _reached(run)
    alone = {step: names for step, names in streams.items()
             if step not in inner and run.has(f"{step}.entered")}  # fmt: skip
    found = [(names, run.series(f"{step}.entered").sum(axis=0)) for step, names in alone.items()]
    rest = [name for step, names in streams.items() if step not in alone for name in names]
    if rest and run.has("arrivals"):
        known = _sum(run, [people for _, people in found])
        found.append((rest, run.series("arrivals").sum(axis=0) - known))
    return [_done(run, names, people) for names, people in found]


def _done(run: Finished, names: list[str], people: Floats) -> tuple[list[str], Floats]:
    """Orders less those not done by the end of their day, which are work and not people."""
    orders = set(run.block("orders"))
    if run.has(_SHORTFALL) and set(names) & orders:
        return names, people - run.series(_SHORTFALL).sum(axis=0)
    return names, people


def _reached(run: Finished) -> set[str]:
    """Steps that some other step leads to."""
    found: set[str] = set()
    for step in run.block("steps").values():
        _targets(step, found)
    return found


def _targets(node: object, found: set[str]) -> None:
    if not isinstance(node, Mapping):
        return
    for key, value in node.items():
        if key in ("next", "to", "enters", "through", "spawn") and isinstance(value, str):
            found.add(value)
        elif key == "to" and isinstance(value, Mapping):
            found.update(str(step) for step in value.values())
        else:
            _targets(value, found)


def _few(nodes: Sequence[Node], whole: float) -> list[Node]:
    """The large ones, the small ones of one kind as one."""
    large = [node for node in nodes if node.mean >= _SMALL * whole][:_MOST]
    small = [node for node in nodes if node not in large]
    if len(small) < 2:
        return [*large, *small]
    name = (
        f"still inside: {len(small)} other steps"
        if small[0].kind == _INSIDE
        else f"{len(small)} others"
    )
    return [*large, Node(name, small[0].kind, np.sum([node.people for node in small], axis=0))]


def _title(run: Finished, ends: list[Node], inside: list[Node], out: Floats) -> str:
    whole = float(out.mean())
    still = sum(node.mean for node in inside)
    parts = [f"{percent(node.mean / whole)} {_left(node.name)}" for node in ends[:2]]
    parts.append(f"{percent(still / whole)} are still inside on {day(run.dates[-1])}")
    return f"Of {amount(round(whole))} people, {listing(parts)}"


def _left(name: str) -> str:
    return f"left as \N{LEFT DOUBLE QUOTATION MARK}{name}\N{RIGHT DOUBLE QUOTATION MARK}"


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
    hatched = node.kind == _INSIDE
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
    texts = [look.wrapped(_label(node, whole), 2.4, 8.5) for node in nodes]
    tall = [(text.count("\n") + 1) * 0.033 + 0.012 for text in texts]
    for text, middle, place in zip(texts, middles, look.apart(middles, tall), strict=True):
        axes.plot([edge, x], [middle, place], color=look.GREY, linewidth=0.6, clip_on=False)
        axes.text(x + (0.05 if right else -0.05), place, text, size=8.5, va="center",
                  ha="left" if right else "right", linespacing=1.25)  # fmt: skip


def _label(node: Node, whole: float) -> str:
    low, high = np.quantile(node.people, (0.05, 0.95))
    spread = f" ({amount(round(low))}\N{EN DASH}{amount(round(high))})" if high > low else ""
    return (
        f"{sentence(node.name)}: {amount(round(node.mean))}, {percent(node.mean / whole)}{spread}"
    )


def _colour(node: Node) -> str:
    return {"came": look.BLUE, "start": look.GREY, _INSIDE: look.VERMILION}.get(
        node.kind, look.GREEN
    )


def _pale(node: Node) -> str:
    pales = {"came": look.MOST, "start": look.PALE, _INSIDE: "#F9DCC9"}
    return pales.get(node.kind, "#BFE3D7")


def _note(run: Finished) -> str:
    notes = []
    if run.has(_SHORTFALL):
        many = amount(round(float(run.series(_SHORTFALL).sum(axis=0).mean())))
        notes.append(f"Ordered and not done by the day's end, not people and not drawn: {many}.")
    backlogs = [words(name) for name in _backlogs(run).values()]
    if backlogs:
        notes.append(f"Queues that were there before and are not drawn: {listing(backlogs)}.")
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
