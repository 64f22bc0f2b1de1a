"""A run folder is written whole or not at all, and trusted only when it checks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sim.errors import Refused
from sim.study.folder import answers, checksums, claim, sealed, written_whole


def finished(folder: Path, digest: str = "abc") -> Path:
    with written_whole(folder) as draft:
        (draft / "summary.csv").write_text("a\n1\n")
        (draft / "verdict.json").write_text('{\n "engine": "simpy",\n "seed": 1\n}\n')
        told = {"digest": digest, **sealed(draft)}
        (draft / "provenance.json").write_text(json.dumps(told))
    return folder


def half_written(folder: Path, error: type[BaseException]) -> None:
    with written_whole(folder) as draft:
        (draft / "summary.csv").write_text("half")
        raise error


def test_a_finished_folder_answers_for_its_digest_alone(tmp_path: Path) -> None:
    folder = finished(tmp_path / "run")
    assert answers(folder, "abc")
    assert not answers(folder, "abd")
    assert not answers(tmp_path / "nothing", "abc")


def test_a_folder_of_other_sources_is_not_answered_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = finished(tmp_path / "run")
    monkeypatch.setattr("sim.study.folder.model", lambda: "0.2.0+edited")
    assert not answers(done, "abc")
    assert answers(finished(tmp_path / "run"), "abc")


@pytest.mark.parametrize("name", ["summary.csv", "verdict.json"])
def test_a_changed_or_missing_file_is_not_answered_from(tmp_path: Path, name: str) -> None:
    folder = finished(tmp_path / "run")
    (folder / name).write_text("changed")
    assert not answers(folder, "abc")
    (folder / name).unlink()
    assert not answers(folder, "abc")


def test_the_engine_does_not_change_a_checksum(tmp_path: Path) -> None:
    folder = finished(tmp_path / "run")
    before = checksums(folder)
    text = (folder / "verdict.json").read_text()
    (folder / "verdict.json").write_text(text.replace("simpy", "kernel"))
    assert checksums(folder) == before
    (folder / "verdict.json").write_text(text.replace("1", "2"))
    assert checksums(folder) != before


def test_figures_may_be_drawn_again(tmp_path: Path) -> None:
    folder = finished(tmp_path / "run")
    (folder / "figures").mkdir()
    (folder / "figures" / "rate.png").write_text("picture")
    assert answers(folder, "abc")


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_a_failure_leaves_nothing_behind(tmp_path: Path, error: type[BaseException]) -> None:
    with pytest.raises(error):
        half_written(tmp_path / "deep" / "run", error)
    assert list(tmp_path.iterdir()) == []


def test_a_failure_leaves_what_was_there(tmp_path: Path) -> None:
    folder = finished(tmp_path / "run")
    with pytest.raises(ValueError):  # noqa: PT011  (raised here, without words)
        half_written(folder, ValueError)
    assert answers(folder, "abc")
    assert list(tmp_path.iterdir()) == [folder]


def test_writing_again_replaces_the_whole_folder(tmp_path: Path) -> None:
    folder = finished(tmp_path / "run")
    (folder / "extra").write_text("old")
    finished(folder, "new")
    assert not (folder / "extra").exists()
    assert answers(folder, "new")
    assert list(tmp_path.iterdir()) == [folder]


def test_a_figure_that_fails_leaves_the_run_it_is_of(tmp_path: Path) -> None:
    def fails(folder: Path) -> None:
        raise ValueError(folder)

    with pytest.raises(ValueError), written_whole(tmp_path / "run", fails) as draft:  # noqa: PT011
        (draft / "verdict.json").write_text("{}")
    assert [p.name for p in (tmp_path / "run").iterdir()] == ["verdict.json"]
    assert [p.name for p in tmp_path.iterdir()] == ["run"]


@pytest.mark.parametrize("again", [False, True])
def test_files_beside_a_run_are_not_lost_with_it(tmp_path: Path, again: bool) -> None:
    folder = finished(tmp_path / "run")
    (folder / "notes.txt").write_text("precious")
    assert answers(folder, "abc")
    with pytest.raises(Refused, match=r"other files beside a run \(notes.txt\); wanted them put elsewhere"):
        claim(folder, "new", again)


def test_a_place_that_cannot_be_written_to_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Refused, match="cannot be written to"), written_whole(tmp_path / "file/x"):
        pass
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


def test_a_folder_of_other_things_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("precious")
    with pytest.raises(Refused, match="other files"):
        claim(tmp_path, "abc", again=True)
    with pytest.raises(Refused, match="found a file"):
        claim(tmp_path / "mine", "abc", again=True)


def test_another_run_is_replaced_only_when_asked(tmp_path: Path) -> None:
    folder = finished(tmp_path / "run")
    with pytest.raises(Refused, match="another run"):
        claim(folder, "abd", again=False)
    claim(folder, "abd", again=True)
    claim(folder, "abc", again=False)


def test_a_name_that_no_folder_can_have_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="a place that cannot be written to"):
        claim(tmp_path / ("x" * 300), "abc", again=False)
