"""What a network lays out for its runs: once, for as long as it lives, changed by none of them."""

from __future__ import annotations

import gc
from typing import Any
from weakref import ref

import numpy as np
import pytest

from sim.draws import luck
from sim.draws.philox import uniform
from sim.engine import kernel
from sim.engine.kernel.layout import Layout, layout_of
from sim.engine.kernel.memory import CAPACITY, DEPARTURE, GATE_CLOSES, GATE_OPENS, ORDER, PUT
from sim.engine.kernel.setup import Memory
from sim.errors import SimError
from sim.log import digest
from sim.network.compiling import compile_network
from sim.network.model import HOUR, Departure, Gate, Op, Orders, Station, Step, Stock
from sim.network.names import name_hash
from sim.network.table import Network
from tests.models import at, exponential, leave, network, serve, steps_of
from tests.networks import rich

FERRIES = range(150)  # more than two blocks of draws


def timetable() -> Network:
    """Two ferries, a gate shut at random, one shut as the run begins, changes, puts, orders: beyond the end too."""
    hours = [h * HOUR for h in FERRIES]
    law = exponential(5)
    return network(
        3, Step("wait", Op.DEPART, next="shut", objects=("ferry",)),
        Step("shut", Op.GATE, next="pay", objects=("early",)), Step("pay", Op.TAKE, next="desk", objects=("money",)),
        serve("desk", "clerk", 1, "out"), leave(),
        departures=(Departure("ferry", tuple((h, 2) for h in hours), cancelled=0.3),
                    Departure("bridge", tuple((h, 3) for h in hours[::7]))),
        gates=(Gate("early", ((-HOUR, 3 * HOUR), (50 * HOUR, 90 * HOUR))), Gate("late", every=law, lasting=law)),
        stations=(Station("clerk", steps_of([(0, 1), (8, 2), (80, 0)])),),
        stocks=(Stock("money", 1, ((0, 2), (5 * HOUR, 4), (100 * HOUR, 1))),),
        orders=(Orders("asked", "wait", (2, 0, 3)),), streams=(at("people", "wait", 1, 2),),
    )  # fmt: skip


def parts(laid_out: Layout) -> list[np.ndarray[Any, Any]]:
    arrays = [laid_out.record, laid_out.certain, laid_out.departures]
    return [*arrays, *laid_out.shared.values(), *laid_out.begun.values()]


def outcome(net: Network, replication: int, **how: bool) -> str:
    try:
        return digest(kernel.run(net, 1, 0, replication, **how))
    except SimError as error:
        return str(error)


def test_a_network_is_laid_out_once() -> None:
    first, second = timetable(), timetable()
    assert layout_of(first) is layout_of(first)
    assert layout_of(first) is not layout_of(second)


def test_what_is_laid_out_goes_with_its_network() -> None:
    net = timetable()
    kernel.run(net, 1, 0, 0)
    laid_out = ref(layout_of(net))
    assert laid_out() is not None
    del net
    gc.collect()
    assert laid_out() is None


def test_neither_what_is_laid_out_nor_what_it_is_laid_out_from_can_be_written_to() -> None:
    """Some of it is a copy of the table's and some the same memory: written to, engines would differ."""
    net = timetable()
    table = [column for column in net.table if isinstance(column, np.ndarray)]
    assert len(table) > 100
    for array in (*table, *parts(layout_of(net))):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0


@pytest.mark.parametrize("seed", range(60))
def test_a_run_changes_nothing_that_is_laid_out_and_is_what_it_is_alone(seed: int) -> None:
    """Compiled code goes by address and asks no flag. Networks with every kind of step, some wired wrongly."""
    net = compile_network(rich(seed))
    before = [array.tobytes() for array in parts(layout_of(net))]
    for replication, how in enumerate(({"visits": False}, {"trace": True}, {})):
        alone = outcome(compile_network(rich(seed)), replication, **how)
        assert outcome(net, replication, **how) == alone
        assert [array.tobytes() for array in parts(layout_of(net))] == before


# -- what is dated ----------------------------------------------------------------------------------


def test_departures_are_cancelled_by_draws_found_by_name() -> None:
    net = timetable()
    chance = luck.prepare(net, 1, 0, 0)
    drawn = [uniform(chance.key, n, name_hash("ferry"), luck.CANCELLED, 0) < 0.3 for n in FERRIES]
    assert chance.cancelled.tolist() == [*drawn, *(False for _ in FERRIES[::7])]
    assert 20 < sum(drawn) < 75  # 45 are expected, 5.6 the standard deviation: false alarms below 1 in 10,000


def test_what_is_dated_is_in_order_and_all_that_comes_before_the_end() -> None:
    net = timetable()
    chance = luck.prepare(net, 1, 0, 0)
    found = Memory(net, chance, False, 1 << 10).arrays["dated"]
    instants = list(zip(found["time"].tolist(), found["key"].tolist(), strict=True))
    assert instants == sorted(set(instants))
    clerk, ferry, bridge, early, late, money = range(6)
    wanted = [
        (8, CAPACITY, clerk, 2), (0, PUT, money, 2), (5, PUT, money, 4), (0, ORDER, 1, 2), (48, ORDER, 1, 3),
        (3, GATE_OPENS, early, 0), (50, GATE_CLOSES, early, 0),
        *((h, DEPARTURE, ferry, 2) for h in FERRIES[:72] if not chance.cancelled[h]),
        *((h, DEPARTURE, bridge, 3) for h in FERRIES[:72:7]),
    ]  # fmt: skip
    shut = slice(chance.gate_first[1], chance.gate_last[1])
    for what, times in ((GATE_CLOSES, chance.gate_from[shut]), (GATE_OPENS, chance.gate_until[shut])):
        wanted += [(time / HOUR, what, late, 0) for time in times.tolist() if time < 72 * HOUR]
    assert sorted((e["time"] / HOUR, e["what"], e["of"], e["value"]) for e in found) == sorted(wanted)


def test_a_gate_that_is_shut_when_the_run_begins_is_shut_for_that_luck_alone() -> None:
    net = timetable()
    memory = Memory(net, luck.prepare(net, 1, 0, 0), False, 1 << 10)
    assert memory.arrays["objects"]["capacity"][3:5].tolist() == [0, 1]
    assert layout_of(net).begun["objects"]["capacity"][3:5].tolist() == [1, 1]
