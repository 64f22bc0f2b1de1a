"""What was never short is known to change nothing, and nothing else is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.engine import kernel
from sim.errors import SimError
from sim.log import VISIT, Log, Use
from sim.measures import Plan, Reduced, reduce_log
from sim.measures.plan import Measure, Of, Term
from sim.network.compiling import compile_network
from sim.network.model import (
    DAY,
    Bump,
    Capacity,
    Departure,
    Effort,
    Model,
    Op,
    Pool,
    Station,
    Step,
    Stock,
)
from sim.network.table import Network
from sim.study.free import is_free
from sim.study.more import resources, with_more
from tests.models import at, delay, leave, network, pool, release, seize
from tests.networks import networks

PLAN = Plan(date(2025, 1, 1))
BED = Step("bed", Op.SEIZE, next="out", objects=("beds",))
MODEL = Model(
    horizon=3 * DAY,
    first_weekday=0,
    steps=(BED, Step("seat", Op.DEPART, next="out", objects=("bus",)), Step("out", Op.EXIT)),
    pools=(Pool("beds", Capacity(((0, 2),))),),
    stations=(Station("desk", Capacity(((0, 2), (5, 0)), pause=True)),),
    departures=(Departure("bus", ((0, 3), (DAY, 3), (2 * DAY, 3))),),
)


def days(**columns: list[float]) -> Any:
    given = {"bed.impatient": [0, 0, 0], "bed.refused": [0, 0, 0],
             "bus.capacity": [3, 0, 3], "bus.in_use": [2, 0, 1]}  # fmt: skip
    changed = {name.replace("__", "."): values for name, values in columns.items()}
    found = {n: np.array(v) for n, v in {**given, **changed}.items()}
    return SimpleNamespace(daily=found, plan=PLAN, prompt=frozenset(("beds", "desk")))


def test_a_pool_that_nobody_waited_for_is_free() -> None:
    assert is_free(days(), "beds", MODEL, "removed")


@pytest.mark.parametrize("column", ["bed__impatient", "bed__refused"])
def test_a_pool_that_was_short_for_a_moment_is_not(column: str) -> None:
    assert not is_free(days(**{column: [0, 0.001, 0]}), "beds", MODEL, "removed")


def test_a_pool_from_which_people_are_moved_or_sent_on_is_not() -> None:
    bumped = replace(MODEL, steps=(replace(BED, bump=Bump("out")), *MODEL.steps[1:]))
    several = replace(MODEL, steps=(replace(BED, objects=("beds", "other")), *MODEL.steps[1:]))
    assert not is_free(days(), "beds", bumped, "removed")
    assert not is_free(days(), "beds", several, "removed")


def test_a_station_that_stops_work_is_not() -> None:
    assert not is_free(days(), "desk", MODEL, "removed")
    steady = replace(MODEL, stations=(Station("desk", Capacity(((0, 2),), pause=True)),))
    assert is_free(days(), "desk", steady, "removed")


def test_a_departure_is_free_if_none_was_full() -> None:
    assert is_free(days(), "bus", MODEL, "removed")
    assert not is_free(days(bus__in_use=[2, 0, 3]), "bus", MODEL, "removed")
    assert not is_free(days(bus__capacity=[0, 0, 0], bus__in_use=[0, 0, 0]), "bus", MODEL, "removed")


def test_departures_on_one_day_cannot_be_told_apart() -> None:
    twice = Departure("bus", ((0, 3), (5, 3)))
    assert not is_free(days(), "bus", replace(MODEL, departures=(twice,)), "removed")


def test_unknown_things_are_never_free() -> None:
    assert not is_free(days(), "money", MODEL, "removed")


PAY = Step("pay", Op.TAKE, next="bed", objects=("money",), units=3, to="out")
PAID = replace(MODEL, steps=(*MODEL.steps, PAY), stocks=(Stock("money", 5, ((DAY, 4),)),))


def test_a_stock_is_free_that_never_held_less_than_was_asked_for() -> None:
    assert is_free(days(money__in_use=[3, 7, 3]), "money", PAID, "removed")
    assert not is_free(days(money__in_use=[2, 7, 3]), "money", PAID, "removed")


def test_what_is_put_in_was_not_there_before_it() -> None:
    assert not is_free(days(money__in_use=[3, 6, 3]), "money", PAID, "removed")


def test_a_stock_that_effort_looks_at_or_people_fill_is_not() -> None:
    enough = days(money__in_use=[30, 30, 30])
    work = Step("look", Op.SERVE, next="out", objects=("desk",), effort=Effort("money", ((0.0, 2.0), (1.0, 1.0))))
    put = Step("give", Op.PUT, next="out", objects=("money",))
    assert is_free(enough, "money", PAID, "removed")
    for step in (work, put):
        assert not is_free(enough, "money", replace(PAID, steps=(*PAID.steps, step)), "removed")


def test_a_stock_whose_level_is_measured_is_not() -> None:
    one = days(money__in_use=[30, 30, 30])
    one.plan = replace(PLAN, measures=(Measure("left", (Term(Of.LEVEL, "money", "in_use"),)),))
    assert is_free(one, "money", PAID, "removed")
    assert not is_free(one, "money", PAID, "left")
    assert not is_free(one, "money", PAID, "money.in_use")


def test_a_resource_whose_capacity_is_measured_is_not() -> None:
    spare = Measure("spare", (Term(Of.LEVEL, "beds", "capacity"), Term(Of.LEVEL, "beds", "in_use", factor=-1)))
    one = days()
    twice = Measure("twice", (Term(Of.MEASURE, "spare", factor=2),))
    one.plan = replace(PLAN, measures=(spare, twice))
    assert is_free(one, "beds", MODEL, "removed")
    assert not is_free(one, "beds", MODEL, "spare")
    assert not is_free(one, "beds", MODEL, "twice")


def ran(model: Model, seed: int, measures: tuple[Measure, ...] = ()) -> tuple[Network, Log, Reduced]:
    net = compile_network(model)
    log = kernel.run(net, seed, 0, 0)
    return net, log, reduce_log(replace(PLAN, measures=measures), net, log, 0, 0)


def test_who_waited_for_no_time_waited() -> None:
    """One comes to the only bed at the instant at which another leaves it, and is looked at first."""
    steps = (seize("bed", "beds", "nap"), delay("nap", 12.0, "back"), release("back", "beds", "out"),
             delay("way", 12.0, "bed"))  # fmt: skip
    # a is on its way until noon and comes before b, whose nap ends at noon too
    tied = network(2, *steps, leave(), streams=(at("a", "way", 0), at("b", "bed", 0)),
                   pools=(pool("beds", 1),)).model  # fmt: skip
    _, log, one = ran(tied, 1)
    assert not log.use[:, 0, Use.AREA_WAITING].any()
    assert not is_free(one, "beds", tied, "removed")
    apart = replace(tied, streams=(at("a", "way", 1), at("b", "bed", 0)))
    assert is_free(ran(apart, 1)[2], "beds", apart, "removed")


def widened(model: Model, by: int) -> Model:
    """The same network with more of everything that is ever open, so that some of it is never short."""
    def more(of: Capacity) -> Capacity:
        return replace(of, changes=tuple((t, units + by) for t, units in of.changes))

    return replace(
        model,
        pools=tuple(replace(p, capacity=more(p.capacity)) for p in model.pools),
        stations=tuple(replace(s, capacity=more(s.capacity)) for s in model.stations),
        departures=tuple(replace(d, timetable=tuple((t, n + by) for t, n in d.timetable)) for d in model.departures),
        stocks=tuple(replace(s, initial=s.initial + 50 * by) for s in model.stocks),
    )  # fmt: skip


def same_but_for_capacity(a: tuple[Network, Log, Reduced], b: Log, resource: str) -> bool:
    """Every visit, flow and level of two runs, but the amount of what there is more of."""
    net, log, _ = a
    left, right = log.use.copy(), b.use.copy()
    for use in (left, right):
        use[:, net.names.objects.index(resource), [Use.CAPACITY, Use.AREA_CAPACITY]] = 0
        if resource in (stock.name for stock in net.model.stocks):
            use[:, net.names.objects.index(resource), [Use.BUSY, Use.AREA_BUSY]] = 0
    alike = all(
        np.array_equal(getattr(log, name), getattr(b, name))
        for name in ("flows", "levels", "held", "unserved", "shortfall")
    )
    fields = VISIT.names or ()
    visits = len(log.visits) == len(b.visits) and all(
        np.array_equal(log.visits[name], b.visits[name]) for name in fields
    )
    return alike and visits and np.array_equal(left, right)


def wrongly_free(model: Model, seed: int) -> tuple[list[str], int]:
    """Resources said to be free of which more makes another run; and how many are said to be."""
    try:
        base = ran(model, seed)
    except SimError:
        return [], 0
    free = [name for name in resources(model) if is_free(base[2], name, model, "removed")]
    logs = {name: kernel.run(compile_network(with_more(model, name)), seed, 0, 0) for name in free}
    return [name for name in free if not same_but_for_capacity(base, logs[name], name)], len(free)


@pytest.mark.slow
@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(networks(), st.integers(0, 6), st.integers(0, 5))
def test_more_of_what_is_free_makes_the_same_run(model: Model, by: int, seed: int) -> None:
    wrong, _ = wrongly_free(widened(model, by), seed)
    assert not wrong
