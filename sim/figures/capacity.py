"""How much room there is, in every way the scenario counts it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np

from sim.figures.finished import Changes, Finished, Floats
from sim.figures.wording import about, amount, within, words
from sim.network.model import DAY

DEFINED = " definition"


class Line(NamedTuple):
    """One capacity, under one definition (days,); `last` in each world at the end, if they differ."""

    name: str
    values: Floats
    last: Floats | None = None

    @property
    def told(self) -> str:
        """Name and amount at the end, with what 90 % of worlds have."""
        final = float(self.values[-1])
        if self.last is None:
            return f"{self.name}: {amount(final)}"
        low, high = (float(x) for x in np.quantile(self.last, (0.05, 0.95)))
        return f"{self.name}: {about(final, low, high)} ({within(low, high)})"


def groups(run: Finished) -> list[tuple[str, ...]]:
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


def capacities(run: Finished, group: tuple[str, ...]) -> list[Line]:
    """Tiers one on top of the other, as far as there are any units, then the total by each definition."""
    own = {pool: np.median(run.series(f"{pool}.capacity"), axis=1) for pool in group}
    tiers = tuple(pool for pool in group if own[pool].any()) or group
    lines = [
        Line(
            " + ".join(words(pool) for pool in tiers[: k + 1]),
            sum_of(own, tiers[: k + 1]),
            _last(run, tiers[: k + 1]),
        )
        for k in range(len(tiers))
    ]
    for name, paths in run.block("definitions").items():
        changed = _defined(run, group, str(name), paths)
        if changed:
            lines.append(Line(words(str(name)) + DEFINED, sum_of({**own, **changed}, group)))
    return lines


def _last(run: Finished, names: tuple[str, ...]) -> Floats | None:
    """Together at the end (worlds,); None where all are alike."""
    each = np.asarray(np.sum([run.series(f"{name}.capacity")[-1] for name in names], axis=0))
    return each if float(np.ptp(each)) > 0 else None


def sum_of(values: Mapping[str, Floats], names: tuple[str, ...]) -> Floats:
    """The values of some pools together (days,)."""
    return np.asarray(np.sum([values[name] for name in names], axis=0))


def _defined(run: Finished, group: tuple[str, ...], name: str, paths: object) -> dict[str, Floats]:
    """Capacities of the pools that a definition speaks of, of the model that it makes."""
    parts = [str(path).split(".") for path in paths] if isinstance(paths, Mapping) else []
    named = {part for path in parts if path[0] == "pools" for part in path[1:2] or group}
    if not named & set(group):
        return {}
    changes = run.capacities(name)
    return {pool: _at_midnights(run, changes[pool]) for pool in group if pool in named & set(changes)}


def _at_midnights(run: Finished, changes: Changes) -> Floats:
    """The units at the end of each day (days,)."""
    times = np.array([time for time, _ in changes])
    units = np.array([units for _, units in changes], np.float64)
    last = DAY * np.arange(1, len(run.dates) + 1) - 1
    return np.asarray(units[np.searchsorted(times, last, side="right") - 1])


def merged(lines: list[Line]) -> list[Line]:
    """Lines that lie on each other become one with all their names."""
    kept: list[Line] = []
    for line in lines:
        same = next(
            (k for k, old in enumerate(kept) if np.array_equal(old.values, line.values, True)), None
        )
        if same is None:
            kept.append(line)
        else:
            kept[same] = Line(f"{kept[same].name}, {line.name}", line.values, kept[same].last)
    return kept
