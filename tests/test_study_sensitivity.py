"""Sensitivity studies against functions whose indices are known."""

from __future__ import annotations

import json
import shlex
import sys
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim.cli import main
from sim.errors import Refused
from sim.scenario import Scenario, Uncertain, read
from sim.study import crew, engines, work
from sim.study.evaluate import Point, evaluate
from sim.study.sensitivity import sensitivity
from sim.study.sensitivity.facts import Fact, Facts, facts_of
from sim.study.sensitivity.finding import Found
from sim.study.sensitivity.morris import morris
from sim.study.sensitivity.noise import Noise, noise
from sim.study.sensitivity.plan import Sense
from sim.study.sensitivity.shots import World
from sim.study.sensitivity.sobol import COLUMNS, WIDEST, sobol
from sim.study.sensitivity.tornado import tornado
from sim.study.sensitivity.words import words
from sim.study.worlds import world_values
from tests.killed import dies_as_it_saves, saved

ROOT = Path(__file__).parent.parent
OFFICE, KNOWN = ROOT / "scenarios" / "uncertain-office.yaml", ROOT / "scenarios" / "one-station.yaml"
DESKS = ROOT / "scenarios" / "two-desks.yaml"
SHORT = ["end=2025-01-15", "question.averaged_over=7 days", "question.reached_by=2025-01-14",
         "question.sustained_until=2025-01-14"]  # fmt: skip
FEW = [*SHORT, "streams.cases.rate=20/day"]


class Line:
    """Shots of a sum of facts, `weights` each, with luck shared between points and luck of its own."""

    def __init__(self, weights: dict[str, float], own: float = 0.0) -> None:
        self.weights, self.own = weights, own
        self.asked: Any = SimpleNamespace(at_least=True)
        self.rng = np.random.default_rng(7)

    def __call__(self, worlds: Sequence[World], seed: int, replications: int) -> Any:
        exact = np.array([sum(w * world.get(n, 0.5) for n, w in self.weights.items()) for world in worlds])
        shared = np.random.default_rng(seed).normal(size=replications)
        return exact[:, None] + shared + self.own * self.rng.normal(size=(len(worlds), replications))


def facts(*names: str, groups: Sequence[str] = ()) -> Facts:
    each = tuple(Fact(name, (Uncertain(name, 0.0, 1.0, 0.5, ""),)) for name in names)
    return Facts(each, tuple(groups) or names)


def index(frame: Any, group: str) -> Any:
    return frame.set_index("group").loc[group]


def test_a_sum_has_indices_of_its_squared_weights_that_sum_to_one() -> None:
    found, _ = sobol(facts("a", "b", "c"), Line({"a": 3.0, "b": 1.0, "c": 0.0}), 1, 2, 512)  # type: ignore[arg-type]
    for name, exact in (("a", 0.9), ("b", 0.1), ("c", 0.0)):
        row = index(found, name)
        assert row["first_low"] - 1e-9 <= exact <= row["first_high"] + 1e-9
        assert row["total_low"] - 1e-9 <= exact <= row["total_high"] + 1e-9
        assert abs(row["total"] - exact) < 0.03
    assert abs(found["first"].sum() - 1.0) < 0.05


def test_a_group_moves_as_one() -> None:
    of = facts("a", "b", "c", groups=("x", "x", "c"))
    found, _ = sobol(of, Line({"a": 1.0, "b": 1.0, "c": 1.0}), 1, 2, 512)  # type: ignore[arg-type]
    assert set(found["group"]) == {"x", "c"}
    assert abs(index(found, "x")["total"] - 2 / 3) < 0.05


def test_no_index_is_told_above_five_per_cent_of_noise() -> None:
    line: Any = Line({"a": 1.0}, own=1.0)
    found, told = sobol(facts("a", "b"), line, 1, 10, 128)
    assert found.empty
    assert told.too_great
    assert told.would_do is not None
    # Variance 1/12 between points, 1 within: 19 x 12 = 228 replications bring it to 5 %.
    assert 120 < told.would_do < 450
    enough, told = sobol(facts("a", "b"), Line({"a": 1.0}, own=1.0), 1, 2 * told.would_do, 128)  # type: ignore[arg-type]
    assert not told.too_great
    assert not enough.empty


