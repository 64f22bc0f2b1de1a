"""The lists of a table while it is made."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.network.laws import KIND
from sim.network.model import Distribution
from sim.network.table import Floats, Ints

_FLOATS = {
    "law_p": 4, "knots": 2, "efforts": 2, "thresholds": 0, "dep_cancelled": 0, "rate_value": 0,
    "weekdays": 7, "factor_cv": 0, "drawn_thresholds": 0,
}  # fmt: skip
"""Columns of floats, with the width of those that have two dimensions."""


class Columns:
    """Lists that grow; each is filled in the order of its count."""

    def __init__(self) -> None:
        self.lists: dict[str, list[float] | list[int] | list[list[float]]] = {}

    def add(self, **values: float | list[float]) -> None:
        for name, value in values.items():
            self.lists.setdefault(name, []).append(value)  # type: ignore[arg-type]

    def size(self, name: str) -> int:
        return len(self.lists.get(name, ()))

    def law(self, law: Distribution | None) -> int:
        """Adds a law; its number, -1 for none."""
        if law is None:
            return -1
        first = self.size("knots")
        for knot in law.knots:
            self.add(knots=[float(knot[0]), float(knot[1])])
        p = [float(x) for x in law.parameters] + [0.0] * (4 - len(law.parameters))
        self.add(law_kind=KIND[law.kind], law_p=p, law_first=first, law_last=self.size("knots"))
        return self.size("law_kind") - 1

    def array(self, name: str) -> Ints | Floats:
        values = self.lists.get(name, [])
        if name not in _FLOATS:
            return np.array(values, dtype=np.int64)
        width = _FLOATS[name]
        shape = (-1, width) if width else (-1,)
        return np.array(values, dtype=np.float64).reshape(shape)


def cumulative(shares: Sequence[float]) -> list[float]:
    """Running sums of probabilities, the last exactly 1 so that every draw falls somewhere."""
    sums, total = [], 0.0
    for share in shares:
        total += share
        sums.append(total)
    last = max((i for i, share in enumerate(shares) if share > 0), default=len(shares) - 1)
    return [1.0 if i >= last else value for i, value in enumerate(sums)]
