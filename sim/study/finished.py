"""A run that is on disk."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

VERDICT_TEXT, DAILY, WORLDS = "verdict.txt", "daily.parquet", "worlds.parquet"

SUMMARY, SCENARIO = "summary.csv", "scenario.yaml"
BANDS = "bands.csv"


@dataclass(frozen=True)
class Finished:
    """A run folder, read as it is asked for."""

    folder: Path

    @cached_property
    def verdict(self) -> dict[str, Any]:
        """What verdict.json says."""
        text = (self.folder / "verdict.json").read_text(encoding="utf-8")
        found: dict[str, Any] = json.loads(text)
        return found

    @property
    def text(self) -> str:
        """The verdict in sentences."""
        words = (self.folder / VERDICT_TEXT).read_text(encoding="utf-8")
        return f"{words}\nFiles: {self.folder}"

    @cached_property
    def daily(self) -> pd.DataFrame:
        """One row per world, replication and day."""
        import pandas as pd

        return pd.read_parquet(self.folder / DAILY)

    @cached_property
    def worlds(self) -> pd.DataFrame:
        """One row per world drawn: its answer, the rate it reached, its value of each fact.

        Empty where every number was at its stated value.
        """
        import pandas as pd

        file = self.folder / WORLDS
        return pd.read_parquet(file) if file.is_file() else pd.DataFrame()

    @cached_property
    def summary(self) -> pd.DataFrame:
        """One row per measure, place, class and statistic."""
        import pandas as pd

        unknown = {column: [""] for column in ("mean", "low", "high")}
        return pd.read_csv(self.folder / SUMMARY, keep_default_na=False, na_values=unknown)
