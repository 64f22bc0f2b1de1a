"""The tables of the documentation: what a figure says, and that the pages say what was made."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from sim.errors import Refused
from sim.scenario import read
from sim.study import engines
from sim.study.answers import (
    filled,
    made,
    main,
    months,
    points_of,
    read_figures,
    read_tables,
    table,
    words,
)
from sim.study.point import Runs

ROOT = Path(__file__).parent.parent
BOOK = ROOT / "docs" / "answers.yaml"
SMALL = Path(__file__).parent / "small.yaml"


def runs(**values: list[float]) -> Runs:
    n = np.arange(len(next(iter(values.values()))))
    return Runs({}, "", n, n, {k: np.array(v, np.float64) for k, v in values.items()})


TEN = [float(x) for x in range(10)]


def test_a_mean_has_the_interval_of_student() -> None:
    """0 to 9: standard error of the mean 0.957, times 2.262."""
    assert words("{a: x}", {}, {"a": runs(x=TEN)}) == "4.5 (2.33 to 6.67)"


def test_a_difference_is_taken_world_by_world() -> None:
    of = {"a": runs(x=[x + 100 for x in TEN]), "b": runs(x=TEN)}
    assert words("{a - b: x}", {}, of) == "+100"


def test_a_share_is_of_each_world() -> None:
    assert words("{a: x / y}", {}, {"a": runs(x=TEN, y=[2 * x or 1 for x in TEN])}).startswith(
        "45 %"
    )


def test_no_mean_of_nine_worlds() -> None:
    assert words("{a: x}", {}, {"a": runs(x=TEN[:9])}) == "too few worlds"


def test_an_answer_is_that_of_the_program() -> None:
    scenario = {"a": read(SMALL)}
    assert words("{a: answer}", scenario, {"a": runs(yes=[0] * 10)}) == "**no** (0 of 10)"


def test_an_unknown_number_is_refused() -> None:
    with pytest.raises(Refused, match=r"the nearest is 'mean\.arrests'"):
        words("{a: mean.arests}", {}, {"a": runs(**{"mean.arrests": TEN})})


def test_months_part_the_run() -> None:
    found = list(months(date(2025, 5, 18), date(2026, 1, 2)))
    assert [name for name, _, _ in found][::8] == ["2025-05", "2026-01"]
    assert sum((last - first).days + 1 for _, first, last in found) == 230


def test_what_is_not_made_says_so() -> None:
    assert table([["a"], ["{b: mean.x}"]], {}) == "| a |\n|---|\n| not run |\n"


def test_a_point_that_there_is_not_is_refused(tmp_path: Path) -> None:
    book = tmp_path / "book.yaml"
    book.write_text("points: {small: }\ntables: {t: {page: p.md, rows: [['{smal: mean.x}']]}}\n")
    with pytest.raises(Refused, match="the nearest is 'small'"):
        read_tables(book)


def test_the_command_writes_figures_and_pages(tmp_path: Path) -> None:
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "docs").mkdir()
    (tmp_path / "scenarios" / "small.yaml").write_text(SMALL.read_text())
    page, book = tmp_path / "docs" / "p.md", tmp_path / "docs" / "book.yaml"
    page.write_text("before\n<!-- answers: t -->\nold\n<!-- /answers: t -->\nafter\n")
    book.write_text(
        "points: {small: }\ntables: {t: {page: p.md, rows: [[asks], ['{small: mean.arrivals}']]}}\n"
    )
    main([str(book), "--store", str(tmp_path / "store")])
    said = read_figures(book.with_suffix(".csv"))
    assert list(said) == ["{small: mean.arrivals}"]
    assert (
        f"| {said['{small: mean.arrivals}']} |\n<!-- /answers: t -->\nafter\n" in page.read_text()
    )
    assert page.read_text().startswith("before\n")
    assert "old" not in page.read_text()


def test_the_pages_say_what_was_made() -> None:
    tables, said = read_tables(BOOK), read_figures(BOOK.with_suffix(".csv"))
    for page, text in filled(tables, said).items():
        assert page.read_text(encoding="utf-8") == text, page.name


@pytest.mark.slow
@pytest.mark.skipif(not engines.has_kernel(), reason="ten runs of a year for each point")
def test_the_figures_come_out_again(tmp_path: Path) -> None:
    """Of the quick points; all of them: `python -m sim.study.answers docs/answers.yaml`, and no change."""
    said = read_figures(BOOK.with_suffix(".csv"))
    quick = {"twenty-million", "at-7000", "at-13700", "april-2024"}
    figures = [f for f in said if set(points_of(f)) <= quick]
    assert made(BOOK, figures, 10, 1, tmp_path) == {f: said[f] for f in figures}
