"""Cases that chance seldom makes, in either engine: the times are worked out by hand from docs/ties.md."""

from __future__ import annotations

from typing import Any

import pytest

from sim.engine import kernel, simpy_engine
from sim.log import Log
from sim.network.model import (
    HOUR,
    SECOND,
    Bump,
    Evict,
    Gate,
    Initial,
    Op,
    Orders,
    Patience,
    Pool,
    Share,
    Station,
    Step,
    Stock,
)
from sim.network.table import Network
from tests.models import (
    at,
    delay,
    exactly,
    leave,
    network,
    pool,
    release,
    rows,
    seize,
    serve,
    station,
    steps_of,
)

Run = Any


@pytest.fixture(params=[simpy_engine, kernel], ids=["simpy", "kernel"])
def run(request: pytest.FixtureRequest) -> Run:
    return lambda net: request.param.run(net, 1, 0, 0, trace=True)


def started(net: Network, log: Log, step: str) -> list[float]:
    """When each began, by stream and number [h]."""
    return [row[3] for row in rows(net, log, step)]


# -- lines --------------------------------------------------------------------------------------------


def test_when_the_head_of_a_line_leaves_units_go_to_who_stands_behind_it(run: Run) -> None:
    tired = Patience(exactly(2), "out")
    net = network(
        1, seize("big", "beds", "stay", units=2, patience=tired), seize("small", "beds", "stay"),
        delay("stay", 9, "free"), release("free", "beds", "out"), leave(), pools=(pool("beds", 2),),
        streams=(at("a", "small", 1, 3), at("b", "big", 2)),
    )  # fmt: skip
    assert started(net, run(net), "small") == [1.0, 4.0]


def test_when_the_head_of_a_line_leaves_a_stock_goes_to_who_stands_behind_it(run: Run) -> None:
    tired = Patience(exactly(2), "out")
    net = network(
        1, Step("big", Op.TAKE, next="out", objects=("money",), units=2, patience=tired),
        Step("small", Op.TAKE, next="out", objects=("money",)), leave(), stocks=(Stock("money", 1),),
        streams=(at("b", "big", 2), at("a", "small", 3)),
    )  # fmt: skip
    assert started(net, run(net), "small") == [4.0]


def test_who_is_granted_one_pool_leaves_the_line_of_another_to_those_behind(run: Run) -> None:
    """c wants two units of either and stands before d, for whom one unit of b is free all the while."""
    net = network(
        1, seize("two", "a", "short", units=2), seize("one", "b", "long"),
        seize("either", ("a", "b"), "short", units=2), seize("small", "b", "short"),
        delay("short", 4, "free"), delay("long", 20, "free"), release("free", ("a", "b"), "out"), leave(),
        pools=(pool("a", 2), pool("b", 2)),
        streams=(at("a1", "two", 1), at("b1", "one", 1), at("c", "either", 2), at("d", "small", 3)),
    )  # fmt: skip
    log = run(net)
    assert (started(net, log, "either"), started(net, log, "small")) == ([5.0], [5.0])


def test_of_two_backlogs_in_one_line_the_oldest_is_served_first(run: Run) -> None:
    backlogs = (Initial("a", "s", 2, exactly(1), counter=True), Initial("b", "s", 2, exactly(5), counter=True))
    net = network(1, serve("s", "judge", 2, "out"), leave(), stations=(station("judge", 1),), initial=backlogs)
    order = [("a", 1, -1.0, 4.0, 6.0), ("a", 2, -1.0, 6.0, 8.0), ("b", 1, -5.0, 0.0, 2.0), ("b", 2, -5.0, 2.0, 4.0)]
    assert rows(net, run(net), "s") == order


# -- stopped work -------------------------------------------------------------------------------------


def test_paused_work_goes_on_before_anybody_waiting_begins(run: Run) -> None:
    judge = Station("judge", steps_of([(0, 1), (3, 0), (6, 1)], pause=True))
    net = network(1, serve("s", "judge", 4, "out"), leave(), stations=(judge,),
                  streams=(at("b", "s", 1), at("a", "s", 2)))  # fmt: skip
    assert rows(net, run(net), "s") == [("a", 0, 2.0, 8.0, 12.0), ("b", 0, 1.0, 1.0, 8.0)]


def test_only_as_many_stop_as_there_is_no_server_for_the_last_granted_first(run: Run) -> None:
    """Of two at work one goes on; the other has three hours left when it ends."""
    judge = Station("judge", steps_of([(0, 2), (3, 1)], pause=True))
    net = network(1, serve("s", "judge", 4, "out"), leave(), stations=(judge,), streams=(at("a", "s", 1, 2),))
    assert rows(net, run(net), "s") == [("a", 0, 1.0, 1.0, 5.0), ("a", 1, 2.0, 2.0, 8.0)]


