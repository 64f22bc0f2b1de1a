"""Where people can come to be, and where they surely hold a unit of a pool."""

from __future__ import annotations

from sim.network.graph import followers
from sim.network.model import Model, Op

Held = frozenset[tuple[tuple[str, ...], int]]
"""(pools of one seize, units) that are surely held."""


def reached(model: Model, start: str | None, clocks: tuple[str, ...]) -> set[str]:
    """Steps on the way from `start`, as far as none of the clocks is stopped."""
    steps = {s.name: s for s in model.steps}
    found, left = set[str](), [start] if start else []
    while left:
        name = left.pop()
        if name is None or name in found:
            continue
        found.add(name)
        step = steps[name]
        if step.op is Op.CLEAR and set(step.objects) & set(clocks):
            continue
        left += list(followers(step))
    return found


def holders(model: Model) -> dict[tuple[str, ...], dict[str, int]]:
    """By set of pools, the steps at which a unit of one of them is surely held, and how many."""
    sure = _sure(model)
    groups = {held[0] for at in sure.values() for held in at}
    found: dict[tuple[str, ...], dict[str, int]] = {}
    for group in sorted(groups):
        inside = {name: sum(n for pools, n in at if set(pools) <= set(group))
                  for name, at in sure.items()}  # fmt: skip
        found[group] = {name: n for name, n in inside.items() if n}
    return found


def _sure(model: Model) -> dict[str, Held]:
    """What is held on every way to a step; jumps are taken to lose everything."""
    steps = {s.name: s for s in model.steps}
    at: dict[str, Held] = {}
    left: list[tuple[str, Held]] = [(s.enters, frozenset()) for s in model.streams]
    left += [(o.enters, frozenset()) for o in model.orders]
    left += [(i.at, frozenset(((p,), 1) for p in i.holds)) for i in model.initial]
    for step in model.steps:
        jumps = [step.bump.to] if step.bump else []
        jumps += [step.evict.to] if step.evict else []
        jumps += [step.to] if step.op is Op.DEADLINE and step.to else []
        jumps += [step.enters] if step.enters else []
        left += [(to, frozenset()) for to in jumps]
    while left:
        name, held = left.pop()
        known = at.get(name)
        now = held if known is None else known & held
        if known is not None and now == known:
            continue
        at[name] = now
        step = steps[name]
        after = now
        if step.op is Op.SEIZE:
            after = now | {(step.objects, step.units)}
        elif step.op is Op.RELEASE:
            after = frozenset(h for h in now if not set(h[0]) & set(step.objects))
        for to in followers(step, moves=False):
            left.append((to, after if to == step.next else now))
    return at
