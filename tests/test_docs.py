"""Every `$ …` line of the documentation runs as it stands, in a folder with the scenarios."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs_commands import CI, LONG, PAGES, ROOT, SHOWN, commands, listed, run, shown

DOCS = [page for page in sorted((ROOT / "docs").glob("*.md")) if commands(page)]
IN_CI = {one.page for one in listed() if one.runs == CI}
MOST_IN_CI = 120
"""[seconds] Of processor time in all."""
WIDTH = 118
_FENCED = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)


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


def test_the_prose_of_the_readme_is_wrapped() -> None:
    """As widely as the code, so that a change of one sentence shows as that; not tables, nor what is fenced."""
    lines = _FENCED.sub("", (ROOT / "README.md").read_text(encoding="utf-8")).splitlines()
    assert not [line for line in lines if len(line) > WIDTH and not line.startswith(("|", "<!--"))]
