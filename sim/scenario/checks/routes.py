"""Routes: every step reached, every route left, everything held given back."""

from __future__ import annotations

from collections.abc import Iterator

from sim.errors import listing, quote
from sim.scenario import steps as s
from sim.scenario.checks import loops
from sim.scenario.checks.loops import is_nothing, trap
from sim.scenario.checks.record import Record
from sim.scenario.route import Explored, State, beyond, closure, diverted, entered, followers

MOST_GENERATIONS = 3


def check(record: Record) -> None:
    whole = record.whole
    if not (whole.streams or whole.orders or whole.initial):
        record.no("", "no streams, orders or initial stocks", "one source of entities at least")
        return
    _branches(record)
    found = record.explored
    if found.complete:
        if not record.problems:
            _unreached(record, found)
        _held(record, found)
    _endless(record, found)
    loops.check(record)
    _turned_back(record)
    _generations(record)
    _evictions(record)


def _unreached(record: Record, found: Explored) -> None:
    """Steps that nobody comes to; not those that would be come to from another such step."""
    steps, reached = record.whole.steps, found.reached()
    edges = {name: list(followers(step)) for name, step in steps.items()}
    told: set[str] = set()
    for name in steps:
        if name in reached or name in told:
            continue
        before = [n for n in steps if n not in reached and name in closure(edges, edges[n])]
        after = closure(edges, [name])
        if all(n in after for n in before):
            record.no(f"steps.{name}", "a step that nobody comes to", "a way to it, or none of it")
        told |= after


def _held(record: Record, found: Explored) -> None:
    told: set[tuple[str, str]] = set()
    for state in found.came_from:
        fault = _fault(record.whole.steps[state.step], state) if state.sure else None
        if fault is None or (state.step, fault[0]) in told:
            continue
        told.add((state.step, fault[0]))
        record.no(f"steps.{state.step}", f"{fault[0]} (by {found.way(state)})", fault[1])


def _fault(step: s.AnyStep, state: State) -> tuple[str, str] | None:
    if isinstance(step, s.Exit) and state.held:
        pools = listing((quote(pool) for pool in sorted(state.held)), "and")
        return f"an exit with {pools} still held", "a release before it"
    if isinstance(step, s.Release) and not state.held & set(step.release):
        pools = listing(quote(pool) for pool in step.release)
        return f"a release of {pools}, not held", "a seize before it"
    if isinstance(step, s.Seize) and state.held & set(step.seize):
        pool = next(pool for pool in step.seize if pool in state.held)
        return f"a seize of {quote(pool)}, held already", "a release before it"
    return None


def _endless(record: Record, found: Explored) -> None:
    """Steps from which no exit can be reached by those who came in; a closed stock may stay."""
    whole = record.whole
    onward: dict[str, list[str]] = {}
    back: dict[str, list[str]] = {}
    for first, second in sorted(found.edges):
        onward.setdefault(first, []).append(second)
        back.setdefault(second, []).append(first)
    exits = [name for name, step in whole.steps.items() if isinstance(step, s.Exit)]
    leaving = closure(back, exits)
    spawned = [x.spawn for x in whole.steps.values() if isinstance(x, s.Spawn)]
    stuck = closure(onward, entered(whole) + spawned) - leaving
    first_stuck = next((name for name in whole.steps if name in stuck), None)
    if first_stuck is not None:
        others = [name for name in whole.steps if name in stuck and name != first_stuck]
        also = f" (nor has {listing(map(quote, others))})" if others else ""
        record.no(f"steps.{first_stuck}", f"no way from it to an exit{also}", "one")


def _turned_back(record: Record) -> None:
    """Steps that send back to themselves, at once and again and again, whom they do not take."""
    steps = record.whole.steps
    for name, step in steps.items():
        for key, target in _diversions(step):
            passed = _passed(steps, name, target)
            if passed is not None:
                found = f"the way back to it at once ({' -> '.join([name, *passed, name])})"
            elif name in trap({**_chances(steps, step), name: step}, {name: target}):
                found = "a way on which no time passes and chance leads back to it alone"
            else:
                continue
            record.no(f"steps.{name}.{key}", found, "a step that waits on the way, or another")


