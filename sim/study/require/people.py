"""What people do in the fluid program: come, wait, pass time, give up and expire."""

from __future__ import annotations

import numpy as np

from sim.network.model import DAY, Distribution, Op, Preempt, Step
from sim.study.require.capacities import greatest, with_level
from sim.study.require.columns import Flow, at_once
from sim.study.require.laws import beyond, quantile, within
from sim.verdict.asked import WEEK

KEPT = 1
"""[weeks] Where nobody may be saved up for the dates asked about, nobody who came after the start stands
in line for longer: who would is lost to the fluid."""
_AGES = 40


def balance(flow: Flow, step: Step) -> None:
    if step.op is Op.EXIT:
        return
    for t in range(flow.periods):
        row = flow.equal.new(0.0)
        flow.come_in(flow.equal, row, step.name, t, 1.0)
        for key in flow.out[step.name]:
            flow.equal.add(row, flow.column(key, t), -1.0)
        if step.name in flow.there:
            flow.equal.add(row, flow.there[step.name] + t, -1.0)
            if t:
                flow.equal.add(row, flow.there[step.name] + t - 1, 1.0)
        flow.equal.right[row] = -flow.initial[step.name] if t == 0 else 0.0


def branch(flow: Flow, step: Step) -> None:
    """An option gets at most its greatest share in the period."""
    keys = [(step.name, f"option {i}") for i in range(len(step.options))]
    for t in range(flow.periods):
        first, last = flow.edges[t] * DAY, flow.edges[t + 1] * DAY
        for i, key in enumerate(keys):
            share = max(
                values[i]
                for n, (since, values) in enumerate(step.shares)
                if (since < last or n == 0)
                and (n + 1 == len(step.shares) or step.shares[n + 1][0] > first)
            )
            row = flow.at_most.new(0.0)
            for other in keys:
                flow.at_most.add(row, flow.column(other, t), float(other == key) - share)


def _done_by(flow: Flow, law: Distribution, first: int, last: int) -> float:
    """Share of those who came in a period who are done by the end of another, come at its start."""
    return within(law, float((flow.edges[last + 1] - flow.edges[first]) * DAY))


def _lagged(flow: Flow, name: str, law: Distribution, t: int, row: int) -> None:
    """Takes off those who came to a step and may be done by the end of period t."""
    for u in range(t + 1):
        share = _done_by(flow, law, u, t)
        flow.come_in(flow.at_most, row, name, u, -share)


def delay(flow: Flow, step: Step) -> None:
    """No more leave than came long enough ago."""
    assert step.law is not None
    for t in range(flow.periods):
        row = flow.at_most.new(_of_initial(flow, step, t))
        for u in range(t + 1):
            flow.go_on(flow.at_most, row, step.name, u, 1.0)
        _lagged(flow, step.name, step.law, t, row)


def delay_is_over(flow: Flow, step: Step) -> None:
    """No more are still there than came late enough, all at the end of their period."""
    assert step.law is not None
    for t in range(flow.periods):
        row = flow.at_most.new(flow.initial[step.name])
        flow.at_most.add(row, flow.there[step.name] + t, 1.0)
        for u in range(t + 1):
            still = beyond(step.law, float((flow.edges[t + 1] - flow.edges[u + 1]) * DAY))
            if still > _NONE:
                flow.come_in(flow.at_most, row, step.name, u, -still)


_NONE = 1e-12


def not_hoarded(flow: Flow, step: Step) -> None:
    """Those in line came in the last weeks or were there at the start; in service, somewhat earlier."""
    for t in range(flow.periods):
        row = flow.at_most.new(flow.initial[step.name])
        flow.at_most.add(row, flow.there[step.name] + t, 1.0)
        for u in range(t + 1):
            since = (flow.edges[t + 1] - flow.edges[u + 1] - (KEPT - 1) * WEEK) * DAY
            share = 1.0 if since <= 0 else in_service(flow, step, since)
            if share > _NONE:
                flow.come_in(flow.at_most, row, step.name, u, -share)
        _stopped(flow, row, step)


def in_service(flow: Flow, step: Step, since: int) -> float:
    """Greatest share that is still served so long after it was begun [us], if it never is stopped."""
    if step.op is not Op.SERVE:
        return 0.0
    assert step.law is not None
    most = 1.0 if step.effort is None else max(m for _, m in step.effort.table)
    return beyond(step.law, since / most) if most > 0 else 0.0


def _stopped(flow: Flow, row: int, step: Step) -> None:
    """Whose service can be stopped for a time may be there for long, one a server."""
    if step.op is not Op.SERVE:
        return
    desk = next(s for s in flow.model.stations if s.name == step.objects[0])
    if desk.capacity.pause or step.preempt is not Preempt.NONE:
        with_level(flow, row, desk.name, -1.0, greatest(flow.model, desk.name))


