"""Each file of `broken/` has one mistake and, in its first lines, the message it must give."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.errors import Refused
from sim.scenario import read
from sim.study.check import check, checked

FOLDER = Path(__file__).parent / "broken"
FILES = sorted(FOLDER.glob("*.yaml"))


def expected(file: Path) -> list[str]:
    lines = file.read_text().splitlines()
    return [line[2:] for line in lines if line.startswith(f"# {file.name}")]


def test_there_are_enough() -> None:
    assert len(FILES) >= 40


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_message(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FOLDER)
    assert [str(problem) for problem in check(file.name)] == expected(file)
    with pytest.raises(Refused) as refused:
        checked(read(file.name))
    assert refused.value.exit_code == 2
