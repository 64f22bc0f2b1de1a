"""The fluid program beside what was measured: who comes, what a unit is, and which binds first."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sim.network.model import Capacity, Departure, Model, Station
from sim.verdict.binding import Fluid, Use, binding, shadow_prices, share_there
from sim.verdict.evidence import Evidence, series
from sim.verdict.judge import Run, judge
from sim.verdict.words import words
from tests.verdict_runs import DAYS, asked, model, runs, scenario

HOUR, DAY = 3_600_000_000, 86_400_000_000


def one_desk(changes: tuple[tuple[int, int], ...] = ((0, 1),)) -> Model:
    return replace(model(), pools=(), stations=(Station("desk", Capacity(changes)),))


def saturated(target: float, coming: float = 8.0) -> Evidence:
    """A desk that is always busy and serves 7 a day, of whatever is asked."""
    base = runs([7.0] * 10)
    for one in base:
        one.daily |= {"target": np.full(DAYS, target), "arrivals": np.full(DAYS, coming)}
    return Evidence(base)


def desk(units: float) -> dict[str, Use]:
    return {"desk": Use(np.full(42, units), np.full(42, units), np.zeros(42))}


def right(found: Fluid, name: str = "desk") -> float:
    price = found.prices[name][1]
    assert price is not None
    return price


@pytest.mark.parametrize("target", [1.0, 100.0])
def test_what_is_asked_is_not_what_comes(target: float) -> None:
    """One desk serves 7 a day and 8 come: one more desk would serve the eighth, 7 a desk at first."""
    found = shadow_prices(asked(), saturated(target), one_desk(), desk(1.0))
    assert right(found) == pytest.approx(7.0)
    idle = shadow_prices(asked(), saturated(target, coming=7.0), one_desk(), desk(1.0))
    assert right(idle) == pytest.approx(0.0)


def test_orders_are_what_comes_unless_more_is_counted() -> None:
    ordered = replace(one_desk(), orders=model(orders=True).orders)
    assert right(shadow_prices(asked(), saturated(7.0), ordered, desk(1.0))) == 0.0
    assert right(shadow_prices(asked(), saturated(100.0, 7.0), ordered, desk(1.0))) == pytest.approx(7)
    assert right(shadow_prices(asked(), saturated(2.0), ordered, desk(1.0))) == pytest.approx(7)


def test_a_unit_is_a_server_while_it_is_there() -> None:
    """Ten servers of an office week, 40 hours of 168: 7 a day are 0.7 a server."""
    week = [(d * DAY + h * HOUR, n) for d in range(DAYS) if d % 7 < 5 for h, n in ((9, 10), (17, 0))]
    office = one_desk(((0, 0), *week))
    found = shadow_prices(asked(), saturated(1.0), office, desk(10 * 40 / 168))
    assert right(found) == pytest.approx(0.7)


def test_a_unit_of_a_departure_is_a_seat_on_each() -> None:
    weekly = Departure("bus", tuple((d * DAY, 30) for d in range(0, DAYS, 7)))
    with_bus = replace(one_desk(), departures=(weekly,))
    assert share_there(asked(), with_bus, "bus") == pytest.approx(1 / 7)


def test_that_binds_by_averages_of_which_a_tenth_more_adds_most() -> None:
    """A desk serves 2.5 and is short in one week of six; a bed serves .1, and ten are a tenth.

    More of each is spread over the weeks as the capacity is: 4 of 29 in the week that counts.
    """
    base = runs([10.0] * 10)
    first = np.arange(DAYS) < 28
    for one in base:
        one.daily |= {"arrivals": np.full(DAYS, 99.0), "beds.mean_in_use": np.full(DAYS, 100.0)}
        one.daily |= {"beds.mean_capacity": np.where(first, 120.0, 100.0)}
        one.daily |= {"desk.mean_in_use": np.full(DAYS, 4.0)}
        one.daily |= {"desk.mean_capacity": np.where(first, 4.0, 5.0)}
    more: Any = {"desk": series(runs([11.0] * 10), "served"), "beds": series(base, "served")}
    found = binding(asked(), Evidence(base, more=more), model())
    prices = [b.shadow_price[1] for b in found if b.shadow_price]
    assert prices == pytest.approx([2.5 * 4 / 29, 0.1 * 500 / 620])
    assert [(b.resource, b.first_by_averages) for b in found] == [("desk", False), ("beds", True)]
    run = Run(scenario(limits={}), model(), asked(), 1, "simpy", "abc", True)
    told = words(replace(judge(run, Evidence(runs([10.0] * 10))), binding=found))
    assert "By averages alone beds would bind first" in " ".join(told.split())
