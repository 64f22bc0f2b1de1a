"""The measure the question asks for, day by day, against its target."""

from __future__ import annotations

import re
from collections.abc import Mapping
from math import isfinite
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from sim.estimate import mean_interval
from sim.figures import look
from sim.figures.band import SAYS, Band, band, end, last, months, paint, scaled, trailing
from sim.figures.drawing import Drawing, Skipped
from sim.figures.finished import FEWEST, Finished, Floats, number, window
from sim.figures.labels import End, label_ends
from sim.figures.wording import (
    SPACE,
    about,
    amount,
    day,
    percent,
    sentence,
    short_day,
    within,
    words,
)

NAME = "rate"
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_CLEAR = 0.45  # of the width, free of the heading


class Asked(NamedTuple):
    """The question in numbers. `target` (days,) is not a number on days without one."""

    measure: str
    unit: str
    days: int
    most: bool
    target: Floats
    said: str
    daily: Floats
    mean: Floats


def figure(run: Finished) -> Drawing | Skipped:
    """Trailing mean with its band over worlds, each day behind it, the target across."""
    asked = _asked(run)
    if isinstance(asked, Skipped):
        return asked
    spread, title = band(asked.mean), _title(run, asked)
<<<<<<< HEAD
    says = f"Thick line: mean of the last {asked.days} days, median. Thin line: each day, median. {SAYS}"
    says += _of_the_title(run, asked)
=======
    says = (
        f"Thick line: mean of the last {asked.days} days, median of {run.kind}."
        f" Thin line: each day, median. {SAYS}{_dot(run, asked)}"
    )
>>>>>>> 1d840129228180aa228eeef00c0791e9db49a53d
    page = look.page(title, look.subtitle(run, says), look.foot(run), 4.3)
    axes = page.axes(look.LEFT, 0.5, look.WIDTH - look.LEFT - look.RIGHT, 3.6)
    each = np.median(asked.daily, axis=1)
    paint(axes, run.dates, spread)
    axes.plot(run.dates, each, color="#4A4A4A", linewidth=0.55, zorder=1.5)
    if run.count >= FEWEST:
        on = _at(run, asked)
        axes.plot(run.dates[[on]], [asked.mean[on].mean()], "o", color=look.BLACK, markersize=6, zorder=4)
    axes.plot(run.dates, asked.target, color=look.BLACK, linewidth=1.6, linestyle=look.DASHES[0])
    _mark(axes, run, asked)
    scale = scaled(axes, [asked.target, spread.low90, spread.high90, each])
    look.heading(axes, f"{sentence(words(asked.measure))}{asked.unit}{scale}")
    _due(axes, run)
    look.dated(axes, run.dates)
    label_ends(axes, _labels(run, asked, spread, each))
    return Drawing(
        NAME, title, _text(run, asked, spread, says), _data(run, asked, spread), page.figure
    )


def _asked(run: Finished) -> Asked | Skipped:
    measure = str(run.verdict.get("measure") or run.question.get("measure") or "")
    if not measure:
        return Skipped(NAME, "the scenario asks no question, so there is no measure to draw")
    if not run.has(measure):
        return Skipped(NAME, f"the days have no column for the measure {measure}")
    days = min(window(run.question.get("averaged_over", "28 days")), len(run.dates))
    daily = run.series(measure)
    most = run.question.get("at_most") is not None
    said = "limit" if most else "asked"
    return Asked(measure, run.a_day, days, most, _target(run), said, daily, trailing(daily, days))


def _target(run: Finished) -> Floats:
    """What the question asks, from the day on which orders ask as much; else the orders."""
    ordered = run.series("target")[:, 0] if run.has("target") else np.ones(len(run.dates))
    said = number(run.verdict.get("target"))
    values = ordered if said is None else np.full(len(run.dates), said)
    asked = np.flatnonzero(ordered > 0)
    values = np.where(values > 0, values, np.nan)
    values[: asked[0] if len(asked) else 0] = np.nan
    first = None if said is None else _ordered_from(run, said)
    return values if first is None else np.where(run.dates >= first, values, np.nan)


def _ordered_from(run: Finished, said: float) -> pd.Timestamp | None:
    """First day from which some orders ask as much, if they say so by date."""
    dates = [
        pd.Timestamp(str(when))
        for one in run.block("orders").values()
        if isinstance(levels := one.get("each_day"), Mapping)
        for when, level in levels.items()
        if _DATE.fullmatch(str(when)) and (number(level) or 0.0) >= said
    ]
    first = min(dates, default=None)
    return first if first is not None and first <= run.dates[-1] else None


def _at(run: Finished, asked: Asked) -> int:
    """Day whose mean the title gives."""
    return max(_on(run), asked.days - 1)


def _dot(run: Finished, asked: Asked) -> str:
    """What the dot is; nothing where too few runs stand for a mean."""
    if run.count < FEWEST:
        return ""
    on = _at(run, asked)
    told = _average(run, asked.mean[on]).removeprefix("average ")
    return f" Dot: mean of {run.kind} on {day(run.dates[on])}, {told}, as in the title."


def _on(run: Finished) -> int:
    """Day the title speaks of: that of the verdict's estimate, else the last."""
    estimate = run.verdict.get("estimate")
    said = estimate.get("on") if isinstance(estimate, Mapping) else None
    when = pd.Timestamp(str(said)) if said else run.day("reached_by")
    if when is None or not run.dates[0] <= when <= run.dates[-1]:
        return len(run.dates) - 1
    return int(run.dates.searchsorted(when))


