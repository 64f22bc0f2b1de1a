"""What the figures of a sweep say is asked, met and varied."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd
import pytest
from matplotlib.text import Text

from sim.figures import look, sweep_line, sweep_map
from sim.figures.drawing import Drawing, Skipped
from sim.figures.swept import Swept, path_words

QUESTION = {"measure": "served", "value": 95.0, "at_least": True, "rate": True, "probability": 0.5}
YES, NO, OPEN = "achievable", "not_achievable", "undecided"
CLERKS = "stations.clerks.servers"


def of(vary: dict[str, list[float]], answers: list[str], **columns: Any) -> Swept:
    """Points that vary these paths, and ask 95 a day in half of all runs unless columns say."""
    many = len(answers)
    points = pd.DataFrame(vary | {"replications": [10] * many, "answer": answers})
    shares = {"share": 0.5, "share_low": 0.2, "share_high": 0.8}
    reached = {"reached": 99.5, "reached_low": 98.0, "reached_high": 101.0}
    points = points.assign(**({"asked": 95.0, "required": 0.5} | shares | reached | columns))
    told = {"vary": list(vary), "question": QUESTION, "title": "One station", "digest": "d", "seed": 1,
            "units": {}, "design": "grid"}  # fmt: skip
    return Swept(points, told)


def drawn(found: Swept) -> Drawing:
    with look.applied():
        one = (sweep_line if len(found.axes) == 1 else sweep_map).figure(found)
    assert not isinstance(one, Skipped)
    return one


def spoken(drawing: Drawing) -> str:
    texts = [found.get_text() for found in drawing.figure.findobj(Text) if isinstance(found, Text)]
    return " ".join(texts).replace("\n", " ").replace("\xa0", " ")


ASKED = [90.0, 95.0, 100.0]


@pytest.mark.parametrize("path", ["question.at_least", "question.at_most"])
@pytest.mark.parametrize(
    ("answers", "title"),
    [
        ([YES, YES, NO], "Served: up to 95 a day is achievable, 100 is not"),
        ([YES, OPEN, OPEN], "Served: up to 90 a day is achievable"),
        ([YES, YES, YES], "Served: every value asked is achievable, 90 to 100 a day"),
        ([OPEN, NO, NO], "Served: no value asked is shown achievable, 90 to 100 a day"),
        ([NO, YES, YES], "Served: 95 a day and more is achievable, 90 is not"),
    ],
)
def test_of_what_is_asked_the_title_names_the_values_of_the_points(
    path: str, answers: list[str], title: str
) -> None:
    drawing = drawn(of({path: ASKED}, answers, asked=ASKED))
    assert drawing.title == title
    lines = [list(line.get_ydata()) for line in drawing.figure.axes[0].lines]
    assert ASKED in lines
    assert "asked: 90 to 100" in spoken(drawing)
    assert "asked: 95" not in spoken(drawing)
    assert drawing.figure.axes[1].get_xlabel() == "what is asked a day"


def test_what_is_asked_by_the_week_is_drawn_by_the_day() -> None:
    found = of({"question.at_least": [630.0, 700.0]}, [YES, NO], asked=[90.0, 100.0])
    found = Swept(found.points, {**found.told, "units": {"question.at_least": "/week"}})
    assert drawn(found).title == "Served: up to 90 a day is achievable, 100 is not"


def test_the_share_required_is_drawn_where_it_varies() -> None:
    need = [0.1, 0.5, 0.9]
    drawing = drawn(of({"question.with_probability": need}, [YES, YES, OPEN], required=need))
    assert need in [list(line.get_ydata()) for line in drawing.figure.axes[1].lines]
    assert "required: 10 % to 90 %" in spoken(drawing)
    assert drawing.title.endswith("is achievable with the share of runs that must say yes at 0.50 or less")


@pytest.mark.parametrize(
    ("answers", "title"),
    [
        ([NO, NO, YES], "achievable with servers of clerks at 4 or more, and not at 3"),
        ([YES, YES, OPEN], "achievable with servers of clerks at 3 or less"),
        ([YES, NO, YES], "achievable at 2 of 3 values of servers of clerks"),
        ([OPEN, NO, NO], "not shown achievable at any value of servers of clerks tried, 2 to 4"),
        ([YES, YES, YES], "achievable at every value of servers of clerks tried, 2 to 4"),
    ],
)
def test_of_a_resource_the_title_names_what_it_takes(answers: list[str], title: str) -> None:
    assert drawn(of({CLERKS: [2.0, 3.0, 4.0]}, answers)).title == f"Served: 95 a day is {title}"


GRID = {"question.at_least": [90.0, 90.0, 100.0, 100.0], CLERKS: [3.0, 4.0, 3.0, 4.0]}


def test_a_map_of_what_is_asked_names_no_one_value() -> None:
    drawing = drawn(of(GRID, [YES, YES, NO, OPEN], asked=GRID["question.at_least"]))
    assert "95 a day" not in spoken(drawing)
    assert drawing.title == (
        "Served: 2 of 4 points are achievable, undecided at 1, by what is asked and servers of clerks"
    )


def test_cells_of_a_map_have_one_number_of_places() -> None:
    drawing = drawn(of({"pools.a.capacity": [1.0, 1.0, 2.0, 2.0], CLERKS: GRID[CLERKS]}, [YES] * 4,
                       reached=[89.04, 89.0, 7.0, 88.96]))  # fmt: skip
    cells = [text.get_text() for text in drawing.figure.axes[0].texts if "\n" in text.get_text()]
    assert [cell.split("\n")[1] for cell in cells] == ["89.0", "89.0", "7.0", "89.0"]


@pytest.mark.parametrize(
    ("answers", "solid", "dotted"),
    [([YES] * 4, False, False), ([YES, NO] * 2, True, False), ([YES, OPEN, NO, NO], True, True),
     ([OPEN, OPEN, NO, NO], False, True)],
)  # fmt: skip
def test_a_map_explains_the_lines_it_has(answers: list[str], solid: bool, dotted: bool) -> None:
    words = spoken(drawn(of({"pools.a.capacity": [1.0, 1.0, 2.0, 2.0], CLERKS: GRID[CLERKS]}, answers)))
    assert ("Solid line" in words, "Dotted line" in words) == (solid, dotted)


def test_a_path_is_said_as_the_texts_say_it() -> None:
    assert path_words(CLERKS) == "servers of clerks"
    assert path_words("streams.cbp_cases.rate") == "rate of \u201cCBP cases\u201d"
    assert path_words("warm_up") == "warm up"
    assert not re.search("question|at_least", path_words("question.at_least"))
