"""Every policy of docs/scenarios.md is one `--set` line that is accepted and changes the network."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from sim.network.model import Model
from sim.scenario import read
from sim.study.building import model_of

ROOT = Path(__file__).parent.parent
ROW = re.compile(
    r"^\| (?P<policy>[^|]*) \| `(?P<line>[^`]+=[^`]+)` \| (?P<changes>[^|]*)\|$", re.MULTILINE
)
OTHER = re.compile(r"\(`([\w-]+\.yaml)`\)")
ALSO = re.compile(r"`((?:gates|steps|departures)\.\S+?=[^`]+)`")


def lines() -> list[tuple[str, str]]:
    """The scenario and the line of every row, and those that a row names beside its own."""
    page = (ROOT / "docs" / "scenarios.md").read_text(encoding="utf-8")
    of = page[page.index("## Policies in one line") :]
    found = []
    for row in ROW.finditer(of[: of.index("\n## ", 1)]):
        other = OTHER.search(row["policy"])
        file = other[1] if other else "target-3000.yaml"
        found += [(file, line) for line in (row["line"], *ALSO.findall(row["changes"]))]
    return found


@cache
def as_written(file: str) -> Model:
    return model_of(read(ROOT / "scenarios" / file))


def test_all_of_the_system_is_there() -> None:
    """The policies that the scenarios turn on, and one at least for every part of the route."""
    said = " ".join(line for _, line in lines())
    assert len(lines()) >= 45
    for part in ("orders.", "stations.", "pools.", "gates.", "departures.", "stocks.", "hold_over",
                 "bump", "pause", "release", "bond", "parole", "lawyer", "appeals", "supervision",
                 "wartime_notice", "third_country"):  # fmt: skip
        assert part in said, part


@pytest.mark.slow
@pytest.mark.parametrize(("file", "line"), lines(), ids=lambda of: of)
def test_a_line_changes_the_network(file: str, line: str) -> None:
    assert model_of(read(ROOT / "scenarios" / file, [line])) != as_written(file)
