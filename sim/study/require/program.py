"""The fluid program of a network with its target, solved by HiGHS for the least cost or the most."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import coo_array, vstack

from sim.study.require.capacities import taken
from sim.study.require.columns import Flow, Rows
from sim.study.require.counted import Terms
from sim.verdict.asked import WEEK, Asked
from sim.verdict.numbers import amount, name

LIMITED = 1e-3
MORE = 0.1
Array = NDArray[np.float64]


class Saving(Enum):
    """How far people may be saved up for the dates asked about.

    FREELY bounds what people can do. A WEEK in each line is no bound but nearer. NONE is a balance:
    nothing is counted that a line, a delay or a stock is run down for.
    """

    FREELY = 0
    WEEK = 1
    NONE = 2


class Solution(NamedTuple):
    """`value` is a cost [a year], a rate [a day] or a factor, `marginal` what one more a day costs [a year].

    `limits` are what lets the fluid reach more if there is a tenth more of it, the first most, and `sources`
    those of them that are people who come or work that is ordered.
    """

    value: float
    levels: Array
    marginal: float = 0.0
    limits: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class Program:
    """Rows of a network and of its target: one a window that ends on a date asked about.

    The last column is the value that every window must reach. `balance` are the rows that keep lines,
    delays and stocks from being run down in a window. All answers are None if no plan can.
    """

    flow: Flow
    target: Rows
    balance: Rows
    asked: Asked

    def least_cost(self, saving: Saving = Saving.FREELY) -> Solution | None:
        """The least cost of the target."""
        objective, bounds = self._nothing()
        bounds[-1] = self.wanted
        objective[self.levels] = [m.price.value if m.price else 1.0 for m in self.flow.moves]
        scale = float(np.abs(objective).max())
        found = self._best(saving, objective / scale, bounds)
        if found.x is None:
            return None
        marginal = float(found.lower.marginals[-1] + found.upper.marginals[-1]) * scale
        marginal *= 1.0 - self.asked.tolerance
        return Solution(float(objective @ found.x), found.x[self.levels], marginal)

    def most(
        self, saving: Saving = Saving.FREELY, bounded: bool = True, ceiling: float = np.inf
    ) -> Solution | None:
        """The most that the upper bounds allow, or any levels at all unless `bounded`.

        A `ceiling` known to be out of reach spares the solver much.
        """
        objective, bounds = self._nothing()
        objective[-1], bounds[-1, 1] = -1.0, ceiling
        if not bounded:
            bounds[self.levels, 1] = np.inf
        found = self._best(saving, objective, bounds)
        if found.x is None:
            return None
        gains = self._gains(self._rows(saving), found)
        limits = [w for w, gain in gains.items() if MORE * gain > LIMITED * found.x[-1]]
        limits.sort(key=lambda words: -gains[words])
        told = {_how_many(self.flow, source): source for source in self.flow.given}
        sources = tuple(told[words] for words in limits if words in told)
        return Solution(float(found.x[-1]), found.x[self.levels], 0.0, tuple(limits), sources)

    def enough_of(self, source: str) -> Solution | None:
        """How many times as much of one source the target takes, with up to the upper bounds of what is moved
        and nobody saved up."""
        objective, bounds = self._nothing()
        bounds[-1] = self.wanted
        bounds[self.flow.given[source], 1] = np.inf
        objective[self.flow.given[source]] = 1.0
        found = self._best(Saving.NONE, objective, bounds)
        return None if found.x is None else Solution(float(found.fun), found.x[self.levels])

    @property
    def levels(self) -> slice:
        return slice(self.flow.first_level, self.flow.first_level + len(self.flow.moves))

    @property
    def wanted(self) -> float:
        return (1.0 - self.asked.tolerance) * self.asked.value

    def _nothing(self) -> tuple[Array, Array]:
        """An objective without anything in it, and the bounds of all columns (columns, 2)."""
        bounds = np.tile([0.0, np.inf], (self.flow.columns + 1, 1))
        bounds[self.levels] = [[m.level(0), m.level(m.most)] for m in self.flow.moves]
        bounds[list(self.flow.given.values())] = 1.0
        return np.zeros(len(bounds)), bounds

    def _rows(self, saving: Saving) -> NDArray[np.bool_]:
        """Which rows of `at_most` hold."""
        held = np.ones(self.flow.at_most.size, np.bool_)
        for rows in self.flow.saving if saving is not Saving.WEEK else ():
            held[rows] = False
        return held

    def _best(self, saving: Saving, objective: Array, bounds: Array) -> Any:
        """The solution by HiGHS."""
        n, windows, held = self.flow.columns, self.target.size, self._rows(saving)
        a_ub, b_ub = self.flow.at_most.matrix(n + 1)
        balance, there = (self.balance if saving is Saving.NONE else Rows()).matrix(n + 1)
        counted_there, given = self.target.matrix(n + 1)
        days = np.full(windows, float(self.asked.window))
        value = (np.arange(windows), np.full(windows, n))
        need = coo_array((days, value), shape=(windows, n + 1))
        a_eq, b_eq = self.flow.equal.matrix(n + 1)
        solve: Any = linprog
        return solve(
            objective, A_ub=vstack([a_ub[held], need - counted_there, balance]).tocsr(),
            b_ub=np.concatenate([b_ub[held], given, there]), A_eq=a_eq, b_eq=b_eq, bounds=bounds,
            method="highs",
        )  # fmt: skip

    def _gains(self, held: NDArray[np.bool_], found: Any) -> dict[str, float]:
        """What twice as much of each thing would add to the value reached, by shadow prices."""
        flow = self.flow
        prices = -(found.lower.marginals + found.upper.marginals)
        gains = {
            f"the upper bound of {m.path}": -float(price) * m.level(m.most)
            for m, price in zip(flow.moves, found.upper.marginals[self.levels], strict=True)
        }
        priced = np.zeros(held.size)
        priced[held] = found.ineqlin.marginals[: held.sum()] * np.array(flow.at_most.right)[held]
        for words, rows in flow.limiting.items():
            gains[words] = -float(priced[rows].sum())
        gains |= {_how_many(flow, source): float(prices[i]) for source, i in flow.given.items()}
        return gains


def daily(flow: Flow, source: str) -> float:
    """How many come, or are ordered, on a mean day."""
    return float(flow.sources[source].sum()) / flow.edges[-1]


def _how_many(flow: Flow, source: str) -> str:
    ordered = any(o.name == source for o in flow.model.orders)
    verb = "how much is ordered of" if ordered else "how many there are of"
    return f"{verb} {name(source)} ({amount(daily(flow, source))} a day)"


def program_of(
    flow: Flow, terms: Terms, copies: Mapping[str, Sequence[str]], asked: Asked
) -> Program:
    """The program in which what is counted are all copies of a step."""
    every = {
        (one, kind): factor
        for (step, kind), factor in terms.items()
        for one in ((step,) if kind == "source" else copies.get(step, ()))
    }
    return Program(flow, _target(flow, every, asked), _balance(flow, asked), asked)


def _balance(flow: Flow, asked: Asked) -> Rows:
    """In no window a line or delay loses more than was there at the start, nor a stock more than is put."""
    rows = Rows()
    for weeks in _windows(flow, asked):
        for stock in flow.model.stocks:
            taken(flow, rows, stock.name, weeks, weeks)
        for step, column in flow.there.items() if weeks.start else ():
            row = rows.new(flow.initial[step])
            rows.add(row, column + weeks.start - 1, 1.0)
            rows.add(row, column + weeks.stop - 1, -1.0)
    return rows


def _windows(flow: Flow, asked: Asked) -> Iterator[range]:
    """The periods of each window that ends on a date asked about."""
    length = asked.window // WEEK
    for end in range(flow.periods):
        last, first = flow.edges[end + 1], end - length + 1
        due = asked.reached_by < last <= asked.sustained_until + 1
        if first >= 0 and due and last - flow.edges[first] == asked.window:
            yield range(first, end + 1)


def _target(flow: Flow, terms: Terms, asked: Asked) -> Rows:
    """People counted in each window that ends on a date asked about, at least its days x the value."""
    rows = Rows()
    for weeks in _windows(flow, asked):
        row = rows.new(0.0)
        for t in weeks:
            for (step, kind), factor in terms.items():
                flow.count(rows, row, step, kind, t, factor)
    return rows
