"""How many wait at each place where people can wait."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator

from sim.figures import look
from sim.figures.band import SAYS, Band, band, last, paint, trailing
from sim.figures.drawing import Drawing, Skipped
from sim.figures.finished import PEOPLE, Finished, Floats, unit
from sim.figures.ledger import backlogs
from sim.figures.steps import not_begun, uses
from sim.figures.wording import (
    MILLION,
    QUOTE,
    QUOTED,
    about,
    day,
    listing,
    named,
    people,
    sentence,
    spread,
    within,
    words,
)

NAME = "queues"
_KINDS = {"stations": "", "pools": "", "departures": "", "gates": " (gate)", "stocks": " (stock)"}
_MOST, _ACROSS, _TOLD = 6, 3, 4
_TALL, _BELOW, _SIZE = 1.3, 0.46, 8.5
_LONG = 56


class Part(NamedTuple):
    """Those of one kind in one line: `waiting` (days, replications)."""

    name: str
    waiting: Floats
    backlog: bool
    unit: str


class Line(NamedTuple):
    """Those waiting at one place; a `backlog` is one that was there and is only counted.

    `unit` says who waits.
    """

    name: str
    spread: Band
    mean: float
    backlog: bool
    unit: str

    @property
    def what(self) -> str:
        """Who waits for what."""
        if not self.backlog:
            return f"{self.unit} waiting for {_called(self)}"
        group, _, ahead = self.name.partition(", for ")
        return f"{self.unit} waiting in {named(group)}, for {named(ahead)}"


def figure(run: Finished) -> Drawing | Skipped:
    """A small panel for each of the longest lines at the end, the largest backlog among them."""
    lines = _lines(run)
    if not lines:
        return Skipped(NAME, "the run has no station, pool or departure where people can wait")
    busy = sorted(
        (line for line in lines if line.mean > 0), key=lambda line: (line.backlog, -_final(line))
    )
    shown = _shown(busy)
    title = _title(run, shown)
    mean = "waiting at midnight" if _days(run) == 1 else "waiting, mean of seven midnights"
    own = " Each panel has a scale and a unit of its own." if len(shown) > 1 else ""
    says = f"Line: median {mean}. {SAYS}{own}"
    heads = _heads(shown)
    rooms = [max(look.tall(head, _SIZE) for head in row) + 0.08 for row in heads]
    page = look.page(title, look.subtitle(run, says), look.foot(run, _note(lines, busy, shown)),
                     sum(rooms) + max(1, len(rooms)) * (_TALL + _BELOW))  # fmt: skip
    _draw(page, run, shown, heads, rooms)
    text = _text(run, busy, says)
    return Drawing(NAME, title, text, _data(run, busy), page.figure)


def _shown(busy: list[Line]) -> list[Line]:
    """As many as there is room for, the last place for a backlog if there is one."""
    apart = [line for line in busy if line.backlog][:1]
    return [*[line for line in busy if not line.backlog][: _MOST - len(apart)], *apart]


def _lines(run: Finished) -> list[Line]:
    places = [(block, str(name)) for block in _KINDS for name in run.block(block)]
    parts = [part for block, name in places for part in _parts(run, name, _KINDS[block])]
    return [_line(trailing(part.waiting, _days(run)), part) for part in parts]


def _line(means: Floats, part: Part) -> Line:
    return Line(part.name, band(means), float(np.nanmean(means)), part.backlog, part.unit)


def _parts(run: Finished, name: str, kind: str) -> Iterator[Part]:
    """Those in one line, and apart from them each mere backlog in it."""
    if not run.has(f"{name}.waiting"):
        return
    waiting = run.series(f"{name}.waiting")
    for step, group in backlogs(run).items():
        if step != name and name in uses(run, step) and run.has(f"{step}.waiting"):
            waiting = waiting - run.series(f"{step}.waiting")
            behind = f"{words(group)}, for {words(name)}"
            counted = unit(run.block("initial")[group].get("count"))
            yield Part(behind, run.series(f"{step}.waiting"), True, counted)
    yield Part(words(name) + kind, waiting, False, _who(run, name))


def _who(run: Finished, name: str) -> str:
    """`orders` where only work that nobody has begun can wait there, else `people`."""
    at = {step for step in run.block("steps") if step == name or name in uses(run, step)}
    return "orders" if at and at <= not_begun(run) else PEOPLE


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
    told = f"{_at_end(first)} {first.unit} waiting, {change} {_told(first, _days(run) - 1)} at the start"
    outside = "Outside the backlogs the" if any(line.backlog for line in shown) else "The"
    return f"{outside} longest line {_when(run)} is for {_called(first)}: {told}"


def _at_end(line: Line) -> str:
    return _told(line, -1)


def _told(line: Line, at: int) -> str:
    """Median on a day, to the places that 90 % of runs tell apart."""
    low, middle, high = (float(x[at]) for x in (line.spread.low90, line.spread.median, line.spread.high90))
    return about(round(middle), low, high) if 100 <= middle < MILLION else people(middle)


def _range(line: Line) -> str:
    """` (3 to 5)` at the end, or nothing where both read the same."""
    low, high = last(line.spread.low90), last(line.spread.high90)
    if high - low > 10 and high < MILLION:
        return f" ({within(low, high)})"
    return spread(low, high)


def _called(line: Line) -> str:
    """Its name in quotes where it is of several words, with its kind."""
    name, bracket, kind = line.name.partition(" (")
    return f"{named(name)}{bracket}{kind}"


def _days(run: Finished) -> int:
    """Days that each point is the mean of, so that long runs do not show every weekend."""
    return 7 if len(run.dates) >= _LONG else 1


def _when(run: Finished) -> str:
    span = "on" if _days(run) == 1 else "in the week to"
    return f"{span} {day(run.dates[-1])}"


def _wide(many: int) -> float:
    """Width of a panel with its margin [inches]."""
    return (look.WIDTH - look.EDGE) / min(_ACROSS, max(1, many))


def _heads(shown: list[Line]) -> list[list[str]]:
    """Who waits for what, with how many there are at the end, by row of panels."""
    told = [
        (sentence(line.what), f"{_at_end(line)} at the end{_range(line)}") for line in shown
    ]
    room = _wide(len(shown)) - 0.85
    heads = ["\n".join(look.wrapped(text, room, _SIZE) for text in one) for one in told]
    return [heads[k : k + _ACROSS] for k in range(0, len(heads), _ACROSS)]


def _draw(
    page: look.Page, run: Finished, shown: list[Line], heads: list[list[str]], rooms: list[float]
) -> None:
    """Panels in rows, each row with the room that its headings need."""
    across, wide = min(_ACROSS, max(1, len(shown))), _wide(len(shown))
    for k, line in enumerate(shown):
        row, column = divmod(k, across)
        up = page.top - page.bottom - sum(rooms[: row + 1]) - (row + 1) * _TALL - row * _BELOW
        axes = page.axes(column * wide + 0.8, up, wide - 0.95, _TALL)
        paint(axes, run.dates, line.spread)
        axes.set_ylim(0, 1.1 * max(float(np.nanmax(line.spread.high90)), 1))
        axes.yaxis.set_major_locator(MaxNLocator(3, integer=True))
        look.dated(axes, run.dates, 6 - across)
        look.heading(axes, heads[row][column], _SIZE)


def _note(lines: list[Line], busy: list[Line], shown: list[Line]) -> str:
    none = [line.name for line in lines if line.mean <= 0]
    names = {line.name for line in shown}
    less = [f"{line.name} ({_at_end(line)} {line.unit})" for line in busy if line.name not in names]
    notes = [f"Shorter at the end and not drawn, in {NAME}.csv: {listing(less)}."] if less else []
    notes += [f"Nobody waiting at any midnight: {listing(none)}."] if none else []
    return " ".join([*notes, *([QUOTED] if any(QUOTE in line.what for line in shown) else [])])


def _data(run: Finished, shown: list[Line]) -> pd.DataFrame:
    head = pd.DataFrame({"date": run.dates.strftime("%Y-%m-%d")})
    frames = [
        pd.concat([head.assign(where=line.name, unit=line.unit), line.spread.frame("waiting_")], axis=1)
        for line in shown
    ]
    return pd.concat(frames or [head], ignore_index=True)


def _text(run: Finished, busy: list[Line], says: str) -> str:
    """The longest lines and the backlogs; the rest is said to be in the data."""
    longest = [line for line in busy if not line.backlog][:_TOLD]
    told = [_sentence(run, line) for line in [*longest, *[line for line in busy if line.backlog]]]
    rest = len(busy) - len(told)
    more = f" {rest} shorter lines are in {NAME}.csv, as are all days." if rest > 0 else ""
    return " ".join([look.subtitle(run, says), *told, f"Data: {NAME}.csv.{more}"])


def _sentence(run: Finished, line: Line) -> str:
    first = _told(line, _days(run) - 1)
    return (
        f"{sentence(line.what)}: {_at_end(line)} at the end{_range(line)}, {first} at the start,"
        f" {_peak(run, line)}."
    )


def _peak(run: Finished, line: Line) -> str:
    at = int(np.nanargmax(line.spread.median))
    return f"at its longest {_told(line, at)} about {day(run.dates[at])}"
