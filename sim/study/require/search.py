"""The least costly point that passes, from a start and down one resource at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sim.study.require.moves import Move, Steps

Passes = Callable[[Steps], bool]


def moved(steps: Steps, index: int, to: int) -> Steps:
    return (*steps[:index], to, *steps[index + 1 :])


def raised(passes: Passes, moves: Sequence[Move], start: Steps) -> Steps | None:
    """The least point on the way from `start` to the upper bounds that passes; None if none does.

    Every level grows by the same factor, up to its bound: a little, then twice as much, and so on, since a
    start is mostly near and a point that does not pass is soon known. More of everything is taken never to
    do worse, which is tested elsewhere.
    """
    top = tuple(m.most for m in moves)
    if passes(start):
        return start
    if start == top or not passes(top):
        return None

    def does(point: int) -> bool:
        here = _on_the_way(moves, start, point)
        return here == top or passes(here)

    low, high = 0, 1
    while high < _POINTS and not does(high):
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if does(middle) else (middle, high)
    return _on_the_way(moves, start, high)


_POINTS = 64


def _on_the_way(moves: Sequence[Move], start: Steps, point: int) -> Steps:
    """Point 0 is the start and _POINTS the upper bounds; levels grow by like factors in between."""
    share = point / _POINTS
    found = []
    for move, k in zip(moves, start, strict=True):
        low, high = move.level(k), move.level(move.most)
        level = low * (high / low) ** share if low > 0 else high * share
        found.append(min(move.most, max(k, move.steps_to(level))))
    return tuple(found) if point < _POINTS else tuple(m.most for m in moves)


def lowered(
    passes: Passes, moves: Sequence[Move], start: Steps, floor: Steps | None = None
) -> Steps:
    """A point below a passing one from which no single resource can do with one step less.

    The resource with most to save goes first. `floor` is where each is thought not to go below: tried
    early, and gone below if it passes.
    """
    here = start
    for _ in range(_ROUNDS):
        before = here
        for index in sorted(range(len(moves)), key=lambda i: -_saving(moves[i], here[i])):
            here = moved(here, index, least(passes, here, index, floor[index] if floor else 0))
        if here == before or len(moves) == 1:
            break
    return here


_ROUNDS = 10


def _saving(move: Move, steps: int) -> float:
    price = move.price.value if move.price is not None else 1.0
    return price * float(move.step) * steps


def least(passes: Passes, here: Steps, index: int, floor: int = 0) -> int:
    """Fewest steps of one resource that pass, down from a point that does.

    One step less is tried first, since most points asked about are near the least; then the `floor`, which
    mostly is too few or the least; then halves.
    """
    good, bad = here[index], -1
    for trial in (good - 1, *((floor, floor - 1) if floor else ())):
        if bad < trial < good:
            if passes(moved(here, index, trial)):
                good = trial
            else:
                bad = trial
    while good - bad > 1:
        middle = (good + bad) // 2
        good, bad = (middle, bad) if passes(moved(here, index, middle)) else (good, middle)
    return good
