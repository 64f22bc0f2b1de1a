"""The figure of a comparison: what it counts, what it says it leaves out, what is where on the page."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import pandas as pd
import pytest

from sim.figures import compared, look
from sim.figures.drawing import Drawing
from tests.test_figures import text_boxes

TOLD = {"scenarios": ["before", "after"], "replications": 10, "digest": "d", "seed": 1, "illustrative": True}


def drawn(gains: Sequence[float], others: Sequence[str] = ("after",), base: float = 100.0) -> Drawing:
    """Measures of 100 at first that gain so much; those that gain 5 or more are shown to."""
    rows: list[dict[str, Any]] = [
        {"scenario": other, "measure": f"m{i}", "base": base, "other": base + gain, "difference": gain,
         "low": gain - 3, "high": gain + 3, "p_adjusted": 0.01, "differs": abs(gain) >= 5}
        for other in others for i, gain in enumerate(gains)
    ]  # fmt: skip
    with look.applied():
        return compared.drawing(pd.DataFrame(rows), TOLD | {"scenarios": ["before", *others]})


def test_the_title_counts_what_is_not_drawn_too() -> None:
    drawing = drawn([10.0] * 30 + [0.0] * 10)
    assert drawing.title.startswith("30 of 40 measures differ from before")
    assert "The first 24 of 40 measures are shown" in drawing.text
    assert len(drawing.data) == 40
    assert len(drawing.figure.axes[0].get_yticks()) == 24


def test_of_few_measures_nothing_is_said_to_be_left_out() -> None:
    assert "are shown" not in drawn([10.0] * 24).text


def test_what_is_nothing_at_first_is_counted_and_said_not_to_be_drawn() -> None:
    rows = drawn([10.0, 20.0]).data
    rows = pd.concat([rows, rows.iloc[:1].assign(measure="new", base=0.0)])
    with look.applied():
        drawing = compared.drawing(rows, TOLD)
    assert drawing.title.startswith("3 of 3 measures differ")
    assert "1 of 3 measures cannot be shown in per cent of before" in drawing.text


def test_of_several_scenarios_all_differences_are_counted() -> None:
    title = drawn([10.0, 0.0], ["a", "b", "c"]).title
    assert title == "3 of 6 measures of 3 scenarios differ from before"


FAR = [[12000.0, 900.0, -40.0], [-12000.0, 3.0], [1e7, -1e7], [250.0, -250.0], [4.0, 8.0], [1e6]]


@pytest.mark.parametrize("gains", FAR)
@pytest.mark.parametrize("others", [["after"], ["more_officers_same_beds", "rising-target", "surge", "later"]])
def test_no_words_are_cut_or_touch(gains: list[float], others: list[str]) -> None:
    drawing = drawn(gains, others)
    boxes, page = text_boxes(drawing), drawing.figure.bbox
    for words, box in boxes:
        assert box.x0 >= page.x0, words
        assert box.x1 <= page.x1, words
    for (one, a), (two, b) in combinations(boxes, 2):
        assert not a.overlaps(b), (one, two)


@pytest.mark.parametrize("gains", FAR)
def test_the_legend_is_beside_the_data_and_the_data_within_their_axes(gains: list[float]) -> None:
    axes = drawn(gains).figure.axes[0]
    legend, whole = axes.get_legend(), axes.get_window_extent()
    assert legend is not None
    assert legend.get_window_extent().y0 >= whole.y1 - 1
    low, high = sorted(axes.transAxes.inverted().transform(axes.transData.transform((g, 0)))[0]
                       for g in (min(gains), max(gains)))  # fmt: skip
    assert (low > 0.01, high < 0.99) == (True, True)


def test_numbers_that_are_made_up_are_said_to_be_under_the_title() -> None:
    assert "Illustrative numbers." in drawn([10.0]).text
