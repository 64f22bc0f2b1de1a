"""What a killed process leaves beside a run folder is removed by a later one, and by none that is alive."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from sim.study.drafts import remove_left, swap
from sim.study.folder import claim, complete, written_whole

pytest.importorskip("fcntl")


def begun(work: Callable[[], object], told: Path) -> int:
    """A process that has begun on some work, which has made the file `told`."""
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(0)
    while not told.exists():
        time.sleep(0.005)
    return child


def killed(child: int) -> None:
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def writes_for_ever(folder: Path, told: Path) -> None:
    with written_whole(folder) as draft:
        (draft / "summary.csv").write_text("half")
        told.touch()
        signal.pause()


def hidden(place: Path) -> list[Path]:
    return list(place.glob(".*"))


@pytest.fixture
def running(tmp_path: Path) -> int:
    """A process in the midst of writing `tmp_path / "runs" / "k"`."""
    told = tmp_path / "told"
    return begun(lambda: writes_for_ever(tmp_path / "runs" / "k", told), told)


def test_what_a_killed_process_left_goes_with_the_next_run_of_the_same_folder(
    tmp_path: Path, running: int
) -> None:
    killed(running)
    place = tmp_path / "runs"
    assert len(hidden(place)) == 1
    claim(place / "k2", "abc", again=False)
    assert len(hidden(place)) == 1
    claim(place / "k", "abc", again=False)
    assert hidden(place) == []


def test_what_a_process_that_is_alive_is_writing_stays(tmp_path: Path, running: int) -> None:
    place = tmp_path / "runs"
    try:
        claim(place / "k", "abc", again=True)
        assert remove_left(place) == 0
        (draft,) = hidden(place)
        assert (draft / "summary.csv").read_text() == "half"
    finally:
        killed(running)
    assert remove_left(place) == 1


def test_a_worker_that_outlives_its_killed_process_holds_nothing(tmp_path: Path) -> None:
    told = tmp_path / "told"

    def with_a_copy() -> None:
        with written_whole(tmp_path / "k"):
            copy = begun(signal.pause, tmp_path)
            (tmp_path / "copying").write_text(str(copy))
            (tmp_path / "copying").rename(told)
            signal.pause()

    killed(begun(with_a_copy, told))
    try:
        assert remove_left(tmp_path) == 1
    finally:
        os.kill(int(told.read_text()), signal.SIGKILL)


def test_a_finished_folder_is_rid_of_what_was_left_beside_it(tmp_path: Path, running: int) -> None:
    killed(running)
    place = tmp_path / "runs"
    (place / "k").mkdir()
    complete(place / "k", None)
    assert [path.name for path in place.iterdir()] == ["k"]


def test_what_was_about_to_be_replaced_takes_its_name_again(tmp_path: Path) -> None:
    """Killed between the two renamings, the old run was lost and the new one hidden."""
    prior = tmp_path / ".k.0123abcd.prior"
    prior.mkdir()
    (prior / "verdict.json").touch()
    assert remove_left(tmp_path, "k") == 1
    assert (tmp_path / "k" / "verdict.json").is_file()
    (tmp_path / "k").rename(prior)
    (tmp_path / "k").mkdir()
    assert remove_left(tmp_path, "k") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["k"]
    assert not list((tmp_path / "k").iterdir())


@pytest.mark.parametrize("name", [".k.0123abcd", ".k.draft", "k.0123abcd.draft", ".k.0123abcg.draft"])
def test_no_other_hidden_folder_is_touched(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    assert remove_left(tmp_path) == 0
    assert (tmp_path / name).is_dir()


def test_a_place_that_is_not_there_has_nothing_left_in_it(tmp_path: Path) -> None:
    assert remove_left(tmp_path / "none") == 0


def test_a_swap_that_fails_leaves_the_old_one(tmp_path: Path) -> None:
    (tmp_path / "k").mkdir()
    with pytest.raises(OSError, match="draft"):
        swap(tmp_path / "draft", tmp_path / "k")
    assert [path.name for path in tmp_path.iterdir()] == ["k"]
