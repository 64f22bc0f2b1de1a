"""Loops in which no time passes and that neither chance nor anything else is sure to leave."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from fractions import Fraction

from sim.scenario import steps as s
from sim.scenario.checks.record import Record
from sim.scenario.dated import Shares
from sim.scenario.law import Law
from sim.scenario.route import closure, followers

INSTANT = (s.Release, s.Put, s.Deadline, s.Clear, s.Branch, s.SetStep, s.Spawn)
_CLOSE = Fraction(1, 10**9)
Steps = Mapping[str, s.AnyStep]


def check(record: Record) -> None:
    """One that chance leaves ends by itself, sooner or later; how late is for the run to see."""
    steps = trap({name: step for name, step in record.whole.steps.items() if is_instant(step)})
    edges = {name: [f for f in followers(step) if f in steps] for name, step in steps.items()}
    told: set[str] = set()
    for name in steps:
        if name in told or name not in closure(edges, edges[name]):
            continue
        loop = [n for n in steps if n in closure(edges, [name]) and name in closure(edges, [n])]
        told.update(loop)
        found = f"a loop in which no time passes ({' -> '.join([*loop, loop[0]])})"
        wanted = "a step in it that waits, serves or delays, or a chance to leave it"
        record.no(f"steps.{name}", found, wanted)


def trap(instant: Steps, sent: Mapping[str, str] | None = None) -> dict[str, s.AnyStep]:
    """Of steps that take no time, those among which some entity may stay whatever chance does.

    The greatest set that every step in it keeps one in: a branch by chance only if all its ways that are
    open at some date do, one by an attribute if any does. From those in `sent` one goes where it says.
    """
    kept, only = dict(instant), sent or {}
    while True:
        inside = {
            name: step for name, step in kept.items()
            if (only[name] in kept if name in only else _keeps(step, kept))
        }  # fmt: skip
        if len(inside) == len(kept):
            return inside
        kept = inside


def _keeps(step: s.AnyStep, kept: Collection[str]) -> bool:
    if isinstance(step, s.Branch) and not isinstance(step.branch, str):
        return any(all(step.to.get(way) in kept for way in _open(of)) for _, of in step.branch.points)
    return any(name in kept for name in followers(step))


def _open(of: Shares) -> Iterator[str]:
    """Choices that are ever made."""
    left = 1 - sum((q.exact for _, q in of.of if q is not None), start=Fraction(0))
    for way, q in of.of:
        if (left > _CLOSE) if q is None else q.exact > 0:
            yield way


def is_nothing(law: Law) -> bool:
    """Whether it is no time at all."""
    return law.kind == "constant" and law.given["value"].value == 0


def is_instant(step: s.AnyStep) -> bool:
    if isinstance(step, s.Delay):
        return is_nothing(step.delay)
    return isinstance(step, INSTANT)
