"""The page that every figure is drawn on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, NamedTuple

import matplotlib
import matplotlib.ticker
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.text import Text
from matplotlib.textpath import text_to_path

from sim.figures.finished import FEWEST, Finished
from sim.figures.wording import day
from sim.verdict.phrases import MADE_UP

# Okabe and Ito 2008, "Color Universal Design": told apart with any colour vision. Those that
# meet in one panel here differ in lightness too, and in line style.
BLACK, GREY, PALE = "#1A1A1A", "#6B6B6B", "#D9D9D9"
BLUE, HALF, MOST = "#0072B2", "#8FC1DE", "#D3E6F2"
VERMILION, ORANGE, GREEN = "#D55E00", "#E69F00", "#009E73"

WIDTH = 10.0
LEFT, RIGHT = 0.85, 2.35
EDGE = 0.35
_POINT = 1 / 72
LINE = 1.32
DASHES: Sequence[tuple[float, tuple[float, ...]]] = (
    (0, (7, 2)),
    (0, (1.5, 1.5)),
    (0, (7, 2, 1.5, 2)),
    (0, (3, 1.5)),
    (0, (7, 2, 1.5, 2, 1.5, 2)),
)

SCOPE = (
    "Simulated individuals drawn from published or assumed aggregates. It describes capacity and"
    " its consequences, takes no position on whether a target should be met, and is no evidence"
    " about any person."
)


class Page(NamedTuple):
    """A figure with its words in place, and the room left between them [inches]."""

    figure: Figure
    bottom: float
    top: float

    def axes(self, left: float, bottom: float, width: float, height: float) -> Axes:
        """Axes with this corner and size [inches, from the bottom left of the room left]."""
        across, up = self.figure.get_size_inches()
        place = (left / across, (self.bottom + bottom) / up, width / across, height / up)
        return plain(self.figure.add_axes(place))


@contextmanager
def applied() -> Iterator[None]:
    """Matplotlib as it is when nobody has configured it, with fixed names inside SVG."""
    settings: dict[Any, Any] = {
        "svg.hashsalt": "sim",
        "svg.fonttype": "path",
        "font.family": ["DejaVu Sans"],
        "hatch.linewidth": 0.6,
        "text.parse_math": False,
    }
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(settings)
        yield


def page(title: str, subtitle: str, foot: str, height: float) -> Page:
    """A page whose middle is `height` [inches], as tall as its words then need."""
    blocks = [
        (wrapped(title, WIDTH - 2 * EDGE, 15, bold=True), 15, "bold", BLACK),
        (wrapped(subtitle, WIDTH - 2 * EDGE, 9.5), 9.5, "normal", "#404040"),
    ]
    end = wrapped(foot, WIDTH - 2 * EDGE, 7.5)
    above = EDGE + sum(tall(text, size) + 0.07 for text, size, _, _ in blocks) + 0.12
    below = EDGE * 0.7 + tall(end, 7.5) + 0.12
    figure = Figure(figsize=(WIDTH, above + height + below), facecolor="white")
    FigureCanvasAgg(figure)
    _write(figure, blocks)
    figure.text(EDGE / WIDTH, EDGE * 0.7 / _up(figure), end, size=7.5, color=GREY, va="bottom",
                linespacing=LINE)  # fmt: skip
    return Page(figure, below, below + height)


def _write(figure: Figure, blocks: Sequence[tuple[str, float, str, str]]) -> None:
    down = EDGE
    for text, size, weight, colour in blocks:
        figure.text(EDGE / WIDTH, 1 - down / _up(figure), text, size=size, weight=weight,
                    color=colour, va="top", linespacing=LINE)  # fmt: skip
        down += tall(text, size) + 0.07


def _up(figure: Figure) -> float:
    return float(figure.get_size_inches()[1])


def tall(text: str, size: float) -> float:
    """Height of so many lines at `size` [points], in inches."""
    return (text.count("\n") + 1) * size * LINE * _POINT


def wrapped(text: str, width: float, size: float, *, bold: bool = False) -> str:
    """The text with line ends so that no line is wider than `width` [inches] at `size` [points]."""
    lines, used = [""], 0.0
    blank = _across(" ", size, bold)
    for word in text.split(" "):
        wide = _across(word, size, bold)
        if lines[-1] and used + blank + wide > width:
            lines.append(word)
            used = wide
        else:
            used += wide + (blank if lines[-1] else 0.0)
            lines[-1] = f"{lines[-1]} {word}".strip()
    return "\n".join(lines)


@lru_cache(maxsize=4096)
def _across(word: str, size: float, bold: bool) -> float:
    """Width of a word [inches]; measured once, since that is most of the time of laying out a page."""
    font = FontProperties(family="DejaVu Sans", size=size, weight="bold" if bold else "normal")
    return text_to_path.get_text_width_height_descent(word, font, False)[0] * _POINT if word else 0.0


def plain(axes: Axes) -> Axes:
    """With the left and bottom edges only, light rules across, thousands separated."""
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(GREY)
    axes.tick_params(colors="#404040", labelsize=9, length=3)
    axes.grid(axis="y", color="#E6E6E6", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.yaxis.set_major_locator(matplotlib.ticker.MaxNLocator(6, steps=[1, 2, 2.5, 5, 10]))
    axes.yaxis.set_major_formatter(matplotlib.ticker.FuncFormatter(lambda y, _: f"{y:,.10g}"))
    return axes


def dated(axes: Axes, dates: pd.DatetimeIndex, most: int = 9) -> None:
    """Dates along the bottom: every so many days or months, the year where it begins."""
    axes.set_xlim(dates[0], dates[-1])  # type: ignore[arg-type]  # the stubs know only floats
    ticks = _ticks(dates, most)
    axes.set_xticks(ticks.to_numpy())
    axes.set_xticklabels(_dates(ticks))


def _ticks(dates: pd.DatetimeIndex, most: int) -> pd.DatetimeIndex:
    months = (dates[-1] - dates[0]).days / 30.4
    if months < 2.6:
        every = next(n for n in (1, 2, 7, 14, 28) if len(dates) <= n * most)
        return dates[::every]
    every = next(n for n in (1, 2, 3, 6, 12, 24, 60, 120, 1_200, 12_000) if months <= n * most)
    first = dates[0].to_period("M").to_timestamp()
    starts = pd.date_range(first, dates[-1], freq="MS")
    chosen = starts[(starts.year * 12 + starts.month - 1) % every == 0]
    return chosen[chosen >= dates[0]]


def _dates(ticks: pd.DatetimeIndex) -> list[str]:
    daily = len(ticks) > 1 and (ticks[1] - ticks[0]).days < 28
    labels, year = [], 0
    for tick in ticks:
        name = f"{tick.day} {tick.month_name()[:3]}" if daily else tick.month_name()[:3]
        labels.append(name if tick.year == year else f"{name}\n{tick.year}")
        year = tick.year
    return labels


def heading(axes: Axes, text: str, size: float = 9.5) -> Text:
    """What the axes show, above them, in place of a label set on its side."""
    return axes.text(0, 1.02, text, transform=axes.transAxes, size=size, color=BLACK, va="bottom",
                     linespacing=LINE)  # fmt: skip


def subtitle(run: Finished, band: str) -> str:
    """Scenario, period, number of worlds, and what the band is."""
    period = f"{day(run.dates[0])} to {day(run.dates[-1])}"
    made_up = " (illustrative numbers)" if run.illustrative else ""
    few = " Too few runs for an estimate: these runs only." if run.count < FEWEST else ""
    return f"{run.title}{made_up}. {period}; {run.over}. {band}{few}".strip()


def about(study: Mapping[str, Any]) -> str:
    """What a study is of, with word of numbers that are made up; nothing where it has no title."""
    made_up = " (illustrative numbers)" if study.get("illustrative") else ""
    return f"{study['title']}{made_up}. " if study.get("title") else ""


def foot(run: Finished, note: str = "") -> str:
    """Where the figure comes from, and what it must not be taken for."""
    digest = str(run.verdict.get("digest", ""))
    made = f"run {digest}" if digest else "a run not yet named"
    seed = f", seed {run.verdict['seed']}" if "seed" in run.verdict else ""
    return source(f"{made}{seed}", run.illustrative, note)


def source(of: str, illustrative: bool, note: str = "") -> str:
    """The line at the foot: what was done, where its numbers come from, what it is no evidence of."""
    numbers = MADE_UP if illustrative else "The sources of its numbers are in scenario.yaml beside it."
    return f"{note} Source: {of}. {numbers} {SCOPE}".strip()


def inches(axes: Axes) -> tuple[float, float]:
    """Width and height of axes."""
    figure = axes.get_figure(root=True)
    assert figure is not None
    box, size = axes.get_position(), figure.get_size_inches()
    return float(box.width * size[0]), float(box.height * size[1])
