"""How much room there is, in every way the scenario counts it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from sim.figures.finished import Finished, Floats, number
from sim.figures.wording import words

DEFINED = " definition"


class Line(NamedTuple):
    """One capacity, under one definition (days,)."""

    name: str
    values: Floats


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
    """Tiers one on top of the other, then the total under each named definition."""
    own = {pool: np.median(run.series(f"{pool}.capacity"), axis=1) for pool in group}
    lines = [
        Line(" + ".join(words(pool) for pool in group[: k + 1]), sum_of(own, group[: k + 1]))
        for k in range(len(group))
    ]
    for name, changes in run.block("definitions").items():
        changed = _defined(run, group, changes)
        if changed:
            lines.append(Line(words(str(name)) + DEFINED, sum_of({**own, **changed}, group)))
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
            kept[same] = Line(f"{kept[same].name}, {line.name}", line.values)
    return kept
