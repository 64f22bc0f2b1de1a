"""The question: a measure there is, a bound, and dates within the run."""

from __future__ import annotations

from datetime import date, timedelta

from sim.errors import listing, one_of, quote
from sim.scenario import grammar as g
from sim.scenario.checks.measurable import COUNT, MONEY, RATE, kind, kinds, known_measures
from sim.scenario.checks.objects import exactly_one, inside
from sim.scenario.checks.record import Record
from sim.scenario.quantity import uneven

DAY = 86_400_000_000
WEEK = 7 * DAY
_WANTED = {
    RATE: "so many in a time, such as 300/day",
    COUNT: "a number, such as 41500 people",
    MONEY: "an amount of money, such as $1000000",
}


def check(record: Record) -> None:
    said = record.whole.question
    if said is None:
        return
    exactly_one(record, "question", said, ("at_least", "at_most"))
    known = known_measures(record)
    if said.measure not in known:
        record.no("question.measure", quote(said.measure), one_of(said.measure, known, "a measure"))
    else:
        _measured(record, said)
    if said.with_probability is not None and said.with_probability.value == 0:
        record.no("question.with_probability", "0", "a share above 0")
    if said.tolerance is not None and said.tolerance.exact >= 1:
        record.no("question.tolerance", "all of the value", "a share below 1, such as 1 %")
    _dates(record, said)


def _measured(record: Record, said: g.QuestionOf) -> None:
    """What is asked can be compared with the measure: a series of every day, in a unit of its sort."""
    own = record.whole.measures.get(said.measure)
    if own is not None and own.age is not None:
        wanted = "a measure of every day: an age is read at given dates alone"
        record.no("question.measure", quote(said.measure), wanted)
        return
    fits = kinds(record, said.measure)
    for key in ("at_least", "at_most"):
        bound = getattr(said, key)
        if bound is not None and bound.range is not None:
            record.no(f"question.{key}", "a range of what is asked", "one value")
        if bound is None or not bound.unit or kind(bound.unit) in fits:
            continue
        usual = listing(text for sort, text in _WANTED.items() if sort in fits) or "a bare number"
        unit = own.unit if own is not None and own.unit else ""
        wanted = uneven(bound.unit) or usual + (f" ({said.measure} is in {unit})" if unit else "")
        record.no(f"question.{key}", quote(bound.written), wanted)


def _dates(record: Record, said: g.QuestionOf) -> None:
    start, last = record.whole.start, record.whole.end - timedelta(days=1)
    for key in ("reached_by", "sustained_until"):
        when: date | None = getattr(said, key)
        if when is not None and last >= start and not inside(record, when):
            record.no(f"question.{key}", quote(when), f"a date in the run, {start} to {last}")
    by, until = said.reached_by, said.sustained_until
    if by is not None and until is not None and until < by:
        record.no("question.sustained_until", quote(until), f"a date from reached_by on, {by}")
    _window(record, said)


def _window(record: Record, said: g.QuestionOf) -> None:
    if record.whole.end <= record.whole.start:
        return
    over, days = said.averaged_over, (record.whole.end - record.whole.start).days
    length = g.usual_window(days) * DAY if over is None else int(over.exact)
    text = f"{length // DAY} days" if over is None else f"{float(over.value):g} {over.unit}"
    path = "question.averaged_over"
    if over is not None and over.exact % WEEK:
        record.no(path, quote(text), "whole weeks, such as 28 days")
    elif length > days * DAY:
        record.no(path, quote(text), f"no more than the run, {days} days")
    elif length == 0:
        record.no("end", f"a run of {days} days", "a week at least, over which the question averages")
    else:
        _first_mean(record, said, length, text)


def _first_mean(record: Record, said: g.QuestionOf, length: int, text: str) -> None:
    """The date to reach the value by; where only how long it must hold is said, the end of that."""
    key = "sustained_until" if said.reached_by is None else "reached_by"
    by: date | None = getattr(said, key)
    first = record.whole.start + timedelta(microseconds=length, days=-1)
    if by is not None and inside(record, by) and by < first:
        wanted = f"{first} or later, when the first mean over {text} is whole"
        record.no(f"question.{key}", quote(by), wanted)
