"""Keys that nothing reads beside another that is there too."""

from __future__ import annotations

from sim.errors import quote
from sim.scenario.checks.record import Record
from sim.scenario.route import WAITS, diverted, pools_on_the_way

_ONE_OF_THEM = "one of the two: nobody waits here"


def check(record: Record) -> None:
    _patience(record)
    _spent(record)
    _per(record)


def _patience(record: Record) -> None:
    """Of those who never wait; an initial stock may be put in a line that nobody else stands in."""
    placed = {initial.at for initial in record.whole.initial.values()}
    for name, step in record.whole.steps.items():
        for key, to in diverted(step):
            if getattr(step, "patience", None) is not None and name not in placed:
                found = f"a patience beside {quote(f'{key}: {{to: {to}}}')}"
                record.no(f"steps.{name}.patience", found, _ONE_OF_THEM)


def _spent(record: Record) -> None:
    """Time spent where none passes is told of neither a delay, nor a line, a clock or what is held."""
    for name, initial in record.whole.initial.items():
        step = record.whole.steps[initial.at]
        if initial.spent is None or initial.clocks or isinstance(step, WAITS):
            continue
        if not pools_on_the_way(record.whole, name):
            found = f"a time spent at {quote(initial.at)}, where none passes, with no clock and nothing held"
            wanted = "none, or a step to be at that takes time, such as a delay"
            record.no(f"initial.{name}.spent", found, wanted)


def _per(record: Record) -> None:
    for path, move in record.whole.require.items():
        if move.per is not None and move.cost is None:
            record.no(f"require.{path}.per", f"{quote(move.per)} without a cost", "a cost beside it, or neither")
