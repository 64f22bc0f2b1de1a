"""The digest names what decides a result, and nothing else; the resolved file gives it again."""

from __future__ import annotations

import json
import shlex
from dataclasses import replace
from pathlib import Path

import pytest
import typer

from sim.cli.commands import app
from sim.scenario import read
from sim.scenario.tree import plain
from sim.study.identity import Plan, command, digest
from sim.study.resolved import resolved
from sim.study.run import run

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
    line = command(Plan(None, True, "none", 7, True))
    wanted = "sim run scenario.yaml --replications auto --seed 7 --central --binding none --trace"
    assert line == wanted


def test_the_command_in_a_folder_gives_its_digest_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a value that was set and a file that the folder does not have."""
    given = ["end=2025-01-20", "question.reached_by=2025-01-19", "stations.desk.servers=3"]
    done = run(FILES[0], changes=given, replications=2, seed=7, binding="none", engine="simpy", jobs=1,
               out=tmp_path / "done")  # fmt: skip
    told = json.loads((done.folder / "provenance.json").read_text(encoding="utf-8"))
    assert told["file"] == "queue.yaml"
    assert any("stations.desk.servers = 3" in one for one in told["set"])
    monkeypatch.chdir(done.folder)
    words = [*shlex.split(told["command"])[1:], "--out", str(tmp_path / "again"), "--engine", "simpy"]
    typer.main.get_command(app)(words, standalone_mode=False)
    again = json.loads((tmp_path / "again" / "provenance.json").read_text(encoding="utf-8"))
    assert again["digest"] == told["digest"]
    assert again["files"] == told["files"]
