"""Options of the verbs in Python are checked as those of the command line are."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import typer

import sim
from sim.cli.commands import app
from sim.cli.options import known
from sim.errors import Refused
from sim.study.sweep.given import given

QUEUE = Path(__file__).parent / "queue.yaml"
OFFICE = Path(__file__).parent.parent / "scenarios" / "uncertain-office.yaml"
CASES = "streams.cases.rate"
FITTED = f"""
fitted:
  source: by hand
  paths: [{CASES}, stations.clerks.servers]
  units: [/day, ""]
  central: 1
  sets: [[100, 3], [90, 4]]
"""
SHORT = ["end=2025-01-20", "question.reached_by=2025-01-19"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"binding": "foo"}, r"binding=: found 'foo'; wanted a word: paired or none"),
        ({"engine": "kernal"}, r"engine=: found 'kernal'; wanted a word; the nearest .*'kernel'"),
        ({"out": 3}, r"out=: found '3'; wanted a path"),
        ({"replications": 0}, r"replications=: found '0'; wanted a whole number"),
        ({"replications": True}, r"replications=: found 'True'"),
        ({"seed": -1, "jobs": 0}, r"seed=: found '-1'(.|\n)*jobs=: found '0'"),
    ],
)
def test_a_word_that_is_none_is_refused(options: dict[str, Any], said: str) -> None:
    with pytest.raises(Refused, match=said):
        sim.run(QUEUE, **options)


@pytest.mark.parametrize("verb", ["run", "compare", "sweep", "require", "sensitivity", "calibrate"])
def test_every_verb_refuses_an_engine_that_there_is_not(verb: str) -> None:
    with pytest.raises(Refused, match="engine=: found 'x'"):
        getattr(sim, verb)(QUEUE, engine="x")


@pytest.mark.parametrize("verb", ["compare", "sweep", "require", "sensitivity", "calibrate"])
@pytest.mark.parametrize("executor", ["daks", "tcp://127.0.0.1"])
def test_an_executor_that_is_none_is_noticed_before_the_scenario_is_read(verb: str, executor: str) -> None:
    with pytest.raises(Refused, match=f"--executor: found '{executor}'"):
        getattr(sim, verb)("there is no such file", executor=executor)


@pytest.mark.parametrize("verb", ["compare", "sweep", "require", "sensitivity", "calibrate"])
def test_jobs_of_a_scheduler_with_workers_of_its_own_are_refused(verb: str) -> None:
    with pytest.raises(Refused, match=r"--jobs: found '3' beside --executor tcp:.*; wanted no --jobs"):
        getattr(sim, verb)("there is no such file", executor="tcp://127.0.0.1:9", jobs=3)


SERVERS, RATE = "stations.desk.servers", "streams.people.rate"


@pytest.mark.parametrize(
    ("vary", "more"),
    [
        (f"{SERVERS}=20,21,22", {}),
        ([f"{SERVERS}=20:22:3"], {"kind": "grid"}),
        ((f"{SERVERS}=20:22:9",), {"design": "grid", "set": SHORT}),
        ({SERVERS: [20, 21, 22]}, {"design": "list"}),
        ({SERVERS: range(20, 23)}, {}),
        ({SERVERS: np.arange(20, 23)}, {"precision": None}),
        ({SERVERS: {"from": 20, "to": 22, "steps": 3}}, {}),
        ({SERVERS: "20:22:3"}, {"set": {"end": date(2025, 1, 20), "question.reached_by": "2025-01-19"}}),
    ],
)
def test_a_sweep_says_what_varies_in_several_ways(tmp_path: Path, vary: Any, more: dict[str, Any]) -> None:
    if "set" not in more:
        more = {**more, "changes": SHORT}
    frame = sim.sweep(
        QUEUE, vary, **more, replications=1, engine="simpy", jobs=1, out=tmp_path / "out", store=tmp_path / "s"
    )
    assert frame[SERVERS].tolist() == [20, 21, 22]


def test_paths_with_ranges_are_a_design_to_spread_over() -> None:
    ranges: dict[str, object] = {SERVERS: {"from": 1, "to": 6}, RATE: {"from": "80/day", "to": "110/day"}}
    as_texts = [f"{SERVERS}=1:6", f"{RATE}=80/day:110/day"]
    assert list(given(ranges, "sobol", 8, 3)) == list(given(as_texts, "sobol", 8, 3))


def test_all_that_is_wrong_in_what_varies_comes_together() -> None:
    with pytest.raises(Refused) as refused:
        sim.sweep(QUEUE, {SERVERS: 3, RATE: {"from": 2, "to": 1, "steps": 3}, "a": "1:2"})
    told = [str(problem) for problem in refused.value.problems]
    assert told[0] == f"--vary: {SERVERS}: found '3'; wanted a list, or {{from, to and steps}}"
    assert [line.partition(": found")[0] for line in told[1:]] == [f"--vary: {RATE}", "--vary: a"]


def test_half_a_design_beside_a_block_is_refused(tmp_path: Path) -> None:
    """What it says of the points is of other points than those of the block."""
    study = tmp_path / "study.yaml"
    study.write_text(f"scenario: {QUEUE}\nsweep: {{vary: {{{SERVERS}: [20, 21]}}}}\n", encoding="utf-8")
    with pytest.raises(Refused) as refused:
        sim.sweep(study, design="sobol", points=4)
    assert [str(problem) for problem in refused.value.problems] == [
        f"--{option}: found '{value}' beside the sweep: block of {study}; wanted --vary too: together they take "
        "the place of the block" for option, value in (("design", "sobol"), ("points", 4))
    ]  # fmt: skip


def test_one_thing_under_two_names_is_an_error() -> None:
    with pytest.raises(TypeError, match="design= and kind= are the same"):
        sim.sweep(QUEUE, f"{SERVERS}=1,2", kind="list", design="grid")


def test_one_text_stands_for_a_list_of_it() -> None:
    assert known({"set": "a=1", "fit": "b", "move": "c"}) == {"changes": ["a=1"], "fit": ["b"], "move": ["c"]}
    assert known({"changes": {"a": 1, "b": True, "c": "x"}, "fit": {"d": None, "e": "1:2"}}) == {
        "changes": ["a=1", "b=true", "c=x"], "fit": ["d", "e=1:2"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("verb", "door", "more"),
    [("run", "run", {}), ("sensitivity", "sensitivity.door", {}),
     ("require", "require.verb", {"move": "stations.clerks.servers=1:9"})],
)  # fmt: skip
def test_a_scenario_that_was_read_before_is_changed_as_its_file_is(
    verb: str, door: str, more: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Seen in the digest with which a folder is claimed, after which nothing is done."""
    claimed: list[str] = []

    def claim(folder: Path, digest: str, again: bool) -> None:
        claimed.append(digest)
        raise InterruptedError

    monkeypatch.setattr(f"sim.study.{door}.claim", claim)
    file = tmp_path / "fitted.yaml"
    file.write_text(f"title: Fitted\nextends: {OFFICE}\n{FITTED}", encoding="utf-8")
    scenario = sim.read(file)
    changes: list[Any] = [[], f"{CASES}=120/day", "fitted.central=2", [f"{CASES}=55", "fitted.central=2"]]
    for change in changes:
        for of in (file, scenario):
            with pytest.raises(InterruptedError):
                getattr(sim, verb)(of, set=change, **more)
    of_file, of_read = claimed[::2], claimed[1::2]
    assert of_file == of_read
    assert len(set(of_file)) == len(changes)
    with pytest.raises(Refused, match=r"--set: streams\.cases\.rat: found no such path"):
        getattr(sim, verb)(scenario, set="streams.cases.rat=1", **more)


