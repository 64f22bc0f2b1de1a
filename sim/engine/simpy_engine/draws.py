"""Draws for entities: made 64 numbers at a time, because a call into compiled code costs more than a draw.

A draw is a pure function of its names, so it does not matter when it is made.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Callable
from typing import TYPE_CHECKING

from sim.draws.blocks import BLOCK, BLOCK_SHIFT, duration_of, durations, uniforms
from sim.draws.distributions import Law
from sim.draws.philox import uniform

if TYPE_CHECKING:
    from sim.engine.simpy_engine.route import Periods, Source

WITHIN = BLOCK - 1


class Lengths(dict["Source", Callable[[int, int], int]]):
    """By source: the duration [us] that a decision gives to a visit, by (number, visit)."""

    def __init__(self, key: int, decision: int, law: Law) -> None:
        self.key, self.decision, self.law = key, decision, law

    def uniform(self, source: Source, number: int) -> float:
        """The uniform number behind the first visit's duration."""
        return float(uniform(self.key, number, source.stream, self.decision, 0))

    def __missing__(self, source: Source) -> Callable[[int, int], int]:
        key, stream, decision, law = self.key, source.stream, self.decision, self.law
        blocks: dict[int, array[int]] = {}

        def one(number: int, visit: int) -> int:
            return int(duration_of(*law, key, stream, decision, number, visit))

        def length(number: int, visit: int) -> int:
            if visit:
                return one(number, visit)
            block = blocks.get(number >> BLOCK_SHIFT)
            if block is None:
                made = durations(*law, key, stream, decision, number & ~WITHIN)
                block = blocks[number >> BLOCK_SHIFT] = array("q", made.tobytes())
            return block[number & WITHIN]

        self[source] = made = one if source.spawned else length
        return made


class Uniforms(dict["Source", Callable[[int, int], float]]):
    """By source: the uniform number that a decision gives to a visit, by (number, visit)."""

    def __init__(self, key: int, decision: int) -> None:
        self.key, self.decision = key, decision

    def __missing__(self, source: Source) -> Callable[[int, int], float]:
        key, stream, decision = self.key, source.stream, self.decision
        blocks: dict[int, array[float]] = {}

        def one(number: int, visit: int) -> float:
            return float(uniform(key, number, stream, decision, visit))

        def drawn(number: int, visit: int) -> float:
            if visit:
                return one(number, visit)
            block = blocks.get(number >> BLOCK_SHIFT)
            if block is None:
                made = uniforms(key, stream, decision, number & ~WITHIN)
                block = blocks[number >> BLOCK_SHIFT] = array("d", made.tobytes())
            return block[number & WITHIN]

        self[source] = made = one if source.spawned else drawn
        return made


def pick(periods: Periods, now: int, u: float) -> int:
    """The first value whose cumulative share, in the last period that has begun, is above u."""
    shares = periods[0][1]
    if len(periods) > 1:
        for begin, later in periods:
            if begin > now:
                break
            shares = later
    return bisect_right(shares, u)
