"""Names: well formed, used once, and known where they are referred to."""

from __future__ import annotations

from collections.abc import Iterator

from sim.errors import one_of, quote
from sim.scenario import steps as s
from sim.scenario.checks.record import Record
from sim.scenario.fields import WELL_FORMED, is_name
from sim.scenario.tree import Map

UNIQUE = (
    "streams", "pools", "stations", "departures", "gates", "stocks", "orders", "initial",
)  # fmt: skip
_SECTIONS = (*UNIQUE, "steps", "measures", "costs", "limits", "definitions")
_OBJECT = {
    "seize": "pools",
    "release": "pools",
    "serve": "stations",
    "depart": "departures",
    "gate": "gates",
    "take": "stocks",
    "put": "stocks",
}


def check(record: Record) -> None:
    _well_formed(record)
    _once(record)
    _attributes(record)
    for name, step in record.whole.steps.items():
        for key, target in _targets(step):
            record.known(f"steps.{name}.{key}", target, ("steps",), "a step")
        _objects(record, name, step)
    _sources(record)


def _well_formed(record: Record) -> None:
    for section in _SECTIONS:
        for name in record.names(section):
            if not is_name(name):
                record.no(f"{section}.{name}", f"the name {quote(name)}", WELL_FORMED)


def _attributes(record: Record) -> None:
    whole = record.whole
    for section in ("streams", "orders", "initial"):
        for name, source in getattr(whole, section).items():
            for attribute, shares in source.attributes.items():
                words = {attribute, *(value for _, of in shares.points for value, _ in of.of)}
                for word in sorted(w for w in words if not is_name(w)):
                    path = f"{section}.{name}.attributes.{attribute}"
                    record.no(path, f"the name {quote(word)}", WELL_FORMED)


def _once(record: Record) -> None:
    seen: dict[str, str] = {}
    for section in UNIQUE:
        for name in record.names(section):
            _claim(record, seen, name, f"{section}.{name}")
    clocks: set[str] = set()
    for name, step in record.whole.steps.items():
        if isinstance(step, s.Deadline) and step.deadline not in clocks:
            clocks.add(step.deadline)
            _claim(record, seen, step.deadline, f"steps.{name}.deadline")


def _claim(record: Record, seen: dict[str, str], name: str, path: str) -> None:
    if name in seen:
        wanted = f"a name of its own: {seen[name]} has it"
        record.no(path, f"the name {quote(name)} again", wanted)
    seen.setdefault(name, path)


def _targets(step: s.AnyStep) -> Iterator[tuple[str, str]]:
    """(key, step referred to) of a step."""
    if isinstance(step, s.Onward):
        yield "next", step.next
    if isinstance(step, s.Branch):
        for choice, target in step.to.items():
            yield f"to.{choice}", target
    if isinstance(step, s.Deadline):
        yield "to", step.to
    if isinstance(step, s.Spawn):
        yield "spawn", step.spawn
    for key in ("patience", "bump", "room", "evict"):
        inner = getattr(step, key, None)
        if inner is not None:
            yield f"{key}.to", inner.to
    if isinstance(step, s.Gate) and step.evict is not None:
        yield "evict.through", step.evict.through
    for key in ("closed", "empty"):
        otherwise = getattr(step, key, None)
        if otherwise is not None and otherwise.to is not None:
            yield f"{key}.to", otherwise.to


def objects_of(step: s.AnyStep) -> Iterator[tuple[str, str, str]]:
    """(key, section, object referred to) of a step."""
    for kind, section in _OBJECT.items():
        of = getattr(step, kind, None)
        for one in (of,) if isinstance(of, str) else of or ():
            yield kind, section, one
    for key in ("bump", "evict"):
        inner = getattr(step, key, None)
        for pool in inner.release if inner is not None else ():
            yield f"{key}.release", "pools", pool
    if isinstance(step, s.Serve) and step.effort is not None:
        yield "effort.stock", "stocks", step.effort.stock


def _objects(record: Record, name: str, step: s.AnyStep) -> None:
    path = f"steps.{name}"
    for key, section, one in objects_of(step):
        record.known(f"{path}.{key}", one, (section,), f"one of the {section}")
    if isinstance(step, s.Clear):
        clocks = [x.deadline for x in record.whole.steps.values() if isinstance(x, s.Deadline)]
        if step.clear not in clocks and not _any_deadline_broken(record):
            wanted = one_of(step.clear, clocks, "a clock that a deadline starts")
            record.no(f"{path}.clear", quote(step.clear), wanted)


def _any_deadline_broken(record: Record) -> bool:
    """Whether a deadline was left out because it is broken itself."""
    node = record.tree.get("steps")
    pieces = node.items() if isinstance(node, Map) else ()
    return any("deadline" in of and name not in record.whole.steps
               for name, of in pieces if isinstance(of, Map))  # fmt: skip


def _sources(record: Record) -> None:
    whole = record.whole
    for section, sources in (("streams", whole.streams), ("orders", whole.orders)):
        for name, source in sources.items():
            record.known(f"{section}.{name}.enters", source.enters, ("steps",), "a step")
    for name, initial in whole.initial.items():
        path = f"initial.{name}"
        record.known(f"{path}.at", initial.at, ("steps",), "a step")
        for pool in initial.holds or ():
            record.known(f"{path}.holds", pool, ("pools",), "one of the pools")
        for clock in initial.clocks:
            _clock(record, f"{path}.clocks", clock)


def _clock(record: Record, path: str, name: str) -> None:
    """A clock that has run is named by the deadline step that would have started it."""
    deadlines = {n: x.deadline for n, x in record.whole.steps.items() if isinstance(x, s.Deadline)}
    if name in deadlines or (name in record.names("steps") and name not in record.whole.steps):
        return
    starts = [step for step, clock in deadlines.items() if clock == name]
    kind = "a step that is a deadline"
    wanted = f"{kind}; the nearest is {quote(starts[0])}" if starts else one_of(name, list(deadlines), kind)
    record.no(path, quote(name), wanted)
