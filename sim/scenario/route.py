"""The route as a graph: where one may go from each step, holding what."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from sim.scenario import steps as s
from sim.scenario.grammar import InitialOf, Whole

MOST_STATES = 50_000
LINED = (s.Seize, s.Serve, s.Depart, s.Gate, s.Take)
WAITS = (*LINED, s.Delay)


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
    for _, to in diverted(step):
        yield to


def diverted(step: s.AnyStep) -> Iterator[tuple[str, str]]:
    """(key, step) where those go who would else wait at a closed gate or an empty stock."""
    if isinstance(step, s.Gate) and step.closed.to is not None:
        yield "closed", step.closed.to
    if isinstance(step, s.Take) and step.empty.to is not None:
        yield "empty", step.empty.to


def pools_on_the_way(whole: Whole, name: str) -> tuple[str, ...]:
    """Pools that an initial stock holds: as written, else those given back before being seized.

    Of a release that lists several, the first that no other release has named.
    """
    initial = whole.initial[name]
    if initial.holds is not None:
        return initial.holds
    found: set[str] = set()
    for pools in sorted(_given_back(whole, initial), key=len):
        if not found & set(pools):
            found.add(pools[0])
    return tuple(pool for pool in whole.pools if pool in found)


def _given_back(whole: Whole, initial: InitialOf) -> set[tuple[str, ...]]:
    """Lists of pools of the releases met before any of them was seized."""
    first = (initial.at, frozenset[str]())
    work, seen, found = [first], {first}, set[tuple[str, ...]]()
    while work:
        name, seized = work.pop()
        step = whole.steps.get(name)
        if step is None:
            continue
        if isinstance(step, s.Release) and not seized & set(step.release):
            found.add(step.release)
        if isinstance(step, s.Seize):
            seized = seized | set(step.seize)
        for follower in followers(step):
            if (follower, seized) not in seen:
                seen.add((follower, seized))
                work.append((follower, seized))
    return found


class State(NamedTuple):
    """Being at a step with pools held and clocks running (clock, deadline step).

    `sure` is false after a bump, whose victims cannot be told from the file.
    """

    step: str
    held: frozenset[str]
    clocks: frozenset[tuple[str, str]]
    sure: bool


@dataclass
class Explored:
    """All states that can be seen, each with the one it was first reached from.

    `complete` is false if there were too many to look at.
    """

    came_from: dict[State, State | None] = field(default_factory=dict)
    edges: set[tuple[str, str]] = field(default_factory=set)
    complete: bool = True

    def way(self, state: State) -> str:
        """The steps that lead to a state, as `a -> b -> c`."""
        names: list[str] = []
        current: State | None = state
        while current is not None:
            names.append(current.step)
            current = self.came_from[current]
        names.reverse()
        return " -> ".join(names if len(names) < 9 else [*names[:3], "...", *names[-4:]])

    def reached(self) -> set[str]:
        return {state.step for state in self.came_from}


def entered(whole: Whole) -> list[str]:
    """Steps that streams and orders enter."""
    streams = [source.enters for source in whole.streams.values()]
    return streams + [source.enters for source in whole.orders.values()]


def entries(whole: Whole) -> Iterator[State]:
    """The states in which entities come to be, those spawned included."""
    none: frozenset[str] = frozenset()
    no_clocks: frozenset[tuple[str, str]] = frozenset()
    for enters in entered(whole):
        yield State(enters, none, no_clocks, True)
    for name, initial in whole.initial.items():
        held = frozenset(pools_on_the_way(whole, name))
        running = frozenset(_clocks(whole, initial.clocks))
        yield State(initial.at, held, running, True)


def _clocks(whole: Whole, deadlines: Iterable[str]) -> Iterator[tuple[str, str]]:
    for name in deadlines:
        step = whole.steps.get(name)
        if isinstance(step, s.Deadline):
            yield step.deadline, name


def explore(whole: Whole) -> Explored:
    """Every state reachable from the entries. Names must be known to be right."""
    found = Explored()
    mover = Moves(whole)
    work: deque[State] = deque()

    def see(state: State, origin: State | None) -> None:
        if state not in found.came_from:
            found.came_from[state] = origin
            work.append(state)

    for entry in entries(whole):
        see(entry, None)
    while work:
        if len(found.came_from) > MOST_STATES:
            found.complete = False
            break
        state = work.popleft()
        for after in (*_onward(whole.steps[state.step], state), *mover.of(state)):
            found.edges.add((state.step, after.step))
            see(after, state)
        step = whole.steps[state.step]
        if isinstance(step, s.Spawn):
            see(State(step.spawn, frozenset(), frozenset(), state.sure), state)
    return found


def _onward(step: s.AnyStep, state: State) -> Iterator[State]:
    """States after a step by one's own doing."""
    if isinstance(step, s.Seize):
        for pool in step.seize:
            yield state._replace(step=step.next, held=state.held | {pool})
        if step.patience is not None:
            yield state._replace(step=step.patience.to)
        return
    if isinstance(step, s.Release):
        yield state._replace(step=step.next, held=state.held - set(step.release))
        return
    if isinstance(step, s.Deadline):
        others = {(c, d) for c, d in state.clocks if c != step.deadline}
        own = (step.deadline, state.step)
        yield state._replace(step=step.next, clocks=frozenset({*others, own}))
        return
    if isinstance(step, s.Clear):
        others = {(c, d) for c, d in state.clocks if c != step.clear}
        yield state._replace(step=step.next, clocks=frozenset(others))
        return
    for name in followers(step):
        yield state._replace(step=name)


