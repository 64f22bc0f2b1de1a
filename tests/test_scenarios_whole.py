"""The scenarios of the whole system: the answer each must give, and the same log from both engines.

Slow; by themselves: `pytest -m slow tests/test_scenarios_whole.py`.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from sim.engine import kernel, simpy_engine
from sim.log import digest
from sim.network.compiling import compile_network
from sim.network.model import DAY, Model
from sim.scenario import read
from sim.study import engines
from sim.study.building import model_of
from sim.study.calibrate.observations import read_observations
from sim.study.observed import compare_observed
from sim.study.run import run

HERE = Path(__file__).parent
SCENARIOS = HERE.parent / "scenarios"
EXPECTED = {file.stem: file for file in sorted((HERE / "expected").glob("*.yaml"))}
OURS = [f.stem for f in sorted(SCENARIOS.glob("*.yaml")) if f.stem not in ("one-station", "us-2025")]
needs_kernel = pytest.mark.skipif(not engines.has_kernel(), reason="national years take the kernel")


def first_days(model: Model, days: int) -> Model:
    """The model, ending after so many days."""
    orders = tuple(replace(o, counts=o.counts[:days]) for o in model.orders)
    return replace(model, horizon=days * DAY, orders=orders)


@pytest.mark.slow
@needs_kernel
@pytest.mark.parametrize("name", OURS)
def test_both_engines_give_the_same_month(name: str) -> None:
    model = first_days(model_of(read(SCENARIOS / f"{name}.yaml")), 28)
    network = compile_network(model)
    assert digest(kernel.run(network, 1, 0, 0)) == digest(simpy_engine.run(network, 1, 0, 0))


@pytest.mark.slow
@needs_kernel
@pytest.mark.parametrize("name", EXPECTED)
def test_answer(name: str, tmp_path: Path) -> None:
    """Answer at the stated values; means over the run lie in bands that are reasoned, not pinned.

    Luck is fixed by the seed, so there is no false alarm.
    """
    expected = YAML(typ="safe").load(EXPECTED[name])
    scenario = read(SCENARIOS / f"{name}.yaml")
    found = run(scenario, out=tmp_path / "run", replications=10, binding="none", central=True)
    assert found.verdict["answer"] == expected["answer"]
    daily = found.daily
    for column, (low, high) in expected.get("means", {}).items():
        assert low <= daily[column].mean() <= high, column


@pytest.mark.slow
@needs_kernel
def test_whole_system_replays_the_spring_nearly_as_well() -> None:
    """All but one figure; book-ins of April are those that a hard limit on beds repairs."""
    spring = read(SCENARIOS / "first-100-days-whole.yaml")
    rows = compare_observed(spring, read_observations(SCENARIOS / "observed/first-100-days.csv"), 10)
    assert [r.figure.name for r in rows if not r.within] in ([], ["ICE book-ins, Apr"])
