"""A finished run as its folder tells it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from ruamel.yaml import YAML

from sim.errors import Problem, Refused
from sim.network.amounts import Frame
from sim.network.model import DAY
from sim.network.supply import pool
from sim.scenario import Scenario, with_overrides
from sim.scenario import read as read_scenario

Floats = NDArray[np.float64]
Changes = tuple[tuple[int, int], ...]

PEOPLE = "people"
FEWEST = 10  # replications before a mean stands for more than those runs

_NUMBER = re.compile(r"\s*\$?\s*([-+]?[\d,_]*\.?\d+(?:[eE][-+]?\d+)?)")
_DAYS = {"day": 1, "week": 7, "fortnight": 14}
WANTED = ("daily.parquet", "verdict.json", "scenario.yaml")


@dataclass(frozen=True)
class Finished:
    """The days, the verdict and the resolved scenario of one run.

    `daily` has one row per world, replication and day; `tree` is scenario.yaml as plain mappings,
    `scenario` the same as it was run, read only where it has definitions.
    """

    daily: pd.DataFrame
    verdict: Mapping[str, Any]
    tree: Mapping[str, Any]
    scenario: Scenario | None = None

    def capacities(self, definition: str) -> Mapping[str, Changes]:
        """Capacity of each pool over time (time [us], units) under a definition.

        Facts have their stated values, as in all definitions that are answered under.
        """
        if self.scenario is None:
            return {}
        of = with_overrides(self.scenario, self.scenario.definitions[definition])
        frame = Frame(of.start, (of.end - of.start).days * DAY, {})
        return {name: pool(name, said, frame).capacity.changes for name, said in of.said.pools.items()}

    @cached_property
    def runs(self) -> pd.DataFrame:
        """Rows the bands are over: those of drawn worlds where there are any, else all."""
        drawn = self.daily[self.daily["world"] > 0]
        rows = drawn if len(drawn) else self.daily
        return rows.sort_values(["world", "replication", "date"], kind="stable")

    @cached_property
    def dates(self) -> pd.DatetimeIndex:
        """The days of the run (days,)."""
        return pd.DatetimeIndex(np.unique(self.runs["date"].to_numpy()))

    @cached_property
    def count(self) -> int:
        """Replications the bands are over."""
        return len(self.runs) // max(1, len(self.dates))

    @property
    def kind(self) -> str:
        """What the bands are over: worlds if facts were drawn, else runs."""
        return "worlds" if self.runs["world"].nunique() > 1 else "runs"

    @property
    def over(self) -> str:
        """How many of them, in words."""
        return f"{self.count:,} {self.kind if self.count != 1 else self.kind[:-1]}"

    @property
    def title(self) -> str:
        """The scenario in its own words."""
        return str(self.tree.get("title", "Untitled scenario"))

    @property
    def a_day(self) -> str:
        """` a day` where the question is about a rate, else nothing."""
        bounds = [self.question.get(key) for key in ("at_least", "at_most")]
        said = [str(x.get("value") if isinstance(x, Mapping) else x) for x in bounds]
        return " a day" if any("/" in text or " per " in text for text in said) else ""

    @property
    def illustrative(self) -> bool:
        """Whether its numbers are made up, so that every figure says so."""
        return yes(self.verdict.get("illustrative", self.tree.get("illustrative")))

    def has(self, column: str) -> bool:
        """Whether the days have this column with a number in it."""
        return column in self.daily and bool(self.daily[column].notna().any())

    def series(self, column: str) -> Floats:
        """One column (days, replications)."""
        flat = self.runs[column].to_numpy(dtype=np.float64)
        return flat.reshape(self.count, len(self.dates)).T

    def block(self, key: str) -> Mapping[str, Any]:
        """A block of the scenario, such as `pools`; empty if it has none."""
        found = self.tree.get(key)
        return found if isinstance(found, Mapping) else {}

    def day(self, key: str) -> pd.Timestamp | None:
        """A date of the question, if it has one."""
        found = self.question.get(key)
        return None if found is None else pd.Timestamp(str(found))

    @property
    def question(self) -> Mapping[str, Any]:
        """The question as the verdict repeats it, else as the scenario asks it."""
        said = self.verdict.get("question")
        return said if isinstance(said, Mapping) else self.block("question")


def number(value: object) -> float | None:
    """The number in `41500`, `41,500 beds` or `{value: 41500 beds, source: …}`; None if none."""
    if isinstance(value, Mapping):
        return number(value.get("value"))
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return float(value)
    found = _NUMBER.match(str(value))
    return float(found[1].replace(",", "").replace("_", "")) if found else None


def unit(value: object) -> str:
    """What is counted in `3,687,750 cases` or `{value: 20 people, source: …}`; people if not said."""
    said = value.get("value") if isinstance(value, Mapping) else value
    return _NUMBER.sub("", str(said), count=1).strip() or PEOPLE


def yes(value: object) -> bool:
    """Whether `true` was written, as a word or as YAML's own."""
    return str(value).lower() == "true"


def window(value: object) -> int:
    """Whole days [days] in a length such as `28 days` or `4 weeks`; 28 where none is given."""
    said = value.get("value") if isinstance(value, Mapping) else value
    many = number(said)
    unit = next((n for word, n in _DAYS.items() if word in str(said)), 1)
    return 28 if many is None else max(1, round(many * unit))


def read(folder: Path) -> Finished:
    """What a run left in its folder.

    Raises: Refused, naming each file that is not there, or what is wrong in the scenario.
    """
    missing = [name for name in WANTED if not (folder / name).is_file()]
    if missing:
        wanted = "a folder that `sim run` has finished"
        raise Refused(Problem(str(folder), 0, "", f"no {name}", wanted) for name in missing)
    written = folder / "scenario.yaml"
    tree = YAML(typ="safe", pure=True).load(written.read_text(encoding="utf-8"))
    return Finished(
        pd.read_parquet(folder / "daily.parquet"),
        json.loads((folder / "verdict.json").read_text(encoding="utf-8")),
        tree,
        read_scenario(written) if tree.get("definitions") else None,
    )
