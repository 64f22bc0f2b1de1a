"""What a sensitivity study found."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from math import ceil
from pathlib import Path
from typing import Any

import pandas as pd

from sim.study.sensitivity import morris, sobol, tornado
from sim.study.sensitivity.facts import Facts
from sim.study.sensitivity.noise import Noise
from sim.study.sensitivity.plan import Sense
from sim.study.sensitivity.shots import Shots, Values

TORNADO, MORRIS, SOBOL = "tornado.csv", "morris.csv", "sobol.csv"
TEXT, FIGURES, RECORD = "sensitivity.txt", "figures", "sensitivity.json"
_QUIET = 0.01
"""Share of noise that the replications of a design are chosen for, where a tornado went before."""


@dataclass(frozen=True)
class Found:
    """`noise` by method; `kept` the groups that Sobol' indices were sought for; frames may be empty."""

    base: Values | None
    tornado: pd.DataFrame | None
    morris: pd.DataFrame | None
    sobol: pd.DataFrame | None
    kept: tuple[str, ...]
    noise: dict[str, Noise]


def find(sense: Sense, facts: Facts, shots: Shots) -> Found:
    """All methods asked for, each with the facts that the one before has left."""
    base, swings, screened, indices = None, None, None, None
    told: dict[str, Noise] = {}
    runs, kept = sense.replications, facts.names
    if sense.has_tornado:
        swings, base = tornado.tornado(facts, shots, sense.seed, runs)
        runs = _enough(float(base.var(ddof=1)), tornado.spread(swings), runs)
    if sense.screens(facts):
        screened, told["morris"] = morris.morris(facts, shots, sense.seed, runs, sense.screen)
        kept = list(screened.loc[screened["kept"], "group"])
    if sense.has_sobol and kept:
        indices, told["sobol"] = sobol.sobol(facts.only(kept), shots, sense.seed, runs, sense.samples)
    return Found(base, swings, screened, indices, tuple(kept), told)


def _enough(single: float, spread: float, most: int) -> int:
    """Replications of each point of a design: two at least, to see the noise."""
    return most if spread == 0 else min(most, max(2, ceil(single / (_QUIET * spread))))


@dataclass(frozen=True)
class Finished:
    """A study on disk, read as it is asked for; a frame of a method that was not asked for is empty."""

    folder: Path

    @property
    def text(self) -> str:
        """What was found, in sentences."""
        return f"{(self.folder / TEXT).read_text(encoding='utf-8')}\nFiles: {self.folder}"

    @cached_property
    def record(self) -> dict[str, Any]:
        """What sensitivity.json says."""
        found: dict[str, Any] = json.loads((self.folder / RECORD).read_text(encoding="utf-8"))
        return found

    @cached_property
    def tornado(self) -> pd.DataFrame:
        """One row a fact, widest first."""
        return self._frame(TORNADO)

    @cached_property
    def morris(self) -> pd.DataFrame:
        """One row a group, strongest first."""
        return self._frame(MORRIS)

    @cached_property
    def sobol(self) -> pd.DataFrame:
        """One row a group kept by screening, greatest total index first."""
        return self._frame(SOBOL)

    def _frame(self, name: str) -> pd.DataFrame:
        file = self.folder / name
        if not file.is_file():
            return pd.DataFrame()
        unknown = {column: [""] for column in tornado.COLUMNS if column not in ("fact", "unit")}
        return pd.read_csv(file, keep_default_na=False, na_values=unknown)
