"""Steps as columns of the table."""

from __future__ import annotations

from sim.network.columns import Columns, cumulative
from sim.network.graph import between
from sim.network.model import Op, Step
from sim.network.names import name_hash
from sim.network.numbering import Numbering


def add_step(c: Columns, n: Numbering, step: Step, slot: int, line: int) -> None:
    """One step. slot: of its count of visits; line: in which it waits, of a serve; each -1 for none."""
    pools = step.op in (Op.SEIZE, Op.RELEASE)
    alt_first = c.size("alternatives")
    for name in step.objects if pools else ():
        c.add(alternatives=n.pool[name])
    c.add(
        op=int(step.op), next=n.target(step.next), obj=n.object(step),
        alt_first=alt_first, alt_last=c.size("alternatives"), units=step.units,
        law=c.law(step.law), step_hash=name_hash(step.name),
        patience_hash=name_hash(f"{step.name}/patience"), visit_slot=slot,
        patience=c.law(step.patience.after if step.patience else None),
        patience_to=n.target(step.patience.to if step.patience else None),
        bump_to=n.target(step.bump.to if step.bump else None),
        bump_release=n.mask(step.bump.release if step.bump else ()),
        room_most=step.room.most if step.room else -1,
        room_to=n.target(step.room.to if step.room else None),
        line=line, preempt=int(step.preempt), to=n.target(step.to), release=n.mask(step.release),
        attribute=-1 if step.attribute is None else n.attribute[step.attribute],
        value=n.value(step.attribute, step.value), enters=n.target(step.enters),
    )  # fmt: skip
    _priority(c, n, step)
    _effort(c, n, step)
    _evict(c, n, step)
    _branch(c, n, step)


def _priority(c: Columns, n: Numbering, step: Step) -> None:
    first = c.size("priorities")
    by = -1
    if step.priority_by is not None:
        by = n.attribute[step.priority_by[0]]
        given = dict(step.priority_by[1])
        for value in n.values[by]:
            c.add(priorities=given.get(value, step.priority))
    c.add(priority=step.priority, priority_by=by, priority_first=first)


def _effort(c: Columns, n: Numbering, step: Step) -> None:
    first = c.size("efforts")
    for point in step.effort.table if step.effort else ():
        c.add(efforts=[float(point[0]), float(point[1])])
    stock = n.thing[Op.TAKE][step.effort.stock] if step.effort else -1
    c.add(effort_stock=stock, effort_first=first, effort_last=c.size("efforts"))


def _evict(c: Columns, n: Numbering, step: Step) -> None:
    first = c.size("evicted")
    if step.evict is not None:
        for name in between(n.model.steps, step, step.evict.through):
            c.add(evicted=n.step[name])
    c.add(
        evict_to=n.target(step.evict.to if step.evict else None),
        evict_release=n.mask(step.evict.release if step.evict else ()),
        evict_first=first, evict_last=c.size("evicted"),
    )  # fmt: skip


def _branch(c: Columns, n: Numbering, step: Step) -> None:
    first = c.size("option_step")
    for value, target in step.options:
        by_attribute = step.attribute is not None
        c.add(option_step=n.step[target],
              option_value=n.value(step.attribute, value) if by_attribute else -1)  # fmt: skip
    period = c.size("branch_time")
    for time, shares in step.shares:
        c.add(branch_time=time, branch_row=c.size("thresholds"))
        for threshold in cumulative(shares):
            c.add(thresholds=threshold)
    c.add(option_first=first, option_last=c.size("option_step"),
          period_first=period, period_last=c.size("branch_time"))  # fmt: skip
