"""A network in which people of different attributes have steps of their own, as far as a branch asks.

In the fluid program a branch by an attribute would otherwise be a free choice: whoever a route sends to
a jail could be taken at a check-in.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from sim.network.graph import followers
from sim.network.model import (
    Attribute,
    Bump,
    Evict,
    Model,
    Op,
    Orders,
    Patience,
    Room,
    Step,
    Stream,
)

Known = frozenset[tuple[str, str]]
"""(attribute, value) pairs that are known of whoever is there."""
Way = TypeVar("Way", Patience, Room, Bump, Evict)
_NOTHING: Known = frozenset()


def unfolded(model: Model) -> tuple[Model, dict[str, tuple[str, ...]]]:
    """The network with a copy of each step for all that is known there, and the copies by step.

    Nothing is known of those who are there at the start, nor after a jump or a spawn: for them a branch
    by an attribute stays a free choice, which loosens the program. So it does where nobody sets a value.
    """
    asked = _asked(model)
    steps, states = _Copies(model, asked), dict[str, tuple[str, ...]]()
    streams = tuple(replace(s, enters=steps.entered(s)) for s in model.streams)
    orders = tuple(replace(o, enters=steps.entered(o)) for o in model.orders)
    for of in model.initial:
        for name in (of.at, *of.clocks):
            steps.want(name, _NOTHING)
    steps.make()
    for (name, _), copy in steps.named.items():
        states[name] = (*states.get(name, ()), copy)
    made = (*steps.first, *steps.made)
    return replace(model, steps=made, streams=streams, orders=orders), states


def _asked(model: Model) -> dict[str, frozenset[str]]:
    """By step, the attributes that some branch on the way from there asks for, before it is set anew."""
    steps = {s.name: s for s in model.steps}
    found = {name: frozenset[str]() for name in steps}
    changed = True
    while changed:
        changed = False
        for step in reversed(model.steps):
            later = (found[to] for to in followers(step, moves=False))
            live = frozenset[str]().union(*later)
            if step.op is Op.SET and step.attribute is not None:
                live -= {step.attribute}
            if _by_attribute(step) and step.attribute is not None:
                live |= {step.attribute}
            if live != found[step.name]:
                found[step.name], changed = live, True
    return found


def _by_attribute(step: Step) -> bool:
    return step.op is Op.BRANCH and not step.shares


class _Copies:
    """Copies wanted and made; `first` are branches by chance that stand before them."""

    def __init__(self, model: Model, asked: dict[str, frozenset[str]]) -> None:
        self.steps, self.asked = {s.name: s for s in model.steps}, asked
        self.named: dict[tuple[str, Known], str] = {}
        self.left: list[tuple[str, Known]] = []
        self.made: list[Step] = []
        self.first: list[Step] = []

    def want(self, name: str, known: Iterable[tuple[str, str]]) -> str:
        """Name of the copy of a step for what is known, which is made in time."""
        key = (name, frozenset(pair for pair in known if pair[0] in self.asked[name]))
        if key not in self.named:
            told = ", ".join(value for _, value in sorted(key[1]))
            self.named[key] = f"{name} ({told})" if told else name
            self.left.append(key)
        return self.named[key]

    def entered(self, source: Stream | Orders) -> str:
        """Where a source enters: branches that draw what is asked for later, if any is."""
        drawn = [a for a in source.attributes if a.name in self.asked[source.enters]]
        return self._drawn(source.name, source.enters, drawn, ())

    def _drawn(
        self, name: str, enters: str, left: Sequence[Attribute], known: tuple[tuple[str, str], ...]
    ) -> str:
        if not left:
            return self.want(enters, known)
        now, *rest = left
        values = tuple(dict.fromkeys(v for _, shares in now.shares for v, _ in shares))
        options = tuple(
            (v, self._drawn(name, enters, rest, (*known, (now.name, v)))) for v in values
        )
        told = ", ".join(value for _, value in known)
        step = f"{name}: {now.name}" + (f" ({told})" if told else "")
        chances = tuple((t, tuple(dict(s).get(v, 0.0) for v in values)) for t, s in now.shares)
        self.first.append(Step(step, Op.BRANCH, options=options, shares=chances))
        return step

    def make(self) -> None:
        while self.left:
            name, known = self.left.pop()
            self.made.append(self._copy(self.steps[name], known))

    def _copy(self, step: Step, known: Known) -> Step:
        after = known
        if step.op is Op.SET and step.attribute is not None and step.value is not None:
            others = frozenset(pair for pair in known if pair[0] != step.attribute)
            after = others | {(step.attribute, step.value)}
        kept = _NOTHING if step.op is Op.DEADLINE else known
        ways = _open(step, known)
        return replace(
            step,
            name=self.named[(step.name, known)],
            next=step.next and self.want(step.next, after),
            to=step.to and self.want(step.to, kept),
            enters=step.enters and self.want(step.enters, _NOTHING),
            options=tuple((v, self.want(to, known)) for (v, to), _ in ways),
            shares=tuple((t, tuple(p[i] for _, i in ways)) for t, p in step.shares),
            patience=step.patience and self._turned(step.patience, known),
            room=step.room and self._turned(step.room, known),
            bump=step.bump and self._turned(step.bump, _NOTHING),
            evict=step.evict and self._turned(step.evict, _NOTHING),
        )

    def _turned(self, way: Way, known: Known) -> Way:
        return replace(way, to=self.want(way.to, known))


def _open(step: Step, known: Known) -> list[tuple[tuple[str, str], int]]:
    """Options of a branch, with their places, that are open to whom this is known of."""
    options = [(pair, i) for i, pair in enumerate(step.options)]
    if not _by_attribute(step):
        return [(pair, i) for pair, i in options if any(chances[i] for _, chances in step.shares)]
    value = dict(known).get(step.attribute or "")
    return [(pair, i) for pair, i in options if pair[0] == value] or options
