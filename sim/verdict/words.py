"""The verdict in sentences that a reader can quote."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from textwrap import wrap
from typing import Any

from sim.estimate import FEWEST_REPLICATIONS
from sim.verdict.binding_words import what_binds
from sim.verdict.limit_words import limit_in_words
from sim.verdict.numbers import amount, beside, day, name, percent, stated
from sim.verdict.people_words import costs_in_words, held_in_words, waits_in_words, who_left
from sim.verdict.phrases import a_day, interval, runs, too_few
from sim.verdict.verdict import Estimate, Finding, Probability, Verdict
from sim.verdict.worlds_words import worlds_in_words

WIDTH = 98
_ITEM = "- "
_ANSWERS = {
    "achievable": "ACHIEVABLE",
    "achievable_with_breaches": "ACHIEVABLE, WITH BREACHES",
    "not_achievable": "NOT ACHIEVABLE",
    "undecided": "UNDECIDED",
}


def words(verdict: Verdict) -> str:
    """All of the verdict, a paragraph for each of its parts."""
    parts = [verdict.title, *_paragraphs(verdict)]
    if any('"' in part for part in parts):
        parts[-1] += " Words in double quotes are names in scenario.yaml, with spaces for _."
    return "\n".join(line for part in parts for line in _wrapped(part))


def _wrapped(text: str) -> list[str]:
    first, rest = ("  ", "    ") if text.startswith(_ITEM) else ("", "  ")
    return wrap(text, WIDTH, initial_indent=first, subsequent_indent=rest, break_long_words=False) or [""]


def _listed(heading: str, items: Sequence[str]) -> Iterator[str]:
    """A sentence each on a line of its own under the heading; a single one beside it."""
    if len(items) == 1:
        yield f"{heading}: {items[0]}"
    else:
        yield f"{heading}:"
        yield from (f"{_ITEM}{item[:1].upper()}{item[1:]}" for item in items)


def _paragraphs(v: Verdict) -> Iterator[str]:
    if v.question is not None:
        yield f"Question: {question_in_words(v)}"
        yield f"Answer: {_answer(v)}"
        yield f"{'Rate' if a_day(v) else 'Level'} reached: {_rate(v)}"
        if v.plausible is not None:
            yield f"Worlds: {worlds_in_words(v.plausible, a_day(v))}"
        yield from _listed("What binds", what_binds(v))
    yield f"People inside: {held_in_words(v)}"
    if v.breaches:
        yield from _listed("Limits", [limit_in_words(b, v) for b in v.breaches])
    yield from _listed("Who left", who_left(v))
    if v.waits:
        yield from _listed("Waits", waits_in_words(v))
    if v.costs:
        yield f"Costs: {costs_in_words(v)}"
    if v.definitions:
        yield from _listed("Other definitions", [_defined(n, f, a_day(v)) for n, f in v.definitions.items()])
    yield f"How: {_how(v)}"


def question_in_words(v: Verdict) -> str:
    """One sentence with a question mark."""
    asked: Mapping[str, Any] = v.question or {}
    bound = "at least" if "at_least" in asked else "at most"
    text = f"can {name(str(v.measure))} be {bound} {amount(v.target)}{a_day(v)}, "
    text += f"averaged over {asked['averaged_over']}, by {_date(asked['reached_by'])}"
    if asked["sustained_until"] != asked["reached_by"]:
        text += f", and stay so until {_date(asked['sustained_until'])}"
    return f"{text}, in at least {stated(asked['with_probability'])} of {runs(v)}?"


def _date(iso: str) -> str:
    return day(date.fromisoformat(iso))


def _answer(v: Verdict) -> str:
    assert v.answer is not None
    assert v.probability is not None
    text = f"{_ANSWERS[v.answer]}."
    more = [b.more_than_without.mean or 0 for b in v.breaches
            if b.legal and b.broken_more and b.more_than_without]  # fmt: skip
    if v.answer == "achievable_with_breaches" and sum(more) > 0:
        text = f"ACHIEVABLE WITH {amount(sum(more))} MORE BREACHES A DAY."
    more_runs = f" {_undecided(v.probability)}" if v.answer == "undecided" else ""
    return f"{text} {_share(v.probability, runs(v))}{more_runs}{_central(v)}"


def _undecided(p: Probability) -> str:
    """What would decide it."""
    if p.required >= 1.0:
        return "No number of runs shows a certainty: ask for less than 100 %, or for a no."
    return "`--replications auto` goes on until it is decided."


def _share(p: Probability, runs: str) -> str:
    said = f"{p.yes} of {p.worlds}" if p.yes else f"None of {p.worlds}"
    verb = "say" if p.yes > 1 else "says"
    sure = f"{100 * p.confidence:.0f} % confidence, however often one looks"
    return (
        f"{said} {runs} {verb} yes, so the chance is {percent(p.low)} to {percent(p.high)} "
        f"({sure}); {stated(p.required)} is required."
    )


def _central(v: Verdict) -> str:
    if v.central is None:
        return ""
    p = v.central.probability
    agree = "agrees" if v.central.answer == _plain_answer(v) else "does not agree"
    said = f"{p.yes} of {p.worlds} runs say yes" if p.yes else f"none of {p.worlds} runs says yes"
    return f" With every fact at its stated value {said}, which {agree}."


def _plain_answer(v: Verdict) -> str | None:
    return "achievable" if v.answer == "achievable_with_breaches" else v.answer


def _rate(v: Verdict) -> str:
    e = v.estimate
    assert e is not None
    if e.mean is None:
        return f"{too_few(v)}; at least {FEWEST_REPLICATIONS} are needed."
    text = (
        f"over the {e.window_days} days to {day(e.on)}, {name(str(v.measure))} average "
        f"{beside(e.mean, e.low, e.high)} ({_sure(e)})"
    )
    if v.target:
        text += f", {percent(e.mean / v.target)} of the value asked"
    if e.highest is not None and e.highest_on is not None:
        best = beside(e.highest, e.low, e.high)
        text += f". The best such mean by then is {best}, on {day(e.highest_on)}"
    reached = "It is not reached in the share of runs required."
    if v.reached_on:
        reached = f"It is first reached on {day(v.reached_on)}."
    return f"{text}. {reached}"


def _sure(e: Estimate) -> str:
    """The interval with its confidence; runs that are all alike say theirs themselves."""
    kind = f"{100 * e.confidence:.0f} % interval " if e.differs_at_most is None else ""
    return f"{kind}{interval(e.low, e.high, e.differs_at_most, e.confidence)}"


def _defined(definition: str, f: Finding, a_day: str) -> str:
    said = _ANSWERS[f.answer].lower()
    e = f.estimate
    rate = f", {beside(e.mean, e.low, e.high)}{a_day} reached" if e.mean is not None else ""
    of = f.probability
    return f"{name(definition)}: {said} ({of.yes} of {of.worlds} say yes{rate})."


def _how(v: Verdict) -> str:
    kind = "worlds, each with its own draw of the uncertain facts" if v.worlds > 1 else "runs"
    text = f"{v.replications} {kind}, seed {v.seed}, digest {v.digest}."
    return " ".join([text, *v.notes])