def _of_the_title(run: Finished, asked: Asked) -> str:
    """What the mark is, in words; nothing where there are too few runs to quote a mean."""
    means = asked.mean[max(_on(run), asked.days - 1)]
    if run.count < FEWEST:
        return ""
    mean = _average(run, means).removeprefix("average ")
    return f" Diamond: mean over the {run.kind}, {mean}, as the title has it."


def _mark(axes: Axes, run: Finished, asked: Asked) -> None:
    """The mean that the title speaks of, which is not the median of the line."""
    on = max(_on(run), asked.days - 1)
    if run.count >= FEWEST:
        mean = asked.mean[on : on + 1].mean(axis=1)
        axes.plot(run.dates[on : on + 1], mean, marker="D", markersize=5, color="white",
                  markeredgecolor=look.BLACK, zorder=4)  # fmt: skip


def _title(run: Finished, asked: Asked) -> str:
    on = _at(run, asked)
    means, target = asked.mean[on], float(asked.target[on])
    mean = float(means.mean())
    what = f"{sentence(words(asked.measure))} {_average(run, means)}{asked.unit}"
    text = f"{what} in the {asked.days} days to {day(run.dates[on])}"
    if not target > 0:
        return text
<<<<<<< HEAD
    kind = "limit" if asked.most else "target"
    low, high = (percent(float(end) / target) for end in (means.min(), means.max()))
    share = percent(mean / target) if run.count >= FEWEST else low if low == high else f"{low} to {high}"
    return f"{text}, {share} of the {kind} of {amount(target)}"
=======
    share = f"{text}, {percent(mean / target)} of the"
    return f"{share} limit of {amount(target)}" if asked.most else f"{share} {amount(target)} asked"
>>>>>>> 1d840129228180aa228eeef00c0791e9db49a53d


def _average(run: Finished, means: Floats) -> str:
    if run.count < FEWEST:
        low, high = amount(round(means.min())), amount(round(means.max()))
        return f"average {low}" if low == high else f"average between {low} and {high}"
    sure = mean_interval(means)
    if not (isfinite(sure.low) and isfinite(sure.high)):
        return f"average {amount(sure.mean)}"
    return f"average {about(sure.mean, sure.low, sure.high)}"


def _due(axes: Axes, run: Finished) -> None:
    """A mark at the date by which it is to be reached."""
    when = run.day("reached_by")
    if when is None or not run.dates[0] <= when <= run.dates[-1]:
        return
    at = (when - pd.Timestamp(0)) / pd.Timedelta(days=1)  # as matplotlib counts dates
    axes.axvline(at, color=look.GREY, linewidth=0.8, linestyle=look.DASHES[1])
    clear = (when - run.dates[0]) / (run.dates[-1] - run.dates[0]) > _CLEAR
    axes.annotate(
        f"to be reached by {short_day(when)}", (at, 1.0 if clear else 0.0), (0 if clear else 4, 3),
        xycoords=axes.get_xaxis_transform(), textcoords="offset points", size=8.5, color=look.GREY,
        ha="center" if clear else "left", va="bottom",
    )  # fmt: skip


def _labels(run: Finished, asked: Asked, spread: Band, each: Floats) -> list[End]:
    low, middle, high = (last(x) for x in (spread.low90, spread.median, spread.high90))
    labels = [
<<<<<<< HEAD
        end(spread, f"{asked.days}-day mean, median: {about(middle, low, high)}"),
        End(float(each[-1]), "each day, median", look.GREY),
=======
        end(spread, f"{asked.days}-day mean at the end, median: {about(middle, low, high)}"),
        End(float(each[-1]), "each day, median", "#4A4A4A"),
>>>>>>> 1d840129228180aa228eeef00c0791e9db49a53d
    ]
    if high > low:
        labels.append(End(high, f"90{SPACE}% of {run.kind} at the end: {within(low, high)}", "#33698C"))
    if np.isfinite(asked.target).any():
        labels.append(End(last(asked.target), f"{asked.said}: {amount(last(asked.target))}", look.BLACK))
    return labels


def _data(run: Finished, asked: Asked, spread: Band) -> pd.DataFrame:
    frame = pd.DataFrame({"date": run.dates.strftime("%Y-%m-%d"), asked.said: asked.target})
    frame["day_median"] = np.median(asked.daily, axis=1)
    frame["trailing_mean"] = asked.mean.mean(axis=1)
    return pd.concat([frame, spread.frame("trailing_")], axis=1)


def _text(run: Finished, asked: Asked, spread: Band, says: str) -> str:
    return (
        f"{look.subtitle(run, says)} {sentence(words(asked.measure))}{asked.unit}:"
        f" {asked.days}-day mean at the end of each month, median and middle 90 % in brackets."
        f" {months(run.dates, spread)} {_target_words(run, asked)} Data: {NAME}.csv."
    )


def _target_words(run: Finished, asked: Asked) -> str:
    """What the line across is, and that it is not the column that is called target."""
    known = np.flatnonzero(np.isfinite(asked.target))
    if not len(known):
        return "Nothing is asked of it."
    text = f"{sentence(asked.said)}: {amount(last(asked.target))} from {day(run.dates[known[0]])}."
    orders = " That is what the question asks; target in daily.parquet is the orders set for each day."
    return text + (orders if run.has("target") else "")
