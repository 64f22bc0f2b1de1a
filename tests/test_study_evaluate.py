"""Many points on a store: the same numbers whoever runs them, and none run twice."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from sim.errors import Refused, SimError
from sim.measures import plan_of, reduce_log
from sim.scenario import Scenario, read, with_overrides
from sim.study import crew, evaluate, store, work
from sim.study.building import compiled, model_of
from sim.study.evaluate import Point, Runs, Want
from sim.study.keeping import keep
from sim.study.store import Store, intact
from sim.study.sweep.plan import Means
from sim.study.sweep.verb import sweep
from sim.study.task import engine
from sim.study.worlds import world_values
from sim.verdict.asked import asked
from sim.verdict.finding import answer_of
from tests.killed import dies_as_it_saves, saved

QUEUE = Path(__file__).parent / "queue.yaml"
SHORT = ["end=2025-01-27", "question.reached_by=2025-01-20", "question.averaged_over=7 days"]
ENGINE = "simpy"
DAY = date(2025, 1, 10)
WANTS = (
    Want("at midnight", "desk.waiting", "last", DAY, DAY),
    Want("the same", f"desk.waiting@{DAY}", "last", DAY, DAY),
    Want("in two days", "served", "sum", DAY, date(2025, 1, 11)),
    Want("wait", "wait/desk", "mean", DAY, DAY),
)


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return read(QUEUE, SHORT)


def points(of: Scenario, rates: Sequence[int] = (20, 24)) -> list[Point]:
    return [Point(with_overrides(of, {"streams.people.rate": n}), {"rate": n}) for n in rates]


def ran(of: list[Point], place: Path, **how: object) -> list[Runs]:
    told = {"engine": ENGINE, "jobs": 1, "store": place, "replications": 3, **how}
    return list(evaluate.evaluate(of, **told))  # type: ignore[arg-type]


def same(one: list[Runs], other: list[Runs]) -> bool:
    """To the bit."""
    return [_bytes(r) for r in one] == [_bytes(r) for r in other]


def _bytes(runs: Runs) -> object:
    values = {name: series.tobytes() for name, series in runs.values.items()}
    return runs.label, runs.digest, runs.world.tolist(), runs.replication.tolist(), values


@pytest.fixture
def jobs_done(monkeypatch: pytest.MonkeyPatch) -> list[work.Job]:
    """Every job that is done in this process."""
    found: list[work.Job] = []

    def perform(job: work.Job) -> work.Result:
        found.append(job)
        return work.perform(job)

    monkeypatch.setattr(crew, "perform", perform)
    return found


def test_values_are_those_of_the_whole_reduction(scenario: Scenario, tmp_path: Path) -> None:
    (runs,) = ran([Point(scenario)], tmp_path, wants=WANTS)
    assert runs.world.tolist() == [1, 2, 3]
    question = asked(scenario)
    assert question is not None
    for i, world in enumerate(runs.world.tolist()):
        values = world_values(scenario, 1, world)
        network = compiled(scenario, model_of(scenario, values))
        log = engine(ENGINE)(network, 1, world, i)
        one = reduce_log(plan_of(scenario, values), network, log, world, i)
        got = {name: series[i] for name, series in runs.values.items()}
        served = np.asarray(one.daily["served"], np.float64)
        assert got["yes"] == answer_of(question, served).yes
        assert got["reached"] == pytest.approx(served[8:15].mean())
        assert got["shortfall"] == pytest.approx(0.99 * 20 - got["reached"])
        assert got["mean.served"] == served.mean()
        assert got["breach.slow"] == one.breaches["slow"].per_day
        assert got["cost.desk_hour"] == one.costs["desk_hour"]
        assert got["at midnight"] == got["the same"] == one.daily["desk.waiting"][4]
        assert got["in two days"] == served[4:6].sum()
        assert got["wait"] == next(
            v for k, v in one.statistics.items() if k[:2] == ("wait", "desk") and k[3] == "mean"
        )


def test_nothing_is_run_twice_and_more_replications_add_to_what_is_there(
    scenario: Scenario, tmp_path: Path, jobs_done: list[work.Job]
) -> None:
    of = points(scenario)
    first = ran(of, tmp_path)
    jobs_done.clear()
    assert same(ran(of, tmp_path), first)
    assert not jobs_done
    longer = ran(of, tmp_path, replications=range(1, 5))
    assert sorted({r for job in jobs_done for r in job.replications}) == [3, 4]
    assert longer[0].values["reached"][:2].tolist() == first[0].values["reached"][1:].tolist()


def test_seed_central_wants_and_version_have_records_of_their_own(
    scenario: Scenario, tmp_path: Path, jobs_done: list[work.Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    ran([Point(scenario)], tmp_path)
    for how in ({"seed": 2}, {"central": True}, {"wants": WANTS}):
        jobs_done.clear()
        ran([Point(scenario)], tmp_path, **how)
        assert jobs_done
    monkeypatch.setattr(store, "VERSION", "0.0.1")
    jobs_done.clear()
    ran([Point(scenario)], tmp_path)
    assert jobs_done


def test_whether_visits_are_read_is_asked_once_for_all_worlds_of_a_job(
    scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    read_ = work.reads_visits
    monkeypatch.setattr(work, "reads_visits", lambda *of: asked.append(of) or read_(*of))
    work.perform(work.Job(scenario, 1, True, ENGINE, (), (0, 1, 2)))
    assert len(asked) == 1


def test_what_other_sources_have_left_is_run_again_and_replaced(
    scenario: Scenario, tmp_path: Path, jobs_done: list[work.Job], capsys: pytest.CaptureFixture[str]
) -> None:
    first = ran([Point(scenario)], tmp_path)
    (file,) = tmp_path.glob("*/*.runs")
    other = replace(store.unpacked(file.read_bytes()), version="0.2.0+edited")
    file.write_bytes(store.packed(other))
    for runs_again in (True, False):
        jobs_done.clear()
        assert same(ran([Point(scenario)], tmp_path), first)
        assert bool(jobs_done) is runs_again
    assert "has runs of model 0.2.0+edited" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.parametrize(
    "how", [{"jobs": 2}, {"jobs": 2, "engine": "kernel"}, {"engine": "kernel"}]
)
def test_hands_and_engines_give_the_same(
    scenario: Scenario, tmp_path: Path, how: dict[str, object]
) -> None:
    of = points(scenario, (18, 20, 22, 24))
    assert same(ran(of, tmp_path / "a", **how), ran(of, tmp_path / "b"))


@pytest.mark.parametrize(
    "harm", [lambda b: b[:-3], lambda b: b[:90] + b"x" + b[91:], lambda b: b"", lambda b: b"no"]
)
def test_a_damaged_record_is_set_aside_and_run_again(
    scenario: Scenario, tmp_path: Path, harm: object, capsys: pytest.CaptureFixture[str]
) -> None:
    first = ran([Point(scenario)], tmp_path)
    (path,) = tmp_path.glob("*/*.runs")
    path.write_bytes(harm(path.read_bytes()))  # type: ignore[operator]
    assert same(ran([Point(scenario)], tmp_path), first)
    assert path.with_name(path.name + ".damaged").is_file()
    assert "set aside" in capsys.readouterr().err
    assert intact(path) is not None


def test_a_second_writer_loses_nothing_of_the_first(scenario: Scenario, tmp_path: Path) -> None:
    ran([Point(scenario)], tmp_path / "a", replications=2)
    ran([Point(scenario)], tmp_path / "b", replications=range(2, 4))
    (path,) = (tmp_path / "b").glob("*/*.runs")
    record = intact(path)
    assert record is not None
    Store(tmp_path / "a").put(record, 0)
    found = Store(tmp_path / "a").get(record.digest, 0)
    assert found is not None
    assert sorted(found.rows) == [0, 1, 2, 3]


def test_a_record_stays_small_and_points_are_asked_for_as_needed(
    scenario: Scenario, tmp_path: Path
) -> None:
    asked_for = 0

    def many() -> Iterator[Point]:
        nonlocal asked_for
        for _ in range(1_000):
            asked_for += 1
            yield Point(scenario)

    runs = evaluate.evaluate(many(), engine=ENGINE, jobs=1, store=tmp_path, replications=60)
    next(runs)
    runs.close()
    assert asked_for < 200
    files = list(tmp_path.glob("*/*.runs"))
    assert len(files) == 2
    assert all(path.stat().st_size < 100_000 for path in files)


@pytest.mark.parametrize(
    ("want", "said"),
    [
        (Want("x", "served", "median", DAY, DAY), "a statistic of days"),
        (Want("x", "served", "sum", DAY, date(2025, 1, 9)), "dates in their order"),
    ],
)
def test_wants_that_make_no_sense_are_refused(
    scenario: Scenario, tmp_path: Path, want: Want, said: str
) -> None:
    with pytest.raises(Refused, match=said):
        ran([Point(scenario)], tmp_path, wants=[want])
    with pytest.raises(Refused, match="2 wants of one name"):
        ran([Point(scenario)], tmp_path, wants=[WANTS[0], WANTS[0]])
    with pytest.raises(SimError, match="the nearest is 'served'"):
        ran([Point(scenario)], tmp_path, wants=[Want("x", "servd", "sum", DAY, DAY)])


def test_an_executor_that_there_is_not_is_refused(scenario: Scenario, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="wanted local, dask"):
        ran([Point(scenario)], tmp_path, executor="slurm")


def test_runs_of_another_model_are_told_of_and_not_used(
    scenario: Scenario, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = ran([Point(scenario)], tmp_path)
    assert "of model" not in capsys.readouterr().err
    (path,) = tmp_path.glob("*/*.runs")
    record = intact(path)
    assert record is not None
    path.write_bytes(store.packed(replace(record, version="0.0.1", rows={0: record.rows[0] + 1.0})))
    assert same(ran([Point(scenario)], tmp_path), first)
    assert "has runs of model 0.0.1, which" in capsys.readouterr().err


def test_a_listed_value_that_is_none_is_refused_before_anything_runs(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"sweep, stations.desk.servers=x: .* found 'x'"):
        sweep(QUEUE, ["stations.desk.servers=2,x,3"], means=Means(ENGINE, store=tmp_path / "s"))
    assert not (tmp_path / "s").exists()


def test_pruning_takes_out_what_no_run_can_use(scenario: Scenario, tmp_path: Path) -> None:
    first = ran([Point(scenario)], tmp_path)
    (path,) = tmp_path.glob("*/*.runs")
    record = intact(path)
    assert record is not None
    path.with_name("old.runs").write_bytes(store.packed(replace(record, version="0.0.1")))
    path.with_name(".x.draft").write_bytes(b"half")
    shown = keep("show", tmp_path)
    assert sum(shown.files.values()) == 3
    assert "of model 0.0.1: not used by" in shown.text
    pruned = keep("prune", tmp_path)
    assert pruned.pruned == 2
    assert pruned.text.endswith("kB: 1 left by a process that was stopped, 1 of other versions of the model")
    assert same(ran([Point(scenario)], tmp_path), first)
    assert keep("prune", tmp_path, "queue").pruned == 1
    with pytest.raises(Refused, match="no store there"):
        keep("show", tmp_path / "none")


def test_one_scenario_is_shown_alone(scenario: Scenario, tmp_path: Path) -> None:
    """Its records of every version, and nothing that is no record, whatever it is called."""
    ran([Point(scenario)], tmp_path)
    (path,) = tmp_path.glob("*/*.runs")
    record = intact(path)
    assert record is not None
    path.with_name("old.runs").write_bytes(store.packed(replace(record, version="0.0.1")))
    path.with_name("other.runs").write_bytes(store.packed(replace(record, scenario="other")))
    path.with_name("torn.runs").write_bytes(b"half")
    rows = keep("show", tmp_path).record()["kept"]
    shown = keep("show", tmp_path, "queue")
    assert shown.record()["kept"] == [row for row in rows if row["scenario"] == "queue"]
    assert len(shown.text.splitlines()) == 3
    assert f": 2 files of queue, {sum(row['bytes'] for row in shown.record()['kept']) / 1e3:.1f} kB" in shown.text
    assert keep("show", tmp_path, "damaged").record()["kept"] == []
    assert keep("show", tmp_path, "nosuch").text.endswith(
        "no records of a scenario 'nosuch'; there are those of other and queue"
    )


def test_pruning_says_what_was_not_found(scenario: Scenario, tmp_path: Path) -> None:
    ran([Point(scenario)], tmp_path)
    assert "prune" not in keep("show", tmp_path).text
    assert keep("prune", tmp_path).text.endswith("\npruned nothing: no file is damaged, of another version "
                                                 "of the model or left unfinished")  # fmt: skip
    other = keep("prune", tmp_path, "nosuch").text
    assert other.endswith("no records of a scenario 'nosuch'; there are those of queue")
    assert "pruned nothing" in other
    assert keep("prune", tmp_path, "queue").text.endswith("kB: 1 of queue")
    assert keep("prune", tmp_path, "queue").text.endswith("no records of a scenario 'queue'")


def test_pruning_takes_out_what_killed_runs_left_beside_their_folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("fcntl")
    monkeypatch.chdir(tmp_path)
    left = [Path("results/.k.0123abcd.draft"), Path("results/queue/.k.0123abcd.draft")]
    for folder in (*left, Path("results/.store")):
        folder.mkdir(parents=True)
    assert keep("show").left == 0
    assert keep("prune", Path("results/.store")).left == 0
    assert keep("prune").text.endswith("removed 2 folders beside runs, left by a process that was stopped")
    assert not any(folder.exists() for folder in left)


# -- killed at any moment ---------------------------------------------------------------------------


def _swept(place: Path) -> str:
    """A small sweep in `place`; the digest of its table."""
    vary = ["streams.people.rate=18/day:26/day:3"]
    found = sweep(
        QUEUE, vary, changes=SHORT, out=place / "out", replications=4,
        means=Means(ENGINE, jobs=1, store=place / "store"),
    )  # fmt: skip
    return (found.folder / "points.csv").read_text()


def _killed(place: Path, after: float) -> None:
    """The same in a process that is killed, unless it is done before."""
    child = os.fork()
    if child == 0:
        try:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
            _swept(place)
        finally:
            os._exit(0)
    time.sleep(after)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def _kill_and_go_on(place: Path, whole: str, moments: Sequence[float]) -> None:
    """Nothing finished is lost at any moment, and the end is the same."""
    before: dict[tuple[str, int], bytes] = {}
    for after in moments:
        _killed(place, after)
        now = saved(place)
        assert before.items() <= now.items()
        before = now
    assert _swept(place) == whole
    assert before.items() <= saved(place).items()


@pytest.mark.parametrize(
    "rounds", [pytest.param(3, id="3"), pytest.param(50, id="50", marks=pytest.mark.slow)]
)
def test_killed_at_any_moment_it_goes_on_where_it_was(tmp_path: Path, rounds: int) -> None:
    began = time.perf_counter()
    whole = _swept(tmp_path / "whole")
    took = time.perf_counter() - began
    chance = random.Random(rounds)
    for n in range(rounds):
        _kill_and_go_on(tmp_path / str(n), whole, [chance.uniform(0.02, 0.8) * took])


@pytest.mark.parametrize("saved_first", [False, True])
def test_killed_as_it_saves_it_goes_on_where_it_was(tmp_path: Path, saved_first: bool) -> None:
    whole = _swept(tmp_path / "whole")
    for nth in (1, 2):
        place = tmp_path / str(nth)
        dies_as_it_saves(partial(_swept, place), nth, saved_first)
        before = saved(place)
        assert (0 < len(before) < 12) == (nth + saved_first > 1)
        assert _swept(place) == whole
        assert before.items() <= saved(place).items()
