"""The fluid program of a network with its target, solved by HiGHS for the least cost or the most."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import coo_array, vstack

from sim.study.require.columns import Flow, Rows
from sim.study.require.counted import Terms
from sim.verdict.asked import WEEK, Asked
from sim.verdict.numbers import amount, name

LIMITED = 1e-3
MORE = 0.1
Array = NDArray[np.float64]


class Solution(NamedTuple):
    """`value` is a cost [a year] or a rate [a day], `marginal` what one more a day costs [a year].

    `limits` are what lets the fluid reach more if there is a tenth more of it, the first most.
    """

    value: float
    levels: Array
    marginal: float
    limits: tuple[str, ...]


@dataclass(frozen=True)
class Program:
    """Rows of a network and of its target: one a window that ends on a date asked about."""

    flow: Flow
    target: Rows
    asked: Asked

    def solve(self, cost: bool, saving: bool = True) -> Solution | None:
        """The least cost of the target, or the most that the upper bounds allow; None if no plan can.

        Without `saving` nobody is saved up for the dates asked about.
        """
        n, moves = self.flow.columns, self.flow.moves
        levels = slice(self.flow.first_level, self.flow.first_level + len(moves))
        objective, low, high = np.zeros(n + 1), np.zeros(n + 1), np.full(n + 1, np.inf)
        low[levels] = [m.level(0) for m in moves]
        high[levels] = [m.level(m.most) for m in moves]
        if cost:
            low[n] = high[n] = (1.0 - self.asked.tolerance) * self.asked.value
            objective[levels] = [m.price.value if m.price else 1.0 for m in moves]
        else:
            objective[n] = -1.0
        scale = float(np.abs(objective).max())
        rows = self._rows(saving)
        found = self._best(rows, objective / scale, np.column_stack([low, high]))
        if found.x is None:
            return None
        total = float(objective @ found.x)
        if not cost:
            limits = tuple(self._limits(rows, found, -total))
            return Solution(-total, found.x[levels], 0.0, limits)
        marginal = float(found.lower.marginals[n] + found.upper.marginals[n]) * scale
        return Solution(total, found.x[levels], marginal * (1.0 - self.asked.tolerance), ())

    def _rows(self, saving: bool) -> NDArray[np.bool_]:
        """Which rows of `at_most` hold."""
        held = np.ones(self.flow.at_most.size, np.bool_)
        for rows in self.flow.saving if saving else ():
            held[rows] = False
        return held

    def _best(self, held: NDArray[np.bool_], objective: Array, bounds: Array) -> Any:
        """The solution by HiGHS; the last column is the value that every window must reach."""
        n, windows = self.flow.columns, self.target.size
        a_ub, b_ub = self.flow.at_most.matrix(n + 1)
        counted_there, given = self.target.matrix(n + 1)
        days = np.full(windows, float(self.asked.window))
        value = (np.arange(windows), np.full(windows, n))
        need = coo_array((days, value), shape=(windows, n + 1))
        a_eq, b_eq = self.flow.equal.matrix(n + 1)
        solve: Any = linprog
        return solve(
            objective, A_ub=vstack([a_ub[held], need - counted_there]).tocsr(),
            b_ub=np.concatenate([b_ub[held], given]), A_eq=a_eq, b_eq=b_eq, bounds=bounds,
            method="highs",
        )  # fmt: skip

    def _limits(self, held: NDArray[np.bool_], found: Any, most: float) -> Iterator[str]:
        flow = self.flow
        bounds = found.upper.marginals[flow.first_level : flow.first_level + len(flow.moves)]
        gains = {
            f"the upper bound of {m.path}": -float(price) * m.level(m.most)
            for m, price in zip(flow.moves, bounds, strict=True)
        }
        priced = np.zeros(held.size)
        priced[held] = found.ineqlin.marginals[: held.sum()] * np.array(flow.at_most.right)[held]
        for words, rows in flow.limiting.items():
            gains[words] = -float(priced[rows].sum())
        for source, rows, given in flow.given:
            prices = found.eqlin.marginals[rows]
            gains[_how_many(flow, source)] = -float((prices * given).sum())
        for words, gain in sorted(gains.items(), key=lambda item: -item[1]):
            if MORE * gain > LIMITED * most:
                yield words


def _how_many(flow: Flow, source: str) -> str:
    daily = amount(float(flow.sources[source].sum()) / flow.edges[-1])
    ordered = any(o.name == source for o in flow.model.orders)
    verb = "how much is ordered of" if ordered else "how many there are of"
    return f"{verb} {name(source)} ({daily} a day)"


def program_of(
    flow: Flow, terms: Terms, copies: Mapping[str, Sequence[str]], asked: Asked
) -> Program:
    """The program in which what is counted are all copies of a step."""
    every = {
        (one, kind): factor
        for (step, kind), factor in terms.items()
        for one in ((step,) if kind == "source" else copies.get(step, ()))
    }
    return Program(flow, _target(flow, every, asked), asked)


def _target(flow: Flow, terms: Terms, asked: Asked) -> Rows:
    """People counted in each window that ends on a date asked about, at least its days x the value."""
    rows, length = Rows(), asked.window // WEEK
    for end in range(flow.periods):
        last = flow.edges[end + 1]
        first = end - length + 1
        if first < 0 or not asked.reached_by < last <= asked.sustained_until + 1:
            continue
        if last - flow.edges[first] != asked.window:
            continue
        row = rows.new(0.0)
        for t in range(first, end + 1):
            for (step, kind), factor in terms.items():
                flow.count(rows, row, step, kind, t, factor)
    return rows
