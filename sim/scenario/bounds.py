"""Numbers that bound each other: the shares of one choice, the parameters of one law."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any, NamedTuple

from sim.scenario.dated import Shares
from sim.scenario.law import ORDER, Law
from sim.scenario.quantities import pieces
from sim.scenario.quantity import Quantity

_CLOSE = Fraction(1, 10**9)


class Bound(NamedTuple):
    """The sum of weight x number is at most `most`, or just that, or `below` it.

    `weights` are by path, for numbers in the units they are written in.
    """

    path: str
    weights: Mapping[str, Fraction]
    stated: Mapping[str, Fraction]
    most: Fraction
    kind: str
    found: str
    wanted: str

    def total(self, values: Mapping[str, Fraction]) -> Fraction:
        """The sum, with stated values where none are given."""
        return sum(
            (w * values.get(path, self.stated[path]) for path, w in self.weights.items()),
            start=Fraction(0),
        )

    def holds(self, values: Mapping[str, Fraction]) -> bool:
        over = self.total(values) - self.most
        if self.kind == "exact":
            return abs(over) <= _CLOSE
        return over < 0 if self.kind == "below" else over <= 0


def bounds(said: Any, paths: tuple[str, ...]) -> list[Bound]:
    """Bounds in which one of the paths has a part."""
    wanted = set(paths)
    return [bound for bound in _all(said) if wanted & set(bound.weights)]


def _all(value: Any) -> Iterator[Bound]:
    if isinstance(value, Shares):
        yield _of_shares(value)
    elif isinstance(value, Law):
        yield from _of_law(value)
    elif not isinstance(value, Quantity):
        for piece in pieces(value):
            yield from _all(piece)


def _of_shares(shares: Shares) -> Bound:
    given = [q for _, q in shares.of if q is not None]
    rest = len(given) < len(shares.of)
    return Bound(
        shares.path, {q.path: q.size for q in given}, {q.path: q.value for q in given}, Fraction(1),
        "most" if rest else "exact", "probabilities that sum to {total}",
        "at most 1" if rest else "a sum of 1, or 'rest' for one of them",
    )  # fmt: skip


def _of_law(law: Law) -> Iterator[Bound]:
    for small, large in ORDER.get(law.kind, ()):
        if small in law.given and large in law.given:
            low, high = law.given[small], law.given[large]
            yield Bound(
                law.path, {low.path: low.size, high.path: -high.size},
                {low.path: low.value, high.path: high.value}, Fraction(0), "below",
                f"a {small} that is not below the {large}", f"a {small} below the {large}",
            )  # fmt: skip
