"""The SimPy engine's clockwork: order of events, what is left behind, what is drawn together."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.draws import luck
from sim.engine import kernel, simpy_engine
from sim.engine.simpy_engine.building import built, columns_of
from sim.engine.simpy_engine.clockwork import SPAN, Clockwork, Wake, cancel
from sim.engine.simpy_engine.draws import WITHIN, alone, person, pick
from sim.engine.simpy_engine.entity import Entity
from sim.engine.simpy_engine.steps import KINDS
from sim.engine.simpy_engine.system import System
from sim.log import digest
from sim.network.model import Op, Patience, Preempt, Station, Step
from sim.network.table import CLASS_SHIFT, DUE
from sim.study.engines import KERNEL
from sim.study.executors import copies
from tests.bench.national import national
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
    rows,
    seize,
    serve,
    station,
    steps_of,
)

HORIZON = 5 << SPAN
# Times about the ends of spans, where one list of events gives way to the next.
times = st.builds(lambda span, by: max(0, (span << SPAN) + by), st.integers(0, 4), st.integers(-2, 2))
keys = st.integers(0, 3).map(lambda n: DUE << CLASS_SHIFT | n)


@given(st.lists(st.tuples(times, keys), max_size=30), st.lists(st.tuples(times, keys), max_size=30))
def test_events_come_by_time_and_key_whenever_they_are_made(
    before: list[tuple[int, int]], on_the_way: list[tuple[int, int]]
) -> None:
    env = Clockwork()
    taken: list[tuple[int, int]] = []

    def put(time: int, key: int) -> None:
        env.at(time, key, Wake(env, key, (act,)))

    def act(event: Wake) -> None:
        taken.append((env.now, event._value))
        if on_the_way:
            time, key = on_the_way.pop()
            put(max(time, env.now + 1), key)

    for time, key in before:
        put(time, key)
    env.run_to(HORIZON)
    assert taken == sorted(taken)
    assert len(taken) >= len([time for time, _ in before if time < HORIZON])


@given(st.sets(st.integers(0, 9)))
def test_a_cancelled_event_does_nothing(cancelled: set[int]) -> None:
    env, taken = Clockwork(), list[int]()
    events = [Wake(env, n, (lambda event: taken.append(event._value),)) for n in range(10)]
    for n, event in enumerate(events):
        env.at(n << SPAN - 1, 0, event)
    for n in cancelled:
        cancel(events[n])
    env.run_to(10 << SPAN)
    assert taken == sorted(set(range(10)) - cancelled)


@contextmanager
def collector_off() -> Iterator[None]:
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def alive() -> int:
    return sum(type(thing) is Entity for thing in gc.get_objects())


def test_nobody_is_left_to_the_collector() -> None:
    """Some are gone, some in a line, in a pool, in service, with patience that runs, at the end of a run."""
    net = network(
        2, seize("in", "bed", "hearing", patience=Patience(exactly(20), "away")),
        serve("hearing", "judge", exponential(3), "stay"), delay("stay", exponential(9), "back"),
        release("back", "bed", "out"), leave(), leave("away"),
        pools=(pool("bed", 5),), stations=(station("judge", 2),), streams=(poisson("a", "in", 3.0),),
    )  # fmt: skip
    with collector_off():
        log = simpy_engine.run(net, 1, 0, 0)
        assert 0 < log.left < log.entered
        assert alive() == 0


def system_of(days: int) -> System:
    net = national(days)
    return built(net, luck.prepare(net, 1, 0, 0), columns_of(net.table), (), KINDS)


def test_what_is_drawn_together_is_what_is_drawn_alone() -> None:
    """Of the national scenario: options of the branches, and the attributes of people."""
    system = system_of(1)
    key, attributes = system.chance.key, system.network.table.attributes
    source = next(s for s in system.sources if s.people is not None and s.traits)
    assert source.people is not None
    branches = [s for s in system.steps if getattr(s, "choices", None) is not None]
    assert branches
    for number in (0, 1, 63, 64, 1_000):
        together = source.people[number // (WITHIN + 1)][number & WITHIN]
        assert together == person(key, source, number, attributes, 0)
        for step in branches:
            assert step.choices is not None
            option = step.choices[source][number // (WITHIN + 1)][number & WITHIN]
            assert option == pick(step.periods, 0, alone(key, source, step.decision, number, 0))


def test_a_process_with_threads_is_not_copied() -> None:
    assert not copies(KERNEL)
    done = threading.Event()
    thread = threading.Thread(target=done.wait)
    thread.start()
    try:
        assert not copies("simpy")
    finally:
        done.set()
        thread.join()


@pytest.mark.parametrize("hours", [0, 2.3860929422222223, 4])
def test_one_who_comes_as_a_span_ends_is_served(hours: float) -> None:
    net = network(1, serve("s", "judge", 1, "out"), leave(), stations=(station("judge", 1),),
                  streams=(at("a", "s", hours),))  # fmt: skip
    assert simpy_engine.run(net, 1, 0, 0).left == 1


@pytest.mark.parametrize("engine", [kernel, simpy_engine])
def test_nobody_is_preempted_while_paused_work_stands(engine: Any) -> None:
    """From two servers to one at hour 2; who comes at hour 3 is not the next, so it stops nobody."""
    net = network(
        1, serve("low", "judge", 5, "out", priority=2), serve("high", "judge", 1, "out", preempt=Preempt.RESUME),
        leave(), stations=(Station("judge", steps_of([(0, 2), (2, 1)], pause=True)),),
        streams=(at("a", "low", 0, 1), at("b", "high", 3)),
    )  # fmt: skip
    log = engine.run(net, 1, 0, 0)
    assert rows(net, log, "low") == [("a", 0, 0.0, 0.0, 5.0), ("a", 1, 1.0, 1.0, 9.0)]
    assert rows(net, log, "high") == [("b", 0, 3.0, 9.0, 10.0)]


def test_who_comes_to_a_branch_again_is_drawn_for_again() -> None:
    net = network(
        3, delay("wait", 1, "which"),
        Step("which", Op.BRANCH, options=(("again", "wait"), ("on", "out")), shares=((0, (0.5, 0.5)),)), leave(),
        streams=(poisson("a", "wait", 10.0),),
    )  # fmt: skip
    assert digest(simpy_engine.run(net, 1, 0, 0)) == digest(kernel.run(net, 1, 0, 0))