def test_no_more_stop_than_must_whatever_their_priority(run: Run) -> None:
    """b, granted last, stops though it comes first in line: were both stopped, it would be the one to go on."""
    judge = Station("judge", steps_of([(0, 2), (3, 1)], pause=True))
    net = network(1, serve("low", "judge", 4, "out", priority=2), serve("high", "judge", 4, "out"), leave(),
                  stations=(judge,), streams=(at("a", "low", 1), at("b", "high", 2)))  # fmt: skip
    log = run(net)
    assert rows(net, log, "low") == [("a", 0, 1.0, 1.0, 5.0)]
    assert rows(net, log, "high") == [("b", 0, 2.0, 2.0, 8.0)]


def test_work_due_as_capacity_drops_is_over_and_another_stops(run: Run) -> None:
    """c, granted last, is due at three; so b stops, with two and a half hours left, until a ends."""
    judge = Station("judge", steps_of([(0, 3), (3, 1)], pause=True))
    net = network(1, serve("long", "judge", 4, "out"), serve("brief", "judge", 1, "out"), leave(),
                  stations=(judge,),
                  streams=(at("a", "long", 1), at("b", "long", 1.5), at("c", "brief", 2)))  # fmt: skip
    log = run(net)
    assert rows(net, log, "long") == [("a", 0, 1.0, 1.0, 5.0), ("b", 0, 1.5, 1.5, 7.5)]
    assert rows(net, log, "brief") == [("c", 0, 2.0, 2.0, 3.0)]


# -- servers shared between classes: accounts ---------------------------------------------------------


def shared(x: float, y: float, weights: tuple[int, int], *streams: Any) -> Network:
    """One judge shared by x, for `x` hours a case, and y."""
    return network(
        1, serve("x", "judge", x, "out", share=Share("x", weights[0])),
        serve("y", "judge", y, "out", share=Share("y", weights[1])),
        leave(), stations=(station("judge", 1),), streams=streams,
    )  # fmt: skip


def test_work_of_less_than_a_second_counts_as_one(run: Run) -> None:
    """So x and y take turns once y is there; were it nothing, all of x would come before all of y."""
    half = SECOND / 2 / HOUR
    net = shared(half, half, (1, 1), at("a", "x", 1, 1, 1), at("b", "y", 1, 1, 1))
    log = run(net)
    first = [(t - 1) * HOUR / SECOND for t in (*started(net, log, "x"), *started(net, log, "y"))]
    assert first == pytest.approx([0, 0.5, 1.5, 1, 2, 2.5])


def test_a_class_that_stood_empty_keeps_its_own_account_if_that_is_greater(run: Run) -> None:
    """x has had nine hours when y begins; then y, with less, is served until they are even."""
    net = shared(3, 1, (1, 1), at("a", "x", 1, 1, 1, 10.5), at("b", "y", 9.5, 9.5, 9.5))
    log = run(net)
    assert started(net, log, "x") == [1.0, 4.0, 7.0, 13.0]
    assert started(net, log, "y") == [10.0, 11.0, 12.0]


def test_a_class_that_stood_empty_starts_from_the_least_account_rounded_up(run: Run) -> None:
    """An hour over a weight of 7 is 514 2/7 seconds: x starts from 515, so y is before it."""
    net = shared(1, 1, (1, 7), at("a", "y", 1, 1.25), at("b", "x", 1.5))
    log = run(net)
    assert (started(net, log, "y"), started(net, log, "x")) == ([1.0, 2.0], [3.0])


# -- victims ------------------------------------------------------------------------------------------


def test_those_sent_away_by_a_gate_go_in_order_of_name(run: Run) -> None:
    """a, who waits for the bed of b, leaves before b gives it back: it never has it."""
    gate = Step("gate", Op.GATE, next="bed", objects=("ruling",), evict=Evict("stay", "back", ("beds",)))
    net = network(
        1, gate, seize("bed", "beds", "stay"), delay("stay", 10, "free"), release("free", "beds", "out"),
        leave(), leave("back", "returned"), pools=(pool("beds", 1),),
        gates=(Gate("ruling", ((4 * HOUR, 8 * HOUR),)),), streams=(at("b", "gate", 1), at("a", "gate", 2)),
    )  # fmt: skip
    nan = pytest.approx(float("nan"), nan_ok=True)
    assert rows(net, run(net), "bed") == [("a", 0, 2.0, nan, 4.0), ("b", 0, 1.0, 1.0, 4.0)]


def test_a_holder_of_the_same_priority_is_not_bumped(run: Run) -> None:
    """Though there are others, of lower priority, who might be."""
    net = network(
        1, seize("first", "beds", "stay", priority=2), seize("last", "beds", "stay", priority=3),
        seize("new", "beds", "stay", priority=2, bump=Bump("sent")), delay("stay", 4, "free"),
        release("free", "beds", "out"), leave(), leave("sent"), pools=(pool("beds", 1),),
        streams=(at("a", "first", 1), at("b", "new", 2), at("c", "last", 23)),
    )  # fmt: skip
    assert started(net, run(net), "new") == [5.0]


