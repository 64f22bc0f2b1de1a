"""What a tenth more of each resource would do."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil, floor, log10
from typing import Any, NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.figures import look
from sim.figures.drawing import Drawing, Skipped
from sim.figures.finished import Finished, number
from sim.figures.wording import (
    QUOTE,
    QUOTED,
    SPACE,
    UNQUOTE,
    amount,
    listing,
    named,
    percent,
    sentence,
    signed,
    words,
)

NAME = "binding"
_MOST = 14
_ROW = 0.36
_ALARM = 0.05
_SHOWS = 0.02
"""Of the widest interval: what is certainly within so much of nothing is named and not drawn."""


class Resource(NamedTuple):
    """One resource; `first` and `used` are shares; None is what is not known.

    `alike`: every run gave the same, of which there is no interval.
    """

    name: str
    effect: float
    low: float | None
    high: float | None
    first: float | None
    used: float | None
    alike: bool = False
    p_adjusted: float | None = None

    @property
    def sure(self) -> bool:
        """Whether chance is excluded, which runs that are all alike say by their number."""
        if self.alike and self.p_adjusted is not None:
            return self.p_adjusted <= _ALARM
        return (self.low is not None and self.low > 0) or (self.high is not None and self.high < 0)

    @property
    def ends(self) -> tuple[float, float]:
        """The interval as it can be drawn."""
        low = self.effect if self.low is None else self.low
        return low, self.effect if self.high is None else self.high


def figure(run: Finished) -> Drawing | Skipped:
    """Effect with its interval, share of worlds in which it is first, utilisation."""
    found = [_resource(row) for row in run.verdict.get("binding") or ()]
    sign = 1.0 if _more_is_better(run) else -1.0
    rows = sorted((row for row in found if row is not None), key=lambda row: -sign * row.effect)
    if not rows:
        return Skipped(NAME, "the run did not measure what binds (`--binding paired` does)")
    shown, title = _drawn(rows), _title(run, rows)
    says = (
        "Dot: mean effect of 10 % more of each, same luck otherwise; bar across: 95 % interval,"
        " adjusted for looking at all of them. Hollow: chance is not excluded."
    ).replace(" %", "\N{NO-BREAK SPACE}%")
    note = " ".join([_note(run, rows, shown), *([QUOTED] if QUOTE in title else [])]).strip()
    page = look.page(title, look.subtitle(run, says), look.foot(run, note), len(shown) * _ROW + 0.9)
    _draw(page, run, shown)
    return Drawing(NAME, title, _text(run, rows, shown, says), pd.DataFrame(rows), page.figure)


def _drawn(rows: list[Resource]) -> list[Resource]:
    """Those of which chance is excluded before others, then those that act most; in the order given.

    Without those that change nothing that shows, unless none does.
    """
    still = _still(rows)
    moved = [row for row in rows if row not in still] or rows
    kept = sorted(moved, key=lambda row: (not row.sure, -abs(row.effect)))[:_MOST]
    return [row for row in moved if row in kept]


def _still(rows: list[Resource]) -> list[Resource]:
    """Those of which chance is not excluded and whose interval is too narrow to be seen."""
    least = _SHOWS * max(_reach(row) for row in rows)
    return [row for row in rows if not row.sure and _bounded(row) and _reach(row) <= least]


def _bounded(row: Resource) -> bool:
    return row.alike or (row.low is not None and row.high is not None)


def _reach(row: Resource) -> float:
    """How far from nothing the effect may be."""
    return max(abs(end) for end in row.ends)


def _note(run: Finished, rows: list[Resource], shown: list[Resource]) -> str:
    still = [row for row in _still(rows) if row not in shown]
    notes = [_nothing(run, still)] if still else []
    if len(shown) + len(still) < len(rows):
        notes.append(f"Of {len(rows)} resources the {len(shown)} that act most are drawn.")
    if any(row.used is not None and row.used > 1 for row in shown):
        notes.append(f"Utilisation over 100{SPACE}%: what has been begun is finished after hours.")
    return " ".join(notes)


def _nothing(run: Finished, still: list[Resource]) -> str:
    """Resources that change nothing that shows, in one line, with how much it is at most."""
    most = max(_reach(row) for row in still)
    bound = f", each at most {amount(_up(most))} {_measure(run)}{run.a_day} either way" if most else ""
    return f"A tenth more of these changes nothing that shows{bound}: {listing(row.name for row in still)}."


def _up(value: float) -> float:
    """To one figure, never less."""
    place = 10.0 ** floor(log10(value))
    return ceil(value / place) * place


def _resource(row: Mapping[str, Any]) -> Resource | None:
    effect = _interval(row)
    if effect is None:
        return None
    first, used = row.get("share_of_worlds_first"), row.get("utilisation")
    alike, chance = number(row.get("differs_at_most")) is not None, number(row.get("p_adjusted"))
    return Resource(words(str(row["resource"])), *effect, _share(first), _share(used), alike, chance)


def _interval(row: Mapping[str, Any]) -> tuple[float, float | None, float | None] | None:
    """Mean, low, high: beside each other in the row, or together as the effect."""
    effect = row.get("effect_of_ten_percent")
    about = effect if isinstance(effect, Mapping) else {**row, "mean": effect}
    mean, low, high = (number(about.get(key)) for key in ("mean", "low", "high"))
    return None if mean is None else (mean, low, high)


def _share(value: Any) -> float | None:
    if isinstance(value, Mapping):
        return number(value.get("mean", value.get("share")))
    return number(value)


def _measure(run: Finished) -> str:
    return words(str(run.verdict.get("measure") or "the measure"))


def _more_is_better(run: Finished) -> bool:
    return run.question.get("at_most") is None


def _title(run: Finished, rows: list[Resource]) -> str:
    sign = 1.0 if _more_is_better(run) else -1.0
    sure = [row for row in rows if row.sure]
    gains = [row for row in sure if sign * row.effect > 0]
    best = gains[0] if gains else rows[0]
    if gains:
        return f"What binds most is {named(best.name)}: a tenth more gives {_gives(run, best)}"
    if best.low is None and best.high is None and not best.alike and sign * best.effect > 0:
        return f"What seems to bind most is {named(best.name)}: a tenth more gives {_gives(run, best)}"
    if sure:
        worst = sure[-1]
        return f"More of no resource helps: a tenth more of {named(worst.name)} gives {_gives(run, worst)}, a loss"
    measure = f"{QUOTE}{_measure(run)}{UNQUOTE}"
    return f"A tenth more of any one resource changes {measure} by no more than chance may"


def _gives(run: Finished, row: Resource) -> str:
    return f"{_effect(row)} {_measure(run)}{run.a_day} ({_span(row)})"


def _effect(row: Resource) -> str:
    return signed(row.effect, row.low, row.high)


def _span(row: Resource) -> str:
    if row.alike:
        return "the same in every run"
    if row.low is None or row.high is None:
        least = "" if row.low is None else f"at least {signed(row.low)}"
        return least or ("no interval known" if row.high is None else f"at most {signed(row.high)}")
    return f"{signed(row.low, row.low, row.high)}{SPACE}to{SPACE}{signed(row.high, row.low, row.high)}"


def _draw(page: look.Page, run: Finished, rows: list[Resource]) -> None:
    tall = len(rows) * _ROW
    left = min(2.6, 0.35 + 0.082 * max(len(row.name) for row in rows))
    side, gap = 1.35, 0.35
    wide = look.WIDTH - left - 2 * (side + gap) - look.EDGE - 0.35
    main = page.axes(left, 0.45, wide, tall)
    _effects(main, rows)
    look.heading(main, f"Effect of 10\N{NO-BREAK SPACE}% more on\n{_measure(run)}{run.a_day}", 9)
    at = left + wide + gap
    shares = ((f"{sentence(run.kind)} in which\nit is first", [row.first for row in rows]),
              ("Utilisation", [row.used for row in rows]))  # fmt: skip
    for k, (name, values) in enumerate(shares):
        axes = page.axes(at + k * (side + gap), 0.45, side, tall)
        _bars(axes, values, (look.VERMILION, "#BFBFBF")[k])
        look.heading(axes, name, 9)


def _rows(axes: Axes, many: int) -> None:
    axes.set_ylim(many - 0.5, -0.5)
    axes.set_yticks(range(many), [""] * many)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="y", visible=False)
    axes.spines["left"].set_visible(False)


def _effects(axes: Axes, rows: list[Resource]) -> None:
    _rows(axes, len(rows))
    axes.axvline(0, color=look.GREY, linewidth=1)
    for k, row in enumerate(rows):
        (low, high), sure = row.ends, row.sure
        colour = look.BLUE if sure else look.GREY
        axes.plot([low, high], [k, k], color=colour, linewidth=2.2, solid_capstyle="butt")
        axes.plot([row.effect], [k], "o", color=colour, markersize=7,
                  markerfacecolor=colour if sure else "white")  # fmt: skip
        text = _effect(row)
        axes.annotate(text, (high, k), (7, 0), textcoords="offset points", size=9, va="center")
    axes.set_yticks(range(len(rows)), [look.wrapped(sentence(row.name), 2.3, 9) for row in rows])
    axes.margins(x=0.12)
    left, right = axes.get_xlim()
    axes.set_xlim(left, right + 0.12 * (right - left))
    axes.xaxis.set_major_locator(MaxNLocator(5))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:,.10g}"))
    axes.grid(axis="x", color="#E6E6E6", linewidth=0.6)


def _bars(axes: Axes, values: list[float | None], colour: str) -> None:
    _rows(axes, len(values))
    wide = max([1.0, *[value for value in values if value is not None]])
    axes.set_xlim(0, 1.45 * wide)
    axes.set_xticks([0, 1], ["0", f"100{SPACE}%"])
    for k, value in enumerate(values):
        axes.barh(k, value or 0, height=0.5, color=colour)
        said = "not known" if value is None else percent(value)
        axes.annotate(
            said, (value or 0, k), (4, 0), textcoords="offset points", size=9, va="center"
        )


def _text(run: Finished, rows: list[Resource], shown: list[Resource], says: str) -> str:
    still = [row for row in _still(rows) if row not in shown]
    told = [
        f"{sentence(row.name)}: {_effect(row)} ({_span(row)}),"
        f" first in {'unknown' if row.first is None else percent(row.first)} of {run.kind},"
        f" utilisation {'unknown' if row.used is None else percent(row.used)}."
        for row in rows
        if row not in still
    ]
    told += [_nothing(run, still)] if still else []
    none = [row.name for row in rows if not row.sure and row not in still]
    unsure = f"Chance is not excluded for: {listing(none)}." if none else ""
    return " ".join([look.subtitle(run, says), *told, unsure, f"Data: {NAME}.csv."])
