"""The fluid program against cases solved by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.theory import Aim, FluidProgram, fluid_bound, solve_fluid

WEEKS = 6


def steady(*capacity: float) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    return np.tile(np.array(capacity, dtype=np.float64), (WEEKS, 1))


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.floats(1, 1e5), st.floats(0.1, 100)), min_size=1, max_size=4),
    st.floats(0, 1e4),
)
def test_constant_weeks_give_the_least_of_all_limits(
    resources: list[tuple[float, float]], arrivals: float
) -> None:
    capacity, use = zip(*resources, strict=True)
    found = fluid_bound(steady(*capacity), use, np.full(WEEKS, arrivals))
    limits = np.array(capacity) / np.array(use)
    assert found.value == pytest.approx(min(arrivals, limits.min()), rel=1e-6, abs=1e-6)
    if limits.min() < 0.9 * arrivals and (np.sort(limits)[1:] > 1.01 * limits.min()).all():
        assert found.binding == limits.argmin()
        assert found.shadow_right[limits.argmin()] == pytest.approx(1 / use[limits.argmin()])
        assert found.utilisation[limits.argmin()] == pytest.approx(1.0)


def test_prices_differ_left_and_right_where_two_resources_bind_together() -> None:
    """100 each of both: more of one alone adds nothing, less of either costs. A dual is one."""
    found = fluid_bound(steady(100, 200), [1, 2], np.full(WEEKS, 160.0))
    assert found.shadow_right == pytest.approx([0.0, 0.0])
    assert found.shadow_left == pytest.approx([1.0, 0.5])
    assert found.binding == 0


def test_people_not_capacity_may_be_the_limit() -> None:
    found = fluid_bound(steady(100, 200), [1, 2], np.full(WEEKS, 60.0))
    assert found.value == pytest.approx(60.0)
    assert found.binding is None


def test_a_stock_carries_a_good_week_into_a_bad_one() -> None:
    """Ten come at first and are held over: naive week-by-week minima would finish 4 of 10."""
    arrivals = np.array([10.0, 0, 0, 0, 0, 0])
    found = fluid_bound(steady(4.0), [1.0], arrivals)
    assert found.rate.sum() == pytest.approx(10.0)
    assert found.rate.max() <= 4.0 + 1e-9
    with_stock = fluid_bound(steady(4.0), [1.0], arrivals, 5.0)
    assert with_stock.rate.sum() == pytest.approx(15.0)


def test_nobody_is_finished_before_they_came() -> None:
    late = fluid_bound(steady(4.0), [1.0], np.array([0, 0, 0, 0, 0, 10.0]))
    assert late.rate == pytest.approx([0, 0, 0, 0, 0, 4.0])


def test_the_least_week_may_be_the_aim() -> None:
    arrivals = np.array([12.0, 0, 0, 0, 0, 0])
    found = fluid_bound(steady(4.0), [1.0], arrivals, aim=Aim.LEAST)
    assert found.rate == pytest.approx(np.full(WEEKS, 2.0))
    assert found.value == pytest.approx(2.0)


def two_dockets() -> FluidProgram:
    """Judges (1 hour for A, 3 for B) shared; A and B each feed a flight of 1 seat (activity 2)."""
    use = np.zeros((1, 2, 3))
    use[0, 0] = [1, 3, 0]
    use[0, 1, 2] = 1
    change = np.zeros((1, 3, 3))
    change[0] = [[-1, 0, 0], [0, -1, 0], [1, 1, -1]]
    supply = np.tile([30.0, 100.0, 0.0], (WEEKS, 1))
    return FluidProgram(
        capacity=steady(90, 70),
        use=use,
        change=change,
        supply=supply,
        initial=np.zeros(3),
        goal=2,
        counted=np.ones(WEEKS, dtype=np.bool_),
    )


def test_shared_judges_serve_the_quick_first() -> None:
    """By hand: 30 of A take 30 hours, the 60 left do 20 of B: 50 of the 70 seats are used."""
    found = solve_fluid(two_dockets())
    assert found.value == pytest.approx(50.0)
    assert found.binding == 0
    assert found.shadow_right == pytest.approx([1 / 3, 0.0], abs=1e-6)
    assert found.utilisation == pytest.approx([1.0, 50 / 70])


def test_a_bed_is_used_for_as_long_as_it_is_held() -> None:
    """Each stays 3 weeks, 12 beds: 4 a week in the long run, 12 a week at the outset.

    A use without lags would say 12 a week for ever.
    """
    program = FluidProgram(
        capacity=steady(12),
        use=np.ones((3, 1, 1)),
        change=np.array([[[-1.0]]]),
        supply=np.full((WEEKS, 1), 100.0),
        initial=np.zeros(1),
        goal=0,
        counted=np.ones(WEEKS, dtype=np.bool_),
    )
    assert solve_fluid(program).value == pytest.approx(4.0)
    sustained = solve_fluid(replace(program, aim=Aim.LEAST))
    assert sustained.rate == pytest.approx(np.full(WEEKS, 4.0))
    last_week = np.arange(WEEKS) == WEEKS - 1
    assert solve_fluid(replace(program, counted=last_week)).value == pytest.approx(12.0)


def test_what_takes_time_is_not_finished_in_its_own_week() -> None:
    """A change two weeks later: the first two weeks have nobody to fly."""
    change = np.zeros((3, 2, 2))
    change[0] = [[-1, 0], [0, -1]]
    change[2, 1, 0] = 1
    program = FluidProgram(
        capacity=steady(5),
        use=np.array([[[1.0, 0.0]]]),
        change=change,
        supply=np.full((WEEKS, 2), [9.0, 0.0]),
        initial=np.zeros(2),
        goal=1,
        counted=np.ones(WEEKS, dtype=np.bool_),
    )
    found = solve_fluid(program)
    assert found.rate[:2] == pytest.approx([0.0, 0.0])
    assert found.rate.sum() == pytest.approx(20.0)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000))
def test_more_capacity_never_hurts_and_gains_fall(seed: int) -> None:
    """Monotone and concave in capacity, so the price to the left is at least that to the right."""
    chance = np.random.default_rng(seed)
    capacity = chance.uniform(0, 50, (WEEKS, 2))
    use, arrivals = chance.uniform(0.5, 3, 2), chance.uniform(0, 30, WEEKS)
    found = fluid_bound(capacity, use, arrivals)
    assert (found.shadow_right >= 0).all()
    assert (found.shadow_left >= found.shadow_right - 1e-5).all()
    doubled = fluid_bound(2 * capacity, use, 2 * arrivals)
    assert doubled.value == pytest.approx(2 * found.value, rel=1e-6, abs=1e-6)


def test_a_narrow_resource_keeps_its_price_beside_a_backlog_of_millions() -> None:
    """3.5 million wait, judges could do 1,000 a week, there are 90 seats."""
    found = fluid_bound(steady(90.0, 6000.0), [1.0, 6.0], np.full(WEEKS, 2e4), 3.5e6)
    assert found.value == pytest.approx(90.0, rel=1e-9)
    assert found.shadow_right == pytest.approx([1.0, 0.0], abs=1e-6)
    assert found.shadow_left == pytest.approx([1.0, 0.0], abs=1e-6)


def test_no_capacity_has_a_price_to_the_right_only() -> None:
    found = fluid_bound(steady(0.0), [2.0], np.full(WEEKS, 9.0))
    assert found.value == pytest.approx(0.0)
    assert np.isnan(found.shadow_left[0])
    assert found.shadow_right[0] == pytest.approx(0.5)
    assert found.binding == 0


@pytest.mark.parametrize(
    ("change", "names"),
    [
        ({"initial": np.zeros(2)}, r"initial is \(2,\); wanted \(3,\)"),
        ({"supply": np.full((WEEKS, 3), np.nan)}, "supply nan"),
        ({"capacity": steady(-1, 1)}, r"capacity -1\.0"),
        ({"goal": 7}, "goal 7"),
        ({"change": np.ones((1, 3, 3)), "use": np.zeros((1, 2, 3))}, "no best plan"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(change: dict[str, object], names: str) -> None:
    with pytest.raises(ValueError, match=names):
        solve_fluid(replace(two_dockets(), **change))  # type: ignore[arg-type]
