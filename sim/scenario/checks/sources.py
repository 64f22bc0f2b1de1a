"""Where numbers come from: each of a scenario that is not illustrative says it."""

from __future__ import annotations

from collections import Counter

from sim.errors import quote
from sim.scenario.checks.record import Record
from sim.scenario.quantities import quantities_in
from sim.scenario.slips import meant

_WANTED = "a source, such as {value: …, source: assumption}, or illustrative: true"
_ALONE = "a name that another range has too"
_ASKED = ("question.", "warm_up")


def check(record: Record) -> None:
    _moved(record)
    if record.whole.illustrative:
        return
    for q in {q.path: q for q in quantities_in(record.whole)}.values():
        if q.needs_source and not q.path.startswith(_ASKED):
            record.no(q.path, f"{quote(q.written)} without a source", _WANTED, q.place)


def _moved(record: Record) -> None:
    """Ranges that move with a name which no other has, where another is spelt like it."""
    moved = [q for q in quantities_in(record.whole) if q.moves_with is not None]
    many = Counter(q.moves_with for q in moved)
    for q in moved:
        others = [str(name) for name in many if name != q.moves_with]
        near = meant(str(q.moves_with), sorted(others)) if many[q.moves_with] == 1 else None
        if near is not None:
            wanted = f"{_ALONE}; the nearest is {quote(near)}"
            record.no(f"{q.path}.moves_with", quote(q.moves_with), wanted)
