"""The exact rules of docs/ties.md, each on the smallest network that shows it."""

from __future__ import annotations

import math

import pytest

from sim.errors import SimError
from sim.log import Ended, Flow
from sim.network.model import (
    DAY,
    HOUR,
    Bump,
    Departure,
    Evict,
    Gate,
    Initial,
    Op,
    Orders,
    Patience,
    Pool,
    Preempt,
    Room,
    Share,
    Station,
    Step,
    Stock,
)
from tests.models import (
    at,
    delay,
    exactly,
    leave,
    network,
    pool,
    release,
    rows,
    run,
    seize,
    serve,
    station,
    steps_of,
)


def test_one_server_serves_in_order_of_joining() -> None:
    net = network(1, serve("s", "judge", 2, "out"), leave(), stations=(station("judge", 1),),
                  streams=(at("a", "s", 1, 1.5, 2),))  # fmt: skip
    assert rows(net, run(net), "s") == [
        ("a", 0, 1.0, 1.0, 3.0), ("a", 1, 1.5, 3.0, 5.0), ("a", 2, 2.0, 5.0, 7.0),
    ]  # fmt: skip


def test_waiting_beyond_patience_leaves_and_zero_patience_is_decided_on_the_spot() -> None:
    patient = Patience(exactly(1), "gone")
    never = Patience(exactly(0), "gone")
    net = network(1, serve("s", "judge", 3, "out", patience=patient),
                  serve("n", "judge", 3, "out", patience=never), leave(), leave("gone", "left"),
                  stations=(station("judge", 1),), streams=(at("a", "s", 1, 2), at("b", "n", 2)))  # fmt: skip
    log = run(net)
    assert rows(net, log, "s")[1][2:] == pytest.approx((2, float("nan"), 3), nan_ok=True)
    assert rows(net, log, "n")[0][2:] == pytest.approx((2, float("nan"), 2), nan_ok=True)
    assert set(log.visits["ended"].tolist()) == {Ended.COMPLETED, Ended.IMPATIENT}


def test_a_grant_by_a_due_event_beats_patience_at_the_same_instant() -> None:
    net = network(1, serve("s", "judge", 2, "out", patience=Patience(exactly(2), "out")), leave(),
                  stations=(station("judge", 1),), streams=(at("a", "s", 1, 1),))  # fmt: skip
    assert rows(net, run(net), "s")[1][3] == 3.0


def test_the_head_of_a_pool_blocks_all_behind_it() -> None:
    net = network(
        1, seize("big", "beds", "stay", units=2), seize("small", "beds", "stay"),
        delay("stay", 4, "back"), release("back", "beds", "out"), leave(),
        pools=(pool("beds", 2),), streams=(at("a", "small", 1), at("b", "big", 2), at("c", "small", 3)),
    )  # fmt: skip
    log = run(net)
    assert rows(net, log, "big") == [("b", 0, 2.0, 5.0, 9.0)]
    assert rows(net, log, "small")[1] == ("c", 0, 3.0, 9.0, 13.0)


def test_any_of_takes_the_first_with_room_and_waits_for_either() -> None:
    net = network(
        1, seize("bed", ("a_beds", "b_beds"), "stay"), delay("stay", 4, "back"),
        release("back", ("a_beds", "b_beds"), "out"), leave(),
        pools=(pool("a_beds", 1), pool("b_beds", 1)), streams=(at("p", "bed", 1, 2, 3),),
    )  # fmt: skip
    log = run(net)
    assert [r[3] for r in rows(net, log, "bed")] == [1.0, 2.0, 5.0]
    assert log.visits["object"][log.visits["step"] == 0].tolist() == [0, 1, 0]


def test_priority_counts_among_those_waiting() -> None:
    net = network(1, serve("low", "judge", 2, "out", priority=2), serve("high", "judge", 2, "out"),
                  leave(), stations=(station("judge", 1),),
                  streams=(at("a", "low", 1, 1.5), at("b", "high", 2)))  # fmt: skip
    log = run(net)
    assert rows(net, log, "high") == [("b", 0, 2.0, 3.0, 5.0)]
    assert rows(net, log, "low")[1][3] == 5.0


@pytest.mark.parametrize(("mode", "end"), [(Preempt.RESUME, 7.0), (Preempt.RESTART, 8.0)])
def test_preemption_stops_the_lower_priority(mode: Preempt, end: float) -> None:
    net = network(1, serve("low", "judge", 4, "out", priority=2),
                  serve("high", "judge", 2, "out", preempt=mode), leave(),
                  stations=(station("judge", 1),), streams=(at("a", "low", 1), at("b", "high", 2)))  # fmt: skip
    log = run(net)
    assert rows(net, log, "high") == [("b", 0, 2.0, 2.0, 4.0)]
    assert rows(net, log, "low") == [("a", 0, 1.0, 1.0, end)]


