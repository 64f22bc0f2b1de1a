"""Which step may follow which."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from sim.network.model import Op, Step

Edges = Mapping[str, Sequence[str]]


def followers(step: Step, moves: bool = True) -> Iterator[str]:
    """Steps the entity may go to from `step`: next, options, refusals, expiries and, with `moves`,
    where bumped, evicted and expired people (who may be anywhere) are sent."""
    if step.next is not None:
        yield step.next
    if step.to is not None and (step.op is not Op.DEADLINE or moves):
        yield step.to
    if step.patience is not None:
        yield step.patience.to
    if step.room is not None:
        yield step.room.to
    for _, target in step.options:
        yield target


def edges_of(steps: Sequence[Step]) -> dict[str, list[str]]:
    return {step.name: list(followers(step)) for step in steps}


def backwards(edges: Edges) -> dict[str, list[str]]:
    """Every edge turned round."""
    back: dict[str, list[str]] = {name: [] for name in edges}
    for name, targets in edges.items():
        for target in targets:
            back[target].append(name)
    return back


def closure(edges: Edges, start: Iterable[str], stop: Collection[str] = ()) -> set[str]:
    """Everything that can be come to from `start`, itself included, without going on from `stop`."""
    seen: set[str] = set()
    work = list(start)
    while work:
        name = work.pop()
        if name in seen:
            continue
        seen.add(name)
        if name not in stop:
            work.extend(edges[name])
    return seen


def cyclic(edges: Edges) -> set[str]:
    """Steps that can be come to again from themselves.

    Source: strongly connected components by two searches, Kosaraju (Sharir 1981).
    """
    back, done, found = backwards(edges), set[str](), set[str]()
    for name in reversed(_left(edges)):
        if name in done:
            continue
        component = closure(back, [name], stop=done) - done
        done |= component
        if len(component) > 1 or name in edges[name]:
            found |= component
    return found


def _left(edges: Edges) -> list[str]:
    """Steps in the order in which a search, depth first, leaves them."""
    seen: set[str] = set()
    order: list[str] = []
    for root in edges:
        path = [] if root in seen else [(root, iter(edges[root]))]
        seen.add(root)
        while path:
            follower = next((f for f in path[-1][1] if f not in seen), None)
            if follower is None:
                order.append(path.pop()[0])
            else:
                seen.add(follower)
                path.append((follower, iter(edges[follower])))
    return order


def with_moves(steps: Sequence[Step]) -> list[Step]:
    """Steps with an edge to wherever bump, evict and deadlines may send somebody who is there."""
    moved = [s.bump.to for s in steps if s.bump] + [s.evict.to for s in steps if s.evict]
    moved += [s.to for s in steps if s.op is Op.DEADLINE and s.to]
    extra = tuple((f"move {i}", target) for i, target in enumerate(dict.fromkeys(moved)))
    waits = (Op.SEIZE, Op.SERVE, Op.DELAY, Op.DEPART, Op.GATE, Op.TAKE)
    return [replace(s, options=s.options + extra) if s.op in waits else s for s in steps]


def between(steps: Sequence[Step], gate: Step, through: str) -> list[str]:
    """Steps after the gate from which `through` can still be reached, and `through` itself."""
    edges = edges_of(steps)
    ahead = closure(edges, [gate.next] if gate.next else [], stop={through, gate.name})
    behind = closure(backwards(edges), [through], stop={gate.name})
    return [s.name for s in steps if s.name in ahead and s.name in behind and s.name != gate.name]
