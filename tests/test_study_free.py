"""What was never short is known to change nothing, and nothing else is."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from sim.network.model import DAY, Bump, Capacity, Departure, Model, Op, Pool, Station, Step
from sim.study.free import is_free

BED = Step("bed", Op.SEIZE, next="out", objects=("beds",))
MODEL = Model(
    horizon=3 * DAY,
    first_weekday=0,
    steps=(BED, Step("seat", Op.DEPART, next="out", objects=("bus",)), Step("out", Op.EXIT)),
    pools=(Pool("beds", Capacity(((0, 2),))),),
    stations=(Station("desk", Capacity(((0, 2), (5, 0)), pause=True)),),
    departures=(Departure("bus", ((0, 3), (DAY, 3), (2 * DAY, 3))),),
)


def days(**columns: list[float]) -> Any:
    given = {"beds.mean_waiting": [0, 0, 0], "bed.impatient": [0, 0, 0], "bed.refused": [0, 0, 0],
             "bus.capacity": [3, 0, 3], "bus.in_use": [2, 0, 1], "desk.mean_waiting": [0, 0, 0]}  # fmt: skip
    changed = {name.replace("__", "."): values for name, values in columns.items()}
    return SimpleNamespace(daily={n: np.array(v) for n, v in {**given, **changed}.items()})


def test_a_pool_that_nobody_waited_for_is_free() -> None:
    assert is_free(days(), "beds", MODEL)


@pytest.mark.parametrize("column", ["beds__mean_waiting", "bed__impatient", "bed__refused"])
def test_a_pool_that_was_short_for_a_moment_is_not(column: str) -> None:
    assert not is_free(days(**{column: [0, 0.001, 0]}), "beds", MODEL)


def test_a_pool_from_which_people_are_moved_or_sent_on_is_not() -> None:
    bumped = replace(MODEL, steps=(replace(BED, bump=Bump("out")), *MODEL.steps[1:]))
    several = replace(MODEL, steps=(replace(BED, objects=("beds", "other")), *MODEL.steps[1:]))
    assert not is_free(days(), "beds", bumped)
    assert not is_free(days(), "beds", several)


def test_a_station_that_stops_work_is_not() -> None:
    assert not is_free(days(), "desk", MODEL)
    steady = replace(MODEL, stations=(Station("desk", Capacity(((0, 2),), pause=True)),))
    assert is_free(days(), "desk", steady)


def test_a_departure_is_free_if_none_was_full() -> None:
    assert is_free(days(), "bus", MODEL)
    assert not is_free(days(bus__in_use=[2, 0, 3]), "bus", MODEL)


def test_departures_on_one_day_cannot_be_told_apart() -> None:
    twice = Departure("bus", ((0, 3), (5, 3)))
    assert not is_free(days(), "bus", replace(MODEL, departures=(twice,)))


def test_stocks_and_unknown_things_are_never_free() -> None:
    assert not is_free(days(), "money", MODEL)
