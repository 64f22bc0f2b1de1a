"""What comes at one instant is taken in order of names, however many it is and however it was put in order."""

from __future__ import annotations

import pytest

from sim.engine import kernel, simpy_engine
from sim.log import digest
from sim.network.model import DAY, HOUR, Departure, Op, Patience, Preempt, Step
from sim.network.table import Network
from tests.models import (
    at,
    delay,
    exactly,
    exponential,
    leave,
    network,
    poisson,
    pool,
    release,
    seize,
    serve,
    station,
)


def agree(net: Network) -> int:
    """The number of those who came, if both engines give the same trace."""
    reference, fast = (engine.run(net, 3, 0, 0, trace=True) for engine in (simpy_engine, kernel))
    assert digest(reference) == digest(fast)
    return fast.entered


@pytest.mark.parametrize("seats", [1, 8, 9, 64, 65, 256, 257, 900])
def test_those_who_leave_together_go_on_in_order_of_names(seats: int) -> None:
    """They come to the flight in no order, and all that is left of them is done at one instant."""
    flights = Departure("flights", tuple((d * DAY + 12 * HOUR, seats) for d in range(1, 6)))
    net = network(
        6, delay("stay", exponential(20), "seat"), Step("seat", Op.DEPART, next="talk", objects=("flights",)),
        serve("talk", "clerk", exponential(0.01), "out"), leave(),
        departures=(flights,), stations=(station("clerk", 3),),
        streams=(poisson("a", "stay", 20), poisson("b", "stay", 20)),
    )  # fmt: skip
    assert agree(net) > 5_000


@pytest.mark.parametrize("many", [1, 5, 60, 300])
def test_short_work_of_many_at_once(many: int) -> None:
    """More events are made for the bucket that is open than an agenda holds in order."""
    net = network(
        2, serve("short", "desk", exponential(0.02), "again"), serve("again", "desk", exponential(0.3), "out"),
        leave(), stations=(station("desk", many),), streams=(poisson("a", "short", 2.0 * many),),
    )  # fmt: skip
    assert agree(net) > 80 * many


def test_what_is_done_comes_before_what_runs_out_however_many_there_are() -> None:
    """900 give back their beds at the instant at which the patience of 900 others ends; names are against them."""
    net = network(
        1,
        seize("late", "beds", "stay", priority=2, patience=Patience(exactly(4), "gone")),
        seize("first", "beds", "stay", priority=1),
        delay("stay", 5, "free"), release("free", "beds", "out"), leave(), leave("gone", "impatient"),
        pools=(pool("beds", 900),),
        streams=(at("a", "late", *[1.0] * 900), at("b", "first", *[0.0] * 900)),
    )  # fmt: skip
    assert agree(net) == 1_800


def test_of_those_who_stand_out_of_order_the_first_by_priority_is_served_first() -> None:
    """Stopped work of two priorities keeps its first joining time, and so stands before who came since."""
    same = {"preempt": Preempt.RESUME}
    net = network(
        4,
        serve("three", "desk", 10, "out", priority=3, **same), serve("five", "desk", 10, "out", priority=5, **same),
        serve("one", "desk", 1, "out", priority=1, **same), leave(), stations=(station("desk", 4),),
        streams=(
            at("a", "five", 0.0, 0.0, 1.0), at("b", "three", 0.0, 0.0, 1.0),
            at("c", "one", 2.0, 2.0, 2.0, 2.0, 3.0, 3.0),
        ),
    )  # fmt: skip
    assert agree(net) == 12
