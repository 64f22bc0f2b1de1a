"""What happens to people: ages in custody, limits broken, ways out, costs."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from sim.errors import SimError
from sim.log import VISIT, Log
from sim.measures import Plan, reduce_log
from sim.measures.ages import _chains, ages_at, held
from sim.measures.breaches import NEVER, _passed
from sim.measures.logged import Logged, logged, nothing
from sim.measures.outcomes import outcome_cohorts, times_held
from sim.measures.plan import Age, AgeStatistic, Cost, CostOf, Limit, LimitOf, Measure
from sim.measures.reduced import Reduced
from sim.network.model import DAY, HOUR, Attribute, Departure, Initial, Op, Orders, Step, Stock
from sim.network.table import Network
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

START = date(2025, 1, 15)


def reduced(net: Network, log: Log | None = None, **asked: Any) -> Reduced:
    return reduce_log(Plan(START, **asked), net, log or run(net), 0, 0)


def custody(
    days: int, *arrivals: float, gap: bool = False, stay: float = 100, **more: Any
) -> Network:
    """Ten hours in a hold room, then `stay` in a bed; with a `gap`, an hour free between."""
    after = [delay("walk", 1, "bed")] if gap else []
    return network(
        days,
        seize("hold", "room", "wait"), delay("wait", 10, "free_room" if gap else "bed"),
        *after,
        seize("bed", "beds", "stay" if gap else "free_room"),
        release("free_room", "room", "walk" if gap else "stay"),
        delay("stay", stay, "free"), release("free", "beds", "out"), leave(),
        pools=(pool("room", 99), pool("beds", 99)), streams=(at("a", "hold", *arrivals),), **more,
    )  # fmt: skip


def ages(net: Network, day: int, *pools: str, klass: str | None = None) -> NDArray[np.float64]:
    """Days held so far of each person at the midnight that ends a day."""
    of = held(logged(Plan(START), net, run(net)), pools)
    groups = None if klass is None else [net.names.classes.index(klass)]
    return ages_at(of, day, groups) / DAY


def test_custody_counts_from_the_hold_room() -> None:
    net = custody(5, 0, 12)
    assert sorted(ages(net, 1, "room", "beds")) == pytest.approx([36 / 24, 48 / 24])
    assert sorted(ages(net, 1, "beds")) == pytest.approx([26 / 24, 38 / 24])


def test_custody_that_was_broken_counts_from_the_break() -> None:
    net = custody(5, 0, gap=True)
    assert ages(net, 1, "room", "beds") == pytest.approx([(48 - 11) / 24])


def test_those_held_at_the_start_bring_their_time() -> None:
    kind = Attribute("kind", ((0, (("x", 1.0),)),))
    old = Initial("old", "stay", 10, exactly(190 * 24.0), holds=("beds",), attributes=(kind,))
    net = custody(3, 0, stay=9e3, initial=(old,), classes=("kind",))
    everybody = ages(net, 0, "room", "beds")
    assert (everybody > 180).mean() == pytest.approx(10 / 11)
    assert ages(net, 0, "room", "beds", klass="kind=x") == pytest.approx([191.0] * 10)
    assert ages(net, 0, "room", "beds", klass="kind=-").size == 1


def test_an_age_is_read_on_its_dates_only() -> None:
    pools = ("room", "beds")
    mean = Measure("mean_age", age=Age(pools, (1, 3)))
    over = Measure("long", age=Age(pools, (1,), AgeStatistic.OVER, 40 * HOUR))
    of = reduced(custody(5, 0, 12), measures=(mean, over)).daily
    assert of["mean_age"][[1, 3]] == pytest.approx([42 / 24, 90 / 24])
    assert np.isnan(of["mean_age"][[0, 2, 4]]).all()
    assert of["long"][1] == 0.5


holds = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 9), st.integers(0, 5)), max_size=30)


@given(holds)
def test_chains_are_those_found_one_by_one(of: list[tuple[int, int, int]]) -> None:
    of = sorted(of, key=lambda hold: hold[:2])
    person, started, lasted = (np.array(c, np.int64) for c in zip(*of, strict=True)) if of else (
        np.zeros(0, np.int64),
    ) * 3  # fmt: skip
    new = np.ones(len(of), np.bool_)
    new[1:] = person[1:] != person[:-1]
    found = _chains(started, started + lasted, new)
    wanted: list[int] = []
    since = until = 0
    for i, (_, begun, _) in enumerate(of):
        if new[i] or begun > until:
            since, until = begun, begun
        until = max(until, begun + of[i][2])
        wanted.append(since)
    assert found.tolist() == wanted


bounds = st.lists(st.tuples(st.integers(-30, 80), st.integers(0, 60)), max_size=20)


@given(bounds)
def test_breaches_are_those_counted_at_each_midnight(of: list[tuple[int, int]]) -> None:
    """Time in quarter days, so that ties with midnight are common; 20 or more never ends."""
    days, unit = 15, DAY // 4
    bound = np.array([b for b, _ in of], np.int64) * unit
    end = np.array([NEVER if n >= 50 else (b + n - 5) * unit for b, n in of], np.int64)
    new, beyond = _passed(bound, end, np.ones(len(of)), days)
    for day in range(days):
        midnight = (day + 1) * DAY
        past = (bound < midnight) & (end >= midnight) & (end > bound)
        assert beyond[day] == past.sum()
        today = (bound >= day * DAY) & (bound < midnight) & (end > bound)
        assert new[day] == today.sum()


def test_a_hold_room_limit_is_broken_by_those_who_stay_too_long() -> None:
    net = custody(3, 0, 20)
    stay = Limit("over_9h", LimitOf.STAY, "room", 9 * HOUR)
    of = reduced(net, limits=(stay, Limit("over_12h", LimitOf.STAY, "room", 12 * HOUR)))
    assert of.daily["over_9h.breaches"].tolist() == [1, 1, 0]
    assert of.breaches["over_9h"].total == 2
    assert of.breaches["over_12h"].total == 0
    assert of.breaches["over_9h"].beyond_at_end == 0


def test_ten_hours_exactly_is_no_breach_of_ten_hours() -> None:
    of = reduced(custody(3, 0), limits=(Limit("ten", LimitOf.STAY, "room", 10 * HOUR),))
    assert of.breaches["ten"].total == 0


def test_those_still_there_break_a_limit_too() -> None:
    net = network(
        3, serve("q", "desk", 100.0, "out"), leave(), stations=(station("desk", 1),),
        streams=(at("a", "q", 0, 0),),
        initial=(Initial("old", "q", 5, exactly(24.0), counter=True),),
    )  # fmt: skip
    limits = (Limit("by_step", LimitOf.WAIT, "q", 30 * HOUR), Limit("n", LimitOf.EVENTS, "q"))
    of = reduced(net, limits=limits)
    # one of the old is served at once; four pass 30 hours after 6 more, two after 30
    assert of.daily["by_step.breaches"].tolist() == [4, 2, 0]
    assert of.daily["by_step.beyond"].tolist() == [4, 6, 6]
    assert of.daily["n.breaches"].tolist() == [2, 0, 0]


def test_held_over_capacity_is_in_unit_days() -> None:
    old = Initial("old", "stay", 105, exactly(0.0), holds=("beds",))
    of = reduced(custody(3, initial=(old,)), limits=(_over_capacity(),))
    assert of.daily["full.breaches"].tolist() == [6, 6, 6]


def _over_capacity() -> Limit:
    return Limit("full", LimitOf.HELD_OVER_CAPACITY, "beds")


def flight(days: int = 2) -> Network:
    plane = Departure("plane", tuple((h * HOUR, 3) for h in (10, 20, 30, 40)), minimum=2)
    return network(
        days,
        Step("pay", Op.TAKE, next="seat", objects=("money",), units=5),
        Step("seat", Op.DEPART, next="out", objects=("plane",)), leave(),
        departures=(plane,), stocks=(Stock("money", 100),),
        streams=(at("a", "pay", 0, 1, 2, 3, 25),),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("of", "place", "per", "pieces"),
    [
        (CostOf.DEPARTURE, "plane", "departure", 2),
        (CostOf.DEPARTURE, "plane", "seat", 6),
        (CostOf.STOCK, "money", "unit", 25),
        (CostOf.STEP, "pay", "entered", 5),
        (CostOf.OUTCOME, "done", "exit", 5),
        (CostOf.MEASURE, "arrivals", "unit", 5),
    ],
)
def test_costs_are_per_piece(of: CostOf, place: str, per: str, pieces: int) -> None:
    assert reduced(flight(), costs=(Cost("c", of, place, per, 10.0),)).costs["c"] == 10 * pieces


def test_a_bed_costs_by_the_day() -> None:
    net = custody(6, 0)
    costs = (Cost("d", CostOf.POOL, "beds", "day", 24.0), Cost("h", CostOf.POOL, "beds", "hour", 1))
    assert reduced(net, costs=costs).costs == pytest.approx({"d": 100.0, "h": 100.0})


def test_a_cost_that_does_not_fit_is_named() -> None:
    with pytest.raises(SimError, match=r"costs\.c: found per 'seat'"):
        reduced(flight(), costs=(Cost("c", CostOf.STEP, "pay", "seat", 1.0),))


def test_outcomes_are_told_by_month_of_coming() -> None:
    net = network(
        40, serve("q", "desk", exponential(100.0), "out"), leave(), stations=(station("desk", 3),),
        streams=(at("a", "q", *range(0, 800, 8)),),
        initial=(Initial("old", "q", 7, exactly(9.0), counter=True),),
    )  # fmt: skip
    log = run(net, trace=True)
    of = reduced(net, log)
    assert [c.month for c in of.cohorts] == ["before the start", "2025-01", "2025-02"]
    assert sum(c.left["done"] for c in of.cohorts) == of.outcomes["done"]
    assert sum(c.inside for c in of.cohorts) == of.outcomes["inside"]
    assert [c.n for c in of.cohorts] == [7, 17 * 3, 100 - 17 * 3]
    assert of.cohorts[2].share_inside > of.cohorts[1].share_inside


def test_orders_not_begun_are_a_way_out() -> None:
    net = network(
        3, serve("look", "team", 10.0, "out"), leave(), stations=(station("team", 1),),
        orders=(Orders("work", "look", (5, 5, 5)),),
    )  # fmt: skip
    of = reduced(net, run(net, trace=True))
    assert of.outcomes == {"done": 7, "shortfall": 5, "inside": 3}
    assert of.cohorts[0].left == {"done": 7, "shortfall": 5}


def test_time_held_is_from_the_first_unit_to_the_last_by_outcome() -> None:
    """Two pools that overlap are one time; who holds nothing has none; who is still inside is not counted."""
    net = network(
        10,
        seize("room", "rooms", "stay"),
        delay("stay", 24.0, "bed"),
        seize("bed", "beds", "out_of_room"),
        release("out_of_room", "rooms", "kept"),
        delay("kept", 48.0, "free"),
        release("free", "beds", "home"),
        delay("home", 24.0, "gone"),
        leave("gone", "freed"),
        leave("passing", "passed"),
        pools=(pool("rooms", 9), pool("beds", 9)), streams=(at("a", "room", 0, 24, 24 * 8), at("b", "passing", 5)),
        initial=(Initial("old", "kept", 1, exactly(12.0), holds=("beds",)),),
    )  # fmt: skip
    held = reduced(net).held
    assert held == reduced(net, run(net, trace=True)).held
    assert set(held) == {"freed"}
    assert held["freed"].n == 3  # the third stream member is inside at the end
    assert held["freed"].mean == pytest.approx((3 + 3 + 2) / 3)
    assert (held["freed"].p50, held["freed"].p90) == (3, 3)
    assert times_held(nothing(Plan(START), net)) == {}


def test_time_held_is_the_last_that_is_unbroken() -> None:
    """A day, ten days away and two days: held for two when one leaves; a pool held within another adds nothing."""
    net = network(
        20,
        seize("first", "beds", "day"), delay("day", 24, "free"), release("free", "beds", "away"),
        delay("away", 240, "again"), seize("again", "beds", "short"), seize("short", "rooms", "hours"),
        delay("hours", 12, "room_free"), release("room_free", "rooms", "rest"), delay("rest", 36, "bed_free"),
        release("bed_free", "beds", "out"), leave(),
        pools=(pool("beds", 9), pool("rooms", 9)), streams=(at("a", "first", 0),),
    )  # fmt: skip
    assert reduced(net).held == {"done": (1, 2, 2, 2)}


def test_a_day_of_shortfall_alone_has_a_cohort() -> None:
    net = network(
        2, serve("look", "team", 96.0, "out"), leave(), stations=(station("team", 3),),
        orders=(Orders("work", "look", (5, 0)),),
    )  # fmt: skip
    (cohort,) = reduced(net).cohorts
    assert (cohort.left, cohort.inside) == ({"done": 0, "shortfall": 2}, 3)


def test_without_visits_of_exits_there_are_no_cohorts() -> None:
    empty: Logged = nothing(Plan(START), custody(2, 0))
    assert empty.log.visits.dtype == VISIT
    assert outcome_cohorts(empty) == ()
