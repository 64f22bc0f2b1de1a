"""Labels beside the lines that they name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from matplotlib.axes import Axes

from sim.figures.look import EDGE, LINE, RIGHT, inches, tall, wrapped


class End(NamedTuple):
    """A label at the right end of a line, at height `y` [data]."""

    y: float
    text: str
    colour: str


def label_ends(
    axes: Axes, labels: Sequence[End], room: float = RIGHT - EDGE, size: float = 8.5
) -> None:
    """Labels right of the axes, each joined to its line, moved apart where they would touch."""
    across, up = inches(axes)
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


class _Group(NamedTuple):
    """Boxes that touch: the middle they would have, how tall they are, which they are."""

    wish: float
    height: float
    members: list[int]

    def middle(self, low: float, high: float) -> float:
        """As near to the wish as the bounds allow."""
        half = self.height / 2
        return max(low + half, min(self.wish, high - half))


def apart(
    at: Sequence[float], heights: Sequence[float], low: float = -9e9, high: float = 9e9
) -> list[float]:
    """Middles as near to `at` (ascending) as lets boxes of these heights stand clear in order.

    All within `low` and `high`, if they fit between them.
    """
    groups: list[_Group] = []
    for i, (middle, height) in enumerate(zip(at, heights, strict=True)):
        group = _Group(middle, height, [i])
        while groups and _touch(groups[-1], group, low, high):
            group = _merged(groups.pop(), group)
        groups.append(group)
    places = [0.0] * len(at)
    for group in groups:
        edge = group.middle(low, high) - group.height / 2
        for i in group.members:
            places[i] = edge + heights[i] / 2
            edge += heights[i]
    return places


def _touch(one: _Group, two: _Group, low: float, high: float) -> bool:
    return one.middle(low, high) + one.height / 2 > two.middle(low, high) - two.height / 2


def _merged(one: _Group, two: _Group) -> _Group:
    many, more = len(one.members), len(two.members)
    wish = (one.wish * many + two.wish * more) / (many + more)
    return _Group(wish, one.height + two.height, one.members + two.members)
