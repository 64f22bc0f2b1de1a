"""Take and put: units of a stock that is used up and refilled."""

from __future__ import annotations

from sim.engine.simpy_engine.entity import Entity
from sim.engine.simpy_engine.leaving import leave_lines
from sim.engine.simpy_engine.life import granted, pass_on, priority
from sim.engine.simpy_engine.places import Stock
from sim.engine.simpy_engine.route import Step
from sim.engine.simpy_engine.system import System
from sim.engine.simpy_engine.tally import divert
from sim.engine.simpy_engine.waiting import bring, resume, wait


def take(system: System, e: Entity, step: Step) -> Step | None:
    """Take units if one would be first in line and there are enough; else be diverted, or wait."""
    stock = step.stock
    e.priority = step.priority if step.priority_by < 0 else priority(e, step)
    e.joined = system.env.now
    if stock.use.busy >= step.units and stock.line.would_head(e):
        change(system, stock, -step.units)
        if e.end_of_order is not None:
            granted(e)
        return pass_on(system, e, step)
    if step.to is not None:
        divert(system.tally, e, step, system.env.now)
        return step.to
    return wait(system, e, step)


def put(system: System, e: Entity, step: Step) -> Step | None:
    refill(system, step.stock, step.units)
    return step.next


def change(system: System, stock: Stock, by: int) -> None:
    """The level never falls below nothing."""
    stock.use.add_busy(max(by, -stock.use.busy), system.env.now)


def refill(system: System, stock: Stock, units: int) -> None:
    change(system, stock, units)
    look_stock(system, stock)


def look_stock(system: System, stock: Stock) -> None:
    """Give units to the heads of the line while there are enough."""
    while (head := stock.line.head()) is not None and stock.use.busy >= head.step.units:
        e = bring(system, head)
        leave_lines(system, e)
        change(system, stock, -e.step.units)
        resume(system, e)


def look_take(system: System, step: Step) -> None:
    """Who stood in line has gone."""
    look_stock(system, step.stock)
