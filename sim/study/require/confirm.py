"""From a first search to a point that fresh worlds confirm, mended as long as they do not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sim.study.require.luck import Luck, Said
from sim.study.require.margin import Bar
from sim.study.require.moves import Move, Steps
from sim.study.require.search import lowered, moved, raised

FIRST = 10
"""Worlds in which everything at its upper bound is tried."""
SEARCH = 4
"""Of these, those of the first search, which only has to come near."""
HARDEST = 6
"""Worlds with which points are looked for at first: those that fall shortest."""
APART = 10_000
"""Batches of worlds begin so far from each other."""
MOST_BATCHES = 8


@dataclass(frozen=True)
class Confirmed:
    """A point, the worlds in which it and the steps down from it were tried, and those after it.

    `yes` of the `bar.worlds` in which the last steps were taken; `less` by resource, with one step
    less, None at the lower bound (a lower count than was reached when the rest could not matter);
    `after` of as many further worlds that nothing was chosen by.
    """

    steps: Steps
    bar: Bar
    yes: int
    less: tuple[int | None, ...]
    after: int
    batches: int


def worlds_of(batch: int, size: int) -> range:
    return range(batch * APART, batch * APART + size)


def first_search(luck: Luck, moves: Sequence[Move], bar: Bar, start: Steps) -> Steps | None:
    """The least point of the first few worlds; None if not even the upper bounds pass."""
    size = min(SEARCH, bar.worlds)
    return _least(luck, moves, worlds_of(0, size), bar.among(size), start)


def confirmed(luck: Luck, moves: Sequence[Move], bar: Bar, start: Steps) -> Confirmed | None:
    """None if the upper bounds do not pass, or no batch of worlds bears out another."""
    here = start
    for batch in range(1, MOST_BATCHES):
        worlds, luck.stage = worlds_of(batch, bar.worlds), f"confirmation {batch}"
        found = _least(luck, moves, worlds, bar.yes, here)
        if found is None:
            return None
        here = found
        after = luck.all_of(here, worlds_of(batch + 1, bar.worlds))
        if after >= bar.batch:
            less = tuple(_with_less(luck, here, i, worlds, bar) for i in range(len(moves)))
            return Confirmed(here, bar, luck.yes(here, worlds), less, after, batch)
    return None


def _with_less(luck: Luck, here: Steps, i: int, worlds: range, bar: Bar) -> int | None:
    """Yes with one step less, as far as it has been asked; None at the lower bound."""
    if here[i] == 0:
        return None
    point = moved(here, i, here[i] - 1)
    assert not luck.passes(point, worlds, bar.yes)
    noes = sum(not said for w, (said, _) in luck.said[point].items() if w in worlds)
    return bar.worlds - noes


def _least(
    luck: Luck, moves: Sequence[Move], worlds: range, needed: int, start: Steps
) -> Steps | None:
    """Least point that passes in all the worlds, found with the hardest and tried in all.

    All are ranked at the start, so that the hardest are known. Worlds that say no where those said yes
    join them, so every round goes further up.
    """
    spare, here = len(worlds) - needed, start
    few = luck.rank(start, worlds)[:HARDEST]

    def in_all(steps: Steps) -> bool:
        return luck.passes(steps, worlds, needed)

    for _ in worlds:
        trial = _tried(luck, moves, few, spare, here)
        if trial is None:
            return None
        if in_all(trial):
            return lowered(in_all, moves, trial)
        few, here = list(dict.fromkeys([*few, *_noes(luck, worlds, trial)])), trial
    return None


def _noes(luck: Luck, worlds: range, steps: Steps) -> list[int]:
    """Of those asked at a point, those that say no."""
    said = luck.said.get(steps, Said())
    return [w for w in worlds if w in said and not said[w][0]]


def _tried(
    luck: Luck, moves: Sequence[Move], few: list[int], spare: int, start: Steps
) -> Steps | None:
    """Least point of a few worlds, not more of which say no than of all may."""

    def passes(steps: Steps) -> bool:
        return luck.likely(steps, few, len(few) - spare)

    up = raised(passes, moves, start)
    return None if up is None else lowered(passes, moves, up, start)
