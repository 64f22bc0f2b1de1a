"""Queue formulas against the same chains written as matrices and solved."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import exp, factorial, inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.integrate import quad
from scipy.sparse import coo_array, csc_array
from scipy.sparse.linalg import spsolve
from scipy.stats import poisson

from sim.theory import (
    batch_arrivals_mxm1,
    bulk_departures,
    erlang_a,
    erlang_b,
    erlang_c,
    least_servers_for_blocking,
    mg1_wait,
    mmc_priority_waits,
    mmc_wait_mean,
    mmc_wait_quantile,
    mmc_wait_tail,
    mmck,
    priority_times_preemptive,
    priority_waits,
)

State = tuple[int, ...]
Moves = Callable[[State], Iterable[tuple[State, float]]]

SERVERS = st.integers(1, 12)
LOAD = st.floats(0.05, 20)


def stationary(start: State, moves: Moves) -> tuple[list[State], NDArray[np.float64]]:
    """Every state that can be come to, and its long-run share of time, by linear algebra."""
    index, states, rows, cols, rates = {start: 0}, [start], [], [], []
    for state in states:
        for there, rate in moves(state):
            if there not in index:
                index[there] = len(states)
                states.append(there)
            rows += [index[there], index[state]]
            cols += [index[state], index[state]]
            rates += [rate, -rate]
    size = len(states)
    balance = coo_array((rates, (rows, cols)), shape=(size, size)).tolil()
    balance[0, :] = np.ones(size)
    return states, spsolve(csc_array(balance), np.eye(1, size)[0])


def line(servers: int, rate: float, service: float, gives_up: float, most: int) -> Moves:
    """Moves of the number inside, with room for `most`."""

    def moves(state: State) -> Iterable[tuple[State, float]]:
        (n,) = state
        if n < most:
            yield (n + 1,), rate
        if n > 0:
            yield (n - 1,), min(n, servers) / service + max(n - servers, 0) * gives_up

    return moves


def mean(states: list[State], chance: NDArray[np.float64], of: Callable[[State], float]) -> float:
    return float(sum(of(state) * p for state, p in zip(states, chance, strict=True)))


@settings(deadline=None)
@given(SERVERS, LOAD)
def test_erlang_b_is_its_sum(servers: int, load: float) -> None:
    terms = [load**n / factorial(n) for n in range(servers + 1)]
    assert erlang_b(servers, load) == pytest.approx(terms[-1] / sum(terms), rel=1e-12)


@pytest.mark.parametrize("load", [45_000.0, 50_000.0, 52_000.0])
def test_erlang_b_at_national_size_is_a_ratio_of_poissons(load: float) -> None:
    exact = np.exp(poisson.logpmf(50_000, load) - poisson.logcdf(50_000, load))
    assert erlang_b(50_000, load) == pytest.approx(exact, rel=1e-7)


@pytest.mark.parametrize(("servers", "load"), [(0.5, 0.3), (2.5, 2.0), (7.25, 150.0), (0.9, 99.9)])
def test_a_part_of_a_server_is_the_continuous_extension(servers: float, load: float) -> None:
    inverse = quad(lambda x: exp(-x) * (1 + x / load) ** servers, 0, 60, epsabs=1e-13)[0]
    assert erlang_b(servers, load) == pytest.approx(1 / inverse, rel=1e-9)


@settings(deadline=None)
@given(LOAD, st.floats(0.001, 0.9))
def test_least_servers_are_enough_and_one_fewer_is_not(load: float, blocking: float) -> None:
    servers = least_servers_for_blocking(load, blocking)
    assert erlang_b(servers, load) <= blocking
    assert erlang_b(servers - 1, load) > blocking


@settings(max_examples=25, deadline=None)
@given(SERVERS, st.floats(0.05, 0.9), st.floats(0.1, 5))
def test_mmc_against_the_chain(servers: int, load: float, service: float) -> None:
    rate = load * servers / service
    states, chance = stationary((0,), line(servers, rate, service, 0.0, 600))
    waiting = mean(states, chance, lambda s: max(s[0] - servers, 0))
    assert erlang_c(servers, load * servers) == pytest.approx(
        mean(states, chance, lambda s: s[0] >= servers), rel=1e-8
    )
    assert mmc_wait_mean(servers, rate, service) == pytest.approx(waiting / rate, rel=1e-8)


@settings(deadline=None)
@given(SERVERS, st.floats(0.1, 0.95), st.floats(0.01, 0.99))
def test_wait_quantile_is_where_the_tail_is(servers: int, load: float, share: float) -> None:
    time = mmc_wait_quantile(servers, load * servers, 1.0, share)
    tail = mmc_wait_tail(servers, load * servers, 1.0, time)
    assert tail == pytest.approx(1 - share) if time > 0 else tail <= 1 - share + 1e-12


def test_wait_tail_adds_up_to_the_mean() -> None:
    area = quad(lambda x: mmc_wait_tail(3, 2.4, 1.0, x), 0, 200)[0]
    assert area == pytest.approx(mmc_wait_mean(3, 2.4, 1.0))


def test_too_much_work_has_no_steady_state() -> None:
    assert erlang_c(3, 3) == 1.0
    assert mmc_wait_mean(3, 3, 1) == mmc_wait_quantile(3, 3, 1, 0.1) == mg1_wait(1, 1, 2) == inf
    assert batch_arrivals_mxm1(0.5, 2, 4, 1).inside == inf


@settings(max_examples=25, deadline=None)
@given(SERVERS, st.floats(0.2, 2.0), st.floats(0.1, 8))
def test_erlang_a_against_the_chain(servers: int, load: float, patience: float) -> None:
    rate = load * servers
    states, chance = stationary((0,), line(servers, rate, 1.0, 1 / patience, 500))
    waiting = mean(states, chance, lambda s: max(s[0] - servers, 0))
    found = erlang_a(servers, rate, 1.0, patience)
    assert found.wait_mean == pytest.approx(waiting / rate, rel=1e-7)
    assert found.abandoned == pytest.approx(waiting / patience / rate, rel=1e-7)
    served = found.busy_mean / rate
    assert served + found.abandoned == pytest.approx(1, rel=1e-9)


def test_endless_patience_is_erlang_c_and_none_is_erlang_b() -> None:
    assert erlang_a(3, 2, 1, 1e7).wait_mean == pytest.approx(mmc_wait_mean(3, 2, 1), rel=1e-5)
    assert erlang_a(3, 2, 1, 1e-7).abandoned == pytest.approx(erlang_b(3, 2), rel=1e-5)


def test_erlang_a_at_national_size_loses_what_is_over() -> None:
    """Fluid limit: with 20 % too many, one in six gives up."""
    assert erlang_a(50_000, 60_000, 1, 2).abandoned == pytest.approx(1 / 6, rel=1e-3)


@settings(deadline=None)
@given(SERVERS, st.integers(0, 15), st.floats(0.1, 3))
def test_mmck_against_the_chain(servers: int, room: int, load: float) -> None:
    rate, full = load * servers, servers + room
    states, chance = stationary((0,), line(servers, rate, 1.0, 0.0, full))
    refused = mean(states, chance, lambda s: s[0] == full)
    waiting = mean(states, chance, lambda s: max(s[0] - servers, 0))
    found = mmck(servers, room, rate, 1.0)
    assert found.refused == pytest.approx(refused, rel=1e-7)
    assert found.wait_mean == pytest.approx(waiting / rate / (1 - refused), rel=1e-7, abs=1e-12)
    assert found.busy_mean == pytest.approx(rate * (1 - refused), rel=1e-7)


def two_phases(rate: float, phase: float, most: int) -> Moves:
    """M/E2/1: number inside and phases left of the one in service."""

    def moves(state: State) -> Iterable[tuple[State, float]]:
        n, left = state
        if n < most:
            yield (n + 1, left if n else 2), rate
        if n:
            yield ((n, 1) if left == 2 else (n - 1, 2 if n > 1 else 0)), phase

    return moves


def test_pollaczek_khinchine_against_the_chain_of_a_two_phase_service() -> None:
    """Mean 1, second moment 1.5: naive M/M/1 would say 4.0 in place of 3.0."""
    states, chance = stationary((0, 0), two_phases(0.8, 2.0, 300))
    waiting = mean(states, chance, lambda s: max(s[0] - 1, 0))
    assert mg1_wait(0.8, 1.0, 1.5) == pytest.approx(waiting / 0.8, rel=1e-9)
    assert mg1_wait(0.8, 1.0, 1.5) == pytest.approx(3.0)


MOST = 70


def two_classes(rates: tuple[float, float], works: tuple[float, float], preempt: bool) -> Moves:
    """Numbers of each class inside and the class in service (0 none, 1, 2)."""

    def begin(a: int, b: int) -> int:
        return 1 if a else 2 if b else 0

    def moves(state: State) -> Iterable[tuple[State, float]]:
        a, b, serving = state
        if a < MOST:
            yield (a + 1, b, 1 if preempt or not serving else serving), rates[0]
        if b < MOST:
            yield (a, b + 1, serving or 2), rates[1]
        if serving == 1:
            yield (a - 1, b, begin(a - 1, b)), 1 / works[0]
        if serving == 2:
            yield (a, b - 1, begin(a, b - 1)), 1 / works[1]

    return moves


@pytest.mark.parametrize("works", [(1.0, 1.0), (0.5, 1.4)])
def test_cobham_against_the_chain(works: tuple[float, float]) -> None:
    rates = (0.3, 0.35)
    states, chance = stationary((0, 0, 0), two_classes(rates, works, preempt=False))
    waits = [
        mean(states, chance, lambda s: s[0] - (s[2] == 1)) / rates[0],
        mean(states, chance, lambda s: s[1] - (s[2] == 2)) / rates[1],
    ]
    found = priority_waits(rates, works, 2 * np.square(works))
    assert found == pytest.approx(waits, rel=1e-5)


@pytest.mark.parametrize("works", [(1.0, 1.0), (0.5, 1.4)])
def test_preemptive_resume_against_the_chain(works: tuple[float, float]) -> None:
    rates = (0.3, 0.35)
    states, chance = stationary((0, 0, 0), two_classes(rates, works, preempt=True))
    stays = [
        mean(states, chance, lambda s: s[0]) / rates[0],
        mean(states, chance, lambda s: s[1]) / rates[1],
    ]
    found = priority_times_preemptive(rates, works, 2 * np.square(works))
    assert found.stay == pytest.approx(stays, rel=1e-5)
    assert found.wait[0] == pytest.approx(mg1_wait(rates[0], works[0], 2 * works[0] ** 2))


@settings(deadline=None)
@given(st.lists(st.floats(0.01, 0.2), min_size=1, max_size=4), st.integers(1, 6))
def test_priorities_move_waits_between_classes_and_keep_their_mean(
    shares: list[float], servers: int
) -> None:
    """Conservation: the mean over all who arrive is that of first come first served."""
    rates = np.array(shares) * servers
    waits = mmc_priority_waits(servers, rates, 1.0)
    plain = mmc_wait_mean(servers, float(rates.sum()), 1.0)
    assert waits @ rates / rates.sum() == pytest.approx(plain)
    assert (np.diff(waits) >= 0).all()
    if servers == 1:
        ones = np.ones_like(rates)
        assert priority_waits(rates, ones, 2 * ones) == pytest.approx(waits)


def test_first_class_waits_for_the_residual_only_when_the_second_is_overloaded() -> None:
    """The server never rests: it is with the second class 70 % of time, whatever its rate."""
    first, second = priority_waits([0.3, 5.0], [1.0, 1.0], [2.0, 2.0])
    assert first == pytest.approx((0.3 + 0.7) / 0.7)
    assert second == inf
    assert priority_waits([1.5, 0.1, 0.1], [1, 1, 1], [2, 2, 2]).tolist() == [inf] * 3


def batches(rate: float, sizes: dict[int, float], most: int) -> Moves:
    def moves(state: State) -> Iterable[tuple[State, float]]:
        (n,) = state
        for size, share in sizes.items():
            yield (min(n + size, most),), rate * share
        if n:
            yield (n - 1,), 1.0

    return moves


def test_batches_against_the_chain() -> None:
    """Sizes 1 and 5: naive Poisson singles at the same load would have 1.5 inside."""
    states, chance = stationary((0,), batches(0.2, {1: 0.5, 5: 0.5}, 400))
    inside = mean(states, chance, lambda s: s[0])
    found = batch_arrivals_mxm1(0.2, 3.0, 13.0, 1.0)
    assert found.inside == pytest.approx(inside, rel=1e-9)
    assert found.wait_mean == pytest.approx(inside / 0.6 - 1.0)
    assert batch_arrivals_mxm1(0.6, 1, 1, 1).wait_mean == pytest.approx(mmc_wait_mean(1, 0.6, 1))


@settings(deadline=None)
@given(st.floats(0.05, 0.9))
def test_one_seat_a_day_is_a_slotted_line(load: float) -> None:
    """Half a slot, then the wait of M/D/1: a departure that is a rate would give M/D/1 alone."""
    assert bulk_departures(load, 1.0, 1).wait_mean == pytest.approx(0.5 + load / (2 - 2 * load))


def test_bulk_departures_against_the_chain_solved_directly() -> None:
    coming, seats, size = 8.0, 10, 200
    chain = np.zeros((size, size))
    for left in range(size):
        for more in range(60):
            chain[left, min(max(left + more - seats, 0), size - 1)] += poisson.pmf(more, coming)
    balance = chain.T - np.eye(size)
    balance[0] = 1.0
    law = np.linalg.solve(balance, np.eye(1, size)[0])
    found = bulk_departures(coming, 1.0, seats)
    assert found.waiting == pytest.approx(law @ np.arange(size) + coming / 2)
    assert found.filled == pytest.approx(0.8)


@pytest.mark.parametrize(
    ("call", "names"),
    [
        (lambda: erlang_b(-1, 2), "servers -1"),
        (lambda: erlang_b(1, inf), "load inf"),
        (lambda: least_servers_for_blocking(3, 0), "blocking 0"),
        (lambda: mmc_wait_quantile(1, 0.5, 1, 1.0), r"share 1\.0"),
        (lambda: erlang_a(1, 1, 0, 1), "service 0"),
        (lambda: bulk_departures(10, 1, 10), "10 seats"),
    ],
)
def test_what_is_wrong_is_named(call: Callable[[], object], names: str) -> None:
    with pytest.raises(ValueError, match=names):
        call()
