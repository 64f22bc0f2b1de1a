"""Draws made a block at a time are those made one by one, to the last bit."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.draws.blocks import BLOCK, fill_exponentials, fill_uniforms
from sim.draws.distributions import EXPONENTIAL, inverse
from sim.draws.elementary import log, log1p, log_of_share
from sim.draws.philox import uniform

KEY, WORD = st.integers(0, 2**64 - 1), st.integers(0, 2**32 - 1)
NOTHING = np.empty((0, 2))
DRAWS = st.one_of(st.integers(0, 2**52 - 1), st.integers(0, 9), st.integers(2**52 - 9, 2**52 - 1))


@settings(deadline=None)  # the first compiles
@given(KEY, WORD, WORD, WORD)
def test_a_block_holds_the_draws_of_its_numbers(key: int, stream: int, decision: int, number: int) -> None:
    word, uniforms, units = np.uint64(key), np.empty(BLOCK), np.empty(BLOCK)
    fill_uniforms(word, stream, decision, number, uniforms)  # type: ignore[arg-type]
    fill_exponentials(word, stream, decision, number, units)  # type: ignore[arg-type]
    for i in range(BLOCK):
        u = uniform(word, number + i, stream, decision, 0)  # type: ignore[arg-type]
        assert uniforms[i] == u
        assert units[i] == inverse(EXPONENTIAL, 1.0, 0.0, 0.0, 0.0, NOTHING, 0, 0, u)


@settings(deadline=None)
@given(DRAWS)
def test_of_a_draw_one_logarithm_is_enough(whole: int) -> None:
    u = (whole + 0.5) * 2.0**-52
    assert log_of_share(1.0 - u) == log(1.0 - u) == log1p(-u)
    assert log_of_share(u) == log(u)
