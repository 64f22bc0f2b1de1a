"""Every `$ …` line of the documentation runs as it stands, in a folder with the scenarios."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs_commands import CI, LONG, PAGES, ROOT, SHOWN, commands, listed, run, shown

DOCS = [page for page in sorted((ROOT / "docs").glob("*.md")) if commands(page)]
IN_CI = {one.page for one in listed() if one.runs == CI}
MOST_IN_CI = 120
"""[seconds] Of processor time in all."""


@pytest.mark.slow
@pytest.mark.parametrize(
    "page",
    [pytest.param(p, id=f"{'ci' if p.stem in IN_CI else 'long'}-{p.stem}") for p in DOCS],
)
def test_the_commands_of_a_page_run(page: Path, tmp_path: Path) -> None:
    assert [command for command, _ in run(page, tmp_path)] == commands(page)


def test_every_command_of_a_study_is_listed_with_where_it_runs() -> None:
    found = [(page, command) for page in PAGES for command in shown(ROOT / "docs" / f"{page}.md")]
    assert found == [(one.page, one.command) for one in listed()]
    for one in listed():
        runs = one.command in commands(ROOT / "docs" / f"{one.page}.md")
        assert one.runs in ((CI, LONG) if runs else (LONG, SHOWN)), one
        assert one.seconds.isdecimal() == (one.runs != SHOWN), one


def test_what_ci_runs_of_them_takes_two_minutes_at_most() -> None:
    assert sum(int(one.seconds) for one in listed() if one.runs == CI) <= MOST_IN_CI
    assert {p.stem for p in DOCS} >= IN_CI
