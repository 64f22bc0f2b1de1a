"""A sensitivity study in sentences that a reader can quote."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from math import isnan
from textwrap import wrap
from typing import Any

import pandas as pd

from sim.study.sensitivity.finding import Found
from sim.study.sensitivity.noise import MOST, Noise
from sim.study.sensitivity.plan import Sense
from sim.study.sensitivity.sobol import WIDEST, known
from sim.verdict.asked import Asked
from sim.verdict.numbers import amount, day, fine, fine_within, joined, name, percent, signed, span
from sim.verdict.worlds_words import fact_in_words

WIDTH = 98
_SHOWN = 5
Row = Mapping[Hashable, Any]


def words(title: str, asked: Asked, sense: Sense, found: Found, command: str) -> str:
    """A paragraph for each method, and the command that gives it, on one line so that it can be copied."""
    parts = [title, *_paragraphs(asked, sense, found)]
    if title and found.sobol is not None:
        parts.append(_LIMITS)
    lines = (wrap(part, WIDTH, subsequent_indent="  ", break_long_words=False) for part in parts)
    return "\n".join([*(line for part in lines for line in part), f"How: {command}"]) + "\n"


_LIMITS = (
    "Each fact is taken as evenly spread over its range and independent of the others, but for those "
    "of one group. A fact without a range is taken as known, whatever it is worth."
)


def _paragraphs(asked: Asked, sense: Sense, found: Found) -> Iterator[str]:
    if found.tornado is not None and found.base is not None:
        yield f"Asked: {_asked(asked)}"
        yield f"One fact at a time: {_tornado(asked, found.tornado)}"
    if found.morris is not None:
        yield f"Screening: {_morris(found.morris, found.noise['morris'])}"
    if found.sobol is not None:
        yield f"Shares of variance: {_sobol(found.sobol, found.noise['sobol'], sense.samples)}"


def _asked(asked: Asked) -> str:
    bound = "at least" if asked.at_least else "at most"
    return (
        f"{name(asked.measure)}, {bound} {amount(asked.value)}{' a day' if asked.rate else ''}, mean "
        f"of the {asked.window} days to {day(asked.date(max(asked.reached_by, asked.window - 1)))}."
    )


def _tornado(asked: Asked, frame: pd.DataFrame) -> str:
    rows = frame.to_dict("records")
    acting = [row for row in rows if row["moves"]]
    if not acting:
        return f"none of {len(rows)} facts is shown to move {name(asked.measure)} by itself."
    text = "; ".join(_swing(row) for row in acting[:_SHOWN])
    more = f" {len(acting) - _SHOWN} more facts move it less." if len(acting) > _SHOWN else ""
    still = len(rows) - len(acting)
    none = f" {still} of {len(rows)} facts are not shown to move it." if still else ""
    return f"{name(asked.measure)} against the stated values, at both ends of a range: {text}.{more}{none}"


def _swing(row: Row) -> str:
    ends = (f"{_end(row, end)} {signed(row[f'at_{end}'])} ({_sure(row, end)})" for end in ("low", "high"))
    return f"{fact_in_words(row['fact'])} at {' and at '.join(ends)}"


def _sure(row: Row, end: str) -> str:
    """The interval, which there is none of where all runs gain the same."""
    low, high = (_known(row[f"at_{end}_{way}"]) for way in ("from", "to"))
    return "the same in every run" if low is None and high is None else span(low, high)


def _end(row: Row, end: str) -> str:
    """The value there; of several numbers that share none, which end it is."""
    return f"the {end} end" if isnan(row[end]) else f"{amount(row[end])}{_unit(row['unit'])}"


def _known(value: float) -> float | None:
    return None if isnan(value) else value


def _unit(unit: str) -> str:
    return unit if unit.startswith("/") or not unit else f" {unit}"


def _morris(frame: pd.DataFrame, told: Noise) -> str:
    kept = frame[frame["kept"]].to_dict("records")
    still = int((frame["mean_effect"] == 0).sum())
    parts = [f"{fact_in_words(row['group'])} ({amount(row['mean_effect'])})" for row in kept]
    text = f"of {len(frame)} facts or groups of facts {len(kept)} go on: {joined(parts)}"
    none = f" {still} {'has' if still == 1 else 'have'} no effect at all." if still else ""
    return f"{text}, by their mean effect a day over the whole range.{none} {_noise(told)}"


def _noise(told: Noise) -> str:
    return f"Noise is {fine(told.share)} of the variance, with {told.replications} replications a point."


def _sobol(frame: pd.DataFrame, told: Noise, samples: int) -> str:
    if told.too_great:
        more = f"{told.would_do:,} replications a point would do" if told.would_do else (
            "no number of replications would do, since the facts do not move the rate")  # fmt: skip
        return (
            f"no index is reported, since noise is {fine(told.share)} of the variance and more than "
            f"{percent(MOST)} with {told.replications} replications a point; {more}."
        )
    rows = frame.to_dict("records")
    parts = [_index(row) for row in rows if known(row)][:_SHOWN]
    wide = [fact_in_words(row["group"]) for row in rows if not known(row)]
    indices = "; ".join([*parts, *([_more(wide, samples)] if wide else [])])
    return " ".join([f"{indices}.", *_alone(rows), _noise(told)])


def _more(wide: list[str], samples: int) -> str:
    """Of which facts no index is told, and what would tell it."""
    return (
        f"no index is told of {joined(wide)}, since with {samples} samples the interval reaches more than "
        f"{percent(WIDEST)} of all variance to either side (more --samples are needed, four times as many "
        "to halve it)"
    )


def _alone(rows: Sequence[Row]) -> Iterator[str]:
    """What all do without one another, where each of them is known."""
    if all(known(row, "first") for row in rows):
        alone = max(0.0, min(1.0, sum(float(row["first"]) for row in rows)))
        rest = "; the rest is what they do with one another" if alone < 0.995 else ""
        yield f"Each acting alone, they account for {percent(alone)} together{rest}."


def _index(row: Row) -> str:
    low, high = max(0.0, row["total_low"]), min(1.0, max(0.0, row["total_high"]))
    total = fine_within(max(0.0, min(1.0, row["total"])), low, high)
    return f"{fact_in_words(row['group'])} {total}"
