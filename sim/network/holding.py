"""Which ways out are open to those who have held a unit of a pool."""

from __future__ import annotations

from collections.abc import Iterator

from sim.network.graph import followers
from sim.network.model import Model, Op, Step

_At = tuple[str, bool]
"""A step and whether who is there has ever held anything."""


def held_before(model: Model) -> dict[str, bool | None]:
    """By outcome: True if all who leave so have held a unit of a pool, False if none has, else None."""
    found: dict[str, set[bool]] = {}
    steps = {step.name: step for step in model.steps}
    for name, held in _reached(model, steps):
        outcome = steps[name].outcome
        if outcome is not None:
            found.setdefault(outcome, set()).add(held)
    return {name: flags.pop() if len(flags) == 1 else None for name, flags in found.items()}


def _reached(model: Model, steps: dict[str, Step]) -> set[_At]:
    waiting: list[_At] = [(stream.enters, False) for stream in model.streams]
    waiting += [(orders.enters, False) for orders in model.orders]
    waiting += [(of.at, bool(of.holds)) for of in model.initial]
    seen: set[_At] = set()
    while waiting:
        at = waiting.pop()
        if at not in seen:
            seen.add(at)
            waiting += _after(steps[at[0]], at[1])
    return seen


def _after(step: Step, held: bool) -> Iterator[_At]:
    """Where one may go from a step; only a granted seize makes a holder of whoever was none."""
    if step.enters is not None:
        yield step.enters, False
    if step.bump is not None:
        yield step.bump.to, True
    if step.evict is not None:
        yield step.evict.to, held
    for name in followers(step):
        granted = step.op is Op.SEIZE and name == step.next
        yield name, held or granted
    if step.op is Op.DEADLINE and step.to is not None and not held:
        yield step.to, True  # the clock may run out after something was seized