def _told(*rows: tuple[float, float]) -> str:
    """What is said of facts a, b, … with this total index, a tenth less alone, and half an interval."""
    table = [(f"stations.{name}.servers", total - 0.1, total - 0.1 - half, total - 0.1 + half, total,
              total - half, total + half) for name, (total, half) in zip("abc", rows, strict=False)]  # fmt: skip
    frame = pd.DataFrame(table, columns=list(COLUMNS))
    found = Found(None, None, None, frame, (), {"sobol": Noise(0.003, 2, 2)})
    return " ".join(words("", SimpleNamespace(), Sense(samples=64), found, "sim").split())  # type: ignore[arg-type]


def test_no_index_is_told_whose_interval_is_too_wide() -> None:
    told = _told((1.56, 0.74), (0.2, 0.05))
    assert "servers of b 20 % (15 % to 25 %); no index is told of servers of a, since with 64 samples" in told
    assert "more --samples are needed" in told
    assert "100 %" not in told
    assert "acting alone" not in told


def test_an_index_that_can_be_no_share_is_not_told() -> None:
    assert "no index is told of servers of a" in _told((1.56, 0.2), (0.2, 0.05))


def test_indices_that_are_known_are_all_told() -> None:
    told = _told((0.77, WIDEST), (0.2, 0.05))
    assert "servers of a 77 % (52 % to 100 %); servers of b 20 %" in told
    assert "more --samples" not in told
    assert "they account for 77 % together" in told


def test_luck_that_all_points_share_is_no_noise() -> None:
    told = noise(Line({"a": 1.0})([{"a": 0.0}, {"a": 1.0}, {"a": 0.3}], 3, 10))
    assert told.share < 1e-12


def test_what_nothing_moves_is_all_noise() -> None:
    assert noise(np.ones((5, 3))).would_do is None
    assert noise(np.ones((5, 3))).share == 1.0


def test_screening_keeps_the_strongest() -> None:
    of, line = facts("a", "b", "c"), Line({"a": 1.0, "b": 5.0, "c": 0.0})
    found, _ = morris(of, line, 1, 2, 1)  # type: ignore[arg-type]
    assert list(found.loc[found["kept"], "group"]) == ["b"]
    assert np.allclose(sorted(found["mean_effect"]), [0.0, 1.0, 5.0])


def test_a_tornado_is_widest_first_and_signed_by_what_the_rate_gains() -> None:
    line: Any = Line({"a": 1.0, "b": -4.0, "c": 0.0}, own=0.01)  # shortfalls: more b, less shortfall
    found, base = tornado(facts("a", "b", "c"), line, 1, 10)
    assert base.shape == (10,)
    assert list(found["fact"]) == ["b", "a", "c"]
    assert found["at_high"][0] == pytest.approx(2.0, abs=0.05)
    assert found["at_low"][0] == pytest.approx(-2.0, abs=0.05)
    assert list(found["moves"]) == [True, True, False]


def test_probabilities_of_a_branch_and_shares_of_orders_belong_together() -> None:
    of = facts_of(read(OFFICE))
    assert of.names == ["stations.clerks.servers", "stations.signers.servers",
                        "steps.counter.work.exponential.mean", "steps.decision.branch"]  # fmt: skip
    assert len(of.only(["steps.decision.branch"]).each) == 2


def _desks(folder: Path, more: str) -> Scenario:
    file = folder / "desks.yaml"
    file.write_text(f"extends: {DESKS}\n{more}", encoding="utf-8")
    return read(file)


SET = """
fitted:
  source: "assumption: a set whose product is a quarter"
  confidence: assumption
  paths: [steps.sort.branch.onward, steps.form.branch.complete]
  units: ["", ""]
  central: 2
  sets: [[0.3125, 0.8], [0.5, 0.5], [0.8, 0.3125], [0.4, 0.625]]
"""


def test_a_fitted_set_moves_as_one_fact_and_only_to_its_rows(tmp_path: Path) -> None:
    of = facts_of(_desks(tmp_path, SET))
    assert of.names == ["streams.people.rate", "steps.first.work.exponential.mean", "fitted"]
    (fitted,) = of.only(["fitted"]).each
    paths = ("steps.sort.branch.onward", "steps.form.branch.complete")
    found = [tuple(fitted.at(x)[path] for path in paths) for x in (0.0, 0.3, 0.6, 1.0)]
    along = [(0.3125, 0.8), (0.4, 0.625), (0.5, 0.5), (0.8, 0.3125)]
    assert found in (along, along[::-1]), "rows are beside those like them"


