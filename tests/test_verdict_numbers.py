"""Numbers as a sentence has them."""

from __future__ import annotations

import pytest

from sim.figures import wording
from sim.verdict.numbers import money, percent, stated


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
