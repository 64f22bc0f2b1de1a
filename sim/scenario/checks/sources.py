"""Where numbers come from: each of a scenario that is not illustrative says it."""

from __future__ import annotations

from sim.errors import quote
from sim.scenario.checks.record import Record
from sim.scenario.quantities import quantities_in

_WANTED = "a source, such as {value: …, source: assumption}, or illustrative: true"
_ASKED = ("question.", "warm_up")


def check(record: Record) -> None:
    if record.whole.illustrative:
        return
    for q in {q.path: q for q in quantities_in(record.whole)}.values():
        if q.needs_source and not q.path.startswith(_ASKED):
            found, wanted = f"{quote(q.written)} without a source", _WANTED
            if q.stale is not None:
                found = f"{quote(q.written)} and the source of what it replaces ({q.stale.file}:{q.stale.line})"
                wanted = f"{_WANTED.replace('a source', 'a source of its own', 1)}"
            record.no(q.path, found, wanted, q.place)
