"""The figures of a fit, of a set of values and of none."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from matplotlib.text import Text

from sim.figures import calibration, look
from sim.figures.drawing import Drawing, Skipped

PATH = "stations.clerks.servers"


def left(folder: Path, in_set: list[bool]) -> Path:
    """What a fit of two figures leaves, with so many points in its set or not."""
    nothing = float("nan")
    low, high = (90.0, 120.0) if any(in_set) else (nothing, nothing)
    fit = {"figure": ["Came", "Left"], "fitted": ["yes", "no"], "observed": 100.0, "allowed": 10.0,
           "central": 130.0, "set_low": low, "set_high": high, "within_allowed": False}  # fmt: skip
    one = {"path": [PATH], "unit": "people", "low": 1.0, "high": 9.0, "central": 4.0,
           "set_low": 3.0, "set_high": 5.0}  # fmt: skip
    points = {"in_set": in_set, PATH: [3.0 + i for i in range(len(in_set))]}
    for name, table in (("fit", fit), ("parameters", one), ("points", points)):
        pd.DataFrame(table).to_csv(folder / f"{name}.csv", index=False)
    told = {"digest": "d", "title": "Two desks", "illustrative": True}
    (folder / "provenance.json").write_text(json.dumps(told), encoding="utf-8")
    return folder


def drawn(folder: Path) -> list[Drawing | Skipped]:
    with look.applied():
        return calibration.figures(folder)


def spoken(drawing: Drawing) -> str:
    texts = [found.get_text() for found in drawing.figure.findobj(Text) if isinstance(found, Text)]
    return " ".join(texts).replace("\n", " ").replace("\xa0", " ")


def test_where_nothing_fits_there_is_no_set_and_no_word_of_one(tmp_path: Path) -> None:
    fit, none = drawn(left(tmp_path, [False, False]))
    assert isinstance(fit, Drawing)
    assert none == Skipped("set", "nothing fits, so there is no set of values")
    assert fit.title.startswith("No values fit what was observed: at the nearest, 0 of 1 fitted")
    for said in (fit.text, spoken(fit)):
        assert "nan" not in said
        for word in ("central", "set", "bar:", "dashed", "central row"):
            assert word not in said.replace("data sets", ""), word


@pytest.mark.parametrize("rows", [1, 2])
def test_parameters_are_said_in_words_and_marks_are_whole(tmp_path: Path, rows: int) -> None:
    fit, values = drawn(left(tmp_path, [True] * rows))
    assert isinstance(fit, Drawing)
    assert isinstance(values, Drawing)
    assert values.title == f"{rows} row{'s' * (rows > 1)} of values fit{'s' * (rows == 1)} what was observed"
    assert "Servers of clerks, 1 to 9 people" in spoken(values)
    assert PATH not in values.text
    assert not any(line.get_clip_on() for line in values.figure.axes[0].lines)
    for one in (fit, values):
        assert "Two desks (illustrative numbers)." in spoken(one)


def test_the_axis_of_a_fit_says_what_it_shows(tmp_path: Path) -> None:
    fit, _ = drawn(left(tmp_path, [True]))
    assert isinstance(fit, Drawing)
    assert fit.figure.axes[0].get_xlabel() == "difference from what was observed, in units of what is allowed"
