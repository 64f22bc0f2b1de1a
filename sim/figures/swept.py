"""A finished sweep as its folder tells it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.errors import Problem, Refused
from sim.figures import look
from sim.figures.finished import Floats
from sim.figures.wording import SPACE, fact, words

_WANTED = ("points.parquet", "provenance.json")
_QUESTION = {
    "at_least": "what is asked",
    "at_most": "what is asked",
    "with_probability": "the share of runs that must say yes",
    "tolerance": "the tolerance of the question",
    "averaged_over": "the days averaged over",
    "reached_by": "the date to reach it by",
    "sustained_until": "the date to hold it until",
    "measure": "what is asked about",
}
BOUNDS = ("question.at_least", "question.at_most")
YES, NO = ("achievable", "achievable_with_breaches"), "not_achievable"


@dataclass(frozen=True)
class Swept:
    """One row a point, and what the folder says of itself."""

    points: pd.DataFrame
    told: Mapping[str, Any]

    def table(self, *names: str) -> pd.DataFrame:
        """The columns of those names, as far as there are any."""
        return self.points[[name for name in names if name in self.points]]

    @property
    def axes(self) -> list[str]:
        """Paths that vary."""
        return list(self.told["vary"])

    @property
    def numbers(self) -> list[str]:
        """Paths whose values are numbers of one unit."""
        return [path for path in self.axes if pd.api.types.is_float_dtype(self.points[path])]

    @property
    def question(self) -> Mapping[str, Any] | None:
        found = self.told.get("question")
        return found if isinstance(found, Mapping) else None

    @property
    def measure(self) -> str:
        """What is drawn where there is no question: the first mean."""
        means = [name for name in self.points if str(name).startswith("mean.")]
        return str(self.question["measure"]) if self.question else str(means[0])[5:]

    @property
    def a_day(self) -> str:
        return " a day" if self.question and self.question["rate"] else ""

    @property
    def bounds(self) -> bool:
        """Whether what is asked differs between points."""
        return any(path in BOUNDS for path in self.axes)

    def asked(self) -> Floats:
        """The value that each point asks for (points,)."""
        return self._of_each("asked", "value")

    def required(self) -> Floats:
        """The share of runs that must say yes at each point (points,)."""
        return self._of_each("required", "probability")

    def _of_each(self, column: str, key: str) -> Floats:
        """A column, or what the scenario asks in folders that are without it."""
        assert self.question is not None
        if column in self.points:
            return self.column(column)
        return np.full(len(self.points), float(self.question[key]))

    def column(self, name: str) -> Floats:
        return self.points[name].to_numpy(np.float64)

    def level(self) -> Floats:
        """The rate reached at each point, or the mean of the measure (points,)."""
        return self.column("reached" if self.question else f"mean.{self.measure}")

    def label(self, path: str) -> str:
        """What an axis shows, with its unit."""
        unit = self.told.get("units", {}).get(path, "")
        of = self.a_day if path in BOUNDS and not unit else f" [{unit}]" if unit else ""
        return f"{path_words(path)}{of}"

    def subtitle(self, says: str) -> str:
        many = self.points["replications"]
        low, high = int(many.min()), int(many.max())
        of = f"{low:,}" if low == high else f"{low:,} to {high:,}"
        return f"{look.about(self.told)}{len(many):,} points, {of} runs each. {says}"

    def foot(self) -> str:
        of = f"sweep {self.told['digest']}, seed {self.told['seed']}"
        return look.source(of, bool(self.told.get("illustrative")))


def read(folder: Path) -> Swept:
    """Raises: Refused, naming each file that is not there; a sweep of what is asked that does not say it."""
    missing = [name for name in _WANTED if not (folder / name).is_file()]
    if missing:
        wanted = "a folder that `sim sweep` has finished"
        raise Refused(Problem(str(folder), 0, "", f"no {name}", wanted) for name in missing)
    told = json.loads((folder / "provenance.json").read_text(encoding="utf-8"))
    found = Swept(pd.read_parquet(folder / "points.parquet"), told)
    asks = [path for path in found.axes if path.startswith("question.")]
    if asks and "asked" not in found.points:
        wanted = "what each point asks; `sim sweep --again` writes it"
        raise Refused([Problem(str(folder), 0, asks[0], "a table without a column asked", wanted)])
    return found


def path_words(path: str) -> str:
    """`stations.clerks.servers` as `servers of clerks`; what belongs to the question, by what it is."""
    section, _, rest = path.partition(".")
    if section == "question" and rest in _QUESTION:
        return _QUESTION[rest]
    return fact(path) if rest else words(path)


def valued(number: str, unit: str = "") -> str:
    """A value of an axis as it is written, with its unit where it has one."""
    return f"{number}{'' if not unit or unit.startswith('/') else SPACE}{unit}"
