"""What a run can be asked for: the measures it has, with what each is counted in."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.checks.record import Record
from sim.scenario.grammar import MeasureOf
from sim.scenario.steps import Exit
from sim.scenario.tree import Map, Text
from sim.scenario.units import is_count, is_money_sign, rate_of_money, rate_size, time_size

RATE, COUNT, MONEY = "rate", "count", "money"
_LEVELS = {"present": COUNT}
_FROM_OUTCOMES = {"removals": "removed", "releases": "released"}


def outcomes(record: Record) -> list[str]:
    """Outcomes of the exits, those of broken steps included."""
    node = record.tree.get("steps")
    written = [step.get("exit") for step in node.values() if isinstance(step, Map)] if isinstance(node, Map) else []
    said = [x.exit for x in record.whole.steps.values() if isinstance(x, Exit)]
    return list(dict.fromkeys([*(str(word) for word in written if isinstance(word, Text)), *said]))


def known_measures(record: Record) -> list[str]:
    """Measures that are declared, and those that the run has anyway: its outcomes and totals."""
    return list(dict.fromkeys([*record.names("measures"), *outcomes(record), *_totals(record)]))


def _totals(record: Record) -> Iterator[str]:
    yield from ("arrivals", "exits", "present")
    for total, beginning in _FROM_OUTCOMES.items():
        if any(outcome.startswith(beginning) for outcome in outcomes(record)):
            yield total
    if record.names("orders"):
        yield "shortfall"


def kinds(record: Record, name: str) -> set[str]:
    """What a measure may be compared with: what its terms are counted in, and what it says of itself."""
    said = record.whole.measures.get(name)
    if said is None:
        return {_LEVELS.get(name, RATE)}
    found = set(_kinds_of_terms(record, said, {name}))
    return found | {kind(said.unit)} if said.unit is not None else found


def _kinds_of_terms(record: Record, said: MeasureOf, seen: set[str]) -> Iterator[str]:
    for term in said.sum_of:
        inner = record.whole.measures.get(term.measure or "")
        if inner is not None and term.measure not in seen:
            yield from _kinds_of_terms(record, inner, {*seen, str(term.measure)})
        elif inner is None and term.measure is not None:
            yield _LEVELS.get(term.measure, RATE)
        elif term.level is not None:
            yield from (COUNT, MONEY)
        elif term.measure is None:
            yield RATE


def kind(unit: str) -> str:
    """What sort of unit it is; one of a time, or one that cannot be told, is a sort of its own."""
    if rate_of_money(unit):
        return f"{MONEY} {RATE}"
    if rate_size(unit) is not None:
        return RATE
    if is_money_sign(unit):
        return MONEY
    return COUNT if is_count(unit) else str(time_size(unit) or unit)
