"""Tables over replications, the common warm-up, what a scenario asks for."""

from __future__ import annotations

import pickle
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim.errors import SimError
from sim.estimate import pooled_mser5
from sim.log import Log
from sim.measures import Key, Plan, column_names, plan_of, reduce_log, settle, summary, truncation
from sim.measures.columns import SUMMARY, is_share
from sim.measures.plan import Age, AgeStatistic, Cost, CostOf, Limit, LimitOf, Measure, Of, Term
from sim.measures.reduced import Reduced
from sim.measures.summary import SUMMARY_COLUMNS
from sim.network.build import build
from sim.network.model import DAY, HOUR, Initial, Model
from sim.network.table import Network
from sim.scenario import read
from tests.models import exactly, exponential, leave, network, poisson, run, serve, station

START = date(2025, 1, 1)
USUAL = Plan(START)


def desk(days: int = 20, load: float = 0.6, **more: Any) -> Network:
    return network(
        days, serve("q", "desk", exponential(1.0), "out"), leave(), stations=(station("desk", 1),),
        streams=(poisson("a", "q", load),), **more,
    )  # fmt: skip


def many(net: Network, n: int = 10, plan: Plan = USUAL) -> list[Reduced]:
    return [reduce_log(plan, net, run(net, seed=s), s + 1, s + 1) for s in range(n)]


@pytest.fixture(scope="module")
def ten() -> list[Reduced]:
    return many(desk())


def row(table: pd.DataFrame, *key: str) -> pd.Series:
    found = table.set_index(["measure", "at", "class", "statistic"]).loc[key]
    assert isinstance(found, pd.Series)
    return found


def test_a_row_is_a_mean_over_replications_with_students_interval(ten: list[Reduced]) -> None:
    table = summary(ten)
    assert tuple(table.columns) == SUMMARY_COLUMNS
    waits = [one.statistics["wait", "desk", "", "mean"] for one in ten]
    found = row(table, "wait", "desk", "", "mean")
    half = 2.262157 * np.std(waits, ddof=1) / np.sqrt(10)
    assert found["mean"] == pytest.approx(np.mean(waits))
    assert found["high"] - found["mean"] == pytest.approx(half, rel=1e-5)
    assert (found["confidence"], found["unit"]) == (0.95, "hours")


def test_no_interval_has_width_zero(ten: list[Reduced]) -> None:
    table = summary(ten).dropna()
    assert len(table) > 40
    assert (table["high"] > table["low"]).all()
    none = row(summary(ten), "refused", "desk", "", "mean")
    assert (none["mean"], none["low"]) == (0.0, 0.0)
    assert none["high"] == pytest.approx(1 - 0.025**0.1)  # none in ten, at most .31


def test_shares_stay_between_0_and_1(ten: list[Reduced]) -> None:
    table = summary(ten)
    pairs = zip(table["measure"], table["statistic"], strict=True)
    shares = table[[is_share(measure, statistic) for measure, statistic in pairs]]
    assert (shares["unit"] == "share").all()
    assert shares["low"].min() >= 0
    assert shares["high"].max() <= 1


def test_a_value_that_one_replication_does_not_know_is_empty() -> None:
    net = network(
        2, serve("q", "desk", 10.0, "out"), leave(), stations=(station("desk", 1),),
        initial=(Initial("old", "q", 9, exactly(0.0)),),
    )  # fmt: skip
    table = summary(many(net, 2))
    assert np.isnan(row(table, "wait", "desk", "", "p99")["mean"])
    assert row(table, "wait", "desk", "", "unfinished")["mean"] == pytest.approx(4 / 9)


def test_replications_without_a_class_do_not_count_for_it(ten: list[Reduced]) -> None:
    key = Key("wait", "desk", "rare", "mean")
    one = replace(ten[0], statistics={**ten[0].statistics, key: 7.0})
    assert row(summary([one, *ten[1:]]), *key)["mean"] == 7.0


@pytest.mark.parametrize(("other", "high"), [(0.9, 1.0), (1.2, 1.0645694)])
def test_a_share_in_use_passes_1_only_where_it_is_seen_to(ten: list[Reduced], other: float, high: float) -> None:
    """Nine at .999 and another: Student's interval goes beyond 1, which no share does but of overtime."""
    key = Key("utilisation", "desk", "", "p99")
    some = [replace(one, statistics={**one.statistics, key: 0.999 if i else other}) for i, one in enumerate(ten)]
    assert row(summary(some), *key)["high"] == pytest.approx(high, abs=1e-6)


@pytest.mark.parametrize("n", [1, 3, 9])
def test_fewer_than_ten_replications_have_no_interval(ten: list[Reduced], n: int) -> None:
    table = summary(ten[:n])
    assert table[["low", "high"]].isna().all(axis=None)
    waits = [one.statistics["wait", "desk", "", "mean"] for one in ten[:n]]
    assert row(table, "wait", "desk", "", "mean")["mean"] == pytest.approx(np.mean(waits))


def test_every_measure_of_the_summary_is_declared(ten: list[Reduced]) -> None:
    assert set(summary(ten)["measure"]) <= {declared.name for declared in SUMMARY}


def test_all_that_is_fixed_is_there(ten: list[Reduced]) -> None:
    measures = set(summary(ten).query("at == 'desk'")["measure"])
    assert measures >= {
        "wait", "stay", "number_waiting", "number_busy", "utilisation", "throughput", "refused",
        "impatient",
    }  # fmt: skip


