"""The rows of the fluid program of a network, but those of the target."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from sim.network.model import Model, Op
from sim.study.require.capacities import not_stored, pool, seats, station, stock
from sim.study.require.columns import LINES, Flow, at_once, first_waits
from sim.study.require.moves import Move
from sim.study.require.people import (
    KEPT,
    balance,
    branch,
    delay,
    delay_is_over,
    expires,
    gate,
    gives_up,
    not_hoarded,
    not_kept,
    not_waited_for,
)
from sim.study.require.zones import holders
from sim.verdict import numbers


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
        if step.op in LINES and not at_once(step):
            _unsaved(flow, partial(not_hoarded, flow, step))
        if step.op is Op.TAKE and not at_once(step):
            not_waited_for(flow, step)
        if step.op is Op.GATE:
            gate(flow, step)
        if step.patience is not None:
            gives_up(flow, step)
        if step.op is Op.DEADLINE and step.to and step.law is not None:
            expires(flow, step)
    for name, carried in first_waits(model).items():
        not_kept(flow, name, carried)
    moved = {m.name for m in moves}
    for names, add in _limited(flow):
        first = flow.at_most.size
        add()
        if not moved & set(names):
            told = f"{numbers.name(' or '.join(names))}, which was not to be moved"
            flow.limiting[told] = slice(first, flow.at_most.size)
    for level in model.stocks:
        first = flow.at_most.size
        stock(flow, level.name)
        _unsaved(flow, partial(not_stored, flow, level.name, KEPT))
        flow.limiting[f"what there is of {numbers.name(level.name)}"] = slice(
            first, flow.at_most.size
        )
    return flow


def _unsaved(flow: Flow, add: Callable[[], None]) -> None:
    first = flow.at_most.size
    add()
    flow.saving.append(slice(first, flow.at_most.size))


def _limited(flow: Flow) -> Iterator[tuple[tuple[str, ...], Callable[[], None]]]:
    """Capacities that people may have to wait for, with what adds their rows."""
    for desk in flow.model.stations:
        yield (desk.name,), partial(station, flow, desk.name, desk.capacity)
    for pools, inside in holders(flow.model).items():
        yield pools, partial(pool, flow, pools, inside)
    for departure in flow.model.departures:
        yield (departure.name,), partial(seats, flow, departure.name)
