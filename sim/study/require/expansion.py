"""The least cost with which a fluid would meet the question: a linear program over weeks.

Every rule of the network is loosened, never tightened, so that what people can do on average a fluid
can do: choices of policy, refusals, bumping and eviction are free, waiting costs nothing, and work
that runs past closing hours adds to the capacity. All numbers have their stated values.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import coo_array

from sim.network.model import Model
from sim.scenario import Scenario
from sim.study.require.answer import Bound
from sim.study.require.counted import counted
from sim.study.require.fluid import Flow, Rows, flow_rows, weeks_of
from sim.study.require.moves import Move
from sim.verdict.asked import WEEK, Asked

BARELY = 1e-6
LIMITED = 1e-3
MORE = 0.1


class _Solution(NamedTuple):
    value: float
    levels: NDArray[np.float64]
    marginal: float


def bound_of(model: Model, scenario: Scenario, asked: Asked, moves: Sequence[Move]) -> Bound:
    """The bound, or what keeps even all upper bounds from the target; says why if there is none."""
    if not (asked.at_least and asked.rate):
        return Bound(why="the question is not about a flow that is to be at least so large")
    flow = flow_rows(model, weeks_of(asked, model.days), moves)
    terms = counted(scenario, model, asked.measure)
    if terms is None:
        return Bound(why=f"{asked.measure} is not a sum of flows")
    rows = _target(flow, terms, asked, model)
    least = _solve(flow, rows, asked, moves, cost=True)
    if least is None:
        most = _solve(flow, rows, asked, moves, cost=False)
        value = None if most is None else most.value
        return Bound(most=value, limits=tuple(_limits(model, asked, terms, moves, value)))
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
    objective = np.zeros(n + 1)
    low, high = np.zeros(n + 1), np.full(n + 1, np.inf)
    low[levels] = [m.level(0) for m in moves]
    high[levels] = [m.level(m.most) for m in moves]
    if cost:
        low[n] = high[n] = value
        objective[levels] = [m.price.value if m.price else 1.0 for m in moves]
    else:
        objective[n] = -1.0
    scale = max(float(np.abs(objective).max()), 1e-300)
    a_ub, b_ub = flow.at_most.matrix(n + 1)
    more, limits = target.matrix(n + 1)
    need = coo_array(
        (
            np.full(target.size, float(asked.window)),
            (np.arange(target.size), np.full(target.size, n)),
        ),
        shape=(target.size, n + 1),
    )
    a_eq, b_eq = flow.equal.matrix(n + 1)
    from scipy.sparse import vstack

    found = linprog(
        objective / scale, A_ub=vstack([a_ub, need - more]).tocsr(),
        b_ub=np.concatenate([b_ub, limits]), A_eq=a_eq, b_eq=b_eq,
        bounds=np.column_stack([low, high]), method="highs",
    )  # fmt: skip
    if found.x is None:
        return None
    marginal = float(found.lower.marginals[n] + found.upper.marginals[n]) * scale
    total = float(objective @ found.x)
    return _Solution(total if cost else -total, found.x[levels], marginal * (1.0 - asked.tolerance))


def _limits(
    model: Model, asked: Asked, terms: dict[tuple[str, str], float], moves: Sequence[Move],
    most: float | None,
) -> list[str]:  # fmt: skip
    """What, if there were a tenth more of it, would let the fluid reach more."""
    if most is None:
        return []
    found = []
    for name, wider in widened(model, moves):
        flow = flow_rows(wider[0], weeks_of(asked, model.days), wider[1])
        more = _solve(flow, _target(flow, terms, asked, model), asked, wider[1], cost=False)
        if more is None or more.value > most * (1.0 + LIMITED) + BARELY:
            found.append(name)
    return found


def widened(model: Model, moves: Sequence[Move]) -> list[tuple[str, tuple[Model, Sequence[Move]]]]:
    """The model and bounds with a tenth more of each thing that may limit it, by its words."""
    from dataclasses import replace

    from sim.study.more import resources, with_more

    found: list[tuple[str, tuple[Model, Sequence[Move]]]] = []
    for i, move in enumerate(moves):
        wide = replace(move, most=move.most + max(1, round(MORE * (move.most + 1))))
        others = [*moves[:i], wide, *moves[i + 1 :]]
        found.append((f"the upper bound of {move.path}", (model, others)))
    moved = {m.name for m in moves}
    for name in resources(model):
        if name not in moved:
            found.append((f"{name}, which was not to be moved", (with_more(model, name), moves)))
    for stream in model.streams:
        if stream.rate is not None:
            points = tuple((t, r * (1 + MORE)) for t, r in stream.rate.points)
            more = replace(stream, rate=replace(stream.rate, points=points))
            streams = tuple(more if s is stream else s for s in model.streams)
            found.append(
                (f"how many come ({stream.name})", (replace(model, streams=streams), moves))
            )
    for orders in model.orders:
        counts = tuple(round(c * (1 + MORE)) for c in orders.counts)
        made = tuple(replace(o, counts=counts) if o is orders else o for o in model.orders)
        found.append((f"what is ordered ({orders.name})", (replace(model, orders=made), moves)))
    for stock in model.stocks:
        wide_stock = replace(stock, initial=round(stock.initial * (1 + MORE)))
        stocks = tuple(wide_stock if s is stock else s for s in model.stocks)
        found.append((f"the stock {stock.name}", (replace(model, stocks=stocks), moves)))
    for gate in model.gates:
        gates = tuple(replace(g, closed=()) if g is gate else g for g in model.gates)
        found.append((f"the gate {gate.name}", (replace(model, gates=gates), moves)))
    return found
