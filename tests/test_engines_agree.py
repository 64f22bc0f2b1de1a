"""The two engines give the same log, to the last bit, whatever the network."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import combinations_with_replacement, pairwise, product
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.engine import kernel, simpy_engine
from sim.engine.simpy_engine.clockwork import Clockwork
from sim.errors import SimError
from sim.log import VISIT, Ended, Log, digest
from sim.network.compiling import compile_network
from sim.network.model import Model, Op, Patience, Stream
from sim.network.table import ARRIVAL, CENSUS, CHANGE, CLASS_SHIFT, DEPARTURE, DUE, EXPIRY, Network
from tests.models import (
    at,
    delay,
    exactly,
    leave,
    network,
    poisson,
    pool,
    release,
    seize,
    serve,
    station,
)
from tests.networks import networks, rich

RICH = 4_000  # networks of the long test
COLUMNS = ("flows", "levels", "use", "held", "level_time", "unserved", "shortfall")
QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]


def outcome(engine: Any, network: Network, seed: int, trace: bool, visits: bool = True) -> Log | str:
    """The log, or the words of the error."""
    try:
        log: Log = engine.run(network, seed, 0, 0, trace=trace, visits=visits)
    except SimError as error:
        return str(error)
    return log


def difference(network: Network, a: Log, b: Log) -> str:
    """The first visit, then the first tally, in which two logs differ; empty if none does."""
    for i in range(min(len(a.visits), len(b.visits)) if a.visits.tobytes() != b.visits.tobytes() else 0):
        if a.visits[i] != b.visits[i]:
            return f"visit {i}: {visit(network, a, i)} against {visit(network, b, i)}"
    if len(a.visits) != len(b.visits):
        return f"{len(a.visits)} visits against {len(b.visits)}"
    for name in COLUMNS:
        x, y = getattr(a, name), getattr(b, name)
        if x.shape != y.shape or x.dtype != y.dtype:
            return f"{name}: {x.shape} {x.dtype} against {y.shape} {y.dtype}"
        if not np.array_equal(x, y):
            where = tuple(int(i) for i in np.argwhere(x != y)[0])
            return f"{name}{where}: {x[where]} against {y[where]}"
    counts = (a.entered, a.left, a.inside), (b.entered, b.left, b.inside)
    return "" if counts[0] == counts[1] else f"entered, left, inside: {counts[0]} against {counts[1]}"


def visit(network: Network, log: Log, i: int) -> str:
    row = log.visits[i]
    names = {"source": network.names.sources, "step": network.names.steps, "object": network.names.objects}
    return ", ".join(
        f"{field}={names[field][row[field]] if field in names and row[field] >= 0 else row[field]}"
        for field in VISIT.names or ()
    )


def compare(network: Network, seed: int, trace: bool) -> Log | str:
    """Run both engines; returns what both gave."""
    reference = outcome(simpy_engine, network, seed, trace)
    fast = outcome(kernel, network, seed, trace)
    if isinstance(reference, str) or isinstance(fast, str):
        assert reference == fast
        return reference
    assert difference(network, reference, fast) == ""
    assert digest(reference) == digest(fast)
    return reference


@settings(max_examples=200, deadline=None, suppress_health_check=QUIET)
@given(networks(), st.integers(0, 9), st.booleans())
def test_both_engines_give_the_same_log(model: Model, seed: int, trace: bool) -> None:
    compare(compile_network(model), seed, trace)


@settings(max_examples=60, deadline=None, suppress_health_check=QUIET)
@given(networks(), st.integers(0, 9), st.booleans())
def test_without_visits_all_else_in_the_log_is_the_same(model: Model, seed: int, trace: bool) -> None:
    net = compile_network(model)
    whole = outcome(kernel, net, seed, trace)
    for engine in (kernel, simpy_engine):
        log = outcome(engine, net, seed, trace, visits=False)
        if isinstance(log, str) or isinstance(whole, str):
            assert log == whole
        elif trace:
            assert log.recorded
            assert difference(net, whole, log) == ""
        else:
            assert not log.recorded
            assert not log.visits.size
            assert difference(net, replace(whole, visits=log.visits), log) == ""


# -- the ends of the scale ---------------------------------------------------------------------------


def judged(servers: int, *streams: Stream, **more: Any) -> Network:
    return network(2, serve("s", "judge", 2, "out", **more), leave(), streams=streams,
                   stations=(station("judge", servers),))  # fmt: skip


def entered_left(log: Log | str) -> tuple[int, int]:
    assert isinstance(log, Log)
    return log.entered, log.left


def test_both_engines_agree_when_nobody_comes() -> None:
    assert entered_left(compare(judged(1), 1, trace=True)) == (0, 0)


def test_both_engines_agree_on_one_entity() -> None:
    assert entered_left(compare(judged(1, at("a", "s", 1)), 1, trace=True)) == (1, 1)


def test_both_engines_agree_when_there_is_no_capacity() -> None:
    some = at("a", "s", 1, 1, 2)
    assert entered_left(compare(judged(0, some), 1, trace=True)) == (3, 0)
    tired = judged(0, some, patience=Patience(exactly(3), "out"))
    assert entered_left(compare(tired, 1, trace=True)) == (3, 3)


@pytest.mark.slow
def test_both_engines_agree_on_a_hundred_thousand() -> None:
    """Ninety an hour for two hours each, and 170 beds: the line grows to the end."""
    net = network(
        50, seize("in", "bed", "stay"), delay("stay", 2, "home"), release("home", "bed", "out"), leave(),
        streams=(poisson("a", "in", 90.0),), pools=(pool("bed", 170),),
    )  # fmt: skip
    entered, left = entered_left(compare(net, 1, trace=True))
    assert entered > 100_000
    assert left < entered


# -- the long test, which also shows that the networks are hard enough -----------------------------

WAITS = (Op.SEIZE, Op.SERVE, Op.DELAY, Op.DEPART, Op.GATE, Op.TAKE)
CLASSES = (CENSUS, CHANGE, DUE, DEPARTURE, EXPIRY, ARRIVAL)
TWO_CLASSES = [pair for pair in combinations_with_replacement(CLASSES, 2) if pair != (CENSUS, CENSUS)]
HOW = (Ended.COMPLETED, Ended.REFUSED, Ended.IMPATIENT, Ended.EXPIRED, Ended.BUMPED, Ended.EVICTED,
       Ended.DIVERTED)  # fmt: skip


class Seen:
    """What happened in the networks of the long test."""

    def __init__(self) -> None:
        self.followed: Counter[tuple[Op, Op]] = Counter()
        self.ended: Counter[tuple[Ended, Op]] = Counter()
        self.met: Counter[tuple[int, int]] = Counter()
        self.instant = (-1, set[int]())

    def event(self, time: int, kind: int) -> None:
        """An event is taken: which classes has this instant had?"""
        if time != self.instant[0]:
            self.instant = (time, set())
        for other in self.instant[1]:
            self.met[min(kind, other), max(kind, other)] += 1
        self.instant[1].add(kind)

    def log(self, network: Network, log: Log) -> None:
        """Which step followed which wait, and how that had ended; the log is traced."""
        op = [step.op for step in network.model.steps]
        columns = [log.visits[name].tolist() for name in ("source", "number", "step", "ended")]
        for (*who, step, ended), (*whose, following, _) in pairwise(zip(*columns, strict=True)):
            if who == whose and step >= 0:
                self.followed[op[step], op[following]] += 1
                self.ended[Ended(ended), op[following]] += 1

    def missing(self) -> list[object]:
        """Every pair that never happened."""
        pairs: list[object] = [p for p in product(WAITS, Op) if not self.followed[p]]
        pairs += [p for p in product(HOW, Op) if not self.ended[p]]
        return pairs + [p for p in TWO_CLASSES if not self.met[p]]


@pytest.mark.slow
def test_engines_agree_on_thousands_of_networks_that_cover_every_pair(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen = Seen()
    step = Clockwork.step

    def counted(self: Clockwork) -> None:
        time, key, _, event = self._queue[0]
        if event.callbacks:
            seen.event(int(time), int(key) >> CLASS_SHIFT)
        step(self)

    monkeypatch.setattr(Clockwork, "step", counted)

    for number in range(RICH):
        network = compile_network(rich(number))
        log = compare(network, number, trace=True)
        if isinstance(log, Log):
            seen.log(network, log)
    assert not (missing := seen.missing()), "; ".join(map(repr, missing))


@pytest.mark.slow
@settings(max_examples=1_000, deadline=None, suppress_health_check=QUIET)
@given(networks(), st.integers(0, 9), st.booleans())
def test_engines_agree_on_a_thousand_more(model: Model, seed: int, trace: bool) -> None:
    compare(compile_network(model), seed, trace)
