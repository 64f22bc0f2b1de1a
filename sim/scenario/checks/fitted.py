"""A set of values that fit: its facts exist, and every row of it could be written in their places."""

from __future__ import annotations

from fractions import Fraction

from sim.errors import listing, quote
from sim.scenario import grammar as g
from sim.scenario.bounds import Bound, bounds
from sim.scenario.checks.record import Record
from sim.scenario.fitted import FITTED
from sim.scenario.quantities import quantities_in
from sim.scenario.quantity import Quantity, Told, again
from sim.scenario.slips import one_path

_PATHS, _SETS = f"{FITTED}.paths", f"{FITTED}.sets"


def check(record: Record) -> None:
    block = record.whole.fitted
    if block is None:
        return
    known = {q.path: q for q in quantities_in(record.whole)}
    facts = [_fact(record, i, path, known) for i, path in enumerate(block.paths)]
    sound = _lengths(record, block) and all(fact is not None for fact in facts)
    if not 1 <= block.central <= len(block.sets):
        wanted = f"a row of 'sets' from 1 to {len(block.sets)}"
        record.no(f"{FITTED}.central", quote(block.central), wanted)
    if sound:
        _units(record, block, [fact for fact in facts if fact is not None])
        _rows(record, block, [fact for fact in facts if fact is not None])


def _fact(record: Record, i: int, path: str, known: dict[str, Quantity]) -> Quantity | None:
    where = f"{_PATHS}.{i}"
    if path in record.whole.fitted.paths[:i]:  # type: ignore[union-attr]  # there is a block here
        record.no(where, f"{quote(path)} twice", "it once")
    elif path not in known:
        record.no(where, quote(path), one_path(path, list(known), "the path of a number"))
    elif path.startswith(("question.", "warm_up")):
        record.no(where, quote(path), "a fact, and not a part of what is asked")
    else:
        return known[path]
    return None


def _lengths(record: Record, block: g.FittedOf) -> bool:
    many = len(block.paths)
    wanted = f"{many}, one for each of 'paths'"
    if len(block.units) != many:
        record.no(f"{FITTED}.units", f"{len(block.units)} units", wanted)
    wrong = [i for i, row in enumerate(block.sets) if len(row) != many]
    for i in wrong:
        record.no(f"{_SETS}.{i}", f"a row of {len(block.sets[i])}", wanted)
    return not wrong and len(block.units) == many


def _units(record: Record, block: g.FittedOf, facts: list[Quantity]) -> None:
    for i, (unit, fact) in enumerate(zip(block.units, facts, strict=True)):
        if unit != fact.unit:
            wanted = f"{quote(fact.unit)}, the unit that {fact.path} is written in"
            record.no(f"{FITTED}.units.{i}", quote(unit), wanted)


def _rows(record: Record, block: g.FittedOf, facts: list[Quantity]) -> None:
    told = Told()
    between = bounds(record.whole, block.paths)
    for i, row in enumerate(block.sets):
        before = len(told.problems)
        values = {fact.path: again(fact, cell, told) for fact, cell in zip(facts, row, strict=True)}
        good = {path: value for path, value in values.items() if value is not None}
        if len(told.problems) == before:
            for bound in between:
                _bound(record, f"{_SETS}.{i}", bound, good)
    record.problems += told.problems


def _bound(record: Record, where: str, bound: Bound, values: dict[str, Fraction]) -> None:
    if not bound.holds(values):
        found = bound.found.format(total=f"{float(bound.total(values)):.12g}")
        who = listing([path for path in bound.weights if path in values], "and")
        record.no(where, f"{found} ({who})", bound.wanted)