class Moves:
    """Where deadlines, bumps and closing gates send people who wait or are at work."""

    def __init__(self, whole: Whole) -> None:
        self.whole = whole
        self.bumps = [(x.seize, x.bump) for x in whole.steps.values()
                      if isinstance(x, s.Seize) and x.bump is not None]  # fmt: skip
        self.evicts = [(beyond(whole, n, x.evict.through), x.evict)
                       for n, x in whole.steps.items()
                       if isinstance(x, s.Gate) and x.evict is not None]  # fmt: skip

    def of(self, state: State) -> Iterator[State]:
        if not isinstance(self.whole.steps[state.step], WAITS):
            return
        for clock, name in state.clocks:
            deadline = self.whole.steps[name]
            assert isinstance(deadline, s.Deadline)
            held = state.held - set(deadline.release)
            yield State(deadline.to, held, state.clocks - {(clock, name)}, state.sure)
        for pools, bump in self.bumps:
            for pool in set(pools) & state.held:
                held = state.held - {pool, *bump.release}
                yield State(bump.to, held, state.clocks, False)
        for inside, evict in self.evicts:
            if state.step in inside:
                held = state.held - set(evict.release)
                yield state._replace(step=evict.to, held=held)


def beyond(whole: Whole, gate: str, through: str) -> set[str]:
    """Steps after a gate from which `through` can still be reached, and `through` itself."""
    step = whole.steps[gate]
    start = [step.next] if isinstance(step, s.Onward) else []
    onward = {name: list(followers(of)) for name, of in whole.steps.items()}
    back: dict[str, list[str]] = {name: [] for name in onward}
    for name, targets in onward.items():
        for target in targets:
            back[target].append(name)
    ahead = closure(onward, start, {through, gate})
    return (ahead & closure(back, [through], {gate})) - {gate}


def closure(
    edges: dict[str, list[str]], start: Iterable[str], stop: Iterable[str] = ()
) -> set[str]:
    """All that can be reached along edges, without going on from those in `stop`."""
    halt, seen, work = set(stop), set[str](), list(start)
    while work:
        name = work.pop()
        if name in seen:
            continue
        seen.add(name)
        if name not in halt:
            work.extend(edges.get(name, ()))
    return seen
