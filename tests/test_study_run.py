"""A run: the same files whatever does it, answered from once it is there."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd
import pytest

from sim.errors import Refused, SimError
from sim.measures import Reduced, plan_of
from sim.measures.daily import daily
from sim.measures.logged import logged
from sim.network.compiling import compile_network
from sim.scenario import read
from sim.study.building import model_of
from sim.study.compare import compare
from sim.study.executors import team
from sim.study.finished import Finished
from sim.study.folder import checksums
from sim.study.free import is_free
from sim.study.gathering import conduct, study_of
from sim.study.identity import NONE, PAIRED, Plan
from sim.study.more import with_more
from sim.study.run import run
from sim.study.task import BASE, Context, Task, engine, perform
from sim.study.worlds import world_values
from sim.verdict.asked import asked
from tests.verdict_runs import FIXED_KEYS

QUEUE = Path(__file__).parent / "queue.yaml"
LAST = "end=2025-02-10"


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    out = tmp_path_factory.mktemp("runs") / "queue"
    return run(QUEUE, changes=[LAST], out=out, engine="simpy", binding="paired", jobs=1)


def test_the_folder_has_the_files_and_keys_that_are_fixed(done: Finished) -> None:
    wanted = {"scenario.yaml", "provenance.json", "verdict.json", "daily.parquet", "summary.csv"}
    assert wanted <= {path.name for path in done.folder.iterdir()}
    assert set(done.verdict) >= FIXED_KEYS
    assert {"mean", "low", "high", "confidence"} <= set(done.verdict["estimate"])
    assert {"share", "low", "high", "required", "worlds"} <= set(done.verdict["probability"])


def test_one_row_per_world_replication_and_day(done: Finished) -> None:
    assert list(done.daily.columns[:3]) == ["world", "replication", "date"]
    assert len(done.daily) == 10 * 35
    assert not done.daily.duplicated(["world", "replication", "date"]).any()
    assert set(done.daily["world"]) == set(range(1, 11))
    assert done.daily["date"].min() == pd.Timestamp("2025-01-06")


def test_the_summary_is_read_with_names_as_they_are(done: Finished) -> None:
    waits = done.summary.query("measure == 'wait' and `class` == ''")
    assert set(waits["at"]) == {"desk", "spare"}
    assert waits.query("statistic == 'mean'")["mean"].notna().all()


def test_what_binds_is_measured_or_known_to_be_free(done: Finished) -> None:
    by_name = {bind["resource"]: bind for bind in done.verdict["binding"]}
    assert set(by_name) == {"desk", "spare"}
    assert by_name["spare"]["effect_of_ten_percent"] == 0.0
    assert by_name["spare"]["share_of_worlds_first"] == 0.0


def test_definitions_and_stated_values_are_judged_too(done: Finished) -> None:
    assert set(done.verdict["definitions"]) == {"three"}
    assert done.verdict["central"]["probability"]["worlds"] == 10


def test_it_is_answered_from_without_running(
    done: Finished, capsys: pytest.CaptureFixture[str]
) -> None:
    stamp = (done.folder / "verdict.json").stat().st_mtime_ns
    run(QUEUE, changes=[LAST], out=done.folder, engine="simpy", binding="paired")
    assert (done.folder / "verdict.json").stat().st_mtime_ns == stamp
    assert "answered from" in capsys.readouterr().err


def test_a_run_can_be_repeated_from_its_own_file(done: Finished, tmp_path: Path) -> None:
    again = run(
        done.folder / "scenario.yaml", out=tmp_path / "again", engine="simpy", binding="paired", jobs=1
    )
    assert again.verdict["digest"] == done.verdict["digest"]
    assert checksums(again.folder) == checksums(done.folder)


@pytest.mark.slow
def test_jobs_and_hash_seed_do_not_matter(done: Finished, tmp_path: Path) -> None:
    out = tmp_path / "other"
    command = [sys.executable, "-m", "sim", "run", str(QUEUE), "--set", LAST, "--out", str(out)]
    options = ["--engine", "simpy", "--binding", "paired", "--jobs", "2"]
    environment = {**os.environ, "PYTHONHASHSEED": "12345"}
    subprocess.run([*command, *options], check=True, env=environment, capture_output=True)
    assert checksums(out) == checksums(done.folder)
    first, second = (p / "provenance.json" for p in (out, done.folder))
    assert first.read_bytes().replace(b"queue.yaml", b"") == second.read_bytes().replace(
        b"queue.yaml", b""
    )


@pytest.mark.slow
def test_the_engines_give_the_same_files(done: Finished, tmp_path: Path) -> None:
    pytest.importorskip("sim.engine.kernel")
    other = run(
        QUEUE, changes=[LAST], out=tmp_path / "other", engine="kernel", binding="paired", jobs=2
    )
    assert checksums(other.folder) == checksums(done.folder)
    assert other.verdict["engine"] == "kernel"


def test_the_trace_has_a_row_a_visit(tmp_path: Path) -> None:
    found = run(
        QUEUE, changes=[LAST], out=tmp_path / "run", engine="simpy", binding="none",
        replications=2, trace=True, jobs=1,
    )  # fmt: skip
    rows = pd.read_parquet(found.folder / "trace.parquet")
    columns = "entity stream number step visit arrived started finished units ended"
    assert " ".join(rows.columns[2:]) == columns
    one = rows[rows["replication"] == 0]
    assert (one["step"] == "out").sum() == found.daily.query("replication == 0")["served"].sum()
    assert (one["entity"] == one["stream"] + "/" + one["number"].astype(str)).all()
    assert not list(found.folder.glob(".part*"))


def test_fewer_than_ten_runs_quote_no_mean(tmp_path: Path) -> None:
    found = run(
        QUEUE, changes=[LAST], out=tmp_path / "run", engine="simpy", binding="none",
        replications=3, jobs=1,
    )  # fmt: skip
    assert found.verdict["estimate"]["mean"] is None
    assert "too few" in found.text


def test_auto_stops_once_the_answer_is_sure(tmp_path: Path) -> None:
    changes = [LAST, "question.at_least=40/day"]
    found = run(
        QUEUE, changes=changes, out=tmp_path / "run", engine="simpy", binding="none",
        replications=None, jobs=1,
    )  # fmt: skip
    assert found.verdict["answer"] == "not_achievable"
    assert found.verdict["replications"] == 10


def test_central_holds_the_facts(tmp_path: Path) -> None:
    found = run(
        QUEUE, changes=[LAST], out=tmp_path / "run", engine="simpy", binding="none", central=True,
        replications=2, jobs=1,
    )  # fmt: skip
    assert set(found.daily["world"]) == {0}
    assert found.verdict["central"] is None


def test_what_is_free_changes_nothing_and_what_is_waited_for_is_not_free() -> None:
    scenario = read(QUEUE, [LAST])
    context = Context({BASE: scenario}, 1, "simpy")
    model = model_of(scenario)
    base = [perform(context, Task(w, w)) for w in (1, 2)]
    for one in base:
        assert is_free(one, "spare", model, "served")
        assert not is_free(one, "desk", model, "served")
        more = perform(context, Task(one.world, one.replication, resource="spare"))
        assert (more.daily["served"] == one.daily["served"][: more.daily["served"].size]).all()


def test_a_tenth_more_is_run_to_the_last_date_of_the_question_and_as_in_the_whole_run() -> None:
    scenario = read(QUEUE, [LAST, "question.reached_by=2025-01-20"])
    question = asked(scenario)
    assert question is not None
    days = question.sustained_until + 2
    more = perform(Context({BASE: scenario}, 1, "simpy"), Task(1, 0, resource="desk"))
    values = world_values(scenario, 1, 1)
    whole = compile_network(with_more(model_of(scenario, values), "desk"))
    log = engine("simpy")(whole, 1, 1, 0)
    served = daily(logged(plan_of(scenario, values), whole, log))["served"]
    assert list(more.daily) == ["served"]
    assert days < served.size
    assert more.daily["served"].tolist() == served[:days].tolist()


def test_a_measure_that_is_not_there_is_refused_before_anything_runs(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"question.measure: found 'serfed'.*nearest is 'served'"):
        run(QUEUE, changes=["question.measure=serfed"], out=tmp_path / "run", engine="simpy")
    assert not list(tmp_path.iterdir())


def test_a_failure_in_a_process_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    loop = QUEUE.read_text().replace("next: sign", "next: around").replace(
        "  out:", "  around: {delay: 1 us, next: back}\n  back: {branch: {x: 1, y: 0}, to: "
        "{x: around, y: sign}}\n  out:"
    )  # fmt: skip
    file = tmp_path / "loop.yaml"
    file.write_text(loop)
    with pytest.raises(SimError, match="256 comings"):
        run(file, out=tmp_path / "run", engine="simpy", jobs=2, binding="none", replications=2)
    assert [p.name for p in tmp_path.iterdir()] == ["loop.yaml"]


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_a_world_makes_wrong_is_refused_whoever_runs_it(tmp_path: Path, jobs: int) -> None:
    law = "{scipy: {law: pareto, b: {value: 4, range: [1.01, 5]}, scale: 1 hour}}"
    text = QUEUE.read_text().replace("{exponential: {mean: 1 hour}}", law)
    file = tmp_path / "world.yaml"
    file.write_text(text)
    with pytest.raises(Refused, match=r"world\.yaml"):
        run(file, out=tmp_path / "run", engine="simpy", jobs=jobs, binding="none", replications=20)
    assert [p.name for p in tmp_path.iterdir()] == ["world.yaml"]


def test_all_kinds_of_run_come_back_in_order() -> None:
    scenario = read(QUEUE, [LAST])
    study = study_of(scenario, model_of(scenario), Plan(2))
    with team(Context(study.variants, 1, "simpy"), 1) as gather:
        evidence = conduct(study, gather, lambda: None)
    assert [one.world for one in evidence.base] == [1, 2]
    assert [one.world for one in evidence.central] == [0, 0]
    assert list(evidence.more) == ["desk", "spare"]
    assert list(evidence.definitions) == ["three"]


@pytest.mark.parametrize(("servers", "runs_without"), [(9, 2), (1, 0)])
def test_alone_only_what_the_answer_needs_is_run(servers: int, runs_without: int) -> None:
    ask = "question={measure: served, at_least: 20/day, averaged_over: 7 days, with_probability: 0.1, "
    ask += "without_target: {streams.people.rate: 1/day}}"
    scenario = read(QUEUE, [LAST, f"stations.desk.servers={servers}", ask])
    study = study_of(scenario, model_of(scenario), Plan(2, binding=NONE))
    with team(Context(study.variants, 1, "simpy"), 1) as gather:
        evidence = conduct(study, gather, lambda: None)
    assert len(evidence.base) == 2
    assert len(evidence.without) == runs_without
    assert not [*evidence.central, *evidence.more, *evidence.definitions]


def test_a_scenario_does_not_differ_from_itself(tmp_path: Path) -> None:
    found = compare(QUEUE, QUEUE, changes=[LAST], engine="simpy", jobs=1, store=tmp_path)
    assert not found["differs"].any()
    assert (found["difference"] == 0).all()


def test_compare_wants_two_scenarios_and_ten_runs() -> None:
    with pytest.raises(Refused, match="at least two"):
        compare(QUEUE)
    with pytest.raises(Refused, match="at least 10"):
        compare(QUEUE, QUEUE, replications=9)


def test_what_was_changed_by_hand_is_said(tmp_path: Path) -> None:
    changes = [LAST, "stations.desk.servers=3"]
    found = run(QUEUE, changes=changes, out=tmp_path / "run", engine="simpy", binding="none", jobs=1)
    assert "Changed by hand (--set): stations.desk.servers = 3." in " ".join(found.text.split())


TWO_EXITS = """
title: Two exits
illustrative: true
start: 2025-01-01
end: 2025-02-01
question: {measure: removals, at_least: 8/day, averaged_over: 7 days, reached_by: 2025-01-20}
streams: {people: {rate: 12/day, gaps: regular, enters: which}}
steps:
  which: {branch: {a: 0.8, b: 0.2}, to: {a: out, b: poor}}
  out: {exit: removals}
  poor: {exit: removed_by_charter}
