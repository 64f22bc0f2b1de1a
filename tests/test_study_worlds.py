"""Worlds are drawn from the ranges, each number by its own name."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.scenario import read
from sim.study.worlds import world_values

QUEUE = Path(__file__).parent / "queue.yaml"


def test_world_0_has_the_stated_values() -> None:
    assert world_values(read(QUEUE), 1, 0) == {}


def test_values_lie_in_their_ranges_and_differ_between_worlds() -> None:
    scenario = read(QUEUE)
    values = [world_values(scenario, 1, w)["stations.desk.servers"] for w in range(1, 201)]
    assert all(1 <= value <= 3 for value in values)
    assert len(set(values)) == 200
    # Uniform mean 2, deviation .577 / sqrt(200) = .041: beyond 5 of them by chance once in 10^6.
    assert abs(sum(values) / 200 - 2) < 0.21


def test_another_range_leaves_the_other_values() -> None:
    scenario = read(QUEUE)
    wider = read(QUEUE, ["streams.people.rate={value: 24/day, range: [20/day, 30/day]}"])
    before, after = world_values(scenario, 1, 5), world_values(wider, 1, 5)
    assert set(after) - set(before) == {"streams.people.rate"}
    assert all(after[path] == value for path, value in before.items())


def test_seeds_have_their_own_worlds() -> None:
    scenario = read(QUEUE)
    assert world_values(scenario, 0, 1) != world_values(scenario, 1, 1)


def test_numbers_that_move_with_one_name_stand_at_one_place_of_their_ranges() -> None:
    together = "range: [2, 6], moves_with: growth"
    scenario = read(
        QUEUE,
        [
            f"stations.desk.servers={{2025-01-06: {{value: 3, {together}}}, "
            "2025-02-06: {value: 15, range: [10, 30], moves_with: growth}}",
            "streams.people.rate={value: 24/day, range: [20/day, 30/day]}",
        ],
    )
    for world in range(1, 20):
        found = world_values(scenario, 1, world)
        first, later = (found[f"stations.desk.servers.2025-0{month}-06"] for month in (1, 2))
        assert (first - 2) / 4 == pytest.approx((later - 10) / 20)
        assert (first - 2) / 4 != pytest.approx((found["streams.people.rate"] - 20) / 10)
