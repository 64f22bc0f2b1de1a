"""Where, between the two things that a sweep varies, the target is met, and how surely."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LinearSegmentedColormap, Normalize
from numpy.typing import NDArray

from sim.figures import look
from sim.figures.drawing import Drawing, Skipped
from sim.figures.finished import Floats
from sim.figures.swept import NO, YES, Swept, path_words
from sim.figures.wording import alike, amount, percent, sentence, words

NAME = "map"
_MOST_TEXT, _MOST_ROWS = 15, 60
_SHADES = LinearSegmentedColormap.from_list("shades", ["#FFFFFF", "#BBD5E8", "#4A90BF", "#10456B"])


def figure(of: Swept) -> Drawing | Skipped:
    """Share that says yes as a shade at every point; lines round what is shown and not ruled out."""
    if len(of.axes) != 2:
        return Skipped(NAME, "it takes two things that vary")
    shade = of.column("share") if of.question else of.level()
    title, says = _title(of), _says(of)
    page = look.page(title, of.subtitle(says), of.foot(), 5.4)
    axes = page.axes(1.35, 0.6, look.WIDTH - 3.4, 4.5)
    axes.grid(visible=False)
    top = (0.0, 1.0) if of.question else (float(np.nanmin(shade)), float(np.nanmax(shade)) + 1e-9)
    colours = ScalarMappable(Normalize(*top), _SHADES)
    if of.told["design"] == "grid":
        _cells(axes, of, shade, colours)
    else:
        _dots(axes, of, shade, colours)
    x, y = of.axes
    axes.set_xlabel(of.label(x), size=9)
    look.heading(axes, sentence(of.label(y)))
    bar = page.figure.colorbar(colours, cax=page.axes(look.WIDTH - 1.7, 0.6, 0.25, 4.5))
    bar.set_label("share of runs that say yes" if of.question else words(of.measure), size=9)
    if of.question:
        bar.ax.yaxis.set_major_formatter(lambda y, _: percent(y))
    return Drawing(NAME, title, _text(of, says), _data(of), page.figure)


def _cells(axes: Axes, of: Swept, shade: Floats, colours: ScalarMappable) -> None:
    (xs, i), (ys, j) = (_steps(of, path) for path in of.axes)
    cells = np.full((len(ys), len(xs)), np.nan)
    cells[j, i] = shade
    axes.pcolormesh(np.arange(len(xs) + 1), np.arange(len(ys) + 1), cells, **_shaded(colours),
                    edgecolors=look.PALE, linewidth=0.5)  # fmt: skip
    every_x, every_y = (max(1, -(-len(v) // _MOST_TEXT)) for v in (xs, ys))
    axes.set_xticks(np.arange(len(xs))[::every_x] + 0.5, _named(xs)[::every_x])
    axes.set_yticks(np.arange(len(ys))[::every_y] + 0.5, _named(ys)[::every_y])
    if _written_in(of):
        _written(axes, of, shade, i, j, colours)
    if of.question:
        answers = np.full(cells.shape, "", dtype=object)
        answers[j, i] = of.points["answer"].to_numpy()
        _edges(axes, np.isin(answers, [NO]), look.BLACK, look.DASHES[1])
        _edges(axes, np.isin(answers, YES), look.BLACK, "solid")


def _shaded(colours: ScalarMappable) -> Any:
    low, high = colours.get_clim()
    return {"cmap": colours.cmap, "vmin": low, "vmax": high}


def _steps(of: Swept, path: str) -> tuple[list[object], Floats]:
    """Values of an axis in order, and the place of each point among them (points,)."""
    values = of.points[path]
    names = sorted(values.unique()) if path in of.numbers else list(dict.fromkeys(values))
    place = {name: k for k, name in enumerate(names)}
    return names, np.array([place[value] for value in values])


def _named(values: Sequence[object]) -> list[str]:
    """Numbers at the same places, all else as it is."""
    numbers = [value for value in values if isinstance(value, float)]
    return alike(numbers) if len(numbers) == len(values) else list(map(str, values))


def _written_in(of: Swept) -> bool:
    """Whether the cells are few enough to write in."""
    return all(of.points[path].nunique() <= _MOST_TEXT for path in of.axes)


def _written(
    axes: Axes, of: Swept, shade: Floats, i: Floats, j: Floats, colours: ScalarMappable
) -> None:
    """In each cell the share, and under it the rate reached."""
    level = alike(of.level())
    low, high = colours.get_clim()
    for k, (x, y) in enumerate(zip(i, j, strict=True)):
        text = level[k] if level[k] != "nan" else ""
        if of.question:
            text = f"{percent(float(shade[k]))}\n{text}".strip()
        dark = (shade[k] - (low or 0.0)) / max((high or 1.0) - (low or 0.0), 1e-12) > 0.55
        axes.text(x + 0.5, y + 0.5, text, size=7.5, ha="center", va="center",
                  color="white" if dark else look.BLACK)  # fmt: skip


def _edges(axes: Axes, inside: NDArray[np.bool_], colour: str, style: Any) -> None:
    """The line between the cells that are inside and the others."""
    rows, columns = inside.shape
    for y in range(rows):
        for x in range(columns):
            if x + 1 < columns and inside[y, x] != inside[y, x + 1]:
                axes.plot([x + 1, x + 1], [y, y + 1], color=colour, linewidth=2.2, linestyle=style)
            if y + 1 < rows and inside[y, x] != inside[y + 1, x]:
                axes.plot([x, x + 1], [y + 1, y + 1], color=colour, linewidth=2.2, linestyle=style)


def _dots(axes: Axes, of: Swept, shade: Floats, colours: ScalarMappable) -> None:
    """Points where they are: discs achievable, squares undecided, crosses not achievable."""
    (x, y) = (of.points[path].to_numpy() for path in of.axes)
    answers = (
        of.points["answer"].to_numpy() if of.question else np.full(len(x), YES[0], dtype=object)
    )
    kinds = (("o", np.isin(answers, YES)), ("X", answers == NO), ("s", answers == "undecided"))
    for marker, which in kinds:
        axes.scatter(x[which], y[which], c=shade[which], **_shaded(colours), marker=marker,
                     s=45, edgecolors=look.GREY, linewidths=0.7)  # fmt: skip


def _says(of: Swept) -> str:
    if not of.question:
        return f"Shade: mean of {words(of.measure)}."
    if of.told["design"] != "grid":
        kinds = "Discs: achievable; squares: undecided; crosses: not achievable (95 %)."
        return f"Shade: share of runs that say yes. {kinds}"
    numbers = " and upper number" if _written_in(of) else ""
    lower = "; lower number: mean reached" if _written_in(of) else ""
    return f"Shade{numbers}: share of runs that say yes{lower}.{_lines(of)}"


def _lines(of: Swept) -> str:
    """What the lines between cells are, of those that there are."""
    answers = set(of.points["answer"])
    yes, no, undecided = not answers.isdisjoint(YES), NO in answers, "undecided" in answers
    solid = " Solid line: edge of what is shown achievable (95 %)." if yes and (no or undecided) else ""
    dotted = " Dotted line: edge of what is shown not to be." if no and undecided else ""
    return solid + dotted


def _title(of: Swept) -> str:
    x, y = map(path_words, of.axes)
    if not of.question:
        level = of.level()
        low, high = alike([float(np.nanmin(level)), float(np.nanmax(level))])
        return f"{sentence(words(of.measure))} from {low} to {high}, by {x} and {y}"
    counts = of.points["answer"].value_counts()
    yes = int(sum(counts.get(a, 0) for a in YES))
    undecided = int(counts.get("undecided", 0))
    more = f", undecided at {undecided:,}" if undecided else ""
    if of.bounds or "question.measure" in of.axes:
        about = "" if "question.measure" in of.axes else f"{sentence(words(of.measure))}: "
        many = f"{yes:,} of {len(of.points):,} points are achievable{more}, by {x} and {y}"
        return f"{about}{many}"
    target = f"{words(of.measure)}: {amount(float(of.question['value']))}{of.a_day}"
    return f"{sentence(target)} is achievable at {yes:,} of {len(of.points):,} points of {x} and {y}{more}"


def _data(of: Swept) -> pd.DataFrame:
    return of.table(
        *of.axes, "replications", "asked", "required", "answer", "share", "reached", f"mean.{of.measure}"
    )


def _text(of: Swept, says: str) -> str:
    last = list(of.points["answer"]) if of.question else alike(of.level())
    places = [_named(list(of.points[path])) for path in of.axes]
    rows = [f"{x}, {y}: {end}" for x, y, end in zip(*places, last, strict=True)]
    if len(rows) > _MOST_ROWS:
        rows = [*rows[:_MOST_ROWS], f"and {len(rows) - _MOST_ROWS:,} more"]
    named = " and ".join(of.label(path) for path in of.axes)
    return f"{of.subtitle(says)} By {named}: {'; '.join(rows)}. Data: {NAME}.csv."
