"""Laws of every log, and logs that break them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.errors import SimError
from sim.log import Log, Use
from sim.measures import Plan, reduce_log, summary
from sim.measures.invariants import check, violations
from sim.measures.logged import logged
from sim.network.compiling import compile_network
from sim.network.limits import NameClashError
from sim.network.model import (
    HOUR,
    Bump,
    Departure,
    Initial,
    Model,
    Op,
    Patience,
    Pool,
    Room,
    Station,
    Step,
)
from sim.network.table import Network
from tests.models import (
    delay,
    exactly,
    exponential,
    leave,
    network,
    poisson,
    pool,
    release,
    run,
    seize,
    serve,
    steps_of,
)
from tests.networks import networks

PLAN = Plan(date(2025, 1, 1))


def crowded() -> Network:
    """Patience, room, bumping, a pool held over stages, a draining pool, a pausing station,
    a counted backlog and seats: whatever can end a wait."""
    calm = {"patience": Patience(exponential(9.0), "tired")}
    held = ("few", "many")
    return network(
        12,
        seize("bed", held, "hearing", priority=2, **calm),
        seize("urgent", "few", "hearing", bump=Bump("bumped")),
        serve("hearing", "judges", exponential(6.0), "seat", room=Room(5, "seat")),
        Step("seat", Op.DEPART, next="free", objects=("plane",)),
        release("free", held, "out"), leave(), leave("tired"), leave("bumped"),
        serve("other", "judges", exponential(9.0), "out"), delay("away", 5, "bed"),
        pools=(pool("few", 9), Pool("many", steps_of([(0, 9), (50, 3)]))),
        stations=(Station("judges", steps_of([(0, 4), (60, 1), (90, 4)], pause=True)),),
        departures=(Departure("plane", tuple((h * HOUR, 7) for h in range(5, 288, 9)), minimum=2),),
        streams=(poisson("slow", "away", 0.8), poisson("fast", "urgent", 0.3)),
        initial=(
            Initial("old", "other", 50, exponential(80.0), counter=True),
            Initial("inside", "hearing", 12, exactly(20.0), holds=("many",)),
        ),
    )  # fmt: skip


@pytest.fixture(scope="module")
def made() -> tuple[Network, Log]:
    net = crowded()
    return net, run(net)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("trace", [False, True])
def test_the_engine_keeps_the_laws(seed: int, trace: bool) -> None:
    net = crowded()
    log = run(net, seed=seed, trace=trace)
    assert set(np.unique(log.visits["ended"])) >= {0, 1, 2, 3, 5}
    assert list(violations(logged(PLAN, net, log))) == []


def _one_more_out(log: Log) -> Log:
    return replace(log, left=log.left + 1)


def _one_vanished(log: Log) -> Log:
    return replace(log, left=log.left + 1, inside=log.inside - 1)


def _area(use: Use, obj: int) -> Callable[[Log], Log]:
    def change(log: Log) -> Log:
        changed = log.use.copy()
        changed[3, obj, use] += 1
        return replace(log, use=changed)

    return change


def _visit(field: str, by: int) -> Callable[[Log], Log]:
    def change(log: Log) -> Log:
        visits = log.visits.copy()
        row = np.flatnonzero((visits["ended"] == 1) & (visits["step"] == 2))[5]
        visits[field][row] += by
        return replace(log, visits=visits)

    return change


def _over(log: Log) -> Log:
    use = log.use.copy()
    use[9, 2, Use.BUSY] = 5
    return replace(log, use=use)


@pytest.mark.parametrize(
    ("mutant", "law"),
    [
        (_one_more_out, "came"),
        (_one_vanished, "counted at the last midnight"),
        (_area(Use.AREA_BUSY, 0), "units of few in use"),
        (_area(Use.AREA_WAITING, 1), "waiting for pools"),
        (_area(Use.AREA_STOPPED, 2), "number at judges"),
        (_area(Use.AREA_WAITING, 3), "number at plane"),
        (_visit("finished", -1), "number at judges"),
        (_visit("joined", 1_000 * HOUR), "served before joining"),
        (_visit("finished", -1_000 * HOUR), "leaves before being served"),
        (_over, "more of judges is in use than there ever was"),
    ],
)
def test_a_log_that_breaks_a_law_is_refused(
    made: tuple[Network, Log], mutant: Callable[[Log], Log], law: str
) -> None:
    net, log = made
    with pytest.raises(SimError, match=law):
        check(logged(PLAN, net, mutant(log)))


@pytest.mark.slow
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(networks(), st.booleans())
def test_whatever_the_network_its_log_keeps_the_laws_and_can_be_reduced(
    model: Model, trace: bool
) -> None:
    try:
        net = compile_network(model)
        log = run(net, trace=trace)
    except (SimError, NameClashError):
        return
    assert list(violations(logged(PLAN, net, log))) == []
    for warm_up in (0, model.days - 1):
        one = reduce_log(replace(PLAN, warm_up=warm_up), net, log, 0, 0)
        assert (one.daily["arrivals"] >= 0).all()
        assert len(summary([one, one])) == len(summary([one]))
