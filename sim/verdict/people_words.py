"""What happens to people and what it costs, in sentences that a reader can quote."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sim.estimate import FEWEST_REPLICATIONS
from sim.verdict.consequences import ALL_ITEMS, SHORTFALL
from sim.verdict.numbers import amount, beside, hours, joined, money, name, named, percent
from sim.verdict.phrases import MOST, first_of, interval, others, so_few, too_few
from sim.verdict.verdict import Verdict


def held_in_words(v: Verdict) -> str:
    """How many are held, or inside, on the dates that matter."""
    held: Mapping[str, Any] = v.held
    first, top, last = (held[k] for k in ("first", "highest", "last"))
    at = held.get("at_question")
    if first["mean"] is None:
        return f"{too_few(v)}."
    counted = "held" if held["counts"] == "held" else "in the system"
    text = f"{_of(first)} {counted} after the first day, "
    text += f"{_of(at)} on the date asked about, " if at else ""
    text += f"{_of(last)} at the end ({_sure(last)}); "
    text += f"at its highest {_of(top)}, on the mean over runs."
    for pool, of in held["pools"].items():
        over = of["unit_days_over_capacity"]
        if over["mean"]:
            text += f" {_of(over)} unit-days of {named(pool)} over capacity."
    return text


def _of(told: Mapping[str, Any]) -> str:
    """A mean to the places of its interval."""
    return beside(told["mean"], told["low"], told["high"])


def _sure(told: Mapping[str, Any]) -> str:
    return interval(told["low"], told["high"], told.get("differs_at_most"), told["confidence"])


def who_left(v: Verdict) -> list[str]:
    """How people left, how many are still inside, and what of a day's target was not begun in time."""
    left: Mapping[str, Any] = v.outcomes["left"]  # type: ignore[assignment]
    people = {name: of for name, of in left.items() if name != SHORTFALL and of["in_all_runs"] > 0}
    groups = {kind: {n: of for n, of in people.items() if of["after_being_held"] is kind} for kind in _LEFT}
    told = [(kind, _left(group)) for kind, group in groups.items() if group]
    lone = len(told) < 2
    ways = [f"{words}." if lone else f"{_LEFT[kind]} {words}." for kind, words in told] or ["nobody."]
    few = [f"counts of {so_few(v)}."] if v.replications < FEWEST_REPLICATIONS else []
    return [*ways, *_times_held(people), *_still_inside(v), *_not_begun(left), *few]


def _times_held(people: Mapping[str, Any]) -> list[str]:
    """How long those who left had been held, the longest first."""
    known = [(n, of["time_held"]["mean"]) for n, of in people.items() if of.get("time_held")]
    known.sort(key=lambda item: -item[1])
    parts = [f"{named(n)} {hours(24 * days)}" for n, days in known]
    told = joined(parts[:_MOST_WAYS] + others(len(parts) - _MOST_WAYS, "other way"))
    text = f"of those who had been held, the time held until they left, on the mean: {told}"
    return [f"{text}; those still inside are not among them."] if parts else []


def _still_inside(v: Verdict) -> list[str]:
    inside: Mapping[str, Any] = v.outcomes["inside_at_end"]  # type: ignore[assignment]
    return [f"{_of(inside)} people and cases are still inside{_cohort(v)}."] if inside["mean"] is not None else []


def _not_begun(left: Mapping[str, Any]) -> list[str]:
    undone = left.get(SHORTFALL)
    if not undone or not undone["in_all_runs"]:
        return []
    return [f"of what was set for each day, {_people(undone)} were not begun in time."]


_MOST_WAYS = 8
_LEFT = {
    True: "after being held:",
    False: "without ever being held, people and cases:",
    None: "after being held or without it:",
}
"""Outcomes by whether those who left so had held a unit of a pool; where all are of one kind it is not said."""


def _left(group: Mapping[str, Any]) -> str:
    """How the people of one kind left, from the most common way, each with its share of the kind."""
    ranked = sorted(group.items(), key=lambda item: -item[1]["in_all_runs"])
    everyone = sum(of["in_all_runs"] for of in group.values())
    parts = [
        f"{_people(of)} {named(outcome)}"
        + (f" ({percent(of['in_all_runs'] / everyone)})" if of["total"] is not None else "")
        for outcome, of in ranked
    ]
    return joined(parts[:_MOST_WAYS] + others(len(parts) - _MOST_WAYS, "other way"))


def _people(of: Mapping[str, Any]) -> str:
    """The mean over runs to the places of its interval; where they are too few, the sum of all."""
    total, a_day = of["total"], of["per_day"]
    if total is None or not total or a_day["low"] is None or a_day["high"] is None:
        return amount(_counted(of))
    days = total / a_day["mean"]
    return beside(total, days * a_day["low"], days * a_day["high"])


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
    return f": of those who came, by month of coming, {joined(parts)}"


def waits_in_words(v: Verdict) -> list[str]:
    """The longest waits, and where nobody waits."""
    if v.replications < FEWEST_REPLICATIONS:
        return [f"{too_few(v)}."]
    known = [(n, w) for n, w in v.waits.items() if isinstance(w, Mapping) and w["mean"] is not None]
    known.sort(key=lambda item: -item[1]["mean"])
    told = [_wait(n, w) for n, w in known if w["mean"] > 0]
    none = [named(n) for n, w in known if w["mean"] == 0]
    parts = told[:MOST]
    if len(told) > MOST:
        parts.append(f"shorter waits at {joined(others(len(told) - MOST, 'other'))}")
    if none:
        parts.append(f"none for {first_of(none)}")
    return [f"{part}." for part in parts or ["nobody came to wait"]]


def _wait(place: str, w: Mapping[str, float | None]) -> str:
    text = f"{name(place)}, mean {hours(w['mean'] or 0)}"
    if w.get("p90") is not None:
        text += f", nine in ten within {hours(w['p90'] or 0)}"
    waiting = w.get("unfinished") or 0
    return text + (f" ({percent(waiting)} still waiting, counted as such)" if waiting > 0 else "")


def costs_in_words(v: Verdict) -> str:
    """All that is counted as cost, and the largest items."""
    items = [(n, c) for n, c in v.costs.items() if isinstance(c, Mapping) and n != ALL_ITEMS]
    items.sort(key=lambda item: -item[1]["in_all_runs"])
    units = {c["unit"] for _, c in items}
    total, unit = sum(_counted(c) for _, c in items), units.pop() if len(units) == 1 else ""
    parts = [f"{money(_counted(c), c['unit'])} for {named(item)}" for item, c in items]
    over = "the run" if v.replications >= FEWEST_REPLICATIONS else so_few(v)
    return f"{money(total, unit)} over {over}: {first_of(parts)}."
