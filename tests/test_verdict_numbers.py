"""Numbers as a sentence has them."""

from __future__ import annotations

import pytest

from sim.figures import wording
from sim.verdict.numbers import (
    beside,
    ends,
    fine,
    fine_within,
    hours,
    money,
    named,
    percent,
    signed,
    stated,
)


@pytest.mark.parametrize(
    ("value", "said"),
    [(999.7e6, "$1 billion"), (999.4e6, "$999 million"), (1.24e9, "$1.24 billion"),
     (999_600, "$1 million"), (2.5e15, "$2,500 trillion"), (999_400, "$999,400"), (12.0, "$12")],
)  # fmt: skip
def test_money_has_three_figures_and_no_exponent(value: float, said: str) -> None:
    assert money(value, "$") == said


@pytest.mark.parametrize(("share", "said"), [(0.925, "92.5 %"), (0.999, "99.9 %"), (0.9, "90 %")])
def test_a_share_that_is_stated_is_not_rounded(share: float, said: str) -> None:
    assert stated(share) == said


def test_a_share_just_below_nothing_is_not_minus_nothing() -> None:
    assert percent(-0.001) == "just under 0 %"
    assert wording.percent(-0.001).replace("\xa0", " ") == "just under 0 %"
    assert percent(-0.02) == "-2 %"


@pytest.mark.parametrize(
    ("share", "said", "finely"),
    [
        (0.0, "0 %", "0 %"), (0.0003, "under 1 %", "under 0.1 %"), (0.002, "under 1 %", "0.2 %"),
        (0.005, "under 1 %", "0.5 %"), (0.0949, "9 %", "9.5 %"), (0.1, "10 %", "10 %"),
        (0.995, "over 99 %", "over 99 %"), (1.0, "100 %", "100 %"), (12.0, "1,200 %", "1,200 %"),
    ],
)  # fmt: skip
def test_a_share_is_never_rounded_to_none_or_to_all(share: float, said: str, finely: str) -> None:
    assert (percent(share), fine(share)) == (said, finely)
    told = [wording.percent(share), wording.fine(share)]
    assert [text.replace(wording.SPACE, " ") for text in told] == [said, finely]


@pytest.mark.parametrize(
    ("share", "low", "high", "said"),
    [
        (0.002, 0.0003, 0.0113, "0.2 % (under 0.1 % to 1.1 %)"),
        (0.002, 0.0, 0.12, "0.2 % (0 % to 12.0 %)"),
        (0.0003, 0.0001, 0.9999, "under 0.1 % (under 0.1 % to over 99.9 %)"),
        (0.2, 0.003, 1.0, "20 % (under 1 % to 100 %)"),
    ],
)
def test_a_share_and_its_interval_are_told_equally_finely(
    share: float, low: float, high: float, said: str
) -> None:
    assert fine_within(share, low, high) == said


@pytest.mark.parametrize(
    ("value", "low", "high", "said", "within"),
    [
        (1398, 1207, 1590, "1,400", "1,210 to 1,590"),
        (206_094, 189_837, 222_300, "206,000", "190,000 to 222,000"),
        (28.1, 14.1, 42.0, "28", "14 to 42"),
        (0.323, 0.145, 0.501, "0.32", "0.14 to 0.50"),
        (0.5, 0.4999, 0.5001, "0.5", "0.4999 to 0.5001"),
        (99.5, 98.04, 101.2, "99.5", "98 to 101"),
        (-0.02, -2.0, 1.96, "0.0", "-2.0 to 2.0"),
    ],
)
def test_a_mean_has_the_places_that_its_interval_tells_apart(
    value: float, low: float, high: float, said: str, within: str
) -> None:
    assert (beside(value, low, high), ends(low, high)) == (said, within)


def test_without_an_interval_a_number_is_as_it_is() -> None:
    for low, high in ((None, None), (None, 2000.0), (1398.0, 1398.0)):
        assert beside(1398.4, low, high) == "1,398"
    assert ends(None, 1590.0) == "at most 1,590"
    assert signed(28.1, 14.1, 42.0) == "+28"
    assert signed(28.1) == "+28.1"


def test_names_of_several_words_are_quoted_and_others_are_not() -> None:
    assert [named("at_large_teams"), named("beds")] == ['"at large teams"', "beds"]


def test_a_wait_has_three_figures() -> None:
    assert [hours(1985.4 * 24), hours(21.53), hours(0.25)] == ["1,990 days", "21.5 hours", "15 minutes"]