def _of_initial(flow: Flow, step: Step, t: int) -> float:
    """Members of the start who may have left a delay by the end of period t."""
    assert step.law is not None
    end = float(flow.edges[t + 1] * DAY)
    total = 0.0
    for of in flow.model.initial:
        if of.at != step.name:
            continue
        shares = (np.arange(_AGES) + 0.5) / _AGES
        ages = [0.0] if of.spent is None else [quantile(of.spent, float(u)) for u in shares]
        left = [_left(step.law, max(0.0, age), end) for age in ages]
        total += of.count * float(np.mean(left))
    return total


def _left(law: Distribution, age: float, end: float) -> float:
    still = beyond(law, age)
    return 1.0 if still <= 0.0 else min(1.0, 1.0 - beyond(law, age + end) / still)


def gate(flow: Flow, step: Step) -> None:
    gate = next(g for g in flow.model.gates if g.name == step.objects[0])
    for t in range(flow.periods):
        first, last = flow.edges[t] * DAY, flow.edges[t + 1] * DAY
        if any(a <= first and b >= last for a, b in gate.closed):
            row = flow.at_most.new(0.0)
            flow.at_most.add(row, flow.column((step.name, "next"), t), 1.0)


def gives_up(flow: Flow, step: Step) -> None:
    """No more run out of patience than came long enough ago."""
    assert step.patience is not None
    ways = [k for k in flow.out[step.name] if flow.ways[k] == step.patience.to and k[1] != "next"]
    others = len([k for k in flow.out[step.name] if k[1].startswith("away")])
    if others != 1 or flow.initial[step.name]:
        return
    for t in range(flow.periods):
        row = flow.at_most.new(0.0)
        for u in range(t + 1):
            for key in ways:
                if key[1].startswith("away"):
                    flow.at_most.add(row, flow.column(key, u), 1.0)
        _lagged(flow, step.name, step.patience.after, t, row)


def expires(flow: Flow, step: Step) -> None:
    """No more clocks run out than were started long enough ago, by all deadlines that lead there."""
    alike = [s for s in flow.model.steps if s.op is Op.DEADLINE and s.to == step.to]
    moves = [s for s in flow.model.steps if (s.bump and s.bump.to == step.to) or
             (s.evict and s.evict.to == step.to)]  # fmt: skip
    if moves or step is not alike[0]:
        return
    clocks = {c for s in alike for c in (*s.objects, s.name)}
    started = sum(of.count for of in flow.model.initial if clocks & set(of.clocks))
    for t in range(flow.periods):
        row = flow.at_most.new(float(started))
        for origin in flow.jumps.get(step.to or "", ()):
            for u in range(t + 1):
                flow.at_most.add(row, flow.column((origin, f"jump {step.to}"), u), 1.0)
        for one in alike:
            assert one.law is not None
            _lagged(flow, one.name, one.law, t, row)


def not_kept(flow: Flow, name: str, carried: int) -> None:
    """Orders that nobody began are gone after their days, where nobody else waits beside them."""
    ordered = {o.enters for o in flow.model.orders}
    step = flow.steps[name]
    if step.op is Op.DELAY or flow.initial[name] or not _only_ordered(flow, name, ordered):
        return
    before = flow.before(name) | {name}
    each_day = {o.name: np.array(o.counts) for o in flow.model.orders if o.enters in before}
    for t in range(flow.periods):
        last = flow.edges[t + 1]
        days = np.arange(last)[::-1]
        still = [1.0 if d < carried else in_service(flow, step, (d - carried) * DAY) for d in days]
        row = flow.at_most.new(0.0)
        for source, counts in each_day.items():
            flow.at_most.add(row, flow.given[source], -float(counts[:last] @ np.array(still)))
        flow.at_most.add(row, flow.there[name] + t, 1.0)
        _stopped(flow, row, step)


def _only_ordered(flow: Flow, name: str, ordered: set[str]) -> bool:
    left, seen = [name], set[str]()
    while left:
        here = left.pop()
        if here in seen:
            continue
        seen.add(here)
        if any(s.enters == here for s in flow.model.streams):
            return False
        befores = [key[0] for key, _ in flow.come[here]]
        if not befores and here not in ordered:
            return False
        if not all(at_once(flow.steps[b]) for b in befores):
            return False
        left += befores
    return True


def not_waited_for(flow: Flow, step: Step) -> None:
    """Nobody waits for a stock that holds more from the start than all who may ever come could take."""
    stock = next(s for s in flow.model.stocks if s.name == step.objects[0])
    takes = [s for s in flow.model.steps if s.op is Op.TAKE and stock.name in s.objects]
    if any(units < 0 for _, units in stock.puts):
        return
    most = sum(_may_come(flow, take.name) * take.units for take in takes)
    if most <= stock.initial:
        for t in range(flow.periods):
            flow.at_most.add(flow.at_most.new(0.0), flow.there[step.name] + t, 1.0)


def _may_come(flow: Flow, name: str) -> float:
    """How many can come to a step in all; infinite where one may come twice, or many may be made."""
    before = flow.before(name)
    if name in before or any(flow.steps[b].op is Op.SPAWN for b in before):
        return float("inf")
    before |= {name}
    sources = sum(float(n.sum()) for s, n in flow.sources.items() if flow.enters[s] in before)
    return sources + sum(flow.initial[b] for b in before)