def test_a_store_is_seen_and_pruned_as_a_frame(tmp_path: Path) -> None:
    place = tmp_path / "store"
    sim.sweep(QUEUE, f"{SERVERS}=20,21", changes=SHORT, replications=1, engine="simpy", jobs=1,
              out=tmp_path / "out", store=place)  # fmt: skip
    seen = sim.store(store=str(place))
    assert seen[["scenario", "used", "records", "replications"]].values.tolist() == [["queue", True, 2, 2]]
    left = sim.store("prune", scenario="queue", store=place)
    assert list(left.columns) == list(seen.columns)
    assert left.empty
    assert (left.attrs["pruned"], left.attrs["freed"]) == (2, seen["bytes"].sum())
    with pytest.raises(Refused, match="found 'prun'; wanted something to do; the nearest is 'prune'"):
        sim.store("prun")


def test_a_store_is_seen_of_one_scenario_alone(tmp_path: Path) -> None:
    for name in ("one", "other"):
        (tmp_path / f"{name}.yaml").write_text(QUEUE.read_text(encoding="utf-8"), encoding="utf-8")
        sim.sweep(tmp_path / f"{name}.yaml", f"{SERVERS}=20", changes=[*SHORT, f"title={name}"], replications=1,
                  engine="simpy", jobs=1, out=tmp_path / name, store=tmp_path / "store")  # fmt: skip
    whole = sim.store(store=tmp_path / "store")
    assert whole["scenario"].tolist() == ["one", "other"]
    alone = sim.store(scenario="other", store=tmp_path / "store")
    assert alone.values.tolist() == whole[whole["scenario"] == "other"].values.tolist()
    assert sim.store(scenario="third", store=tmp_path / "store").empty


def test_a_place_may_be_a_text(tmp_path: Path) -> None:
    out = str(tmp_path / "out")
    done = sim.run(QUEUE, changes=SHORT, replications=1, binding="none", engine="simpy", jobs=1, out=out)
    assert done.folder == Path(out)
    assert known({"out": "a", "store": None}) == {"out": Path("a"), "store": None}


def test_require_keeps_its_runs_where_it_is_told_and_says_where_its_files_are(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    changes = [word for change in SHORT for word in ("--set", change)]
    words = ["require", str(QUEUE), "--move", "stations.desk.servers=1:2", "--engine", "simpy", "--jobs", "1"]
    typer.main.get_command(app)([*words, *changes, "--out", "out", "--store", "kept"], standalone_mode=False)
    assert capsys.readouterr().out.endswith("\nFiles: out\n")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kept", "out"]
    assert list((tmp_path / "kept").glob("*/*.runs"))


def test_compare_says_where_its_files_are_if_it_keeps_them(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    changes = [word for change in SHORT for word in ("--set", change)]
    words = ["compare", str(QUEUE), str(QUEUE), *changes, "--engine", "simpy", "--jobs", "1", "--store", "kept"]
    command = typer.main.get_command(app)
    command(words, standalone_mode=False)
    alone = capsys.readouterr().out
    assert "Files:" not in alone
    command([*words, "--out", "out"], standalone_mode=False)
    assert capsys.readouterr().out == f"{alone}Files: out\n"
    assert (tmp_path / "out" / "compare.txt").read_text(encoding="utf-8") == alone
    command([*words, "--out", "out", "--json"], standalone_mode=False)
    assert "Files:" not in capsys.readouterr().out
