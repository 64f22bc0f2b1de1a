"""The table of a sweep, written as its rows come."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from sim.estimate import FEWEST_REPLICATIONS, clopper_pearson, decide
from sim.scenario.units import amount
from sim.study.point import Numbers, Runs
from sim.verdict.asked import Asked
from sim.verdict.finding import CONFIDENCE, quoted

POINTS, POINTS_CSV = "points.parquet", "points.csv"
_TOGETHER = 1_000
_TYPES = {bool: pa.bool_(), int: pa.int64(), str: pa.string()}
Row = Mapping[str, object]


class Rows:
    """`points.parquet` and `points.csv` in a folder; a thousand rows at most are held in memory.

    Columns and their types are those of the first row, where unknown is a number.
    """

    def __init__(self, folder: Path) -> None:
        self.folder, self.waiting = folder, list[Row]()
        self.parquet: pq.ParquetWriter | None = None

    def __enter__(self) -> Self:
        self.text = (self.folder / POINTS_CSV).open("w", encoding="utf-8", newline="")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        try:
            if kind is None:
                self._write()
        finally:
            self.text.close()
            if self.parquet is not None:
                self.parquet.close()

    def add(self, row: Row) -> None:
        self.waiting.append(row)
        if len(self.waiting) >= _TOGETHER:
            self._write()

    def _write(self) -> None:
        if not self.waiting:
            return
        if self.parquet is None:
            schema = pa.schema([(name, _type(value)) for name, value in self.waiting[0].items()])
            self.parquet = pq.ParquetWriter(self.folder / POINTS, schema)
            self.csv = csv.DictWriter(self.text, list(schema.names), lineterminator="\n")
            self.csv.writeheader()
        self.parquet.write_table(
            pa.Table.from_pylist([dict(row) for row in self.waiting], self.parquet.schema)
        )
        self.csv.writerows(
            {name: _shown(value) for name, value in row.items()} for row in self.waiting
        )
        self.text.flush()
        self.waiting = []


def _type(value: object) -> pa.DataType:
    return _TYPES.get(type(value), pa.float64())


def _shown(value: object) -> object:
    return f"{value:.10g}" if isinstance(value, float) else value


def columns(folder: Path, names: Sequence[str]) -> pa.Table:
    """Some columns of the table."""
    return pq.read_table(folder / POINTS, columns=list(names))


def row(runs: Runs, question: Asked | None, units: Mapping[str, object]) -> dict[str, object]:
    """One point: what was varied, the answer and the means; none below ten replications."""
    values, n = runs.values, len(runs.replication)
    row: dict[str, object] = {
        path: _varied(value, units[path]) for path, value in runs.label.items()
    }
    row["replications"] = n
    if question is not None:
        row |= _answer(values, question, n)
    for name, series in values.items():
        if name.startswith(("breach.", "cost.", "mean.")):
            mean = float(np.mean(series))
            row[name] = mean if n >= FEWEST_REPLICATIONS else float("nan")
    row["digest"] = runs.digest
    return row


def _varied(value: object, unit: object) -> object:
    """The number alone where all values of the axis are numbers of one unit."""
    if not isinstance(unit, tuple):
        return str(value)
    found = amount(str(value))
    return float(found.number) if found is not None else str(value)


def _answer(values: Numbers, question: Asked, n: int) -> dict[str, object]:
    yes = int(values["yes"].sum())
    low, high = clopper_pearson(yes, n, CONFIDENCE)
    reached, short = quoted(values["reached"].tolist()), quoted(values["shortfall"].tolist(), False)
    nan = float("nan")
    return {
        "asked": question.value, "required": question.probability,
        "answer": decide(yes, n, question.probability, CONFIDENCE),
        "share": yes / n, "share_low": low, "share_high": high,
        "reached": _or(reached.mean, nan), "reached_low": _or(reached.low, nan),
        "reached_high": _or(reached.high, nan), "shortfall": _or(short.mean, nan),
    }  # fmt: skip


def _or(value: float | None, otherwise: float) -> float:
    return otherwise if value is None else value
