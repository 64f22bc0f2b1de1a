"""Queues with exact answers, simulated by the compiled engine and compared with sim.theory.

The reference engine gives the same logs to the bit (test_engines_agree.py) and takes fifty times as long.

Each comparison is a t interval over independent replications at 99.9 % confidence, started empty with
a warm-up of a quarter of the run: each of them alone gives a false alarm in about one suite in a
thousand on another seed; with the seeds fixed here they pass or fail the same way every time.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from scipy import stats

from sim import theory
from sim.engine import kernel
from sim.log import Ended, Log, Use
from sim.network.model import (
    DAY,
    HOUR,
    Departure,
    Distribution,
    Op,
    Patience,
    Preempt,
    Room,
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
    seize,
    serve,
    station,
)

REPLICATIONS = 16
CONFIDENCE = 0.999


def agrees(net: Network, measure: Callable[[Log], float], exact: float, days: int = 0) -> None:
    values = np.array([measure(kernel.run(net, seed, 0, 0)) for seed in range(REPLICATIONS)])
    half = (
        stats.t.ppf(0.5 + CONFIDENCE / 2, REPLICATIONS - 1) * values.std(ddof=1) / REPLICATIONS**0.5
    )
    assert abs(values.mean() - exact) <= half, (
        f"{values.mean():.5g} ± {half:.2g}, exactly {exact:.5g}"
    )
    assert half <= 0.15 * abs(exact), f"too wide to tell: {exact:.3g} ± {half:.2g}"


def waits(net: Network, step: str, how: str = "started") -> Callable[[Log], float]:
    """Mean time from joining to `how` [h], of those who joined after a quarter of the run."""
    i, warm = net.names.steps.index(step), net.table.horizon // 4

    def mean(log: Log) -> float:
        v = log.visits[(log.visits["step"] == i) & (log.visits["joined"] >= warm)]
        v = v[v["ended"] != Ended.UNFINISHED]
        return float((v[how] - v["joined"]).mean() / HOUR)

    return mean


def share(net: Network, step: str, ended: Ended) -> Callable[[Log], float]:
    """Share of the visits of a step that ended so."""
    i = net.names.steps.index(step)
    return lambda log: float((log.visits["ended"][log.visits["step"] == i] == ended).mean())


def average(column: Use, o: int = 0) -> Callable[[Log], float]:
    """Time average of a level of an object over the last three quarters."""
    return lambda log: float(log.use[len(log.use) // 4 :, o, column].mean() / DAY)


def test_mmc_wait() -> None:
    net = network(150, serve("s", "st", exponential(1), "out"), leave(), stations=(station("st", 3),),
                  streams=(poisson("a", "s", 2.4),))  # fmt: skip
    agrees(net, waits(net, "s"), theory.mmc_wait_mean(3, 2.4, 1.0))


def test_erlang_b_blocking() -> None:
    net = network(200, serve("s", "st", exponential(1), "out", room=Room(0, "out")), leave(),
                  stations=(station("st", 3),), streams=(poisson("a", "s", 2.0),))  # fmt: skip
    agrees(net, share(net, "s", Ended.REFUSED), theory.erlang_b(3, 2.0))


def test_finite_waiting_room() -> None:
    net = network(200, serve("s", "st", exponential(1), "out", room=Room(4, "out")), leave(),
                  stations=(station("st", 2),), streams=(poisson("a", "s", 2.2),))  # fmt: skip
    exact = theory.mmck(2, 4, 2.2, 1.0)
    agrees(net, share(net, "s", Ended.REFUSED), exact.refused)


def test_mg1_wait_with_a_law_that_is_not_exponential() -> None:
    law = Distribution("uniform", (0.0, 2.0 * HOUR))
    net = network(300, serve("s", "st", law, "out"), leave(), stations=(station("st", 1),),
                  streams=(poisson("a", "s", 0.7),))  # fmt: skip
    agrees(net, waits(net, "s"), theory.mg1_wait(0.7, 1.0, 4.0 / 3.0))


def test_priorities_that_do_not_preempt() -> None:
    net = network(300, serve("high", "st", exponential(1), "out"),
                  serve("low", "st", exponential(1), "out", priority=2), leave(),
                  stations=(station("st", 1),),
                  streams=(poisson("a", "high", 0.4), poisson("b", "low", 0.4)))  # fmt: skip
    exact = theory.priority_waits([0.4, 0.4], [1.0, 1.0], [2.0, 2.0])
    agrees(net, waits(net, "high"), exact[0])
    agrees(net, waits(net, "low"), exact[1])


def test_priorities_that_preempt() -> None:
    net = network(400, serve("high", "st", exponential(1), "out", preempt=Preempt.RESUME),
                  serve("low", "st", exponential(1), "out", priority=2), leave(),
                  stations=(station("st", 1),),
                  streams=(poisson("a", "high", 0.3), poisson("b", "low", 0.4)))  # fmt: skip
    exact = theory.priority_times_preemptive([0.3, 0.4], [1.0, 1.0], [2.0, 2.0])
    agrees(net, waits(net, "high", "finished"), exact.stay[0])
    agrees(net, waits(net, "low", "finished"), exact.stay[1])


def test_patience() -> None:
    net = network(200, serve("s", "st", exponential(1), "out", patience=Patience(exponential(2), "out")),
                  leave(), stations=(station("st", 3),), streams=(poisson("a", "s", 4.0),))  # fmt: skip
    exact = theory.erlang_a(3, 4.0, 1.0, 2.0)
    agrees(net, share(net, "s", Ended.IMPATIENT), exact.abandoned)
    agrees(net, average(Use.AREA_WAITING), exact.waiting_mean)


def test_jackson_network_with_feedback() -> None:
    again = Step(
        "which", Op.BRANCH, options=(("again", "a"), ("on", "out")), shares=((0, (0.3, 0.7)),)
    )
    net = network(300, serve("a", "first", exponential(1), "b"), serve("b", "second", exponential(0.5), "which"),
                  again, leave(), stations=(station("first", 2), station("second", 1)),
                  streams=(poisson("in", "a", 0.8),))  # fmt: skip
    exact = theory.jackson([[0, 1], [0.3, 0]], [0.8, 0], [1.0, 0.5], [2, 1])
    for o in range(2):
        number = average(Use.AREA_WAITING, o), average(Use.AREA_BUSY, o)
        agrees(net, lambda g, n=number: n[0](g) + n[1](g), exact.inside[o])


def test_census_of_an_unlimited_pool_from_empty() -> None:
    """M/G/∞: Poisson with mean λ∫₀ᵗ(1 − F), exactly, from the first day on."""
    law = Distribution("lognormal", (float(np.log(30.0 * HOUR)), 0.9))
    net = network(6, seize("in", "beds", "stay"), Step("stay", Op.DELAY, next="back", law=law),
                  release("back", "beds", "out"), leave(), pools=(pool("beds", 10**6),),
                  streams=(poisson("a", "in", 20.0),))  # fmt: skip
    days = np.arange(1, 7) * 24.0
    exact = theory.mginf_census(20.0, stats.lognorm(0.9, scale=30.0).cdf, days)
    for day in (0, 2, 5):
        agrees(net, lambda g, d=day: float(g.use[d, 0, Use.BUSY]), float(exact[day]))


def test_departures_with_seats() -> None:
    timetable = tuple((h * HOUR, 3) for h in range(1, 600 * 24))
    net = network(600, Step("seat", Op.DEPART, next="out", objects=("bus",)), leave(),
                  departures=(Departure("bus", timetable),), streams=(poisson("a", "seat", 2.4),))  # fmt: skip
    agrees(net, average(Use.AREA_WAITING), theory.bulk_departures(2.4, 1.0, 3).waiting)


def test_arrivals_in_batches() -> None:
    size = Distribution("values", (), ((0.0, 1.0), (0.0, 3.0)))
    net = network(900, serve("s", "st", exponential(1), "out"), leave(), stations=(station("st", 1),),
                  streams=(poisson("a", "s", 0.3, batch=size),))  # fmt: skip
    exact = theory.batch_arrivals_mxm1(0.3, 2.0, 5.0, 1.0)
    number = average(Use.AREA_WAITING), average(Use.AREA_BUSY)
    agrees(net, lambda g: number[0](g) + number[1](g), exact.inside)


def test_blocking_after_service() -> None:
    """Two single servers with no room between: the first is blocked until the second is free.

    Exact throughput by the chain of the saturated first server: states of (1, 2) are working-working,
    blocked, working-idle; with equal rates μ the pair passes 2μ/3.
    """
    net = network(
        60, seize("in", "one", "work"), delay("work", exponential(1), "next"),
        seize("next", "two", "free"),
        release("free", "one", "more"), delay("more", exponential(1), "back"),
        release("back", "two", "out"), leave(),
        pools=(pool("one", 1), pool("two", 1)),
        streams=(poisson("a", "in", 3.0),),
    )  # fmt: skip
    agrees(net, lambda g: g.left / (60 * 24), 2 / 3)


def test_a_wrong_number_of_servers_is_noticed() -> None:
    """The comparison has power: one server too many fails it."""
    net = network(150, serve("s", "st", exponential(1), "out"), leave(), stations=(station("st", 4),),
                  streams=(poisson("a", "s", 2.4),))  # fmt: skip
    with pytest.raises(AssertionError):
        agrees(net, waits(net, "s"), theory.mmc_wait_mean(3, 2.4, 1.0))


def test_time_at_each_level_is_the_stationary_law() -> None:
    net = network(400, serve("s", "st", exponential(1), "out"), leave(), stations=(station("st", 2),),
                  streams=(poisson("a", "s", 1.2),))  # fmt: skip
    p0 = 1 / sum([1, 1.2, 1.2**2 / 2 / (1 - 0.6)])
    for n, p in enumerate([p0, p0 * 1.2, p0 * 0.72]):
        agrees(net, lambda g, n=n: float(g.level_time[0, n] / g.level_time[0].sum()), p)
    assert all(a > b for a, b in pairwise([p0 * 1.2, p0 * 0.72]))
    assert exactly(1).parameters == (HOUR,)