def test_a_reduction_travels(ten: list[Reduced]) -> None:
    packed = pickle.dumps(ten[0])
    assert len(packed) < 100_000
    again = pickle.loads(packed)
    assert again.statistics == pytest.approx(ten[0].statistics, nan_ok=True)


# -- warm-up --------------------------------------------------------------------------------------


def filling() -> list[Reduced]:
    """A backlog of 100 that takes about ten days to go: the start is not the steady state."""
    net = desk(100, 0.5, initial=(Initial("old", "q", 100, exactly(0.0)),))
    return many(net, 4, Plan(START, warm_up=None))


@pytest.mark.slow
def test_the_warm_up_is_one_for_all_and_found_on_the_mean() -> None:
    runs = filling()
    days = truncation(runs)
    series = [one.daily["desk.mean_in_use"] + one.daily["desk.mean_waiting"] for one in runs]
    assert days == pooled_mser5(np.array(series)) > 0
    settled = settle(runs)
    assert [one.warm_up for one in settled] == [days] * 4
    assert all(one.kept is None for one in settled)
    stated = many(runs[0].kept.network, 4, Plan(START, warm_up=days)) if runs[0].kept else []
    assert [one.statistics for one in settled] == [
        pytest.approx(one.statistics, nan_ok=True) for one in stated
    ]


def test_the_start_biases_a_mean_without_warm_up() -> None:
    runs = filling()
    cut = row(summary(runs), "number_waiting", "desk", "", "mean")["mean"]
    assert cut < 0.5 * row(summary(settle(runs, 0)), "number_waiting", "desk", "", "mean")["mean"]


@pytest.mark.slow
def test_no_steady_state_is_an_error_that_names_the_place() -> None:
    with pytest.raises(SimError, match="the number at desk: a warm-up of"):
        summary(many(desk(60, 3.0), 3, Plan(START, warm_up=None)))


def test_a_warm_up_leaves_the_days_out_of_measures() -> None:
    net = desk()
    held = Measure("held", (Term(Of.LEVEL, "desk", "in_use"),), unit="people")
    one = reduce_log(Plan(START, measures=(held,), warm_up=15), net, run(net), 1, 1)
    found = row(summary([one]), "held", "", "", "mean")
    assert found["mean"] == one.daily["held"][15:].mean()
    assert found["unit"] == "people"


# -- what a scenario asks for ---------------------------------------------------------------------

ASKS = """
title: A scenario that asks for everything
illustrative: true
start: 2025-01-01
end: 2025-03-01
warm_up: 36 hours
question: {measure: done, at_least: 12 people/week}
pools: {beds: {capacity: 5}}
stations: {desk: {servers: 2}}
streams: {a: {rate: 20/day, enters: bed, attributes: {kind: {x: 0.5, y: 0.5}}}}
classes: [kind]
steps:
  bed: {seize: beds, next: q}
  q: {serve: desk, work: 1 hour, next: free}
  free: {release: beds, next: out}
  out: {exit: gone, cost: $7}
measures:
  done: {sum_of: [{step: q, event: finished, class: {kind: x}}, {outcome: gone, times: -1}]}
  held: {sum_of: [{pool: beds, level: in_use}]}
  age: {age: {pools: beds, at: [2025-01-15, 2025-02-01]}}
  long: {age: {pools: [beds], at: [2025-01-15], statistic: over, over: 180 days}}
costs: {bed: {pool: beds, per: day, value: {value: $165, range: [$100, $200]}}}
limits:
  late: {wait: q, over: 12 hours}
  full: {held_over_capacity: beds}
report: {level_time: [desk]}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "asks.yaml"
    path.write_text(ASKS)
    return path


def test_a_scenario_is_read_in_units_of_the_log(file: Path) -> None:
    plan = plan_of(read(file), {})
    assert plan.start == START
    assert plan.target == pytest.approx(12 / 7)
    assert plan.warm_up == 2
    assert plan.level_time == ("desk",)
    done, held, age, long = plan.measures
    assert done.terms == (
        Term(Of.STEP, "q", "finished", (("kind", "x"),)),
        Term(Of.OUTCOME, "gone", factor=-1.0),
    )
    assert (held.unit, done.unit, age.unit, long.unit) == ("people", "people/day", "days", "share")
    assert age.age == Age(("beds",), (14, 31))
    assert long.age == Age(("beds",), (14,), AgeStatistic.OVER, 180 * DAY)
    assert plan.limits == (
        Limit("late", LimitOf.WAIT, "q", 12 * HOUR),
        Limit("full", LimitOf.HELD_OVER_CAPACITY, "beds"),
    )
    assert plan.costs == (
        Cost("bed", CostOf.POOL, "beds", "day", 165.0),
        Cost("out.exit", CostOf.STEP, "out", "entered", 7.0),
    )


def test_a_world_has_costs_of_its_own(file: Path) -> None:
    scenario = read(file)
    path = next(u.path for u in scenario.uncertain)
    assert plan_of(scenario, {path: 120.0}).costs[0].value == 120.0


def test_names_of_columns_are_known_before_a_run(file: Path) -> None:
    scenario = read(file)
    model = build(scenario)
    net_log = reduce_log(plan_of(scenario, {}), *_run(model), 1, 1)
    assert column_names(scenario, model) == list(net_log.daily)


def _run(model: Model) -> tuple[Network, Log]:
    from sim.network.compiling import compile_network

    net = compile_network(model)
    return net, run(net)
