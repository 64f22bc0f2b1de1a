"""What comes at one instant is taken in order of names, however many it is and however it was put in order."""

from __future__ import annotations

import pytest

from sim.engine import kernel, simpy_engine
from sim.log import digest
from sim.network.model import DAY, HOUR, Departure, Op, Step
from sim.network.table import Network
from tests.models import delay, exponential, leave, network, poisson, serve, station


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
