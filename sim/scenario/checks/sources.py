"""Where numbers come from: each of a scenario that is not illustrative says it."""

from __future__ import annotations

from sim.scenario.checks.record import Record
from sim.scenario.quantities import quantities_in

_ASKED = ("question.", "warm_up")


def check(record: Record) -> None:
    if record.whole.illustrative:
        return
    for q in {q.path: q for q in quantities_in(record.whole)}.values():
        if q.needs_source and not q.path.startswith(_ASKED):
            gap = "" if q.unit.startswith(("/", "%")) else " "
            found = f"{float(q.value):.12g}{gap}{q.unit}".strip()
            wanted = "a source, such as {value: …, source: assumption}, or illustrative: true"
            record.no(q.path, f"'{found}' without a source", wanted, q.place)
