"""What the figures of a sensitivity study tell, and what they do not where it is not known."""

from __future__ import annotations

from typing import Any

import pytest
from matplotlib.axes import Axes

from sim.figures import look, sensitivity
from sim.figures.drawing import Drawing

TOLD: dict[str, Any] = {
    "title": "Some office", "illustrative": True, "measure": "granted", "per_day": True, "digest": "d",
    "seed": 1, "noise": {"sobol": {"share": 0.003}},
}  # fmt: skip


def shares(*rows: tuple[float, float], names: str = "abcdefghijklmnopqrstuvwxyz") -> Drawing:
    """Facts with this total index and half an interval; a tenth less of each alone."""
    told = [
        {"group": f"stations.{name}.servers", "total": total, "total_low": total - half,
         "total_high": total + half, "first": total - 0.1, "first_low": total - 0.1 - half,
         "first_high": total - 0.1 + half}
        for name, (total, half) in zip(names, rows, strict=False)
    ]  # fmt: skip
    with look.applied():
        return sensitivity.indices(TOLD | {"sobol": told})


def swings(many: int) -> Drawing:
    row = {"at_low": -1.0, "at_high": 2.0, "moves": True, "swing": 3.0}
    ends = {f"at_{end}_{way}": None for end in ("low", "high") for way in ("from", "to")}
    with look.applied():
        facts = [{"fact": f"stations.s{i}.servers", **row, **ends} for i in range(many)]
        return sensitivity.tornado(TOLD | {"tornado": facts})


def marks(axes: Axes) -> int:
    return sum(line.get_marker() in ("o", "s") for line in axes.lines)


def test_an_index_that_is_known_is_in_title_and_picture() -> None:
    drawing = shares((0.7, 0.1), (0.2, 0.05))
    assert drawing.title.replace("\xa0", " ") == "70 % of what is not known about granted is due to servers of a"
    assert marks(drawing.figure.axes[0]) == 4
    assert "Noise: 0.3 % of the variance." in drawing.text.replace("\xa0", " ")


def test_an_index_with_too_wide_an_interval_is_told_nowhere_but_in_the_table() -> None:
    drawing = shares((1.56, 0.74), (0.2, 0.05))
    assert drawing.title == "More samples are needed to tell what makes granted uncertain"
    assert "Servers of a: not told, more samples are needed." in drawing.text
    assert "100" not in drawing.text
    assert drawing.data["total"].tolist() == [1.56, 0.2]
    axes = drawing.figure.axes[0]
    assert marks(axes) == 2
    assert all(0 <= x <= 1 for line in axes.lines for x in line.get_xdata())


def test_the_first_is_not_told_where_one_that_is_not_known_may_be_greater() -> None:
    assert shares((0.5, 0.1), (0.4, 0.3)).title.startswith("More samples are needed")


@pytest.mark.parametrize(("many", "said"), [(14, False), (15, True)])
def test_what_is_left_out_is_said(many: int, said: bool) -> None:
    assert (f"The 14 widest of {many} facts are shown" in swings(many).text) == said
    assert (f"The 14 greatest of {many} facts are shown" in shares(*[(0.05, 0.01)] * many).text) == said
    assert len(swings(many).data) == many


def test_axes_say_what_they_show() -> None:
    assert swings(3).figure.axes[0].get_xlabel() == "change of granted a day against the stated values"
    assert shares((0.7, 0.1)).figure.axes[0].get_xlabel() == "share of what is not known about granted"
