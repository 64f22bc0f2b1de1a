"""The rate reached along the one thing that a sweep varies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from sim.figures import look
from sim.figures.drawing import Drawing, Skipped
from sim.figures.finished import Floats
from sim.figures.labels import End, label_ends
from sim.figures.swept import NO, YES, Swept, path_words, valued
from sim.figures.wording import alike, amount, percent, sentence, words

NAME = "line"
_MOST_TEXT = 40
Places = NDArray[np.int64]


def figure(of: Swept) -> Drawing | Skipped:
    """Mean with its 95 % interval, the target across, and below it the share that says yes."""
    if len(of.axes) != 1 or of.numbers != of.axes:
        return Skipped(NAME, "it takes one thing that varies, in numbers of one unit")
    path = of.axes[0]
    points = of.points.sort_values(path, kind="stable")
    of = Swept(points, of.told)
    across, level = of.column(path), of.level()
    if not np.isfinite(level).any():
        return Skipped(
            NAME, "fewer than ten runs a point: no mean stands for more than them"
        )
    title = _title(of, path, across)
    says = "Line: mean over runs; band: its 95 % interval."
    page = look.page(title, of.subtitle(says), of.foot(), 6.2 if of.question else 4.3)
    wide = look.WIDTH - look.LEFT - look.RIGHT
    axes = page.axes(look.LEFT, 2.4 if of.question else 0.5, wide, 3.4)
    axes.plot(across, level, color=look.BLUE, linewidth=2, marker="o", markersize=3.5, clip_on=False)
    axes.margins(x=0)
    _whole(axes, across)
    labels = [End(float(level[-1]), f"mean reached: {amount(float(level[-1]))}", look.BLUE)]
    if of.question:
        axes.fill_between(
            across,
            of.column("reached_low"),
            of.column("reached_high"),
            color=look.HALF,
            linewidth=0,
        )
        asked = of.asked()
        _rule(axes, across, asked, look.DASHES[0])
        labels.append(End(asked[-1], f"asked: {_ends(list(map(amount, asked)))}", look.BLACK))
    top = np.nanmax([*level, *(of.asked() if of.question else ())])
    axes.set_ylim(0, 1.08 * max(float(top), 1e-9))
    look.heading(axes, sentence(f"{words(of.measure)}{of.a_day}"))
    label_ends(axes, labels)
    if of.question:
        _share(page, of, path, across, wide)
    else:
        axes.set_xlabel(of.label(path), size=9)
    return Drawing(NAME, title, _text(of, path, across, says), _data(of, path), page.figure)


def _rule(axes: Axes, across: Floats, of: Floats, style: Any) -> None:
    """What each point is held against: right across where it is the same for all."""
    if np.ptp(of) == 0:
        axes.axhline(of[0], color=look.BLACK, linewidth=1.4, linestyle=style)
    else:
        axes.plot(across, of, color=look.BLACK, linewidth=1.4, linestyle=style)


def _ends(told: Sequence[str]) -> str:
    """`90 to 100`, or the one there is."""
    return told[0] if told[0] == told[-1] else f"{told[0]} to {told[-1]}"


def _whole(axes: Axes, across: Floats) -> None:
    """No halves below points that are whole numbers."""
    if (across == np.round(across)).all():
        axes.xaxis.set_major_locator(MaxNLocator(8, integer=True))


def _share(page: look.Page, of: Swept, path: str, across: Floats, wide: float) -> None:
    axes = page.axes(look.LEFT, 0.6, wide, 1.2)
    axes.fill_between(
        across, of.column("share_low"), of.column("share_high"), color=look.PALE, linewidth=0
    )
    axes.plot(
        across, of.column("share"), color=look.GREY, linewidth=1.6, marker="o", markersize=3.5,
        clip_on=False,
    )  # fmt: skip
    axes.margins(x=0)
    _whole(axes, across)
    need = of.required()
    _rule(axes, across, need, look.DASHES[1])
    axes.set_ylim(-0.03, 1.03)
    axes.set_yticks([0, 0.5, 1])
    axes.yaxis.set_major_formatter(lambda y, _: percent(y))
    axes.set_xlabel(of.label(path), size=9)
    look.heading(axes, "Share of runs that say yes, exact 95 % interval")
    label_ends(axes, [End(need[-1], f"required: {_ends(list(map(percent, need)))}", look.BLACK)])


def _title(of: Swept, path: str, across: Floats) -> str:
    measure = sentence(words(of.measure))
    if of.bounds:
        return f"{measure}: {_of_what_is_asked(of)}"
    unit = str(of.told.get("units", {}).get(path, ""))
    name, said = path_words(path), [valued(v, unit) for v in alike(across)]
    if not of.question:
        first, last = (alike(of.level())[i] for i in (0, -1))
        return f"{measure}: {first} with {name} at {said[0]}, {last} at {said[-1]}"
    target = f"{measure}: {amount(float(of.question['value']))}{of.a_day} is"
    met, none = _met(of)
    match _side(met, len(said)):
        case "all":
            return f"{target} achievable at every value of {name} tried, {_ends(said)}"
        case "none":
            return f"{target} not shown achievable at any value of {name} tried, {_ends(said)}"
        case "high":
            return f"{target} achievable with {name} at {said[met[0]]} or more{_not(none, met, said)}"
        case "low":
            return f"{target} achievable with {name} at {said[met[-1]]} or less{_not(none, met, said)}"
    return f"{target} achievable at {len(met)} of {len(said)} values of {name}"


def _of_what_is_asked(of: Swept) -> str:
    """Which of the values asked are achievable."""
    said, (met, none) = alike(of.asked()), _met(of)
    beyond = _not(none, met, said, ", {} is not")
    match _side(met, len(said)):
        case "all":
            return f"every value asked is achievable, {_ends(said)}{of.a_day}"
        case "none":
            return f"no value asked is shown achievable, {_ends(said)}{of.a_day}"
        case "high":
            return f"{said[met[0]]}{of.a_day} and more is achievable{beyond}"
        case "low":
            return f"up to {said[met[-1]]}{of.a_day} is achievable{beyond}"
    return f"{len(met)} of {len(said)} values asked are achievable, {_ends(said)}{of.a_day}"


def _side(met: Places, many: int) -> str:
    """Where along the axis the achievable points lie: all, none, high, low, or here and there."""
    if len(met) in (0, many):
        return "all" if len(met) else "none"
    whole = met[-1] - met[0] + 1 == len(met)
    return "high" if whole and met[-1] == many - 1 else "low" if whole and met[0] == 0 else "some"


def _met(of: Swept) -> tuple[Places, Places]:
    """Places of the points that are achievable, and of those shown not to be."""
    answers = of.points["answer"].to_numpy()
    return np.flatnonzero(np.isin(answers, YES)), np.flatnonzero(answers == NO)


def _not(none: Places, met: Places, said: Sequence[str], form: str = ", and not at {}") -> str:
    """The nearest beyond the achievable that is shown not to be, if all such lie on one side."""
    if not len(none) or not len(met) or (none.min() < met[0] and none.max() > met[-1]):
        return ""
    near = none.max() if none.max() < met[0] else none.min()
    return form.format(said[near])


def _data(of: Swept, path: str) -> pd.DataFrame:
    return of.table(
        path, "replications", "asked", "required", "answer", "share", "share_low", "share_high", "reached",
        "reached_low", "reached_high", f"mean.{of.measure}",
    )  # fmt: skip


def _text(of: Swept, path: str, across: Floats, says: str) -> str:
    pairs = zip(alike(across), alike(of.level()), strict=True)
    parts = [f"{v}: {x}" for v, x in pairs][:_MOST_TEXT]
    if len(across) > _MOST_TEXT:
        parts.append(f"and {len(across) - _MOST_TEXT} more")
    what = f"{sentence(words(of.measure))}{of.a_day} by {of.label(path)}"
    return f"{of.subtitle(says)} {what}. {'; '.join(parts)}. Data: {NAME}.csv."
