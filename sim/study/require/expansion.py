"""The least cost with which a fluid would meet the question: a linear program over weeks.

Every rule of the network is loosened, never tightened, so that what people can do on average a fluid
can do: choices of policy, refusals, bumping and eviction are free, waiting costs nothing, and work
that runs past closing hours adds to the capacity. All numbers have their stated values.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import coo_array, vstack

from sim.network.model import Model
from sim.scenario import Scenario
from sim.study.require.answer import Bound
from sim.study.require.columns import Flow, Rows, weeks_of
from sim.study.require.counted import counted
from sim.study.require.fluid import flow_rows
from sim.study.require.moves import Move
from sim.study.require.unfolded import unfolded
from sim.verdict.asked import WEEK, Asked

LIMITED = 1e-3
MORE = 0.1
Array = NDArray[np.float64]


class _Solution(NamedTuple):
    value: float
    levels: NDArray[np.float64]
    marginal: float
    limits: tuple[str, ...]


def bound_of(model: Model, scenario: Scenario, asked: Asked, moves: Sequence[Move]) -> Bound:
    """The bound, or what keeps even all upper bounds from the target; says why if there is none."""
    if not (asked.at_least and asked.rate):
        return Bound(why="the question is not about a flow that is to be at least so large")
    terms = counted(scenario, model, asked.measure)
    if terms is None:
        return Bound(why=f"{asked.measure} is not a sum of flows")
    whole, copies = unfolded(model)
    flow = flow_rows(whole, weeks_of(asked, model.days), moves)
    terms = {(one, kind): factor for (name, kind), factor in terms.items()
             for one in copies.get(name, (name,) if kind == "source" else ())}  # fmt: skip
    rows = _target(flow, terms, asked, model)
    least = _solve(flow, rows, asked, moves, cost=True)
    if least is None:
        most = _solve(flow, rows, asked, moves, cost=False)
        return Bound() if most is None else Bound(most=most.value, limits=most.limits)
    prices = [m.price.value if m.price else None for m in moves]
    known = all(p is not None for p in prices)
    return Bound(
        levels=tuple(least.levels.tolist()),
        cost=least.value if known else None,
        marginal=least.marginal if known else None,
    )


def _target(flow: Flow, terms: dict[tuple[str, str], float], asked: Asked, model: Model) -> Rows:
    """One row a window that ends on a date asked about: people counted in it, at least (value)."""
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
            for (name, kind), factor in terms.items():
                flow.count(rows, row, name, kind, t, factor)
    return rows


def _solve(
    flow: Flow, target: Rows, asked: Asked, moves: Sequence[Move], cost: bool
) -> _Solution | None:
    """Least cost of the target, or the greatest value that the upper bounds allow."""
    n, value = flow.columns, (1.0 - asked.tolerance) * asked.value
    levels = slice(flow.first_level, flow.first_level + len(moves))
    objective, low, high = np.zeros(n + 1), np.zeros(n + 1), np.full(n + 1, np.inf)
    low[levels] = [m.level(0) for m in moves]
    high[levels] = [m.level(m.most) for m in moves]
    if cost:
        low[n] = high[n] = value
        objective[levels] = [m.price.value if m.price else 1.0 for m in moves]
    else:
        objective[n] = -1.0
    scale = float(np.abs(objective).max())
    found = _best(flow, target, objective / scale, np.column_stack([low, high]), asked.window)
    if found.x is None:
        return None
    total = float(objective @ found.x)
    if not cost:
        return _Solution(-total, found.x[levels], 0.0, tuple(_limits(flow, moves, found, -total)))
    marginal = float(found.lower.marginals[n] + found.upper.marginals[n]) * scale
    return _Solution(total, found.x[levels], marginal * (1.0 - asked.tolerance), ())


def _best(flow: Flow, target: Rows, objective: Array, bounds: Array, window: int) -> Any:
    """The solution by HiGHS; the last column is the value that every window must reach."""
    n = flow.columns
    a_ub, b_ub = flow.at_most.matrix(n + 1)
    counted_there, given = target.matrix(n + 1)
    rows = np.arange(target.size)
    days = np.full(target.size, float(window))
    need = coo_array((days, (rows, np.full(target.size, n))), shape=(target.size, n + 1))
    a_eq, b_eq = flow.equal.matrix(n + 1)
    solve: Any = linprog
    return solve(
        objective, A_ub=vstack([a_ub, need - counted_there]).tocsr(),
        b_ub=np.concatenate([b_ub, given]), A_eq=a_eq, b_eq=b_eq, bounds=bounds, method="highs",
    )  # fmt: skip


def _limits(flow: Flow, moves: Sequence[Move], found: Any, most: float) -> Iterator[str]:
    """What, by the shadow prices, lets the fluid reach more if there is a tenth more of it."""
    bounds = found.upper.marginals[flow.first_level : flow.first_level + len(moves)]
    gains = {
        f"the upper bound of {m.path}": -float(price) * m.level(m.most)
        for m, price in zip(moves, bounds, strict=True)
    }
    right = np.array(flow.at_most.right)
    priced = found.ineqlin.marginals[: right.size] * right
    for words, rows in flow.limiting.items():
        gains[words] = -float(priced[rows.start : rows.stop].sum())
    for source, rows, given in flow.given:
        prices = found.eqlin.marginals[rows.start : rows.stop]
        gains[source] = -float((prices * given).sum())
    for words, gain in sorted(gains.items(), key=lambda item: -item[1]):
        if MORE * gain > LIMITED * most:
            yield words