def test_places_of_a_set_are_as_likely_as_its_rows(tmp_path: Path) -> None:
    (fitted,) = facts_of(_desks(tmp_path, SET)).only(["fitted"]).each
    rows = [tuple(fitted.at((i + 0.5) / 400).values()) for i in range(400)]
    assert {rows.count(row) for row in rows} == {100}


def test_numbers_of_one_name_move_together_as_worlds_draw_them(tmp_path: Path) -> None:
    more = """
streams: {people: {rate: {value: 100/day, range: [60/day, 160/day], moves_with: trade}}}
stations: {second_desk: {servers: {value: 8, range: [4, 12], moves_with: trade}}}
"""
    scenario = _desks(tmp_path, more)
    (trade,) = facts_of(scenario).only(["trade"]).each
    assert trade.at(0.25) == {"streams.people.rate": 85.0, "stations.second_desk.servers": 6.0}
    drawn = world_values(scenario, 1, 3)
    place = (drawn["streams.people.rate"] - 60) / 100
    assert trade.at(place)["stations.second_desk.servers"] == pytest.approx(
        drawn["stations.second_desk.servers"]
    )
    assert [str(x) for x in trade.told] == ["", "nan", "nan", "nan"]


def test_choices_that_a_name_ties_together_are_one_group(tmp_path: Path) -> None:
    more = """
steps:
  sort: {branch: {onward: {value: 0.5, range: [0.2, 0.9], moves_with: care}, done: rest}}
  form: {branch: {complete: {value: 0.5, range: [0.2, 0.9], moves_with: care}, incomplete: rest}}
"""
    of = facts_of(_desks(tmp_path, more))
    assert of.names == ["streams.people.rate", "steps.first.work.exponential.mean", "care"]
    more = more.replace("moves_with: care}, inc", "}, inc").replace("done: rest", """
    done: {value: 0.3, range: [0.1, 0.4], moves_with: care}, out: rest}, to: {onward: form, done: done, out: done""")
    assert facts_of(_desks(tmp_path, more)).names[2:] == ["care", "steps.form.branch"]
    tied = more.replace("range: [0.2, 0.9], moves_with: care", "range: [0.2, 0.5]")
    tied = tied.replace("range: [0.2, 0.9], }", "range: [0.2, 0.9], moves_with: care}")
    of = facts_of(_desks(tmp_path, tied))
    assert of.names[2:] == ["steps.sort.branch"]
    assert [fact.path for fact in of.each[2:]] == ["steps.sort.branch.onward", "care"]


def test_a_point_with_values_is_that_world_under_the_luck_of_the_stated_one(tmp_path: Path) -> None:
    """What the values of world 2 give is not what world 2 gives: its luck is another."""
    scenario = read(OFFICE, SHORT)
    values = world_values(scenario, 1, 2)
    how = {"engine": "simpy", "jobs": 1, "store": tmp_path}
    (stated,) = evaluate([Point(scenario, {}, {})], replications=2, **how)  # type: ignore[arg-type]
    (given,) = evaluate([Point(scenario, {}, values)], replications=[1], **how)  # type: ignore[arg-type]
    (drawn,) = evaluate([Point(scenario)], replications=[1], **how)  # type: ignore[arg-type]
    assert stated.world.tolist() == [0, 0]
    assert given.world.tolist() == [0]
    assert given.values["mean.granted"] != drawn.values["mean.granted"]
    (central,) = evaluate([Point(scenario)], replications=2, central=True, **how)  # type: ignore[arg-type]
    assert central.values["reached"].tolist() == stated.values["reached"].tolist()
    assert len({of.digest for of in (stated, given, drawn)}) == 3


# -- in the store -----------------------------------------------------------------------------------


def _studied(place: Path, changes: Sequence[str] = FEW) -> str:
    """A small study in `place`; all its tables."""
    found = sensitivity(
        OFFICE, changes=changes, samples=16, screen=2, engine="simpy", jobs=1, again=True,
        out=place / "out", store=place / "store",
    )  # fmt: skip
    return "".join((found.folder / f"{name}.csv").read_text() for name in ("tornado", "morris", "sobol"))


