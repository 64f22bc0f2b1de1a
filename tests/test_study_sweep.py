"""Every point of a sweep is judged by its own question."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.errors import Refused
from sim.estimate import decide
from sim.figures import swept
from sim.scenario import read
from sim.study.design import design
from sim.study.point import Runs
from sim.study.sweep.plan import Means
from sim.study.sweep.rows import row
from sim.study.sweep.varied import Questions
from sim.study.sweep.verb import sweep

ONE = Path(__file__).parent.parent / "scenarios/one-station.yaml"


def answered(path: str, value: str, yes: int) -> dict[str, object]:
    """The row of a point of ten runs so many of which say yes."""
    asks = Questions(read(ONE), design([f"{path}={value}"]))
    values = {"yes": np.array([1.0] * yes + [0.0] * (10 - yes)), "reached": np.full(10, 9.0),
              "shortfall": np.zeros(10)}  # fmt: skip
    runs = Runs({path: value}, "d", np.zeros(10, np.int64), np.arange(10), values)
    return row(runs, asks.at(runs.label), {path: None})


@pytest.mark.parametrize("need", ["0.1", "0.5", "0.9"])
def test_a_point_is_judged_by_the_share_it_requires(need: str) -> None:
    found = answered("question.with_probability", need, 10)
    assert (found["required"], found["asked"]) == (float(need), 95)
    assert found["answer"] == decide(10, 10, float(need), 0.95)


def test_a_point_says_what_it_asks_a_day() -> None:
    assert answered("question.at_least", "700/week", 0)["asked"] == pytest.approx(100)


@pytest.mark.slow
def test_a_point_that_requires_more_is_run_until_that_is_sure(tmp_path: Path) -> None:
    short = ["end=2025-01-15", "warm_up=1 day", "question.averaged_over=7 days", "question.at_least=20/day",
             "question.reached_by=2025-01-14", "question.sustained_until=2025-01-14"]  # fmt: skip
    found = sweep(ONE, ["question.with_probability=0.5,0.9"], changes=short, replications="auto",
                  out=tmp_path / "out", means=Means("simpy", jobs=1, store=tmp_path / "s")).frame  # fmt: skip
    assert list(found["answer"]) == ["achievable", "achievable"]
    assert list(found["replications"] > 10) == [False, True]


def test_a_table_that_does_not_say_what_its_points_ask_is_not_drawn(tmp_path: Path) -> None:
    path = "question.at_least"
    pd.DataFrame({path: [90.0, 95.0]}).to_parquet(tmp_path / "points.parquet")
    told = {"vary": [path], "question": {"value": 95}}
    (tmp_path / "provenance.json").write_text(json.dumps(told), encoding="utf-8")
    with pytest.raises(Refused, match="without a column asked; wanted what each point asks; `sim sweep --again`"):
        swept.read(tmp_path)
