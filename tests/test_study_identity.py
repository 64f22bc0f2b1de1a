"""The digest names what decides a result, and nothing else; the resolved file gives it again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sim.scenario import read
from sim.scenario.tree import plain
from sim.study.identity import Plan, command, digest
from sim.study.resolved import resolved

HERE = Path(__file__).parent
FILES = [HERE / "queue.yaml", HERE / "small.yaml", HERE.parent / "scenarios" / "one-station.yaml"]


@pytest.mark.parametrize(
    "change",
    [{"replications": 11}, {"replications": None}, {"central": True}, {"binding": "none"},
     {"seed": 0}, {"trace": True}],
)  # fmt: skip
def test_every_part_of_the_plan_is_in_the_digest(change: dict[str, object]) -> None:
    scenario, plan = read(FILES[0]), Plan()
    assert digest(scenario, replace(plan, **change)) != digest(scenario, plan)  # type: ignore[arg-type]


def test_a_changed_number_is_another_result() -> None:
    other = read(FILES[0], ["streams.people.rate=25/day"])
    assert digest(other, Plan()) != digest(read(FILES[0]), Plan())


def test_the_place_of_the_file_does_not_matter(tmp_path: Path) -> None:
    copy = tmp_path / "other.yaml"
    copy.write_bytes(FILES[0].read_bytes())
    assert digest(read(copy), Plan()) == digest(read(FILES[0]), Plan())


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_resolved_file_is_the_same_scenario(file: Path, tmp_path: Path) -> None:
    scenario = read(file)
    written = tmp_path / file.name
    written.write_text(resolved(scenario), encoding="utf-8")
    again = read(written)
    assert plain(again.tree) == plain(scenario.tree)
    assert digest(again, Plan()) == digest(scenario, Plan())
    assert resolved(again) == resolved(scenario)


def test_what_was_extended_and_set_is_written_out(tmp_path: Path) -> None:
    child = tmp_path / "child.yaml"
    child.write_text(f"extends: {FILES[0]}\ntitle: 'Another: \"one\" # of them'\n")
    scenario = read(child, ["stations.desk.servers=3"])
    text = resolved(scenario)
    assert "extends" not in text
    written = tmp_path / "written.yaml"
    written.write_text(text, encoding="utf-8")
    assert digest(read(written), Plan()) == digest(scenario, Plan())


def test_the_command_says_what_decides_the_result() -> None:
    line = command("x.yaml", Plan(None, True, "none", 7, True))
    wanted = "sim run x.yaml --replications auto --seed 7 --central --binding none --trace"
    assert line == wanted
