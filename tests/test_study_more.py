"""A tenth more of a resource."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sim.network.model import (
    Capacity,
    Departure,
    Distribution,
    Model,
    Op,
    Pool,
    Station,
    Step,
    Stock,
)
from sim.study.more import resources, with_more


def model(units: int = 25, seats: tuple[int, ...] = (3, 3, 3, 3), puts: tuple[int, ...] = ()) -> Model:
    return Model(
        horizon=10**12,
        first_weekday=0,
        steps=(Step("out", Op.EXIT, outcome="out", law=Distribution("constant", (1.0,))),),
        pools=(Pool("beds", Capacity(((0, units), (5, 0), (9, units)))),),
        stations=(Station("desk", Capacity(((0, 3),), pause=True)),),
        departures=(Departure("bus", tuple(enumerate(seats))),),
        stocks=(Stock("money", 5, tuple(enumerate(puts))),),
    )


@given(st.integers(0, 100_000))
def test_a_capacity_grows_by_a_tenth_and_closed_hours_stay_closed(units: int) -> None:
    (_, first), (_, closed), _ = with_more(model(units), "beds").pools[0].capacity.changes
    assert closed == 0
    assert first == (0 if units == 0 else units + max(1, int(units / 10 + 0.5)))


def test_nothing_else_changes() -> None:
    before, after = model(), with_more(model(), "desk")
    assert after.stations[0].capacity == Capacity(((0, 4),), pause=True)
    assert (after.pools, after.departures, after.stocks) == (
        before.pools, before.departures, before.stocks,
    )  # fmt: skip


@given(st.lists(st.integers(0, 50), min_size=1, max_size=40))
def test_seats_grow_by_a_tenth_of_their_total(seats: list[int]) -> None:
    after = [n for _, n in with_more(model(seats=tuple(seats)), "bus").departures[0].timetable]
    assert sum(after) - sum(seats) == (max(1, sum(seats) // 10) if sum(seats) else 0)
    assert all(b >= a for a, b in zip(seats, after, strict=True))
    assert all(b == 0 for a, b in zip(seats, after, strict=True) if a == 0)


@given(st.lists(st.integers(-50, 50), min_size=1, max_size=40))
def test_only_what_is_put_in_grows(puts: list[int]) -> None:
    after = [n for _, n in with_more(model(puts=tuple(puts)), "money").stocks[0].puts]
    grown = sum(n for n in puts if n > 0)
    assert sum(after) - sum(puts) == (max(1, grown // 10) if grown else 0)
    assert all(b == a for a, b in zip(puts, after, strict=True) if a <= 0)


def test_resources_are_what_there_is_any_of() -> None:
    assert resources(model()) == ["beds", "desk", "bus"]
    assert resources(model(puts=(1,))) == ["beds", "desk", "bus", "money"]
    assert resources(model(units=0, seats=(0,))) == ["desk"]
