"""The verdict in sentences that a reader can quote."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from textwrap import wrap
from typing import Any

from sim.estimate import FEWEST_REPLICATIONS
from sim.verdict.consequences import ALL_ITEMS
from sim.verdict.numbers import (
    amount,
    day,
    hours,
    joined,
    money,
    name,
    percent,
    signed,
    span,
    stated,
)
from sim.verdict.verdict import Bind, Breach, Finding, Probability, Range, Verdict
from sim.verdict.worlds_words import worlds_in_words

WIDTH = 98
_MOST = 5
SHORTFALL = "shortfall"
_ANSWERS = {
    "achievable": "ACHIEVABLE",
    "achievable_with_breaches": "ACHIEVABLE, WITH BREACHES",
    "not_achievable": "NOT ACHIEVABLE",
    "undecided": "UNDECIDED",
}


def words(verdict: Verdict) -> str:
    """All of the verdict, a paragraph for each of its parts."""
    parts = [verdict.title, *_paragraphs(verdict)]
    return "\n".join(line for part in parts for line in _wrapped(part))


def _wrapped(text: str) -> list[str]:
    return wrap(text, WIDTH, subsequent_indent="  ", break_long_words=False) or [""]


def _paragraphs(v: Verdict) -> Iterator[str]:
    if v.question is not None:
        yield f"Question: {question_in_words(v)}"
        yield f"Answer: {_answer(v)}"
        yield f"{'Rate' if a_day(v) else 'Level'} reached: {_rate(v)}"
        if v.plausible is not None:
            yield f"Worlds: {worlds_in_words(v.plausible, a_day(v))}"
        yield f"What binds: {_binding(v)}"
    yield f"People inside: {_held(v)}"
    if v.breaches:
        yield f"Limits: {' '.join(_breach(b, v) for b in v.breaches)}"
    yield f"Who left: {_outcomes(v)}"
    if v.waits:
        yield f"Waits: {_waits(v)}"
    if v.costs:
        yield f"Costs: {_costs(v)}"
    if v.definitions:
        yield f"Other definitions: {_definitions(v)}"
    yield f"How: {_how(v)}"


def question_in_words(v: Verdict) -> str:
    """One sentence with a question mark."""
    asked: Mapping[str, Any] = v.question or {}
    bound = "at least" if "at_least" in asked else "at most"
    text = f"can {name(str(v.measure))} be {bound} {amount(v.target)}{a_day(v)}, "
    text += f"averaged over {asked['averaged_over']}, by {_date(asked['reached_by'])}"
    if asked["sustained_until"] != asked["reached_by"]:
        text += f", and stay so until {_date(asked['sustained_until'])}"
    return f"{text}, in at least {stated(asked['with_probability'])} of {_runs(v)}?"


def a_day(v: Verdict) -> str:
    """` a day` where the measure is a rate, nothing where it is a level."""
    asked: Mapping[str, Any] = v.question or {}
    rate = str(asked.get("at_least", asked.get("at_most", ""))).endswith("/day")
    return " a day" if rate else ""


def _date(iso: str) -> str:
    from datetime import date

    return day(date.fromisoformat(iso))


def _runs(v: Verdict) -> str:
    return "worlds" if v.worlds > 1 else "runs"


def _answer(v: Verdict) -> str:
    assert v.answer is not None
    assert v.probability is not None
    text = f"{_ANSWERS[v.answer]}."
    more = [b.more_than_without.mean or 0 for b in v.breaches
            if b.legal and b.broken_more and b.more_than_without]  # fmt: skip
    if v.answer == "achievable_with_breaches" and sum(more) > 0:
        text = f"ACHIEVABLE WITH {amount(sum(more))} MORE BREACHES A DAY."
    return f"{text} {_share(v.probability, _runs(v))}{_central(v)}"


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
        return f"{_too_few(v)}; at least {FEWEST_REPLICATIONS} are needed."
    text = (
        f"over the {e.window_days} days to {day(e.on)}, {name(str(v.measure))} average "
        f"{amount(e.mean)} ({100 * e.confidence:.0f} % interval {span(e.low, e.high)})"
    )
    if v.target:
        text += f", {percent(e.mean / v.target)} of the value asked"
    text += f". The best such mean by then is {amount(e.highest)}, on {day(e.highest_on)}." if (
        e.highest_on
    ) else "."  # fmt: skip
    reached = "It is not reached in the share of runs required."
    if v.reached_on:
        reached = f"It is first reached on {day(v.reached_on)}."
    return f"{text} {reached}"


def _binding(v: Verdict) -> str:
    if v.binding_note:
        return f"{v.binding_note}."
    if not v.binding:
        return "the system has nothing that there could be more of."
    acting = [b for b in v.binding if b.effect_of_ten_percent is None or _acts(b)]
    if not acting:
        return "no resource: a tenth more of any one changes what is asked about by nothing that shows."
    first, *others = [_bind(b, v) for b in acting[:3]]
    text = " ".join([first, *(f"{said[0].upper()}{said[1:]}" for said in others)])
    less = [f"{name(b.resource)} {signed(b.effect_of_ten_percent or 0)}" for b in acting[3:]
            if b.effect_of_ten_percent is not None]  # fmt: skip
    if less:
        text += f" A tenth more of others acts too: {joined(less)}{a_day(v)}."
    rest = [name(b.resource) for b in v.binding if b not in acting]
    if rest:
        text += f" A tenth more of {_first(rest)} changes nothing that shows."
    return text + _fluid(v)


def _acts(b: Bind) -> bool:
    return b.p_adjusted <= 0.05


def _bind(b: Bind, v: Verdict) -> str:
    if b.effect_of_ten_percent is None:
        return f"{name(b.resource)} is first in {percent(b.share_of_worlds_first)} of runs."
    text = (
        f"a tenth more of {name(b.resource)} gives {signed(b.effect_of_ten_percent)}{a_day(v)} "
        f"({span(b.low, b.high)}), first in {percent(b.share_of_worlds_first)} of {_runs(v)}"
    )
    if b.effect_of_ten_percent < 0 and "at_least" in (v.question or {}):
        text += ", a loss: whom it lets through takes up what the counted work needs further on"
    if b.utilisation is not None:
        text += f"; {_used(b.utilisation)}"
    if b.queue_growth is not None and abs(b.queue_growth) >= 0.05:
        way = "grows" if b.queue_growth > 0 else "shrinks"
        text += f" and its line {way} by {amount(abs(b.queue_growth))} a day"
    return f"{text}."


def _first(parts: Sequence[str]) -> str:
    """The first five, and how many there are beside them."""
    more = len(parts) - _MOST
    rest = [f"{more} other{'s' if more > 1 else ''}"] if more > 0 else []
    return joined([*parts[:_MOST], *rest])


def _used(utilisation: float) -> str:
    """A station that finishes what it has begun works beyond the hours it is open."""
    if utilisation <= 1.0:
        return f"it is {percent(utilisation)} used"
    return f"it works {percent(utilisation - 1.0)} beyond its hours to finish what it has begun"


def _fluid(v: Verdict) -> str:
    """Where averages alone would put the bottleneck, if that is elsewhere."""
    first = next((b for b in v.binding[1:] if b.first_by_averages), None)
    if first is None or not first.shadow_price or not first.shadow_price[1]:
        return ""
    return (
        f" By averages alone {name(first.resource)} would bind first: they leave out lines, priorities "
        "and the detours of those who are turned away."
    )


def _held(v: Verdict) -> str:
    held: Mapping[str, Any] = v.held
    first, top, last = (held[k] for k in ("first", "highest", "last"))
    at = held.get("at_question")
    if first["mean"] is None:
        return f"{_too_few(v)}."
    counted = "held" if held["counts"] == "held" else "in the system"
    text = f"{amount(first['mean'])} {counted} after the first day, "
    text += f"{amount(at['mean'])} on the date asked about, " if at else ""
    text += f"{amount(last['mean'])} at the end "
    text += f"({span(last['low'], last['high'])}); at its highest {amount(top['mean'])}, on the mean over runs."
    for pool, of in held["pools"].items():
        over = of["unit_days_over_capacity"]["mean"]
        if over:
            text += f" {amount(over)} unit-days of {name(pool)} over capacity."
    return text


def _breach(b: Breach, v: Verdict) -> str:
    said = b.description.rstrip(".") or name(b.name)
    if b.in_all_runs == 0:
        return f"{said}: none in {v.replications} {_runs(v)}{_at_most(b.per_day, 'have any')}."
    if b.per_day.mean is None:
        return f"{said}: {amount(b.in_all_runs)} in {_so_few(v)}."
    text = f"{said}: {amount(b.per_day.mean)} a day ({_ends(b.per_day)})"
    if not b.legal:
        text += ", which is no limit of law"
    return f"{text}{_more(b.more_than_without)}."


def _more(more: Range | None) -> str:
    if more is None or more.mean is None:
        return ""
    return f", {signed(more.mean)} ({_ends(more)}) against the same without target"


def _ends(of: Range) -> str:
    """The interval; where all runs gave the same, how many of others may not."""
    if of.differs_at_most is None:
        return span(of.low, of.high)
    return f"the same in every run{_at_most(of, 'differ')}"


def _at_most(of: Range, do: str) -> str:
    """Of runs that are all alike, what share of others may not be so."""
    if of.differs_at_most is None:
        return ""
    sure = f"{100 * of.confidence:.0f} % confidence"
    return f"; at most {percent(of.differs_at_most)} of all would {do} ({sure})"


def _so_few(v: Verdict) -> str:
    """`3 runs, too few for a mean`."""
    return f"{v.replications} {_runs(v) if v.replications > 1 else 'run'}, too few for a mean"


def _too_few(v: Verdict) -> str:
    one = v.replications == 1
    return f"{v.replications} {'run is' if one else 'runs are'} too few to quote a mean"


def _outcomes(v: Verdict) -> str:
    left: Mapping[str, Any] = v.outcomes["left"]  # type: ignore[assignment]
    inside: Mapping[str, Any] = v.outcomes["inside_at_end"]  # type: ignore[assignment]
    people = {name: of for name, of in left.items() if name != SHORTFALL and of["in_all_runs"] > 0}
    groups = {kind: {n: of for n, of in people.items() if of["after_being_held"] is kind} for kind in _LEFT}
    told = [(kind, _left(group)) for kind, group in groups.items() if group]
    lone = len(told) < 2
    text = ". ".join(words if lone else f"{_LEFT[kind]} {words}" for kind, words in told) or "nobody"
    still = f"; {amount(inside['mean'])} are still inside" if inside["mean"] is not None else ""
    short, undone = "", left.get(SHORTFALL)
    if undone and undone["in_all_runs"]:
        short = f" {amount(_counted(undone))} orders were not begun in time."
    few = f" Counts of {_so_few(v)}." if v.replications < FEWEST_REPLICATIONS else ""
    return f"{text}{still}.{short}{few}{_cohort(v)}"


_LEFT = {
    True: "After being held:",
    False: "Without ever being held, people and cases:",
    None: "After being held or without it:",
}
"""Outcomes by whether those who left so had held a unit of a pool; where all are of one kind it is not said."""


def _left(group: Mapping[str, Any]) -> str:
    """How the people of one kind left, from the most common way, each with its share of the kind."""
    ranked = sorted(group.items(), key=lambda item: -item[1]["in_all_runs"])
    everyone = sum(of["in_all_runs"] for of in group.values())
    parts = [
        f"{amount(_counted(of))} {name(outcome)}"
        + (f" ({percent(of['in_all_runs'] / everyone)})" if of["total"] is not None else "")
        for outcome, of in ranked
    ]
    return joined(parts[:8] + ([f"{len(parts) - 8} other ways"] if len(parts) > 8 else []))


def _counted(of: Mapping[str, Any]) -> float:
    """The mean over runs; where they are too few for one, the sum of those made."""
    return float(of["in_all_runs"] if of["total"] is None else of["total"])


def _cohort(v: Verdict) -> str:
    """How many of those who came in the first and in the last month are still inside."""
    months: Sequence[Any] = v.outcomes.get("by_month_of_coming") or ()  # type: ignore[assignment]
    known = [m for m in months if str(m["month"])[:1].isdigit() and m["share_inside"] is not None]
    if len(known) < 2 or all(m["share_inside"] == 0 for m in known):
        return ""
    parts = [f"{percent(m['share_inside'])} of {m['month']}" for m in (known[0], known[-1])]
    return f" Of those who came, by month of coming, {joined(parts)} are still inside."


def _waits(v: Verdict) -> str:
    if v.replications < FEWEST_REPLICATIONS:
        return f"{_too_few(v)}."
    known = [(n, w) for n, w in v.waits.items() if isinstance(w, Mapping) and w["mean"] is not None]
    known.sort(key=lambda item: -item[1]["mean"])
    told = [_wait(n, w) for n, w in known if w["mean"] > 0]
    none = [name(n) for n, w in known if w["mean"] == 0]
    parts = told[:_MOST]
    if len(told) > _MOST:
        parts.append(f"shorter waits at {len(told) - _MOST} others")
    if none:
        parts.append(f"none for {_first(none)}")
    return f"{'; '.join(parts) or 'nobody came to wait'}."


def _wait(place: str, w: Mapping[str, float | None]) -> str:
    text = f"{name(place)}, mean {hours(w['mean'] or 0)}"
    if w.get("p90") is not None:
        text += f", nine in ten within {hours(w['p90'] or 0)}"
    waiting = w.get("unfinished") or 0
    return text + (f" ({percent(waiting)} still waiting, counted as such)" if waiting > 0 else "")


def _costs(v: Verdict) -> str:
    items = [(n, c) for n, c in v.costs.items() if isinstance(c, Mapping) and n != ALL_ITEMS]
    items.sort(key=lambda item: -item[1]["in_all_runs"])
    units = {c["unit"] for _, c in items}
    total, unit = sum(_counted(c) for _, c in items), units.pop() if len(units) == 1 else ""
    parts = [f"{money(_counted(c), c['unit'])} for {name(item)}" for item, c in items]
    over = "the run" if v.replications >= FEWEST_REPLICATIONS else _so_few(v)
    return f"{money(total, unit)} over {over}: {_first(parts)}."


def _definitions(v: Verdict) -> str:
    return " ".join(f"{name(n)}: {_defined(f, a_day(v))}" for n, f in v.definitions.items())


def _defined(f: Finding, a_day: str) -> str:
    said = _ANSWERS[f.answer].lower()
    rate = f", {amount(f.estimate.mean)}{a_day} reached" if f.estimate.mean is not None else ""
    return f"{said} ({f.probability.yes} of {f.probability.worlds} say yes{rate})."


def _how(v: Verdict) -> str:
    kind = "worlds, each with its own draw of the uncertain facts" if v.worlds > 1 else "runs"
    text = f"{v.replications} {kind}, seed {v.seed}, digest {v.digest}."
    return " ".join([text, *v.notes])
