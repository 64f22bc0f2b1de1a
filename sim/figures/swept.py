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
from sim.figures.finished import Floats
from sim.figures.look import source
from sim.figures.wording import SPACE, amount, words

_WANTED = ("points.parquet", "provenance.json")
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
    def target(self) -> float | None:
        return float(self.question["value"]) if self.question else None

    def column(self, name: str) -> Floats:
        return self.points[name].to_numpy(np.float64)

    def level(self) -> Floats:
        """The rate reached at each point, or the mean of the measure (points,)."""
        return self.column("reached" if self.question else f"mean.{self.measure}")

    def unit(self, path: str) -> str:
        found = self.told.get("units", {}).get(path, "")
        return f" [{found}]" if found else ""

    def subtitle(self, says: str) -> str:
        made_up = " (illustrative numbers)" if self.told.get("illustrative") else ""
        many = self.points["replications"]
        low, high = int(many.min()), int(many.max())
        of = f"{low:,}" if low == high else f"{low:,} to {high:,}"
        return (
            f"{self.told['title']}{made_up}. {len(many):,} points, {of} runs each. {says}"
        )

    def foot(self) -> str:
        of = f"sweep {self.told['digest']}, seed {self.told['seed']}"
        return source(of, bool(self.told.get("illustrative")))


def read(folder: Path) -> Swept:
    """Raises: Refused, naming each file that is not there."""
    missing = [name for name in _WANTED if not (folder / name).is_file()]
    if missing:
        wanted = "a folder that `sim sweep` has finished"
        raise Refused(Problem(str(folder), 0, "", f"no {name}", wanted) for name in missing)
    told = json.loads((folder / "provenance.json").read_text(encoding="utf-8"))
    return Swept(pd.read_parquet(folder / "points.parquet"), told)


def path_words(path: str) -> str:
    """`stations.clerks.servers` as `clerks servers`."""
    parts = path.split(".")
    return words(" ".join(parts[1:] if len(parts) > 1 else parts))


def valued(value: float, unit: str = "") -> str:
    """A value of an axis, with its unit where it has one."""
    return f"{amount(value)}{'' if not unit or unit.startswith('/') else SPACE}{unit}"
