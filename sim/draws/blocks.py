"""Draws of many entities in one call: what one decision gives to consecutive numbers.

A draw is found by name, so those of entities not yet there can be made before they are asked for.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.draws.compiled import compiled
from sim.draws.distributions import Knots, duration
from sim.draws.elementary import log_of_share
from sim.draws.philox import uniform

Found = Any  # (BLOCK,) float64, or its address

BLOCK_SHIFT = 6
BLOCK = 1 << BLOCK_SHIFT
"""Numbers in a block."""


@compiled
def uniforms(key: int, stream: int, decision: int, number: int) -> NDArray[np.float64]:
    """First visits' draws of the BLOCK entities from `number` on, (BLOCK,)."""
    found = np.empty(BLOCK, np.float64)
    fill_uniforms(key, stream, decision, number, found)
    return found


@compiled
def fill_uniforms(key: int, stream: int, decision: int, number: int, found: Found) -> None:
    """`uniforms` into `found`."""
    for i in range(BLOCK):
        found[i] = uniform(key, number + i, stream, decision, 0)


@compiled
def fill_exponentials(key: int, stream: int, decision: int, number: int, found: Found) -> None:
    """First visits' draws from the exponential law of mean 1 into `found`.

    A draw is a whole number of 2^-53, so that 1 - u is exact and -log(1 - u) all there is to it. Each of
    the two loops is made for several numbers at once, which takes a seventh of the time.
    """
    fill_uniforms(key, stream, decision, number, found)
    for i in range(BLOCK):
        found[i] = -log_of_share(1.0 - found[i])


@compiled
def durations(
    kind: int, p0: float, p1: float, p2: float, p3: float, knots: Knots, first: int, last: int,
    key: int, stream: int, decision: int, number: int,
) -> NDArray[np.int64]:  # fmt: skip
    """First visits' durations of the BLOCK entities from `number` on, (BLOCK,) [us]."""
    found = np.empty(BLOCK, np.int64)
    for i in range(BLOCK):
        u = uniform(key, number + i, stream, decision, 0)
        found[i] = duration(kind, p0, p1, p2, p3, knots, first, last, u)
    return found


@compiled
def duration_of(
    kind: int, p0: float, p1: float, p2: float, p3: float, knots: Knots, first: int, last: int,
    key: int, stream: int, decision: int, number: int, visit: int,
) -> int:  # fmt: skip
    """The duration of one visit of one entity [us]."""
    u = uniform(key, number, stream, decision, visit)
    return duration(kind, p0, p1, p2, p3, knots, first, last, u)