def test_a_bumped_holder_gives_back_what_is_listed_beside_the_unit(run: Run) -> None:
    net = network(
        1, seize("place", "register", "low"), seize("low", "beds", "stay", priority=2),
        seize("high", "beds", "stay", bump=Bump("sent", ("register",))), delay("stay", 4, "free"),
        release("free", ("beds", "register"), "out"), leave(), leave("sent"),
        pools=(pool("beds", 1), pool("register", 1)),
        streams=(at("a", "place", 1), at("b", "high", 2), at("c", "place", 1.5)),
    )  # fmt: skip
    log = run(net)
    assert rows(net, log, "sent") == [("a", 0, 2.0, 2.0, 2.0)]
    assert started(net, log, "place") == [1.0, 2.0]


def test_the_last_granted_of_those_inside_at_the_start_is_the_last_by_name(run: Run) -> None:
    """Both have been there as long; only one is to make room."""
    net = network(
        1, delay("stay", 20, "free"), seize("bed", "beds", "stay", priority=0, bump=Bump("sent")),
        release("free", "beds", "out"), leave(), leave("sent", "bumped"), pools=(pool("beds", 2),),
        initial=tuple(Initial(name, "stay", 1, exactly(1), ("beds",)) for name in ("b", "a")),
        streams=(at("new", "bed", 2),),
    )  # fmt: skip
    assert [row[:3] for row in rows(net, run(net), "sent")] == [("b", 1, 2.0)]


# -- clocks -------------------------------------------------------------------------------------------


def test_clocks_that_run_out_together_do_so_in_order_of_name(run: Run) -> None:
    net = network(
        1, Step("first", Op.DEADLINE, next="second", objects=("y",), law=exactly(3), to="late_y"),
        Step("second", Op.DEADLINE, next="stay", objects=("x",), law=exactly(3), to="late_x"),
        delay("stay", 9, "out"), leave(), leave("late_x"), leave("late_y"), streams=(at("a", "first", 1),),
    )  # fmt: skip
    log = run(net)
    assert [len(rows(net, log, step)) for step in ("out", "late_x", "late_y")] == [0, 1, 0]


def test_a_clock_started_anew_runs_out_once(run: Run) -> None:
    """It was to run out at ten, and is made to at four."""
    net = network(
        1, Step("first", Op.DEADLINE, next="wait", objects=("x",), law=exactly(9), to="wrong"),
        delay("wait", 2, "second"),
        Step("second", Op.DEADLINE, next="stay", objects=("x",), law=exactly(1), to="late"),
        delay("stay", 20, "out"), delay("late", 19, "out"), leave(), leave("wrong"),
        streams=(at("a", "first", 1),),
    )  # fmt: skip
    log = run(net)
    assert (rows(net, log, "late"), rows(net, log, "wrong")) == ([("a", 0, 4.0, 4.0, 23.0)], [])


def test_a_clock_that_is_cleared_does_not_run_out(run: Run) -> None:
    net = network(
        1, Step("first", Op.DEADLINE, next="wait", objects=("x",), law=exactly(3), to="late"),
        delay("wait", 1, "clear"), Step("clear", Op.CLEAR, next="stay", objects=("x",)),
        delay("stay", 9, "out"), leave(), leave("late"), streams=(at("a", "first", 1),),
    )  # fmt: skip
    assert rows(net, run(net), "out") == [("a", 0, 11.0, 11.0, 11.0)]


def test_an_order_that_was_granted_something_is_no_shortfall_wherever_it_waits(run: Run) -> None:
    """Both had a bed in their time, one at once and one after a wait; midnight finds one in a line."""
    net = network(
        2, seize("bed", "beds", "stay"), delay("stay", 4, "free"), release("free", "beds", "look"),
        serve("look", "team", 1, "out"), leave(), pools=(pool("beds", 1),), stations=(station("team", 0),),
        orders=(Orders("work", "bed", (2, 0)),),
    )  # fmt: skip
    log = run(net)
    assert started(net, log, "bed") == [0.0, 4.0]
    assert log.shortfall.sum() == 0


# -- spawned ------------------------------------------------------------------------------------------


def test_who_is_spawned_on_a_later_visit_has_a_number_of_its_own(run: Run) -> None:
    net = network(
        1, Step("twin", Op.SPAWN, next="wait", enters="stay"), delay("wait", 8, "twin"),
        delay("stay", 1, "out"), leave(), streams=(at("a", "twin", 1, 2),),
    )  # fmt: skip
    log = run(net)
    numbers = [row[:2] for row in rows(net, log, "stay")]
    assert numbers == [("a/twin", n) for n in (0, 1, 2, 256, 257, 258)]


def test_nobody_goes_before_a_backlog_that_needs_more_than_there_is(run: Run) -> None:
    net = network(
        2, seize("big", "bed", "stay", units=3), seize("small", "bed", "stay"), delay("stay", 1, "back"),
        release("back", "bed", "out"), leave(), pools=(Pool("bed", steps_of([(0, 2), (24, 3)])),),
        initial=(Initial("old", "big", 1, exactly(1), counter=True),), streams=(at("a", "small", 1),),
    )  # fmt: skip
    log = run(net)
    assert [r[3] for r in rows(net, log, "big")] == [24.0]
    assert [r[2:4] for r in rows(net, log, "small")] == [(1.0, 25.0)]