def test_the_command_that_it_shows_gives_the_same_study(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "an office"
    folder.mkdir()
    (folder / "office.yaml").write_text(OFFICE.read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    how = {"engine": "simpy", "jobs": 1, "store": tmp_path / "store"}
    found = sensitivity("an office/office.yaml", changes=FEW, method="tornado", **how)  # type: ignore[arg-type]
    (line,) = (line for line in found.text.splitlines() if line.startswith("How: "))
    monkeypatch.setattr(sys, "argv", shlex.split(line.removeprefix("How: ")))
    monkeypatch.setattr("sim.cli.verbs.plot", lambda folder: None)
    digest = json.loads((found.folder / "provenance.json").read_text())["digest"]
    with pytest.raises(SystemExit) as stopped:
        main()
    assert not stopped.value.code
    assert [path.name for path in (tmp_path / "results" / "office").iterdir()] == [f"sensitivity-{digest}"]


@pytest.mark.slow
def test_a_second_study_runs_nothing_and_is_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[work.Job] = []

    def perform(job: work.Job) -> work.Result:
        done.append(job)
        return work.perform(job)

    monkeypatch.setattr(crew, "perform", perform)
    began = time.process_time()
    first, took = _studied(tmp_path, SHORT), time.process_time() - began
    assert done
    done.clear()
    assert _studied(tmp_path, SHORT) == first
    assert not done
    began = time.process_time()
    sensitivity(OFFICE, changes=SHORT, samples=16, screen=2, out=tmp_path / "out")
    assert time.process_time() - began < 0.02 * took


@pytest.mark.slow
@pytest.mark.parametrize("nth", [1, 40])
def test_killed_as_it_saves_it_goes_on_where_it_was(tmp_path: Path, nth: int) -> None:
    whole = _studied(tmp_path / "whole")
    dies_as_it_saves(partial(_studied, tmp_path / "killed"), nth)
    kept = saved(tmp_path / "killed")
    assert 0 < len(kept) < len(saved(tmp_path / "whole"))
    assert _studied(tmp_path / "killed") == whole
    assert kept.items() <= saved(tmp_path / "killed").items()


@pytest.mark.slow
def test_a_cluster_gives_the_same_study(tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    found = [
        sensitivity(OFFICE, changes=FEW, method="morris", engine="simpy", executor=executor,
                    jobs=jobs, out=tmp_path / str(jobs), store=tmp_path / f"s{jobs}").morris
        for executor, jobs in ((None, 1), ("dask", 2))
    ]  # fmt: skip
    assert found[0].equals(found[1])


def test_a_scenario_without_ranges_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"no number has a range; wanted ranges .*range: \[2, 6\]"):
        sensitivity(KNOWN, out=tmp_path / "x")


def test_numbers_that_allow_no_study_are_refused_together(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        sensitivity(OFFICE, replications=2, screen=11, samples=3, out=tmp_path / "x")
    assert len(refused.value.problems) == 3


@pytest.mark.slow
@pytest.mark.skipif(not engines.has_kernel(), reason="thousands of runs take the compiled engine")
def test_the_office_has_the_indices_of_a_product(tmp_path: Path) -> None:
    """Clerks, time and share multiply: indices in closed form, and none for what nothing reads."""
    found = sensitivity(OFFICE, engine="kernel", jobs=1, out=tmp_path / "office", samples=512)
    exact = _product()
    for name, (first, total) in exact.items():
        row = index(found.sobol, name)
        assert row["first_low"] <= first <= row["first_high"], name
        assert row["total_low"] <= total <= row["total_high"], name
    assert "stations.signers.servers" not in set(found.sobol["group"])
    signers = found.tornado.set_index("fact").loc["stations.signers.servers"]
    assert signers["swing"] == 0.0


def _product() -> dict[str, tuple[float, float]]:
    """First and total index of each factor. r is variance over squared mean over the range."""
    clerks = np.array([2, 3, 3, 4, 4, 5, 5, 6], np.float64)
    mean = np.log(2.5 / 1.5) / 1.0
    r = {
        "stations.clerks.servers": float(clerks.var() / clerks.mean() ** 2),
        "steps.counter.work.exponential.mean": float(1 / (1.5 * 2.5) / mean**2 - 1),
        "steps.decision.branch": 0.2**2 / 12 / 0.5**2,
    }
    whole = float(np.prod([1 + x for x in r.values()]) - 1)
    return {name: (x / whole, x / (1 + x) * (1 + whole) / whole) for name, x in r.items()}
