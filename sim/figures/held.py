"""People held, or present, against the room there is for them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from sim.figures import look
from sim.figures.band import SAYS, Band, band, end, last, months, paint, scaled
from sim.figures.capacity import Line, capacities, groups, merged
from sim.figures.drawing import Drawing, Skipped
from sim.figures.finished import Finished, Floats
from sim.figures.labels import End, label_ends
from sim.figures.wording import SPACE, about, amount, day, listing, percent, sentence, words

NAME = "held"
PLACES = "places"
_MOST_PANELS = 4
_FULL = 0.99
_NO_LIMIT = 50  # a capacity so many times what is ever used would only flatten the picture


class Panel(NamedTuple):
    """People in one group of pools that stand in for each other, with the capacities known.

    `people` and `room`, the room there is for them in their own world, are (days, worlds).
    """

    name: str
    people: Floats
    spread: Band
    room: Floats
    unit: str
    lines: tuple[Line, ...]
    beyond: tuple[Line, ...]


def figure(run: Finished) -> Drawing | Skipped:
    """One panel for each group of pools; without pools, for each station."""
    panels = sorted(_panels(run), key=lambda panel: -float(panel.people.mean()))
    if not panels:
        return Skipped(NAME, "the run has no pool or station with a capacity of more than nothing")
    near = [panel for panel in panels if panel.lines] or panels
    shown = near[:_MOST_PANELS]
    left = [panel for panel in panels if all(panel is not one for one in shown)]
    title = _title(run, shown[0])
    heights = [3.3, *[1.25] * (len(shown) - 1)]
    says = f"Line: median. {SAYS} Dashed: capacity{_by_world(run, shown)}."
    page = look.page(title, look.subtitle(run, says), look.foot(run, _note(shown, left)),
                     sum(heights) + 0.72 * len(shown))  # fmt: skip
    bottom = page.top - page.bottom
    for k, (panel, height) in enumerate(zip(shown, heights, strict=True)):
        bottom -= height + 0.34
        wide = look.WIDTH - look.LEFT - look.RIGHT
        _draw(
            page.axes(look.LEFT, bottom, wide, height),
            run,
            panel,
            None if k else _whole(run, panel),
        )
        bottom -= 0.38
    return Drawing(NAME, title, _text(run, shown, says), _data(run, shown), page.figure)


def _panels(run: Finished) -> Iterator[Panel]:
    for group in groups(run):
        people, room = (
            np.asarray(np.sum([run.series(f"{pool}.{what}") for pool in group], axis=0))
            for what in ("in_use", "capacity")
        )
        name = listing(words(pool) for pool in _with_units(run, group))
        yield _panel(name, people, room, capacities(run, group), PLACES)
    if not run.block("pools"):
        yield from _stations(run)


def _with_units(run: Finished, group: tuple[str, ...]) -> list[str]:
    """Pools that ever have units, all where none has."""
    kept = [pool for pool in group if run.series(f"{pool}.capacity").any()]
    return kept or list(group)


def _stations(run: Finished) -> Iterator[Panel]:
    names = [name for name in run.block("stations") if run.has(f"{name}.mean_capacity")]
    for name in names:
        people = run.series(f"{name}.mean_in_use") + run.series(f"{name}.mean_waiting")
        room = run.series(f"{name}.mean_capacity")
        servers = np.asarray(np.median(room, axis=1))
        yield _panel(words(name), people, room, [Line("servers", servers)], "servers")


def _panel(name: str, people: Floats, room: Floats, lines: list[Line], unit: str) -> Panel:
    top = float(people.max()) * _NO_LIMIT
    kept = merged(lines)
    near = tuple(line for line in kept if 0 < float(np.nanmax(line.values)) <= top)
    far = tuple(line for line in kept if float(np.nanmax(line.values)) > top)
    return Panel(name, people, band(people), room, unit, near, far)


def _by_world(run: Finished, panels: list[Panel]) -> str:
    """That a band may pass the dashes, where the room differs between worlds."""
    if all(line.last is None for panel in panels for line in panel.lines):
        return ""
    return f", median; it differs between {run.kind} (90{SPACE}% in brackets), and people fill that of their own"


def _whole(run: Finished, panel: Panel) -> Floats | None:
    """People held wherever it be (days,), where that is not what the panel already shows."""
    if not run.has("held") or np.array_equal(run.series("held"), panel.people):
        return None
    return np.asarray(np.median(run.series("held"), axis=1))


def _draw(axes: Axes, run: Finished, panel: Panel, whole: Floats | None) -> None:
    if whole is not None:
        axes.plot(run.dates, whole, color=look.GREY, linewidth=1)
    paint(axes, run.dates, panel.spread)
    ends = (last(x) for x in (panel.spread.median, panel.spread.low90, panel.spread.high90))
    labels = [end(panel.spread, f"people, median: {about(*ends)}")]
    if whole is not None:
        labels.append(End(last(whole), f"held anywhere: {_held(run)}", look.GREY))
    for k, line in enumerate(panel.lines):
        axes.plot(run.dates, line.values, color=look.BLACK, linewidth=1.3,
                  linestyle=look.DASHES[k % len(look.DASHES)], drawstyle="steps-post")  # fmt: skip
        labels.append(
            End(last(line.values), line.told, look.BLACK)
        )
    drawn = [panel.spread.low90, panel.spread.high90, *(line.values for line in panel.lines)]
    drawn += [] if whole is None else [whole]
    look.heading(axes, f"{_shows(panel)}{scaled(axes, drawn)}")
    look.dated(axes, run.dates)
    label_ends(axes, labels)


def _held(run: Finished) -> str:
    """Median at the end, to the places that 90 % of runs tell apart."""
    low, middle, high = (float(x) for x in np.quantile(run.series("held")[-1], (0.05, 0.5, 0.95)))
    return about(middle, low, high)


def _title(run: Finished, panel: Panel) -> str:
    name, mean = sentence(panel.name), _mean(panel.people)
    if not panel.lines:
        return f"{name}: {mean} people on average, with no limit near"
    use = panel.people / np.maximum(panel.room, 1e-9)
    full = float((use >= _FULL).mean())
    if full > 0:
        room = _mean(panel.room)
        on = f"full on {percent(full)} of days" if panel.unit == PLACES else _busy(full)
        return f"{name}: {on}, with {mean} people on average for {room} {panel.unit}"
    when, top = _fullest(run, use)
    return f"{name}: never full, at most {percent(top)} of capacity, about {day(when)}"


def _mean(values: Floats) -> str:
    """Over all days and runs, to the places that 90 % of runs tell apart."""
    each = np.nanmean(values, axis=0)
    return about(float(each.mean()), *(float(x) for x in np.quantile(each, (0.05, 0.95))))


def _busy(full: float) -> str:
    return f"as many people as servers, or more, on {percent(full)} of days"


def _shows(panel: Panel) -> str:
    if panel.unit == PLACES:
        return f"People in {panel.name} at midnight"
    return f"People at {panel.name}, waiting or served, mean of each day"


def _fullest(run: Finished, use: Floats) -> tuple[pd.Timestamp, float]:
    at = int(use.mean(axis=1).argmax())
    return run.dates[at], float(use.max())


def _note(shown: list[Panel], left: list[Panel]) -> str:
    far = [line for panel in shown for line in panel.beyond]
    told = [f"{line.name} ({amount(last(line.values))})" for line in far]
    used = [panel for panel in left if float(panel.people.max()) > 0]
    told += [f"{panel.name} ({amount(float(panel.people.max()))} people at most,"
             f" capacity {amount(last(np.median(panel.room, axis=1)))})"
             for panel in used if panel.lines]  # fmt: skip
    notes = [f"Not drawn, further from full or smaller: {'; '.join(told)}."] if told else []
    free = [panel.name for panel in used if not panel.lines]
    notes += [f"Counts without a limit that is ever near, not drawn: {listing(free)}."] if free else []
    return " ".join(notes)


def _data(run: Finished, panels: list[Panel]) -> pd.DataFrame:
    frames = []
    for panel in panels:
        frame = pd.DataFrame({"date": run.dates.strftime("%Y-%m-%d"), "where": panel.name})
        frame = pd.concat([frame, panel.spread.frame("people_")], axis=1)
        frame["people_mean"] = panel.people.mean(axis=1)
        for line in panel.lines:
            frame[f"capacity: {line.name}"] = line.values
        frames.append(frame)
    return pd.concat(frames, ignore_index=True)


def _text(run: Finished, panels: list[Panel], says: str) -> str:
    parts = [look.subtitle(run, says)]
    for panel in panels:
        limits = "; ".join(line.told for line in panel.lines)
        parts.append(
            f"{_shows(panel)}, at the end of each month, median and middle 90 % in brackets."
            f" {months(run.dates, panel.spread)} Capacity at the end: {limits or 'not drawn'}."
        )
    return " ".join([*parts, f"Data: {NAME}.csv."])
