"""The rate reached along the one thing that a sweep varies."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from sim.figures import look
from sim.figures.drawing import Drawing, Skipped
from sim.figures.finished import Floats
from sim.figures.labels import End, label_ends
from sim.figures.swept import NO, YES, Swept, path_words, valued
from sim.figures.wording import amount, percent, sentence, words

NAME = "line"


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
    axes.plot(across, level, color=look.BLUE, linewidth=2, marker="o", markersize=3.5)
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
        target = float(of.question["value"])
        axes.axhline(target, color=look.BLACK, linewidth=1.6, linestyle=look.DASHES[0])
        labels.append(End(target, f"asked: {amount(target)}", look.BLACK))
    top = np.nanmax([*level, of.target or 0.0])
    axes.set_ylim(0, 1.08 * max(float(top), 1e-9))
    look.heading(axes, sentence(f"{words(of.measure)}{of.a_day}"))
    label_ends(axes, labels)
    if of.question:
        _share(page, of, path, across, wide)
    else:
        axes.set_xlabel(f"{path_words(path)}{of.unit(path)}", size=9)
    return Drawing(NAME, title, _text(of, path, across, says), _data(of, path), page.figure)


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
        across, of.column("share"), color=look.GREY, linewidth=1.6, marker="o", markersize=3.5
    )
    _whole(axes, across)
    assert of.question is not None
    need = float(of.question["probability"])
    axes.axhline(need, color=look.BLACK, linewidth=1.2, linestyle=look.DASHES[1])
    axes.set_ylim(-0.03, 1.03)
    axes.set_xlabel(f"{path_words(path)}{of.unit(path)}", size=9)
    look.heading(axes, "Share of runs that say yes, exact 95 % interval")
    label_ends(axes, [End(need, f"required: {percent(need)}", look.BLACK)])


def _title(of: Swept, path: str, across: Floats) -> str:
    name, unit = path_words(path), str(of.told.get("units", {}).get(path, ""))
    first, last = valued(across[0], unit), valued(across[-1], unit)
    level = of.level()
    if not of.question:
        ends = f"{amount(float(level[0]))} to {amount(float(level[-1]))}"
        return f"{sentence(words(of.measure))}: {ends} as {name} goes from {first} to {last}"
    target = f"{sentence(words(of.measure))}: {amount(float(of.question['value']))}{of.a_day}"
    met = [v for v, a in zip(across, of.points["answer"], strict=True) if a in YES]
    none = [v for v, a in zip(across, of.points["answer"], strict=True) if a == NO]
    if len(met) == len(across):
        return f"{target} is achievable at every {name} tried"
    if not met:
        return f"{target} is not shown achievable at any {name} tried, {first} to {last}"
    if met == list(across[-len(met) :]):
        rest = f", and not at {valued(max(none), unit)}" if none and max(none) < min(met) else ""
        return f"{target} is achievable from {name} of {valued(min(met), unit)} on{rest}"
    if met == list(across[: len(met)]):
        return f"{target} is achievable up to {name} of {valued(max(met), unit)}"
    return f"{target} is achievable at {len(met)} of {len(across)} values of {name}"


def _data(of: Swept, path: str) -> pd.DataFrame:
    return of.table(
        path, "replications", "answer", "share", "share_low", "share_high", "reached", "reached_low",
        "reached_high", f"mean.{of.measure}",
    )  # fmt: skip


def _text(of: Swept, path: str, across: Floats, says: str) -> str:
    level = of.level()
    parts = [f"{valued(v)}: {amount(float(x))}" for v, x in zip(across, level, strict=True)][:40]
    what = f"{sentence(words(of.measure))}{of.a_day} by {path_words(path)}{of.unit(path)}"
    return f"{of.subtitle(says)} {what}. {'; '.join(parts)}. Data: {NAME}.csv."
