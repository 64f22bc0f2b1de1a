"""Observed numbers are refused with line, column, what was found and what was wanted, all at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.errors import Refused
from sim.scenario import read
from sim.study.building import model_of
from sim.study.calibrate.observations import misfits, read_observations

DESKS = Path(__file__).parent.parent / "scenarios/two-desks.yaml"
HEAD = "figure,measure,how,from,to,observed,unit,allowed_percent,standard_error,fitted,source"
NEITHER_NOR = "allowed_percent: found {} of allowed_percent and standard_error; wanted one of them"
GOOD = "Came,came,sum,2025-01-06,2025-01-31,2825,people,3,,yes,a count"


def said(folder: Path, *lines: str) -> list[str]:
    """What is wrong, without the name of the file."""
    file = folder / "o.csv"
    file.write_text("\n".join(lines) + "\n")
    try:
        found = read_observations(file)
    except Refused as refused:
        return [str(p).removeprefix(str(file)) for p in refused.problems]
    desks = read(DESKS)
    return [str(p).removeprefix(str(file)) for p in misfits(found, desks, model_of(desks))]


def row(**changes: str) -> str:
    cells = dict(zip(HEAD.split(","), GOOD.split(","), strict=True)) | changes
    return ",".join(cells.values())


def test_a_good_row_has_nothing_wrong(tmp_path: Path) -> None:
    assert said(tmp_path, HEAD, GOOD) == []


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"observed": "-2825"}, "observed: found -2825; wanted 0 or more, as came is never below it"),
        ({"observed": ""}, "observed: found nothing; wanted a number; leave the row out if nothing was observed"),
        ({"observed": "nan"}, "observed: found 'nan'; wanted a number; leave the row out if nothing was observed"),
        ({"from": "2025-02-30"}, "from: found '2025-02-30'; wanted a date that exists, such as 2025-01-31"),
        ({"to": "2025-01-05"}, "to: found 2025-01-05; wanted a date not before 2025-01-06"),
        ({"how": "at"}, "to: found 2025-01-31; wanted 2025-01-06 again, as 'at' is one day"),
        ({"how": "total"}, "how: found 'total'; wanted a word it knows: sum, mean or at"),
        ({"fitted": "maybe"}, "fitted: found 'maybe'; wanted a word it knows: yes, no or input"),
        ({"source": ""}, "source: found nothing; wanted text"),
        ({"allowed_percent": "-3"}, "allowed_percent: found '-3'; wanted a number above 0"),
        ({"allowed_percent": ""}, NEITHER_NOR.format("neither")),
        ({"standard_error": "9"}, NEITHER_NOR.format("both")),
        ({"observed": "0"}, "allowed_percent: found a share of an observed 0; wanted a standard_error"),
        ({"measure": "cane"}, "measure: found 'cane'; wanted a measure or an outcome; the nearest is 'came'"),
        ({"to": "2025-03-03"}, "to: found 2025-03-03; wanted a day of the run, "
         "2025-01-06 to the day before 2025-03-03"),
        ({"unit": "people/day"}, "unit: found 'people/day'; wanted 'people', as the sum of came is measured in"),
        ({"how": "mean"}, "unit: found 'people'; wanted 'people/day', as the mean of came is measured in"),
    ],
)  # fmt: skip
def test_message(tmp_path: Path, changes: dict[str, str], message: str) -> None:
    assert said(tmp_path, HEAD, row(**changes)) == [f":2: {message}"]


def test_rows_that_come_twice(tmp_path: Path) -> None:
    assert said(tmp_path, HEAD, GOOD, row(measure="approved"), row(figure="Other")) == [
        ":3: figure: found 'Came' again; wanted it once; see line 2",
        ":4: measure: found the same days of a measure again; wanted it once; see line 2",
    ]


def test_all_rows_are_told_at_once(tmp_path: Path) -> None:
    found = said(tmp_path, HEAD, row(observed=""), GOOD + ",more", row(how="x", source=""))
    assert [line.split(":")[1] for line in found] == ["2", "3", "4", "4"]


def test_a_wrong_heading(tmp_path: Path) -> None:
    assert said(tmp_path, HEAD.replace("measure", "mesure"), GOOD) == [
        ":1: mesure: found the unknown column 'mesure'; wanted a column; the nearest is 'measure'",
        ":1: found no column 'measure'; wanted the columns figure, measure, how, from, to, observed, "
        "unit, fitted and source",
    ]


@pytest.mark.parametrize("content", ["", "\xff\xfe"])
def test_what_is_no_table(tmp_path: Path, content: str) -> None:
    file = tmp_path / "o.csv"
    file.write_bytes(content.encode("latin-1"))
    with pytest.raises(Refused, match="wanted a CSV in UTF-8"):
        read_observations(file)
    with pytest.raises(Refused, match="no such table"):
        read_observations(tmp_path / "missing.csv")


@pytest.mark.parametrize(("times", "refused"), [("-1", False), ("2", True)])
def test_what_takes_something_away_may_be_negative(tmp_path: Path, times: str, refused: bool) -> None:
    file = tmp_path / "desks.yaml"
    terms = f"[{{outcome: approved}}, {{outcome: sent_away, times: {times}}}]"
    file.write_text(f"extends: {DESKS}\nmeasures: {{balance: {{sum_of: {terms}, unit: people/day}}}}\n")
    seen = tmp_path / "o.csv"
    seen.write_text(f"{HEAD}\n{row(measure='balance', observed='-5')}\n")
    desks = read(file)
    assert bool(misfits(read_observations(seen), desks, model_of(desks))) == refused
