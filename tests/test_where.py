"""One table, sim/engine/steps.csv, says which step and option is implemented where, by which rule."""

from __future__ import annotations

import csv
from importlib import import_module
from pathlib import Path

import pytest

import sim.engine
from sim.engine.simpy_engine.steps import KINDS
from sim.network.model import Op

TABLE = Path(sim.engine.__file__).with_name("steps.csv")
ROWS = {row["step"]: row for row in csv.DictReader(TABLE.open(encoding="utf-8"))}
OPTIONS = {"any_of", "patience", "bump", "preempt", "pause", "evict", "room", "share", "effort", "expiry"}
RULES = (Path(__file__).parents[1] / "docs" / "ties.md").read_text(encoding="utf-8")


def test_every_kind_of_step_and_option_has_its_row() -> None:
    assert set(ROWS) == {op.name.lower() for op in Op} | OPTIONS


@pytest.mark.parametrize("step", ROWS)
def test_what_the_table_names_is_there(step: str) -> None:
    for engine in ("simpy", "kernel"):
        room, name = ROWS[step][engine].split(".")
        package = {"simpy": "simpy_engine"}.get(engine, engine)
        assert callable(getattr(import_module(f"sim.engine.{package}.{room}"), name))
    assert f"## {ROWS[step]['rule']}\n" in RULES


@pytest.mark.parametrize("op", Op)
def test_the_reference_does_what_the_table_says(op: Op) -> None:
    begin = KINDS[op].begin
    assert f"{begin.__module__.split('.')[-1]}.{begin.__name__}" == ROWS[op.name.lower()]["simpy"]
