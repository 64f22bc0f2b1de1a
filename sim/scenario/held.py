"""What an entity can hold at each step: the route as a graph of steps and held pools."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario import steps as s
from sim.scenario.grammar import InitialOf, Whole


def followers(step: s.AnyStep) -> Iterator[str]:
    """Steps that one may go to by its own doing: onward, refused, out of patience, diverted."""
    if isinstance(step, s.Onward):
        yield step.next
    if isinstance(step, s.Branch):
        yield from step.to.values()
    patience = getattr(step, "patience", None)
    if isinstance(patience, s.Patience):
        yield patience.to
    if isinstance(step, s.Serve) and step.room is not None:
        yield step.room.to
    if isinstance(step, s.Gate) and step.closed.to is not None:
        yield step.closed.to
    if isinstance(step, s.Take) and step.empty.to is not None:
        yield step.empty.to


def pools_on_the_way(whole: Whole, name: str) -> tuple[str, ...]:
    """Pools that an initial stock holds: as written, else those given back before being seized."""
    initial = whole.initial[name]
    if initial.holds is not None:
        return initial.holds
    found = set(_given_back(whole, initial))
    return tuple(pool for pool in whole.pools if pool in found)


def _given_back(whole: Whole, initial: InitialOf) -> Iterator[str]:
    work = [(initial.at, frozenset[str]())]
    seen = set(work)
    while work:
        name, seized = work.pop()
        step = whole.steps.get(name)
        if step is None:
            continue
        if isinstance(step, s.Release) and not seized & set(step.release):
            yield from step.release
        if isinstance(step, s.Seize):
            seized = seized | set(step.seize)
        for follower in followers(step):
            if (follower, seized) not in seen:
                seen.add((follower, seized))
                work.append((follower, seized))
