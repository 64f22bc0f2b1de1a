"""Polynomials give the quantile that inverting the law gives, wherever they are used."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numba import typeof
from scipy import stats

from sim.draws import inverse, pieces
from sim.draws.distributions import GAMMA, Law, duration
from sim.draws.incomplete import gamma_quantile
from sim.draws.luck import knots_of, law
from sim.draws.pieces import LEAST, LEAST_SHAPE, WITHIN, gamma_pieces, piece_quantile
from sim.network.laws import by_quantiles
from sim.network.laws import law as distribution
from tests.models import at, delay, leave, network

SHAPES = [0.2, 0.5, 1.0, 1.0 / 0.7**2, 4.0, 16.0, 100.0, 1e6]
smaller_tail = st.floats(LEAST, 0.5)


def with_pieces(shape: float, scale: float) -> Law:
    rows = gamma_pieces(shape)
    return GAMMA, shape, scale, 0.0, 0.0, rows, 0, len(rows)


@pytest.mark.parametrize("shape", SHAPES)
@settings(deadline=None, max_examples=200)
@given(smaller_tail, st.booleans())
def test_both_tails_are_those_of_the_inverted_law(shape: float, tail: float, lower: bool) -> None:
    p, q = (tail, 1.0 - tail) if lower else (1.0 - tail, tail)
    found = piece_quantile(gamma_pieces(shape), 0, p, q)
    assert math.isclose(found, gamma_quantile(shape, p, q), rel_tol=WITHIN)


@pytest.mark.parametrize("shape", SHAPES)
def test_where_pieces_meet_they_rise(shape: float) -> None:
    """Just below, at and just above every eighth of every octave, a half, and where the law itself is inverted."""
    edges = np.array([2.0**-octave * (1 + eighth / 8) for octave in range(2, 22) for eighth in range(8)])
    tails = np.sort(np.concatenate([edges * (1 - 1e-9), edges, edges * (1 + 1e-9)]))
    p = np.concatenate([tails, [0.5 - 1e-9, 0.5, 0.5 + 1e-9], 1.0 - tails[::-1]])
    x = [inverse(*with_pieces(shape, 1.0), one) for one in p]
    assert np.all(np.diff(x) > 0)


def test_a_half_is_the_median() -> None:
    assert math.isclose(piece_quantile(gamma_pieces(4.0), 0, 0.5, 0.5), stats.gamma(4.0).median(), rel_tol=1e-12)


@pytest.mark.parametrize("shape", [1e-3, 0.05])
def test_a_shape_that_polynomials_do_not_follow_has_none(shape: float) -> None:
    assert len(gamma_pieces(shape)) == 0


@pytest.mark.parametrize("u", [2.0**-53, LEAST / 2, LEAST, 0.3, 0.5, 0.9, 1 - LEAST, 1 - LEAST / 2, 1 - 2.0**-53])
def test_a_law_with_pieces_is_scipys_in_the_tails_too(u: float) -> None:
    assert math.isclose(inverse(*with_pieces(4.0, 2.0), u), stats.gamma(4.0, scale=2.0).ppf(u), rel_tol=1e-10)


def test_engines_find_the_same_pieces_by_the_law_and_by_the_table() -> None:
    """Of laws with knots of their own, of two shapes, one of them twice, and of one that has no pieces."""
    made = [
        distribution("gamma", mean=3.6e9, cv=0.5), distribution("erlang", k=3, mean=3.6e9),
        distribution("gamma", mean=7.2e9, cv=0.5), by_quantiles({0: 1e9, 0.5: 3e9, 1: 9e9}),
        distribution("gamma", shape=0.01, scale=1e9), distribution("gamma", mean=3.6e9, cv=0.7),
        distribution("lognormal", mean=3.6e9, cv=0.7),
    ]  # fmt: skip
    steps = [delay(f"wait {i}", law, f"wait {i + 1}" if i + 1 < len(made) else "out") for i, law in enumerate(made)]
    table = network(1, *steps, leave(), streams=(at("people", "wait 0", 1.0),)).table
    first, last, knots = knots_of(table)
    assert len(knots) == 3 * len(gamma_pieces(4.0)) + 3
    for number in range(len(table.law_kind)):
        *plain, rows, one, end = law(table, number)
        assert end - one == last[number] - first[number]
        for u in np.linspace(0.001, 0.999, 97):
            assert duration(*plain, rows, one, end, u) == duration(*plain, knots, first[number], last[number], u)


def test_nodes_do_not_hang_on_the_last_bit_of_a_cosine() -> None:
    nodes = pieces._nodes() * 2.0**20
    assert np.array_equal(nodes, np.round(nodes))
    assert len(set(nodes)) == len(nodes)


@pytest.mark.parametrize("shape", [2.0, LEAST_SHAPE / 2])
def test_pieces_have_the_type_of_knots(shape: float) -> None:
    """Of another type, every draw would be compiled a second time."""
    stay = delay("stay", by_quantiles({0: 1e9, 1: 9e9}), "out")
    knots = network(1, stay, leave(), streams=(at("people", "stay", 1.0),)).table.knots
    assert typeof(gamma_pieces(shape)) == typeof(knots)
    assert not knots.flags.writeable
