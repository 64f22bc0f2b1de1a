"""A tenth more of a resource."""

from __future__ import annotations

from pathlib import Path

import pytest
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
from sim.scenario import Scenario, read
from sim.study.building import model_of
from sim.study.more import more_of, resources, tried, with_more


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


NONE_STATED = """
title: Resources of which there may be none
illustrative: true
start: 2025-01-06
end: 2025-02-03
question: {measure: served, at_least: 30/day, averaged_over: 7 days, reached_by: 2025-01-31}
stations:
  desk: {servers: 1}
  never: {servers: 0}
  extra: {servers: {value: 0, range: [0, 2]}, calendar: {hours: "09:00-17:00"}}
pools: {spare: {capacity: {2025-01-01: 0, 2025-01-20: {value: 0, range: [0, 3]}}}}
departures: {bus: {every: 1 day, seats: {value: 0, range: [0, 2]}}}
stocks: {money: {initial: 0, refill: {value: 0/day, range: [0, 5]}}}
streams: {people: {rate: 24/day, enters: talk}}
steps:
  talk: {serve: desk, work: 1 hour, next: sign}
  sign: {serve: extra, work: 1 hour, patience: {after: 1 day, to: ask}, next: ask}
  ask: {serve: never, work: 1 hour, patience: {after: 1 day, to: keep}, next: keep}
  keep: {seize: spare, patience: {after: 1 day, to: pay}, next: let}
  let: {release: spare, next: pay}
  pay: {take: money, patience: {after: 1 day, to: ride}, next: ride}
  ride: {depart: bus, patience: {after: 1 day, to: out}, next: out}
  out: {exit: served}
"""


@pytest.fixture
def none_stated(tmp_path: Path) -> Scenario:
    file = tmp_path / "none.yaml"
    file.write_text(NONE_STATED)
    return read(file)


def test_what_there_may_be_some_of_is_tried_though_the_stated_value_is_none(none_stated: Scenario) -> None:
    """But not what there is none of in any world."""
    stated = model_of(none_stated)
    assert tried(none_stated, stated, worlds=False) == resources(stated) == ["desk"]
    assert tried(none_stated, stated, worlds=True) == ["spare", "desk", "extra", "bus", "money"]


@pytest.mark.parametrize("name", ["extra", "spare"])
def test_where_there_is_none_there_is_one_more_in_open_hours(none_stated: Scenario, name: str) -> None:
    """As where the number is set to one: hours and dates without any stay so."""
    (path,) = [fact.path for fact in none_stated.uncertain if f".{name}." in fact.path]
    assert more_of(none_stated, {path: 0.0}, name) == model_of(none_stated, {path: 1.0})
    assert more_of(none_stated, {path: 2.0}, name) == with_more(model_of(none_stated, {path: 2.0}), name)


def test_where_there_is_no_seat_or_refill_there_is_one_in_all(none_stated: Scenario) -> None:
    bus, money = more_of(none_stated, {}, "bus").departures[0], more_of(none_stated, {}, "money").stocks[0]
    assert sum(seats for _, seats in bus.timetable) == 1
    assert sum(units for _, units in money.puts) == 1
