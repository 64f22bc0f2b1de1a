"""How many wait at each place where people can wait."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator

from sim.figures import look
from sim.figures.band import SAYS, Band, band, last, months, paint, trailing
from sim.figures.drawing import Drawing, Skipped
from sim.figures.finished import Finished, Floats
from sim.figures.ledger import backlogs, uses
from sim.figures.wording import QUOTE, UNQUOTE, day, listing, people, sentence, spread, words

NAME = "queues"
_KINDS = {"stations": "", "pools": "", "departures": "", "gates": " (gate)", "stocks": " (stock)"}
_MOST, _ACROSS = 12, 3
_TALL, _GAP = 1.3, 0.78
_LONG = 56


class Line(NamedTuple):
    """Those waiting at one place; a `backlog` is one that was there and is only counted."""

    name: str
    spread: Band
    mean: float
    backlog: bool = False


def figure(run: Finished) -> Drawing | Skipped:
    """A small panel for each place that ever had a line, longest at the end first."""
    lines = _lines(run)
    if not lines:
        return Skipped(NAME, "the run has no station, pool or departure where people can wait")
    busy = sorted(
        (line for line in lines if line.mean > 0), key=lambda line: (line.backlog, -_final(line))
    )
    shown = busy[:_MOST]
    title = _title(run, shown)
    mean = "waiting at midnight" if _days(run) == 1 else "waiting, mean of seven midnights"
    says = f"Line: median {mean}. {SAYS} Each panel has a scale of its own."
    rows = max(1, -(-len(shown) // _ACROSS))
    page = look.page(title, look.subtitle(run, says), look.foot(run, _note(lines, shown)),
                     rows * (_TALL + _GAP))  # fmt: skip
    _draw(page, run, shown)
    text = _text(run, shown, says)
    return Drawing(NAME, title, text, _data(run, shown), page.figure)


def _lines(run: Finished) -> list[Line]:
    places = [(block, str(name)) for block in _KINDS for name in run.block(block)]
    parts = [part for block, name in places for part in _parts(run, name, _KINDS[block])]
    means = [(name, trailing(many, _days(run)), backlog) for name, many, backlog in parts]
    return [Line(name, band(m), float(np.nanmean(m)), backlog) for name, m, backlog in means]


def _parts(run: Finished, name: str, kind: str) -> Iterator[tuple[str, Floats, bool]]:
    """Those in one line, and apart from them each mere backlog in it."""
    if not run.has(f"{name}.waiting"):
        return
    waiting = run.series(f"{name}.waiting")
    for step, group in backlogs(run).items():
        if step != name and name in uses(run, step) and run.has(f"{step}.waiting"):
            waiting = waiting - run.series(f"{step}.waiting")
            yield f"{words(group)}, for {words(name)}", run.series(f"{step}.waiting"), True
    yield words(name) + kind, waiting, False


def _final(line: Line) -> float:
    return last(line.spread.median)


def _title(run: Finished, shown: list[Line]) -> str:
    if not shown:
        return "Nobody is waiting anywhere at any midnight"
    first = shown[0]
    start, final = float(first.spread.median[_days(run) - 1]), _final(first)
    if people(final) == "0":
        return f"Nobody is waiting {_when(run)} in half of the runs or more"
    change = "up from" if final > start else "down from" if final < start else "as many as"
    told = f"{people(final)} waiting, {change} {people(start)} at the start"
    outside = "Outside the backlogs the" if any(line.backlog for line in shown) else "The"
    return f"{outside} longest line {_when(run)} is for {_called(first)}: {told}"


def _called(line: Line) -> str:
    """In quotes where it is a name of several words."""
    return f"{QUOTE}{line.name}{UNQUOTE}" if " " in line.name else line.name


def _days(run: Finished) -> int:
    """Days that each point is the mean of, so that long runs do not show every weekend."""
    return 7 if len(run.dates) >= _LONG else 1


def _when(run: Finished) -> str:
    span = "on" if _days(run) == 1 else "in the week to"
    return f"{span} {day(run.dates[-1])}"


def _draw(page: look.Page, run: Finished, shown: list[Line]) -> None:
    across = min(_ACROSS, max(1, len(shown)))
    wide = (look.WIDTH - look.EDGE) / across
    for k, line in enumerate(shown):
        row, column = divmod(k, across)
        up = page.top - page.bottom - (row + 1) * (_TALL + _GAP) + 0.46
        axes = page.axes(column * wide + 0.8, up, wide - 0.95, _TALL)
        paint(axes, run.dates, line.spread)
        axes.set_ylim(0, 1.1 * max(float(np.nanmax(line.spread.high90)), 1))
        axes.yaxis.set_major_locator(MaxNLocator(3, integer=True))
        look.dated(axes, run.dates, 6 - across)
        low, high = last(line.spread.low90), last(line.spread.high90)
        ends = f"{people(_final(line))} at the end{spread(low, high)}"
        name = look.wrapped(sentence(line.name), wide - 0.95, 8.5)
        look.heading(axes, f"{name}\n{ends}", 8.5)


def _note(lines: list[Line], shown: list[Line]) -> str:
    none = [line.name for line in lines if line.mean <= 0]
    names = {line.name for line in shown}
    less = [line.name for line in lines if line.mean > 0 and line.name not in names]
    notes = [f"Nobody waiting at any midnight: {listing(none)}."] if none else []
    return " ".join([*notes, *([f"Shorter and not drawn: {listing(less)}."] if less else [])])


def _data(run: Finished, shown: list[Line]) -> pd.DataFrame:
    head = pd.DataFrame({"date": run.dates.strftime("%Y-%m-%d")})
    frames = [
        pd.concat([head.assign(where=line.name), line.spread.frame("waiting_")], axis=1)
        for line in shown
    ]
    return pd.concat(frames or [head], ignore_index=True)


def _text(run: Finished, shown: list[Line], says: str) -> str:
    told = [
        f"{sentence(line.name)}, at the end of each month, median and middle 90 % in brackets."
        f" {months(run.dates, line.spread)}"
        for line in shown
    ]
    return " ".join([look.subtitle(run, says), *told, f"Data: {NAME}.csv."])