"""


def test_an_outcome_that_has_the_name_of_a_usual_measure_is_that_measure(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text(TWO_EXITS)
    one = perform(Context({BASE: read(tmp_path / "x.yaml")}, 1, "simpy"), Task(0, 0))
    assert one.daily["removals"].sum() == one.outcomes["removals"] > 3 * one.outcomes["removed_by_charter"]


BUSES = """
title: Buses
illustrative: true
start: 2025-01-01
end: 2025-02-01
question: {measure: flown, at_least: 1/day, averaged_over: 7 days, reached_by: 2025-01-20}
departures:
  bus: {every: {value: 24 hours, range: [5 hours, 24 hours]}, first: 2025-01-01 05:00, seats: 3}
streams: {people: {rate: 5/day, gaps: exponential, enters: seat}}
steps:
  seat: {depart: bus, patience: {after: 5 hours, to: gone}, next: out}
  out: {exit: flown}
  gone: {exit: gone}
"""


def test_what_was_never_short_is_seen_in_the_network_of_the_world(tmp_path: Path) -> None:
    """Several buses a day leave in the worlds, one at the stated values: only of one is it known."""
    (tmp_path / "x.yaml").write_text(BUSES)
    scenario = read(tmp_path / "x.yaml")
    study = study_of(scenario, model_of(scenario), Plan(8, False, PAIRED, 1, False))
    asked_for: list[Task] = []

    def gather(tasks: Sequence[Task], done: Callable[[], None]) -> list[Reduced]:
        asked_for.extend(tasks)
        return [perform(Context(study.variants, 1, "simpy"), task) for task in tasks]

    evidence = conduct(study, gather, lambda: None)
    assert {task.replication for task in asked_for if task.resource == "bus"} == set(range(8))
    assert any(more.sum() != one.daily["flown"].sum()
               for more, one in zip(evidence.more["bus"], evidence.base, strict=True))  # fmt: skip
