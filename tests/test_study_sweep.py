"""The points of a sweep."""

from __future__ import annotations

import pytest

from sim.errors import Refused
from sim.study.sweep import points


def test_a_grid_is_every_combination() -> None:
    found = points(["a.b=1:3:3", "c=x,y"])
    assert found == [{"a.b": n, "c": x} for n in ("1", "2", "3") for x in ("x", "y")]


def test_steps_keep_the_unit() -> None:
    assert points(["rate=20/day:30/day:3"]) == [{"rate": f"{n}/day"} for n in (20, 25, 30)]
    assert points(["work=1 hour, 2 hours"]) == [{"work": "1 hour"}, {"work": "2 hours"}]


@pytest.mark.parametrize("text", ["", "a", "a=", "=1", "a=1:2:1", "a=x:y:3", "a=1:2:x"])
def test_what_is_no_design_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="wanted path=from:to:steps"):
        points([text])


def test_nothing_to_vary_and_too_many_points_are_refused() -> None:
    with pytest.raises(Refused, match="nothing to vary"):
        points([])
    with pytest.raises(Refused, match="at most 10,000"):
        points(["a=1:2:101", "b=1:2:100"])
