"""How much less of one resource will do with more of another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sim.errors import Problem, Refused, one_of, quote
from sim.study.require.confirm import FIRST, worlds_of
from sim.study.require.luck import Luck
from sim.study.require.margin import Bar
from sim.study.require.moves import Move, Steps
from sim.study.require.search import least, moved

POINTS = 7


class Exchange(NamedTuple):
    """The least level of the second resource with so much of the first; cost of both in a year."""

    first_path: str
    second_path: str
    first: float
    second: float
    cost: float | None
    cost_low: float | None
    cost_high: float | None


def pair_of(moves: Sequence[Move], paths: tuple[str, str]) -> tuple[int, int]:
    """Places of two moves. Raises Refused for a path that is not moved, or the same twice."""
    known = [m.path for m in moves]
    problems = [
        Problem("--trade-off", 0, "", quote(p), one_of(p, known, "one of the capacities moved"))
        for p in paths
        if p not in known
    ]
    if not problems and paths[0] == paths[1]:
        problems = [Problem("--trade-off", 0, "", "the same capacity twice", "two of them")]
    if problems:
        raise Refused(problems)
    return known.index(paths[0]), known.index(paths[1])


def frontier(
    luck: Luck, moves: Sequence[Move], bar: Bar, answer: Steps, pair: tuple[int, int]
) -> Iterator[Exchange]:
    """From the least of the first that will do to its upper bound; the rest as in the answer."""
    a, b = pair
    worlds = worlds_of(0, min(FIRST, bar.worlds))
    needed = bar.among(len(worlds))

    def passes(steps: Steps) -> bool:
        return luck.passes(steps, worlds, needed)

    most = moved(answer, b, moves[b].most)
    if not passes(most):
        return
    fewest = least(passes, most, a)
    width = max(moves[a].most - fewest, 0)
    marks = sorted({fewest + round(width * (i / (POINTS - 1)) ** 2) for i in range(POINTS)})
    for mark in marks:
        here = moved(moved(answer, a, mark), b, moves[b].most)
        if passes(here):
            yield _exchange(moves[a], moves[b], mark, least(passes, here, b))


def _exchange(one: Move, other: Move, a: int, b: int) -> Exchange:
    first, second = one.level(a), other.level(b)
    if one.price is None or other.price is None:
        return Exchange(one.path, other.path, first, second, None, None, None)
    a_year, more = one.price.times(first), other.price.times(second)
    return Exchange(
        one.path, other.path, first, second,
        a_year.value + more.value, a_year.low + more.low, a_year.high + more.high,
    )  # fmt: skip
