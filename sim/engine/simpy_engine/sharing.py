"""Servers shared between classes of work: each class keeps an account of work begun over its weight."""

from __future__ import annotations

from sim.draws.distributions import LONGEST
from sim.engine.simpy_engine.line import Line
from sim.engine.simpy_engine.places import Station
from sim.network.model import SECOND


def waiting(station: Station) -> list[Line]:
    """Classes in which somebody waits."""
    return [line for line in station.lines if line.people]


def charge(line: Line, work: int) -> None:
    """Work begun, in whole seconds rounded up; nothing is refunded.

    An account stops at so many seconds that the kernel can count and compare them in 64 bits.
    """
    line.account = min(line.account + -(-work // SECOND), LONGEST)


def join_account(station: Station, line: Line) -> None:
    """A class that stood empty starts from the least account then waiting, or its own if greater."""
    others = [
        -(-other.account * line.weight // other.weight)
        for other in waiting(station) if other is not line
    ]  # fmt: skip
    if others:
        line.account = max(line.account, min(LONGEST, *others))


def least(station: Station) -> Line | None:
    """The waiting class with the least account over its weight, ties by name."""
    best: Line | None = None
    for line in waiting(station):
        if best is None or _before(line, best):
            best = line
    return best


def _before(a: Line, b: Line) -> bool:
    return (a.account * b.weight, a.order) < (b.account * a.weight, b.order)