def test_preemption_stops_the_last_granted_of_the_lowest_priority() -> None:
    net = network(1, serve("low", "judge", 4, "out", priority=2), serve("middle", "judge", 6, "out", priority=1),
                  serve("high", "judge", 1, "out", priority=0, preempt=Preempt.RESUME), leave(),
                  stations=(station("judge", 3),),
                  streams=(at("a", "low", 1, 2), at("b", "middle", 2.5), at("c", "high", 3)))  # fmt: skip
    log = run(net)
    assert rows(net, log, "high") == [("c", 0, 3.0, 3.0, 4.0)]
    assert rows(net, log, "low") == [("a", 0, 1.0, 1.0, 5.0), ("a", 1, 2.0, 2.0, 7.0)]
    assert rows(net, log, "middle") == [("b", 0, 2.5, 2.5, 8.5)]


def test_the_refused_go_where_the_room_says() -> None:
    net = network(1, serve("s", "judge", 2, "out", room=Room(1, "away")), leave(), leave("away", "refused"),
                  stations=(station("judge", 1),), streams=(at("a", "s", 1, 1, 1, 4),))  # fmt: skip
    log = run(net)
    away = net.names.steps.index("away")
    assert log.flows[:, away, :, Flow.ENTERED].sum() == 1
    assert log.visits["ended"][log.visits["step"] == 0].tolist() == [1, 1, Ended.REFUSED, 1]


@pytest.mark.parametrize(("pause", "times"), [(False, (1.0, 5.0)), (True, (1.0, 8.0))])
def test_a_shift_that_ends_finishes_or_pauses(pause: bool, times: tuple[float, float]) -> None:
    judge = Station("judge", steps_of([(0, 1), (3, 0), (6, 1)], pause))
    net = network(
        1, serve("s", "judge", 4, "out"), leave(), stations=(judge,), streams=(at("a", "s", 1),)
    )
    assert rows(net, run(net), "s")[0][3:] == times


def test_work_due_when_the_shift_ends_counts_as_ended() -> None:
    judge = Station("judge", steps_of([(0, 1), (3, 0), (6, 1)], True))
    net = network(
        1, serve("s", "judge", 2, "out"), leave(), stations=(judge,), streams=(at("a", "s", 1),)
    )
    assert rows(net, run(net), "s")[0][3:] == (1.0, 3.0)


def test_a_pool_drains_when_its_capacity_drops() -> None:
    beds = Pool("beds", steps_of([(0, 2), (2, 1)]))
    net = network(1, seize("bed", "beds", "stay"), delay("stay", 4, "back"), release("back", "beds", "out"),
                  leave(), pools=(beds,), streams=(at("a", "bed", 1, 1.5, 3),))  # fmt: skip
    assert [r[3] for r in rows(net, run(net), "bed")] == [1.0, 1.5, 5.5]


def test_a_bumped_holder_gives_up_its_unit_and_goes_where_it_is_sent() -> None:
    net = network(
        1, seize("low", "beds", "stay", priority=2),
        seize("high", "beds", "stay", bump=Bump("sent")),
        delay("stay", 4, "back"), release("back", "beds", "out"), leave(), leave("sent", "bumped"),
        pools=(pool("beds", 2),), streams=(at("a", "low", 1, 2), at("b", "high", 3)),
    )  # fmt: skip
    log = run(net)
    assert rows(net, log, "high") == [("b", 0, 3.0, 3.0, 7.0)]
    assert rows(net, log, "low") == [("a", 0, 1.0, 1.0, 5.0), ("a", 1, 2.0, 2.0, 3.0)]


def test_seats_go_in_order_and_too_few_cancel() -> None:
    flight = Departure("flight", ((6 * HOUR, 2), (12 * HOUR, 2), (18 * HOUR, 2)), minimum=2)
    net = network(1, Step("seat", Op.DEPART, next="out", objects=("flight",)), leave(),
                  departures=(flight,), streams=(at("a", "seat", 1, 2, 3, 13),))  # fmt: skip
    log = run(net)
    assert [r[3] for r in rows(net, log, "seat")] == [6.0, 6.0, 18.0, 18.0]
    assert log.use[0, 0, :2].tolist() == [4, 4]


def test_a_closed_gate_holds_and_evicts() -> None:
    gate = Step("gate", Op.GATE, next="stay", objects=("ruling",), evict=Evict("stay", "back"))
    net = network(1, gate, delay("stay", 10, "out"), leave(), leave("back", "returned"),
                  gates=(Gate("ruling", ((4 * HOUR, 8 * HOUR),)),), streams=(at("a", "gate", 1, 5),))  # fmt: skip
    log = run(net)
    assert [r[3] for r in rows(net, log, "gate")] == [1.0, 8.0]
    back = net.names.steps.index("back")
    assert log.flows[0, back, 0, Flow.ENTERED] == 1


def test_a_stock_is_used_up_and_refilled() -> None:
    net = network(1, Step("take", Op.TAKE, next="out", objects=("money",), units=2), leave(),
                  stocks=(Stock("money", 3, ((5 * HOUR, 1), (7 * HOUR, 4))),),
                  streams=(at("a", "take", 1, 2, 3),))  # fmt: skip
    assert [r[3] for r in rows(net, run(net), "take")] == [1.0, 5.0, 7.0]