def _passed(steps: dict[str, s.AnyStep], name: str, target: str) -> list[str] | None:
    """The steps that one passes from `target` to the step that sent one there; None if it is not the next."""
    at, passed = target, list[str]()
    while at != name and at not in passed and _passes(steps[at], steps[name]):
        passed.append(at)
        at = steps[at].next  # type: ignore[union-attr]  # those that pass have a next
    return passed if at == name else None


def _chances(steps: dict[str, s.AnyStep], turned: s.AnyStep) -> dict[str, s.AnyStep]:
    """Branches by chance, and the steps that one passes on the way back to the one that sent one there."""
    return {
        name: step for name, step in steps.items()
        if _passes(step, turned) or (isinstance(step, s.Branch) and not isinstance(step.branch, str))
    }  # fmt: skip


def _diversions(step: s.AnyStep) -> Iterator[tuple[str, str]]:
    """(key, step) where those go at once who are not taken."""
    for key, to in diverted(step):
        yield f"{key}.to", to
    if isinstance(step, s.Serve) and step.room is not None:
        yield "room.to", step.room.to
    patience = getattr(step, "patience", None)
    if isinstance(patience, s.Patience) and is_nothing(patience.after):
        yield "patience.to", patience.to


def _passes(step: s.AnyStep, turned: s.AnyStep) -> bool:
    """Whether one passes a step at once, and no likelier to be taken by the one that sent one here."""
    if isinstance(step, s.Put | s.Release):
        return not isinstance(turned, s.Take | s.Seize)
    if isinstance(step, s.SetStep):  # may go before others on its second coming
        return getattr(getattr(turned, "priority", None), "by", None) is None
    return isinstance(step, s.Deadline | s.Clear | s.Spawn)


def _generations(record: Record) -> None:
    """Spawned entities that spawn in turn, deeper than an engine keeps names for."""
    steps = record.whole.steps
    edges = {name: list(followers(step)) for name, step in steps.items()}
    reached: set[str] = set(steps)
    for _ in range(MOST_GENERATIONS + 1):
        spawning = [n for n in steps if n in reached and isinstance(steps[n], s.Spawn)]
        reached = closure(edges, list(_spawned(steps, spawning)))
    if spawning:
        found = f"spawned entities that spawn, more than {MOST_GENERATIONS} deep"
        record.no(f"steps.{spawning[0]}.spawn", found, "a spawn that does not lead to itself")


def _spawned(steps: dict[str, s.AnyStep], names: list[str]) -> Iterator[str]:
    for name in names:
        step = steps[name]
        if isinstance(step, s.Spawn):
            yield step.spawn


def _evictions(record: Record) -> None:
    """The last step that a closing gate empties lies on a way from the gate."""
    for name, step in record.whole.steps.items():
        if isinstance(step, s.Gate) and step.evict is not None:
            through = step.evict.through
            if through not in beyond(record.whole, name, through):
                wanted = "a step that is come to from the gate"
                record.no(f"steps.{name}.evict.through", quote(through), wanted)


def _branches(record: Record) -> None:
    """Choices of a branch by chance, and the steps they lead to, name by name."""
    for name, step in record.whole.steps.items():
        if not isinstance(step, s.Branch) or isinstance(step.branch, str):
            continue
        path = f"steps.{name}"
        given = {choice for _, of in step.branch.points for choice, _ in of.of}
        for choice in sorted(given - set(step.to)):
            record.no(f"{path}.to", f"no step for {quote(choice)}", "a step for every choice")
        for choice in step.to:
            if choice not in given:
                wanted = f"one of {listing(sorted(given))}"
                record.no(f"{path}.to.{choice}", f"the choice {quote(choice)}", wanted)
