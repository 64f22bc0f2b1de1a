"""Every scenario in `scenarios/` gives the answer it must."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from sim.network.model import DAY
from sim.scenario import Scenario, read
from sim.study import engines
from sim.study.building import model_of
from sim.study.calibrate.observations import misfits, read_observations
from sim.study.check import check
from sim.study.observed import compare_observed
from sim.study.run import run
from sim.theory import erlang_c

HERE = Path(__file__).parent.parent / "scenarios"
FILES = sorted(HERE.glob("*.yaml"))
TARGET, BASE, SPRING = HERE / "target-3000.yaml", HERE / "us-2025.yaml", HERE / "first-100-days.yaml"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_no_mistakes(file: Path) -> None:
    assert check(file) == []


@pytest.mark.parametrize(
    ("scenario", "observed"),
    [
        ("first-100-days", "first-100-days"), ("first-100-days-whole", "first-100-days"),
        ("april-2024", "april-2024"), ("spring-2025-inflow", "spring-2025-exits"),
        ("two-desks", "two-desks"),
    ],
)  # fmt: skip
def test_what_was_observed_can_be_set_beside_its_scenario(scenario: str, observed: str) -> None:
    """Every file of figures is read, and asks for measures, days and units that its scenario has."""
    of = read(HERE / f"{scenario}.yaml")
    figures = read_observations(HERE / f"observed/{observed}.csv")
    assert figures
    assert misfits(figures, of, model_of(of)) == []


@pytest.mark.slow
def test_one_station_is_an_mm3(tmp_path: Path) -> None:
    """Mean wait within 4.8 standard errors of Erlang's, t on 9: false alarm 1 in 1,000."""
    file = HERE / "one-station.yaml"
    found = run(file, out=tmp_path / "run", replications=10, engine="simpy", binding="none")
    busy, servers, work = 2.4, 3, 34.56 / 60
    exact = erlang_c(servers, busy) * work / (servers - busy)
    rows = found.summary
    row = rows[(rows.measure == "wait") & (rows["at"] == "clerks") & (rows.statistic == "mean")].iloc[0]
    error = (float(row["high"]) - float(row["low"])) / 2 / 2.262
    assert abs(float(row["mean"]) - exact) < 4.8 * error


@pytest.mark.slow
@pytest.mark.skipif(not engines.has_kernel(), reason="ten runs of the spring take the compiled engine")
def test_spring_is_as_observed() -> None:
    """All figures within what is allowed; luck is fixed by the seed, so there is no false alarm."""
    rows = compare_observed(read(SPRING), read_observations(HERE / "observed/first-100-days.csv"), 10)
    assert [row.figure.name for row in rows if not row.within] == []


@pytest.mark.slow
@pytest.mark.skipif(not engines.has_kernel(), reason="runs of a year take the compiled engine")
def test_target_is_not_achievable(tmp_path: Path) -> None:
    found = run(TARGET, out=tmp_path / "run", replications=10, binding="none", central=True)
    assert found.verdict["answer"] == "not_achievable"


def values(scenario: Scenario) -> dict[str, float]:
    return {number.path: number.value for number in scenario.numbers()}


def restated(paths: dict[str, float]) -> Iterator[str]:
    """Constants of the spring that the target's file repeats so as to give them a range."""
    yield from (p for p in paths if p.startswith("steps."))


def test_target_repeats_the_constants_of_the_base() -> None:
    base, target = values(read(HERE / "us-2025-whole.yaml")), values(read(TARGET))
    same = list(restated(base))
    assert {p: target[p] for p in same} == {p: base[p] for p in same}


def test_both_start_from_what_was_held() -> None:
    """The censuses of the midnights of 11 January and 17 May 2025."""
    for file, held in ((BASE, 39_330), (TARGET, 48_396)):
        counts = {p: v for p, v in values(read(file)).items() if p.endswith(".count")}
        assert sum(v for p, v in counts.items() if "not_held" not in p) == held


def test_about_forty_numbers_are_sourced() -> None:
    numbers = [n for n in read(BASE).numbers() if n.source and not n.source.startswith("assumption")]
    assert len({number.source for number in numbers}) >= 35


def test_assumed_resources_have_ranges() -> None:
    numbers = read(TARGET).numbers()
    assumed = [n for n in numbers if n.path.endswith(".servers") and n.confidence == "assumption"]
    assert assumed
    assert all(number.low is not None for number in assumed)


def test_what_is_left_of_a_year_lapses() -> None:
    """From 1 October 2025 nobody is paid for from the money of fiscal 2025, and before it all are."""
    model = model_of(read(TARGET))
    step = {of.name: of for of in model.steps}
    autumn = (date(2025, 10, 1) - date(2025, 5, 18)).days * DAY
    for name in ("fiscal_year", "fiscal_year_border"):
        before, after = (step[to].objects for _, to in step[name].options)
        assert (before, after) == (("detention_money",), ("detention_money_2026",))
        assert step[name].shares[-2][1] == (1, 0)
        assert step[name].shares[-1] == (autumn, (0, 1))
