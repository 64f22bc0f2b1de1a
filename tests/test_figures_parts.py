"""Laws of the pieces that figures are made of."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.figures.band import band, trailing
from sim.figures.finished import number, window
from sim.figures.labels import apart
from sim.figures.look import wrapped
from sim.figures.wording import (
    alike,
    amount,
    fact,
    listing,
    named,
    people,
    percent,
    signed,
    spread,
    words,
)
from sim.verdict.worlds_words import fact_in_words

PAIRS = st.tuples(st.floats(0, 1), st.floats(0.01, 0.3))
HEIGHTS = st.lists(PAIRS, min_size=1, max_size=12).map(sorted)


@given(HEIGHTS)
def test_labels_keep_their_order_and_stand_clear(pairs: list[tuple[float, float]]) -> None:
    at, heights = [p[0] for p in pairs], [p[1] for p in pairs]
    places = apart(at, heights)
    for k in range(len(at) - 1):
        assert places[k + 1] - places[k] >= (heights[k] + heights[k + 1]) / 2 - 1e-9


@given(HEIGHTS)
def test_labels_that_fit_stay_within_their_bounds(pairs: list[tuple[float, float]]) -> None:
    at, heights = [p[0] for p in pairs], [p[1] / 4 for p in pairs]
    places = apart(at, heights, 0, 1)
    for k, (place, height) in enumerate(zip(places, heights, strict=True)):
        assert height / 2 - 1e-9 <= place <= 1 - height / 2 + 1e-9
        assert k == 0 or place - places[k - 1] >= (height + heights[k - 1]) / 2 - 1e-9


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8, unique=True))
def test_labels_with_room_stay_where_their_line_is(at: list[float]) -> None:
    spaced = [k + x / 2 for k, x in enumerate(sorted(at))]
    assert apart(spaced, [0.4] * len(at)) == pytest.approx(spaced)


@given(st.integers(1, 40), st.integers(1, 12), st.integers(1, 4))
def test_a_trailing_mean_is_the_mean_of_its_days(days: int, window: int, worlds: int) -> None:
    series = np.random.default_rng(days).normal(size=(days, worlds))
    means = trailing(series, window)
    for day in range(days):
        if day < window - 1:
            assert np.isnan(means[day]).all()
        else:
            np.testing.assert_allclose(means[day], series[day - window + 1 : day + 1].mean(axis=0))


@given(st.integers(1, 20), st.integers(0, 99))
def test_bands_lie_in_each_other(worlds: int, seed: int) -> None:
    spread = band(np.random.default_rng(seed).normal(size=(5, worlds)))
    assert (np.diff(np.array(spread), axis=0) >= 0).all()


@given(st.text("abc defg", max_size=80), st.floats(0.5, 4))
def test_wrapping_keeps_every_word(text: str, width: float) -> None:
    assert wrapped(text, width, 9).split() == text.split()


@pytest.mark.parametrize(
    ("value", "text"),
    [(3000, "3,000"), (1234567.8, "1,234,568"), (99.95, "100.0"), (0, "0"), (0.126, "0.13"),
     (-12.34, "\N{MINUS SIGN}12.3"), (-0.001, "0.00")],
)  # fmt: skip
def test_amounts_read_as_a_reader_expects(value: float, text: str) -> None:
    assert amount(value) == text


def test_shares_are_never_rounded_to_nothing_or_all() -> None:
    said = [percent(x).replace("\xa0", " ") for x in (0, 0.001, 0.21, 0.999, 1)]
    assert said == ["0 %", "under 1 %", "21 %", "over 99 %", "100 %"]


def test_gains_carry_their_sign() -> None:
    assert [signed(x) for x in (5, 0, -5)] == ["+5", "0", "\N{MINUS SIGN}5"]


def test_lists_read_as_lists() -> None:
    assert [listing("a"), listing("ab"), listing("abc")] == ["a", "a and b", "a, b and c"]


@pytest.mark.parametrize(
    ("written", "read"),
    [(41500, 41500), ("41,500 beds", 41500), ({"value": "2.5 hours", "source": "x"}, 2.5),
     ("1e3 seats", 1000), (None, None), ("none", None), (True, None)],
)  # fmt: skip
def test_numbers_are_read_however_written(written: object, read: float | None) -> None:
    assert number(written) == read


@pytest.mark.parametrize(("said", "days"), [("28 days", 28), ("4 weeks", 28), (None, 28), (7, 7)])
def test_windows_are_whole_days(said: object, days: int) -> None:
    assert window(said) == days


def test_millions_are_in_words() -> None:
    said = [people(3_257_922), spread(3_059_763, 3_335_048), people(999_999)]
    assert [x.replace("\xa0", " ") for x in said] == ["3.26 million", " (3.06 to 3.34 million)", "999,999"]


def test_names_of_several_words_are_quoted() -> None:
    assert [named("hold rooms"), named("beds")] == ["“hold rooms”", "beds"]


@pytest.mark.parametrize(
    ("name", "said"),
    [("cbp_book_ins", "CBP book ins"), ("hold_rooms", "hold rooms"), ("a/my_dr", "a, my DR"), ("q", "q")],
)
def test_a_word_that_cannot_be_said_is_an_abbreviation(name: str, said: str) -> None:
    assert words(name) == said


NUMBERS = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=8)


@given(NUMBERS)
def test_numbers_side_by_side_have_the_same_places(values: list[float]) -> None:
    told = alike(values)
    assert len({len(text.partition(".")[2]) for text in told}) == 1
    for text, value in zip(told, values, strict=True):
        size = max(map(abs, values))
        assert float(text.replace(",", "").replace("\N{MINUS SIGN}", "-")) == pytest.approx(
            value, abs=0.005 if size < 10 else 0.05 if size < 100 else 0.5
        )


def test_a_fact_is_said_in_one_way_by_figures_and_texts() -> None:
    for path in ("stations.clerks.servers", "steps.counter.work.exponential.mean", "steps.decision.branch"):
        assert fact(path) == fact_in_words(path)
    assert fact("pools.hold_rooms.capacity") == "capacity of \u201chold rooms\u201d"
