"""Numbers and dates of a scenario in the engine's units, in one world."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from typing import TypeVar

from sim.network.model import DAY, Profile
from sim.scenario.dated import Dated, Moment, Shares
from sim.scenario.quantity import Quantity

T = TypeVar("T")
_MICROSECOND = timedelta(microseconds=1)
Points = list[tuple[int, int]]
"""(time [us], units) of a profile, rising."""


@dataclass(frozen=True)
class Frame:
    """Where time 0 is, how long the run is [us], and the values of the world by path."""

    start: date
    horizon: int
    world: Mapping[str, float]

    def exact(self, q: Quantity) -> Fraction:
        """The value in engine units, exact unless the world has drawn it."""
        drawn = self.world.get(q.path)
        return q.exact if drawn is None else q.in_unit(Fraction(drawn))

    def whole(self, q: Quantity) -> int:
        """The value as a whole number, half up."""
        return half_up(self.exact(q))

    def time(self, when: datetime | Moment) -> int:
        """Microseconds from 00:00 of the start date."""
        instant = when.when if isinstance(when, Moment) else when
        return (instant - datetime.combine(self.start, time())) // _MICROSECOND

    def points(self, dated: Dated[Quantity]) -> list[tuple[int, Fraction]]:
        """(time [us], value) of a profile, rising, the first at or before 0, none after the end."""
        found = [(0 if at is None else self.time(at), self.exact(q)) for at, q in dated.points]
        return [(t, v) for t, v in _from_zero(found) if t < self.horizon]

    def profile(self, dated: Dated[Quantity]) -> Profile:
        return Profile(tuple((t, float(v)) for t, v in self.points(dated)))

    def shares(self, dated: Dated[Shares]) -> tuple[tuple[int, tuple[tuple[str, float], ...]], ...]:
        """(time [us], probabilities by name in the order written), rising."""
        found = [
            (0 if at is None else self.time(at), self._probabilities(of)) for at, of in dated.points
        ]
        return tuple((t, v) for t, v in _from_zero(found) if t < self.horizon)

    def _probabilities(self, shares: Shares) -> tuple[tuple[str, float], ...]:
        """Probabilities that sum to 1: the rest takes what is left, or all are scaled."""
        given = {name: self.exact(q) for name, q in shares.of if q is not None}
        total = sum(given.values(), Fraction(0))
        rest = max(Fraction(0), 1 - total)
        scale = total if rest == 0 or len(given) == len(shares.of) else Fraction(1)
        return tuple(
            (name, float(given[name] / scale) if name in given else float(rest))
            for name, _ in shares.of
        )


def _from_zero(points: list[tuple[int, T]]) -> list[tuple[int, T]]:
    """Drops points that are over by time 0."""
    before = [i for i, (t, _) in enumerate(points) if t <= 0]
    return points[before[-1] :] if before else points


def half_up(value: Fraction) -> int:
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


def daily(
    points: list[tuple[int, Fraction]], factors: list[Fraction], days: int
) -> tuple[int, ...]:
    """Whole units of each day: floor(C(d+1)) - floor(C(d)), C the exact cumulative.

    `factors` are those of days 0 to 6, repeated by week. Source: SEMANTICS, orders.
    """
    counts: list[int] = []
    total, before = Fraction(0), 0
    for day in range(days):
        total += area(points, day * DAY, (day + 1) * DAY) * factors[day % 7]
        now = total.numerator // total.denominator
        counts.append(now - before)
        before = now
    return tuple(counts)


def area(points: list[tuple[int, Fraction]], first: int, last: int) -> Fraction:
    """Integral of a piecewise-constant rate [1/us] over [first, last) [us]."""
    start = max(bisect_right(points, first, key=lambda point: point[0]) - 1, 0)
    total = Fraction(0)
    for i in range(start, len(points)):
        time, rate = points[i]
        if time >= last:
            break
        until = points[i + 1][0] if i + 1 < len(points) else last
        total += rate * (min(until, last) - max(time, first))
    return total