def test_a_clock_runs_across_steps_and_gives_back_what_it_lists() -> None:
    net = network(
        1, Step("clock", Op.DEADLINE, next="bed", objects=("limit",), law=exactly(3), to="late",
                release=("beds",)),
        seize("bed", "beds", "hearing"), serve("hearing", "judge", 5, "back"),
        release("back", "beds", "out"), leave(), leave("late", "over_limit"),
        pools=(pool("beds", 1),), stations=(station("judge", 1),), streams=(at("a", "clock", 1, 2),),
    )  # fmt: skip
    log = run(net)
    assert rows(net, log, "bed") == [("a", 0, 1.0, 1.0, 4.0), ("a", 1, 2.0, 4.0, 5.0)]
    assert log.left == 2


def test_orders_not_begun_by_the_end_of_the_day_are_a_shortfall() -> None:
    net = network(2, serve("look", "team", 9, "out"), leave(), stations=(station("team", 1),),
                  orders=(Orders("work", "look", (4, 0)),))  # fmt: skip
    log = run(net)
    assert log.shortfall[:, 0].tolist() == [1, 0]
    done = log.flows[:, 1, 0, Flow.ENTERED].tolist()
    assert done == [2, 1]


def test_servers_are_shared_by_weight() -> None:
    net = network(
        4, serve("x", "judge", 1, "out", share=Share("x", 3)), serve("y", "judge", 1, "out", share=Share("y", 1)),
        leave(), stations=(station("judge", 1),),
        streams=(at("a", "x", *[0.5] * 60), at("b", "y", *[0.5] * 60)),
    )  # fmt: skip
    log = run(net)
    started = {s: sum(r[3] < 40.5 for r in rows(net, log, s)) for s in ("x", "y")}
    assert started == {"x": 30, "y": 10}


def test_members_inside_at_the_start_come_in_order_of_the_time_they_have_spent() -> None:
    spent = exactly(0)
    net = network(1, serve("s", "judge", 2, "out"), leave(), stations=(station("judge", 1),),
                  initial=(Initial("old", "s", 3, spent),))  # fmt: skip
    assert [r[1:] for r in rows(net, run(net), "s")] == [
        (1, 0.0, 0.0, 2.0), (2, 0.0, 2.0, 4.0), (3, 0.0, 4.0, 6.0),
    ]  # fmt: skip


def test_a_counter_gives_the_log_of_the_people_it_stands_for() -> None:
    """SEMANTICS 9: a thousand members as a counter or as entities, the same served visits."""

    def served(counter: bool) -> list[tuple[str, int, float, float, float]]:
        spent = Initial("old", "s", 1000, exactly(7), counter=counter)
        net = network(20, serve("s", "judge", 1.5, "out"), leave(), stations=(station("judge", 2),),
                      initial=(spent,), streams=(at("a", "s", *range(100)),))  # fmt: skip
        log = run(net)
        assert log.unserved.sum() == (counter and 1000 - len({v["number"] for v in log.visits if v["source"] == 1}))
        return [r for r in rows(net, log, "s") if not math.isnan(r[4])]

    assert served(True) == served(False)


def test_a_spawned_entity_is_named_by_parent_and_visit() -> None:
    net = network(1, Step("twin", Op.SPAWN, next="out", enters="stay"), delay("stay", 1, "out"), leave(),
                  streams=(at("a", "twin", 1, 2),))  # fmt: skip
    log = run(net, trace=True)
    assert [r[:2] for r in rows(net, log, "stay")] == [("a/twin", 0), ("a/twin", 256)]
    assert log.entered == 4


def test_exit_while_holding_is_an_error_that_names_entity_and_step() -> None:
    net = network(1, seize("bed", "beds", "out"), leave(), pools=(pool("beds", 1),),
                  streams=(at("a", "bed", 1),))  # fmt: skip
    with pytest.raises(
        SimError, match="entity a number 0 at step 'out': found an exit while holding beds"
    ):
        run(net)


def test_a_loop_without_time_is_an_error_that_names_it() -> None:
    net = network(1, Step("x", Op.CLEAR, next="y", objects=("c",)), Step("y", Op.CLEAR, next="x", objects=("c",)),
                  streams=(at("a", "x", 1),))  # fmt: skip
    with pytest.raises(SimError, match=r"step '[xy]'"):
        run(net)


def test_nothing_happens_at_the_end_but_the_last_census() -> None:
    net = network(1, serve("s", "judge", 4, "out"), leave(), stations=(station("judge", 1),),
                  streams=(at("a", "s", 20),))  # fmt: skip
    log = run(net)
    assert (log.entered, log.left, log.inside) == (1, 0, 1)
    assert DAY == 24 * HOUR
    assert log.levels[0, 0, 0].tolist() == [0, 1, 0]
