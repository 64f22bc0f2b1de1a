"""Labels beside the lines that they name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from matplotlib.axes import Axes

from sim.figures.look import EDGE, LINE, RIGHT, tall, wrapped


class End(NamedTuple):
    """A label at the right end of a line, at height `y` [data]."""

    y: float
    text: str
    colour: str


def label_ends(
    axes: Axes, labels: Sequence[End], room: float = RIGHT - EDGE, size: float = 8.5
) -> None:
    """Labels right of the axes, each joined to its line, moved apart where they would touch."""
    across, up = _inches(axes)
    low, high = axes.get_ylim()
    ordered = sorted(labels, key=lambda label: label.y)
    texts = [wrapped(label.text, room - 0.25, size) for label in ordered]
    at = [min(max((label.y - low) / (high - low), 0), 1) for label in ordered]
    places = apart(at, [(tall(text, size) + 0.06) / up for text in texts])
    for label, text, target, place in zip(ordered, texts, at, places, strict=True):
        axes.plot([1, 1 + 0.17 / across], [target, place], transform=axes.transAxes,
                  color=label.colour, linewidth=0.7, clip_on=False)  # fmt: skip
        axes.text(1 + 0.22 / across, place, text, transform=axes.transAxes, size=size,
                  color=label.colour, va="center", linespacing=LINE)  # fmt: skip


def apart(at: Sequence[float], heights: Sequence[float]) -> list[float]:
    """Middles as near to `at` (ascending) as lets boxes of these heights stand clear in order."""
    groups: list[tuple[float, float, list[int]]] = []
    for i, (middle, height) in enumerate(zip(at, heights, strict=True)):
        group = (middle, height, [i])
        while groups and groups[-1][0] + groups[-1][1] / 2 > group[0] - group[1] / 2:
            group = _merged(groups.pop(), group)
        groups.append(group)
    places = [0.0] * len(at)
    for middle, height, members in groups:
        edge = middle - height / 2
        for i in members:
            places[i] = edge + heights[i] / 2
            edge += heights[i]
    return places


def _merged(
    one: tuple[float, float, list[int]], two: tuple[float, float, list[int]]
) -> tuple[float, float, list[int]]:
    many, more = len(one[2]), len(two[2])
    return (one[0] * many + two[0] * more) / (many + more), one[1] + two[1], one[2] + two[2]


def _inches(axes: Axes) -> tuple[float, float]:
    figure = axes.get_figure(root=True)
    assert figure is not None
    box, size = axes.get_position(), figure.get_size_inches()
    return float(box.width * size[0]), float(box.height * size[1])
