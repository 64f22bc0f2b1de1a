"""People held, or present, against the room there is for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from sim.figures import look
from sim.figures.band import SAYS, Band, band, end, last, months, paint
from sim.figures.drawing import Drawing, Skipped
from sim.figures.finished import Finished, Floats, number
from sim.figures.wording import amount, day, listing, percent, sentence, words

NAME = "held"
_MOST_PANELS = 4
_DEFINED = " definition"
_FULL = 0.99
_NO_LIMIT = 20  # a capacity so many times what is ever used would only flatten the picture


class Line(NamedTuple):
    """One capacity, under one definition (days,)."""

    name: str
    values: Floats


class Panel(NamedTuple):
    """People in one group of pools that stand in for each other, with the capacities known."""

    name: str
    people: Floats
    spread: Band
    room: Floats
    lines: tuple[Line, ...]
    beyond: tuple[Line, ...]


def figure(run: Finished) -> Drawing | Skipped:
    """One panel for each group of pools; without pools, for each station."""
    panels = sorted(_panels(run), key=lambda panel: -float(panel.people.mean()))
    if not panels:
        return Skipped(NAME, "the run has no pool or station with a capacity of more than nothing")
    shown, left = panels[:_MOST_PANELS], panels[_MOST_PANELS:]
    title = _title(run, shown[0])
    heights = [3.3, *[1.25] * (len(shown) - 1)]
    says = f"Line: median at midnight. {SAYS} Dashed: capacity."
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
    for group in _groups(run):
        people = np.asarray(sum(run.series(f"{pool}.in_use") for pool in group))
        yield _panel(listing(words(pool) for pool in group), people, _capacities(run, group))
    if not run.block("pools"):
        yield from _stations(run)


def _stations(run: Finished) -> Iterator[Panel]:
    names = [name for name in run.block("stations") if run.has(f"{name}.mean_capacity")]
    for name in names:
        people = run.series(f"{name}.mean_in_use") + run.series(f"{name}.mean_waiting")
        servers = np.median(run.series(f"{name}.mean_capacity"), axis=1)
        yield _panel(f"{words(name)}, waiting or served", people, [Line("servers", servers)])


def _panel(name: str, people: Floats, lines: list[Line]) -> Panel:
    """The last of `lines` that is no definition is the room there is in this run."""
    top = max(float(people.max()), 1.0) * _NO_LIMIT
    room = [line.values for line in lines if not line.name.endswith(_DEFINED)][-1]
    merged = _merged(lines)
    near = tuple(line for line in merged if 0 < float(np.nanmax(line.values)) <= top)
    far = tuple(line for line in merged if float(np.nanmax(line.values)) > top)
    return Panel(name, people, band(people), room, near, far)


def _whole(run: Finished, panel: Panel) -> Floats | None:
    """People held wherever it be (days,), where that is not what the panel already shows."""
    if not run.has("held") or np.array_equal(run.series("held"), panel.people):
        return None
    return np.asarray(np.median(run.series("held"), axis=1))


def _groups(run: Finished) -> list[tuple[str, ...]]:
    """Pools that some step takes in turn belong together, in its order."""
    pools = [name for name in run.block("pools") if run.has(f"{name}.in_use")]
    groups: list[list[str]] = []
    for turn in [*_turns(run), *[[pool] for pool in pools]]:
        members = [pool for pool in turn if pool in pools]
        met = [group for group in groups if set(group) & set(members)]
        joined = [pool for group in met for pool in group]
        groups = [group for group in groups if group not in met]
        groups.append([*joined, *[pool for pool in members if pool not in joined]])
    return [tuple(group) for group in groups if group]


def _turns(run: Finished) -> Iterator[list[str]]:
    for step in run.block("steps").values():
        seize = step.get("seize") if isinstance(step, Mapping) else None
        listed = seize.get("any_of") if isinstance(seize, Mapping) else seize
        if listed is None and isinstance(step, Mapping):
            listed = step.get("any_of")
        if isinstance(listed, list):
            yield [str(pool) for pool in listed]


def _capacities(run: Finished, group: tuple[str, ...]) -> list[Line]:
    """Tiers one on top of the other, then the total under each named definition."""
    own = {pool: np.median(run.series(f"{pool}.capacity"), axis=1) for pool in group}
    lines = [
        Line(" + ".join(words(pool) for pool in group[: k + 1]), sum_of(own, group[: k + 1]))
        for k in range(len(group))
    ]
    for name, changes in run.block("definitions").items():
        changed = _defined(run, group, changes)
        if changed:
            lines.append(Line(words(str(name)) + _DEFINED, sum_of({**own, **changed}, group)))
    return lines


def sum_of(values: Mapping[str, Floats], names: tuple[str, ...]) -> Floats:
    """The values of some pools together (days,)."""
    return np.asarray(np.sum([values[name] for name in names], axis=0))


def _defined(run: Finished, group: tuple[str, ...], changes: object) -> dict[str, Floats]:
    found = {}
    for path, value in changes.items() if isinstance(changes, Mapping) else ():
        parts = str(path).split(".")
        if parts[0] == "pools" and parts[1] in group and parts[2:3] == ["capacity"]:
            found[parts[1]] = _profile(run, value)
    return found


def _profile(run: Finished, value: Any) -> Floats:
    """A capacity written as one number or as dates with numbers (days,)."""
    single = number(value)
    if single is not None:
        return np.full(len(run.dates), single)
    out = np.full(len(run.dates), np.nan)
    for when, step in sorted((pd.Timestamp(str(k)), v) for k, v in value.items()):
        out[run.dates >= when.normalize()] = number(step)
    return out


def _merged(lines: list[Line]) -> list[Line]:
    """Lines that lie on each other become one with all their names."""
    kept: list[Line] = []
    for line in lines:
        same = next(
            (k for k, old in enumerate(kept) if np.array_equal(old.values, line.values, True)), None
        )
        if same is None:
            kept.append(line)
        else:
            kept[same] = Line(f"{kept[same].name}, {line.name}", line.values)
    return kept


def _draw(axes: Axes, run: Finished, panel: Panel, whole: Floats | None) -> None:
    if whole is not None:
        axes.plot(run.dates, whole, color=look.GREY, linewidth=1)
    paint(axes, run.dates, panel.spread)
    labels = [end(panel.spread, f"people: {amount(last(panel.spread.median))}")]
    if whole is not None:
        labels.append(look.End(last(whole), f"held anywhere: {amount(last(whole))}", look.GREY))
    for k, line in enumerate(panel.lines):
        axes.plot(run.dates, line.values, color=look.BLACK, linewidth=1.3,
                  linestyle=look.DASHES[k % len(look.DASHES)], drawstyle="steps-post")  # fmt: skip
        labels.append(
            look.End(last(line.values), f"{line.name}: {amount(last(line.values))}", look.BLACK)
        )
    tallest = [float(np.nanmax(line.values)) for line in panel.lines]
    axes.set_ylim(0, 1.08 * max([*tallest, float(np.nanmax(panel.spread.high90)), 1e-9,
                              *([] if whole is None else [float(np.nanmax(whole))])]))  # fmt: skip
    look.heading(axes, f"People in {panel.name}")
    look.dated(axes, run.dates)
    look.ends(axes, labels)


def _title(run: Finished, panel: Panel) -> str:
    name, mean = sentence(panel.name), amount(float(panel.people.mean()))
    if not panel.lines:
        return f"{name}: {mean} people on average, with no limit near"
    use = panel.people / np.maximum(panel.room, 1e-9)[:, None]
    full = float((use >= _FULL).mean())
    if full > 0:
        room = amount(float(np.nanmean(panel.room)))
        return f"{name}: full on {percent(full)} of days, with {mean} people on average for {room} places"
    when, top = _fullest(run, use)
    return f"{name}: never full, at most {percent(top)} of capacity, about {day(when)}"


def _fullest(run: Finished, use: Floats) -> tuple[pd.Timestamp, float]:
    at = int(use.mean(axis=1).argmax())
    return run.dates[at], float(use.max())


def _note(shown: list[Panel], left: list[Panel]) -> str:
    far = [f"{line.name} ({amount(last(line.values))})" for panel in shown for line in panel.beyond]
    notes = []
    if far:
        notes.append(f"Not drawn, far above what is used: {listing(far)}.")
    if left:
        notes.append(f"Smaller and not drawn: {listing(panel.name for panel in left)}.")
    return " ".join(notes)


def _data(run: Finished, panels: list[Panel]) -> pd.DataFrame:
    frames = []
    for panel in panels:
        frame = pd.DataFrame({"date": run.dates.strftime("%Y-%m-%d"), "where": panel.name})
        frame = pd.concat([frame, panel.spread.frame("people_")], axis=1)
        for line in panel.lines:
            frame[f"capacity: {line.name}"] = line.values
        frames.append(frame)
    return pd.concat(frames, ignore_index=True)


def _text(run: Finished, panels: list[Panel], says: str) -> str:
    parts = [look.subtitle(run, says)]
    for panel in panels:
        limits = "; ".join(f"{line.name} {amount(last(line.values))}" for line in panel.lines)
        parts.append(
            f"People in {panel.name}, at the end of each month, median and middle 90 % in brackets."
            f" {months(run.dates, panel.spread)} Capacity at the end: {limits or 'not drawn'}."
        )
    return " ".join([*parts, f"Data: {NAME}.csv."])
