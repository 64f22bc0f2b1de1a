"""What replications say to a question."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from sim.errors import Refused
from sim.scenario import read
from sim.verdict.asked import asked as asked_of
from sim.verdict.finding import finding, over_dates, quoted
from tests.test_study_worlds import QUEUE
from tests.verdict_runs import DAYS, asked


def rates(*values: float) -> list[np.ndarray]:
    return [np.full(DAYS, value) for value in values]


def test_ten_of_ten_worlds_do_not_show_nine_in_ten() -> None:
    """A fixed-size interval looked at after every world would call far fewer enough."""
    assert finding(asked(), rates(*[12.0] * 10)).answer == "undecided"
    assert finding(asked(), rates(*[12.0] * 80)).answer == "achievable"


def test_none_of_ten_shows_that_it_cannot_be_done() -> None:
    found = finding(asked(), rates(*np.linspace(5, 6, 10)))
    assert found.answer == "not_achievable"
    assert found.probability.yes == 0
    assert found.probability.high < 0.9
    assert found.reached_on is None


def test_the_tolerance_lets_an_exact_target_be_met() -> None:
    assert finding(asked(), rates(*[9.95] * 80)).answer == "achievable"
    assert finding(asked(tolerance=0.0), rates(*[9.95] * 80)).answer == "not_achievable"


def test_reaching_and_losing_it_says_no() -> None:
    daily = np.full(DAYS, 12.0)
    daily[40:50] = 5.0
    assert finding(asked(), [daily] * 10).answer == "not_achievable"
    assert finding(asked(sustained_until=30), [daily] * 10).probability.share == 1.0


def test_less_can_be_asked_for() -> None:
    found = finding(asked(at_least=False), rates(*[8.0] * 80))
    assert found.answer == "achievable"
    assert found.estimate.highest == 8.0


def test_the_rate_is_that_of_the_window_ending_on_the_date() -> None:
    daily = np.arange(DAYS, dtype=float)
    found = finding(asked(), [daily + i for i in range(10)])
    assert found.estimate.mean == pytest.approx(24 + 4.5)
    assert found.estimate.on == date(2025, 2, 2)
    assert found.estimate.low is not None
    assert found.estimate.low < 28.5
    assert over_dates(asked(), daily) == np.mean(np.arange(21, 63))


def test_reached_on_is_when_the_share_required_had_reached_it() -> None:
    late = np.concatenate([np.zeros(20), np.full(DAYS - 20, 12.0)])
    early = np.full(DAYS, 12.0)
    nine_early = finding(asked(), [early] * 9 + [late])
    assert nine_early.reached_on == date(2025, 1, 12)
    assert finding(asked(), [early] * 8 + [late] * 2).reached_on == date(2025, 1, 31)


def test_no_mean_is_quoted_below_ten_replications() -> None:
    assert finding(asked(), rates(*range(9))).estimate.mean is None
    assert finding(asked(), rates(*range(10))).estimate.mean == 4.5


def test_equal_values_do_not_give_an_interval_of_width_zero() -> None:
    same = quoted([5.0] * 10)
    assert same.low is not None
    assert same.low < 5.0
    assert same.high is None


def test_what_is_not_known_is_not_quoted() -> None:
    assert quoted([1.0] * 9 + [float("nan")]).mean is None


def test_a_question_is_filled_in() -> None:
    found = asked_of(read(QUEUE))
    assert found is not None
    assert (found.value, found.window, found.reached_by) == (20.0, 7, 25)
    assert found.sustained_until == 25
    assert found.tolerance == 0.01
    assert asked_of(read(QUEUE, ["question.at_least=2/hour"])).value == 48.0  # type: ignore[union-attr]


def test_a_question_beyond_the_run_is_refused() -> None:
    with pytest.raises(Refused, match=r"(reached_by|sustained_until)"):
        asked_of(read(QUEUE, ["question.reached_by=2026-01-31"]))
    with pytest.raises(Refused, match=r"averaged_over"):
        asked_of(read(QUEUE, ["question.averaged_over=10 days"]))


def test_a_share_that_is_no_whole_number_of_runs_is_rounded_up() -> None:
    """Nine in ten of fifteen are 13.5: the fourteenth must have reached it."""
    late = np.concatenate([np.zeros(20), np.full(DAYS - 20, 12.0)])
    found = finding(asked(), [np.full(DAYS, 12.0)] * 13 + [late] * 2)
    assert found.reached_on == date(2025, 1, 31)


@pytest.mark.parametrize(("at_least", "day", "best"), [(True, 6, 20.0), (False, 20, 5.0)])
def test_the_best_mean_is_the_least_where_less_is_asked(at_least: bool, day: int, best: float) -> None:
    daily = np.full(DAYS, 12.0)
    daily[:7], daily[14:21] = 20.0, 5.0
    found = finding(asked(at_least=at_least), [daily] * 10).estimate
    assert (found.highest, found.highest_on) == (best, asked().date(day))


def test_what_is_asked_is_not_what_is_usual() -> None:
    found = asked_of(read(QUEUE, ["question.with_probability=0.75", "question.tolerance=5%"]))
    assert found is not None
    assert (found.probability, found.tolerance) == (0.75, 0.05)
