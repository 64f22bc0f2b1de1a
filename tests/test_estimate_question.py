"""When a replication says yes: a literal reading by loops against the vector one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.estimate import SaysYes, meets, says_yes, trailing_mean

DAILY = st.lists(st.integers(0, 40), min_size=21, max_size=60)


def literal(daily: list[int], value: float, window: int, by: int, until: int) -> SaysYes:
    """The rule as it is written: the first date that meets, then every date after it."""
    need = round(0.99 * value * window, 6)
    dates = [d for d in range(window - 1, len(daily)) if sum(daily[d + 1 - window : d + 1]) >= need]
    if not dates:
        return SaysYes(False, None)
    first = dates[0]
    return SaysYes(first <= by and all(d in dates for d in range(first, until + 1)), first)


@settings(deadline=None)
@given(DAILY, st.integers(1, 30), st.sampled_from([7, 14]), st.data())
def test_says_yes_is_the_rule_as_written(
    daily: list[int], value: int, window: int, data: st.DataObject
) -> None:
    until = data.draw(st.integers(0, len(daily) - 1))
    by = data.draw(st.integers(0, until))
    found = says_yes(
        daily, value=value, window_days=window, reached_by_day=by, sustained_until_day=until
    )
    assert found == literal(daily, value, window, by, until)


def ask(daily: list[float], **changed: float) -> SaysYes:
    limits = {"reached_by_day": 13, "sustained_until_day": len(daily) - 1, **changed}
    return says_yes(daily, value=10, window_days=7, **limits)  # type: ignore[arg-type]


def test_no_date_counts_before_a_whole_window_lies_in_the_run() -> None:
    """A naive mean of what there is would say yes on day 0."""
    assert np.isnan(trailing_mean([10.0] * 10, 7)[:6]).all()
    assert ask([10.0] * 20) == (True, 6)


def test_meeting_once_and_falling_away_is_no() -> None:
    """Naive: any date by the limit, or the last date, would say yes."""
    dips = [10.0] * 8 + [0.0] * 1 + [10.0] * 12
    assert ask(dips) == (False, 6)


def test_both_limits_are_inclusive() -> None:
    late = [0.0] * 7 + [10.0] * 7 + [10.0] * 6
    assert ask(late) == (True, 13)
    assert ask(late, reached_by_day=12) == (False, 13)
    ends_low = [10.0] * 20 + [0.0]
    assert ask(ends_low, sustained_until_day=19).yes
    assert not ask(ends_low, sustained_until_day=20).yes


def test_tolerance_is_met_exactly_at_its_edge_whatever_the_rounding() -> None:
    for value in range(1, 4000, 7):
        daily = np.full(28, 0.99 * value)
        assert meets(daily, value, 28)[27]
        assert not meets(daily * (1 - 1e-9), value, 28)[27]
        assert meets(np.full(28, 1.01 * value), value, 28, at_least=False)[27]


def test_without_tolerance_unlimited_capacity_misses_half_of_the_time() -> None:
    """A target of 3,000 fed by Poisson(3000): 28-day mean has sd .35 %, so 1 % is 2.9 sd.

    False alarm: 400 draws; the share below is within 5 standard errors, about 6e-7.
    """
    days = np.random.default_rng(5).poisson(3000, (400, 28))
    share = [np.mean([meets(row, 3000, 28, tolerance=t)[27] for row in days]) for t in (0.0, 0.01)]
    assert abs(share[0] - 0.5) < 5 * 0.025
    assert share[1] > 0.97


def test_at_most_is_the_mirror_of_at_least() -> None:
    daily = [12.0] * 7 + [9.0] * 14
    mirrored = says_yes(
        daily,
        value=10,
        window_days=7,
        reached_by_day=13,
        sustained_until_day=20,
        at_least=False,
    )
    assert mirrored == (True, 11)


@settings(deadline=None)
@given(DAILY, st.integers(1, 30), st.integers(0, 10))
def test_more_every_day_never_turns_a_date_that_meets_into_one_that_does_not(
    daily: list[int], value: int, more: int
) -> None:
    before, after = meets(daily, value, 7), meets(np.array(daily) + more, value, 7)
    assert (after | ~before).all()


@pytest.mark.parametrize(
    ("changed", "names"),
    [
        ({"window_days": 10}, "10 days"),
        ({"window_days": 0}, "0 days"),
        ({"tolerance": 1.0}, "tolerance 1.0"),
        ({"sustained_until_day": 20}, "day 20"),
        ({"reached_by_day": 19, "sustained_until_day": 18}, "day 19"),
        ({"reached_by_day": -1}, "day -1"),
    ],
)
def test_what_is_wrong_is_named(changed: dict[str, float], names: str) -> None:
    asked = {"window_days": 7, "reached_by_day": 9, "sustained_until_day": 19, **changed}
    with pytest.raises(ValueError, match=names):
        says_yes([1.0] * 20, value=10, **asked)  # type: ignore[arg-type]
