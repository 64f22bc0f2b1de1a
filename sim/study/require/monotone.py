"""Whether more of a resource ever turned a yes into a no under the same luck."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import NamedTuple

from scipy.stats import qmc

from sim.study.require.luck import Luck
from sim.study.require.moves import Move, Steps

PAIRS = 3
WORLDS = 3


class Violation(NamedTuple):
    """A world that says yes with less and no with more."""

    world: int
    less: Steps
    more: Steps


class Monotone(NamedTuple):
    """Pairs of answers with more and with less in one world, and those the wrong way round."""

    compared: int
    violations: tuple[Violation, ...]


def spread_pairs(luck: Luck, moves: Sequence[Move], answer: Steps, worlds: Sequence[int]) -> None:
    """Asks a few worlds at points between the answer and the bounds, above it and below."""
    few = luck.hardest(worlds)[:WORLDS]
    luck.ask(answer, few)
    for share in qmc.Halton(len(moves), scramble=False).random(PAIRS + 1)[1:]:
        parts = list(zip(moves, answer, share.tolist(), strict=True))
        luck.ask(tuple(k + round(s * (m.most - k)) for m, k, s in parts), few)
        luck.ask(tuple(round(k * (1 - s / 4)) for _, k, s in parts), few)


def monotone(luck: Luck) -> Monotone:
    """Every pair of points asked of which one has as much of everything or more."""
    compared, wrong = 0, []
    for one, other in combinations(luck.said, 2):
        for less, more in ((one, other), (other, one)):
            if all(a <= b for a, b in zip(less, more, strict=True)):
                both = luck.said[less].keys() & luck.said[more].keys()
                compared += len(both)
                wrong += [
                    Violation(w, less, more)
                    for w in sorted(both)
                    if luck.said[less][w][0] and not luck.said[more][w][0]
                ]
    return Monotone(compared, tuple(wrong))
