"""Statistics of logs whose every time is known."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from sim.log import NOT_YET, Ended, Log
from sim.measures import Key, Plan, reduce_log
from sim.measures.logged import Logged, logged
from sim.measures.plan import Limit, LimitOf
from sim.measures.statistics import statistics
from sim.network.model import (
    DAY,
    HOUR,
    Attribute,
    Departure,
    Initial,
    Op,
    Patience,
    Profile,
    Room,
    Step,
    Stream,
)
from sim.network.table import Network
from tests.curves import restricted_mean
from tests.models import (
    at,
    delay,
    exactly,
    exponential,
    leave,
    network,
    pool,
    release,
    run,
    seize,
    serve,
    station,
)

PLAN = Plan(date(2025, 1, 1))


def found(net: Network, log: Log | None = None, plan: Plan = PLAN) -> dict[Key, float]:
    return reduce_log(plan, net, log or run(net), 0, 0).statistics


def desk(*arrivals: float, servers: int = 1, hours: float = 1.0, days: int = 1) -> Network:
    return network(
        days, serve("q", "desk", hours, "out"), leave(),
        stations=(station("desk", servers),), streams=(at("a", "q", *arrivals),),
    )  # fmt: skip


def test_waits_count_those_who_did_not_wait() -> None:
    of = found(desk(0, 0, 0, 10))
    assert of["wait", "desk", "", "mean"] == pytest.approx((0 + 1 + 2 + 0) / 4)
    assert of["stay", "desk", "", "mean"] == pytest.approx((1 + 2 + 3 + 1) / 4)
    assert of["wait", "desk", "", "n"] == 4


def test_the_unfinished_hold_the_mean_up() -> None:
    of = found(desk(0, 0, 0, hours=20.0))
    assert of["wait", "desk", "", "unfinished"] == pytest.approx(1 / 3)
    # waits of 0, 20 and more than 24 hours: the finished alone would say 10
    assert of["wait", "desk", "", "mean"] == pytest.approx((0 + 20 + 24) / 3)
    assert np.isnan(of["wait", "desk", "", "p99"])


def test_numbers_are_areas() -> None:
    of = found(desk(0, 0, 0))
    assert of["number_waiting", "desk", "", "mean"] == pytest.approx((2 + 1) / 24)
    assert of["number_busy", "desk", "", "mean"] == pytest.approx(3 / 24)
    assert of["utilisation", "desk", "", "mean"] == pytest.approx(3 / 24)
    assert of["throughput", "desk", "", "mean"] == 3
    assert of["level_time", "desk", "", "n=3"] == pytest.approx(1 / 24)
    assert of["level_time", "desk", "", "n=0"] == pytest.approx(21 / 24)


def test_shares_refused_and_impatient_are_of_those_who_came() -> None:
    more = {"room": Room(1, "no"), "patience": Patience(exactly(0.5), "gone")}
    net = network(
        1, serve("q", "desk", 1.0, "out", **more), leave(), leave("no"), leave("gone"),
        stations=(station("desk", 1),), streams=(at("a", "q", 0, 0.1, 0.2, 5),),
    )  # fmt: skip
    of = found(net)
    assert of["refused", "desk", "", "mean"] == pytest.approx(1 / 4)
    assert of["impatient", "desk", "", "mean"] == pytest.approx(1 / 4)
    assert of["impatient", "desk", "", "rate"] == 1
    assert of["wait", "desk", "", "n"] == 3  # the refused one never joined
    assert of["wait", "desk", "", "mean"] == pytest.approx(0.5 / 3)
    assert of["stay", "desk", "", "mean"] == pytest.approx(1.0)  # of those served


def test_a_pool_is_stayed_in_from_grant_to_return() -> None:
    net = network(
        2, seize("bed", "beds", "stay"), delay("stay", 10, "free"), release("free", "beds", "out"),
        leave(), pools=(pool("beds", 1),), streams=(at("a", "bed", 0, 1),),
    )  # fmt: skip
    of = found(net)
    assert of["wait", "beds", "", "mean"] == pytest.approx((0 + 9) / 2)
    assert of["stay", "beds", "", "mean"] == pytest.approx(10)
    assert of["number_busy", "beds", "", "mean"] == pytest.approx(20 / 48)
    assert of["throughput", "beds", "", "mean"] == 1


def test_a_departure_is_used_by_its_seats() -> None:
    plane = Departure("plane", ((10 * HOUR, 4), (20 * HOUR, 4)), minimum=2)
    net = network(
        1, Step("seat", Op.DEPART, next="out", objects=("plane",)), leave(),
        departures=(plane,), streams=(at("a", "seat", 0, 1, 2, 15),),
    )  # fmt: skip
    of = found(net)
    assert of["utilisation", "plane", "", "mean"] == pytest.approx(3 / 4)
    assert of["throughput", "plane", "", "mean"] == 3
    assert of["wait", "plane", "", "unfinished"] == pytest.approx(1 / 4)
    assert of["stay", "plane", "", "mean"] == of["wait", "plane", "", "mean"]


def test_steps_and_classes_have_rows_of_their_own() -> None:
    kind = Attribute("kind", ((0, (("x", 1.0),)),))
    net = network(
        1, serve("q", "desk", 1.0, "out"), serve("r", "desk", 1.0, "out"), leave(),
        stations=(station("desk", 1),), classes=("kind",),
        streams=(at("a", "q", 0, attributes=(kind,)), at("b", "r", 0)),
    )  # fmt: skip
    of = found(net)
    assert of["wait", "desk", "q", "mean"] == 0
    assert of["wait", "desk", "r", "mean"] == 1
    assert of["wait", "desk", "kind=x", "mean"] == 0
    assert of["wait", "desk", "kind=-", "n"] == 1


def test_those_inside_at_the_start_are_told_apart() -> None:
    net = network(
        2, serve("q", "desk", 1.0, "out"), leave(), stations=(station("desk", 1),),
        initial=(Initial("old", "q", 2, exactly(5.0)),), streams=(at("a", "q", 12),),
    )  # fmt: skip
    of = found(net)
    assert of["wait", "desk", "inside at the start", "mean"] == pytest.approx((5 + 6) / 2)
    assert of["wait", "desk", "entered in the run", "mean"] == 0
    assert of["wait", "desk", "", "mean"] == pytest.approx((5 + 6 + 0) / 3)


@pytest.mark.parametrize("counter", [True, False])
def test_a_backlog_that_is_only_counted_waits_like_people(counter: bool) -> None:
    net = network(
        3, serve("q", "desk", 1.0, "out"), leave(), stations=(station("desk", 1),),
        initial=(Initial("old", "q", 200, exponential(40.0), counter=counter),),
    )  # fmt: skip
    of = found(net)
    assert of["wait", "desk", "", "n"] == 200
    assert of["wait", "desk", "", "unfinished"] == pytest.approx(128 / 200)
    assert of["wait", "desk", "", "mean"] == pytest.approx(_backlog_mean(), rel=1e-6)
    assert of["impatient", "desk", "", "mean"] == 0


def _backlog_mean() -> float:
    """Restricted mean wait: member k of 200, oldest first, has spent its quantile of the law."""
    k = np.arange(1, 201)
    spent = -40.0 * np.log((k - 0.5) / 200)
    waited = spent + np.minimum(k - 1, 72)
    return restricted_mean(list(zip(waited.tolist(), (k <= 72).tolist(), strict=True)))


def test_a_bound_of_a_limit_is_a_statistic() -> None:
    limits = (Limit("late", LimitOf.WAIT, "q", round(1.5 * HOUR)),)
    of = found(desk(0, 0, 0), plan=Plan(date(2025, 1, 1), limits=limits))
    assert of["wait", "desk", "", "over 1.5 hours"] == pytest.approx(1 / 3)
    assert ("stay", "desk", "", "over 1.5 hours") not in of


def busy(days: int) -> tuple[Network, Log]:
    """Nobody comes after day 11, so that in 12 days everybody leaves."""
    rate = Profile(((0, 2.7 / HOUR), (11 * DAY, 0.0)))
    net = network(
        days, serve("q", "desk", exponential(1.0), "out"), leave(),
        stations=(station("desk", 3),), streams=(Stream("a", "q", rate=rate),),
    )  # fmt: skip
    return net, run(net, seed=5)


def test_a_warm_up_leaves_out_who_came_in_it() -> None:
    net, log = busy(12)
    of = found(net, log, Plan(date(2025, 1, 1), warm_up=4))
    desk = log.visits[log.visits["step"] == net.names.steps.index("q")]
    v = desk[desk["joined"] >= 4 * DAY]
    done = v["started"] != NOT_YET
    waited = (v["started"] - v["joined"])[done] / HOUR
    assert done.all()
    assert of["wait", "desk", "", "mean"] == pytest.approx(waited.mean())
    ended = (desk["finished"] >= 4 * DAY) & (desk["ended"] == Ended.COMPLETED)
    assert of["throughput", "desk", "", "mean"] == pytest.approx(ended.sum() / 8)


def test_levels_after_a_warm_up_agree_with_those_the_engine_counts() -> None:
    net, log = busy(12)
    whole, cut = statistics(_of(net, log), 0)[0], statistics(_of(net, log), 4)[0]
    early = statistics(_of(*_first(net, log, 4)), 0)[0]
    for n in range(20):
        key = Key("level_time", "desk", "", f"n={n}")
        assert 12 * whole[key] == pytest.approx(8 * cut[key] + 4 * early[key], abs=1e-9)


def _of(net: Network, log: Log) -> Logged:
    return logged(PLAN, net, log)


def _first(net: Network, log: Log, days: int) -> tuple[Network, Log]:
    """The same luck in a shorter run: a longer run has the same beginning."""
    return busy(days)


def test_littles_law_holds_of_one_run() -> None:
    net, log = busy(12)
    of = found(net, log)
    unfinished = of["wait", "desk", "", "unfinished"]
    assert unfinished == 0  # then the area under the line is the sum of waits
    line = of["number_waiting", "desk", "", "mean"] * 12 * 24
    assert line == pytest.approx(of["wait", "desk", "", "mean"] * of["wait", "desk", "", "n"])


def test_any_of_waits_are_those_of_the_pool_that_was_granted() -> None:
    net = network(
        2, seize("bed", ("few", "many"), "stay"), delay("stay", 10, "free"),
        release("free", ("few", "many"), "out"), leave(),
        pools=(pool("few", 1), pool("many", 1)), streams=(at("a", "bed", 0, 0, 0),),
    )  # fmt: skip
    of = found(net)
    assert of["stay", "few", "", "n"] + of["stay", "many", "", "n"] == 3
    assert of["wait", "few", "", "n"] + of["wait", "many", "", "n"] == 3


def test_those_who_came_for_any_of_several_pools_count_at_the_first() -> None:
    lost = Patience(exactly(0), "lost")
    get = seize("get", ("a", "b"), "stay", patience=lost)
    net = network(
        1, get, delay("stay", 30, "give"), release("give", ("a", "b"), "out"), leave(),
        leave("lost", "lost"), pools=(pool("a", 1), pool("b", 1)),
        streams=(at("people", "get", 1, 2, 3, 4),),
    )  # fmt: skip
    told = found(net)
    assert told[Key("impatient", "a", "", "mean")] == 0.5
    assert np.isnan(told[Key("impatient", "b", "", "mean")])
