"""Draws for entities: made 64 numbers at a time, because a call into compiled code costs more than a draw.

A draw is a pure function of its names, so it does not matter when it is made.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from sim.draws.blocks import BLOCK, BLOCK_SHIFT, duration_of, durations, uniforms
from sim.draws.distributions import Law
from sim.draws.philox import uniform

if TYPE_CHECKING:
    from sim.engine.simpy_engine.route import Periods, Source

T = TypeVar("T")
WITHIN = BLOCK - 1


class Blocks(dict[int, Sequence[T]], Generic[T]):
    """What is drawn for each number of a source: that of number n is [n >> BLOCK_SHIFT][n & WITHIN]."""

    def __init__(self, make: Callable[[int], Sequence[T]], last_only: bool = False) -> None:
        """`make` draws for the BLOCK numbers from its argument on; `last_only`: they are asked for in order."""
        self.make, self.last_only = make, last_only

    def __missing__(self, block: int) -> Sequence[T]:
        if self.last_only:
            self.clear()
        self[block] = made = self.make(block << BLOCK_SHIFT)
        return made


class Lengths(dict["Source", Callable[[int, int], int]]):
    """By source: the duration [us] that a decision gives to a visit, by (number, visit)."""

    def __init__(self, key: int, decision: int, law: Law) -> None:
        self.key, self.decision, self.law = key, decision, law

    def uniform(self, source: Source, number: int) -> float:
        """The uniform number behind the first visit's duration."""
        return float(uniform(self.key, number, source.stream, self.decision, 0))

    def __missing__(self, source: Source) -> Callable[[int, int], int]:
        names, law = (self.key, source.stream, self.decision), self.law
        blocks = Blocks(lambda first: array("q", durations(*law, *names, first).tobytes()))

        def one(number: int, visit: int) -> int:
            return int(duration_of(*law, *names, number, visit))

        def length(number: int, visit: int) -> int:
            if visit:
                return one(number, visit)
            return blocks[number >> BLOCK_SHIFT][number & WITHIN]

        self[source] = made = one if source.spawned else length
        return made


class Choices(dict["Source", Blocks[int]]):
    """By source: which option a decision gives to first visits, for at most MOST whose shares never change."""

    MOST = 256

    def __init__(self, key: int, decision: int, shares: list[float]) -> None:
        self.key, self.decision, self.shares = key, decision, np.array(shares)

    def __missing__(self, source: Source) -> Blocks[int]:
        names = self.key, source.stream, self.decision

        def made(first: int) -> bytes:
            return picks(self.shares, uniforms(*names, first)).astype(np.uint8).tobytes()

        self[source] = blocks = Blocks(made)
        return blocks


def alone(key: int, source: Source, decision: int, number: int, visit: int) -> float:
    """One draw, where there is no use for its neighbours."""
    return float(uniform(key, number, source.stream, decision, visit))


def people(key: int, source: Source, attributes: int) -> Blocks[tuple[list[int], int]]:
    """Values of the attributes drawn, -1 for others, and the class they make; shares never change."""

    shares = [np.array(trait.periods[0][1]) for trait in source.traits]

    def made(first: int) -> list[tuple[list[int], int]]:
        values = np.full((BLOCK, attributes), -1)
        group = np.zeros(BLOCK, np.int64)
        for trait, cumulative in zip(source.traits, shares, strict=True):
            drawn = picks(cumulative, uniforms(key, source.stream, trait.decision, first))
            values[:, trait.attribute] = drawn
            group += trait.weight * (drawn + 1)
        return list(zip(values.tolist(), group.tolist(), strict=True))

    return Blocks(made, last_only=True)


def person(
    key: int, source: Source, number: int, attributes: int, now: int
) -> tuple[list[int], int]:
    """The same of one number, where shares may change."""
    values, group = [-1] * attributes, 0
    for trait in source.traits:
        u = alone(key, source, trait.decision, number, 0)
        values[trait.attribute] = value = pick(trait.periods, now, u)
        group += trait.weight * (value + 1)
    return values, group


def picks(shares: NDArray[np.float64], u: NDArray[np.float64]) -> NDArray[np.int64]:
    """As `pick`, of many draws at once, where shares never change."""
    return shares.searchsorted(u, side="right")


def pick(periods: Periods, now: int, u: float) -> int:
    """The first value whose cumulative share, in the last period that has begun, is above u."""
    shares = periods[0][1]
    if len(periods) > 1:
        for begin, later in periods:
            if begin > now:
                break
            shares = later
    return bisect_right(shares, u)
