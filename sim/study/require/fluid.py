"""The rows of the fluid program of a network, but those of the target."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from sim.network.model import Model, Op
from sim.study.require.capacities import pool, seats, station, stock
from sim.study.require.columns import LINES, Flow, first_waits
from sim.study.require.moves import Move
from sim.study.require.people import (
    balance,
    branch,
    delay,
    delay_is_over,
    expires,
    gate,
    gives_up,
    not_hoarded,
    not_kept,
)
from sim.study.require.zones import holders


def flow_rows(model: Model, edges: Sequence[int], moves: Sequence[Move]) -> Flow:
    """All rows but those of the target."""
    flow = Flow(model, edges, moves)
    for step in model.steps:
        balance(flow, step)
        if step.op is Op.BRANCH and step.shares:
            branch(flow, step)
        if step.op is Op.DELAY:
            delay(flow, step)
            delay_is_over(flow, step)
        if step.op in LINES:
            not_hoarded(flow, step)
        if step.op is Op.GATE:
            gate(flow, step)
        if step.patience is not None:
            gives_up(flow, step)
        if step.op is Op.DEADLINE and step.to and step.law is not None:
            expires(flow, step)
    for name, carried in first_waits(model).items():
        not_kept(flow, name, carried)
    moved = {m.name for m in moves}
    for name, add in _limited(flow):
        first = flow.at_most.size
        add()
        if name not in moved:
            flow.limiting[f"{name}, which was not to be moved"] = slice(first, flow.at_most.size)
    return flow


def _limited(flow: Flow) -> Iterator[tuple[str, Callable[[], None]]]:
    """What people may have to wait for, with what adds its rows."""
    for desk in flow.model.stations:
        yield desk.name, partial(station, flow, desk.name, desk.capacity)
    for pools, inside in holders(flow.model).items():
        yield " or ".join(pools), partial(pool, flow, pools, inside)
    for departure in flow.model.departures:
        yield departure.name, partial(seats, flow, departure.name)
    for level in flow.model.stocks:
        yield level.name, partial(stock, flow, level.name)
