"""Known values are found again, inside a set that says what cannot be told apart."""

from __future__ import annotations

import json
import shlex
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sim.cli import main
from sim.errors import Problem, Refused
from sim.scenario import read, with_overrides
from sim.study.calibrate.apart import apart, sentences, worth
from sim.study.calibrate.block import NOTHING, held_out
from sim.study.calibrate.emulator import count, fit, terms
from sim.study.calibrate.observations import read_observations
from sim.study.calibrate.parameters import Box, parameters
from sim.study.calibrate.search import How
from sim.study.calibrate.verb import calibrate
from sim.study.calibrate.walk import spread
from sim.study.check import check
from sim.study.studyfile import read_study
from sim.verdict.worlds_words import fact_in_words

HERE = Path(__file__).parent.parent / "scenarios"
DESKS, SEEN = HERE / "two-desks.yaml", HERE / "observed/two-desks.csv"
TRUTH = {
    "streams.people.rate": 110.0,
    "steps.first.work.exponential.mean": 50.0,
    "steps.sort.branch.onward": 0.6,
    "steps.form.branch.complete": 0.4,
}
"""Values with which the simulator made the observations, with another seed."""


@pytest.mark.slow
def test_known_values_are_found_again(tmp_path: Path) -> None:
    """Luck is fixed by the seeds, so there is no false alarm."""
    found = calibrate(DESKS, SEEN, points=150, out=tmp_path / "a", store=tmp_path / "s", jobs=1)
    rows = found.parameters.set_index("path")
    for path, value in TRUTH.items():
        assert rows.loc[path, "set_low"] <= value <= rows.loc[path, "set_high"]
    assert rows.loc["streams.people.rate", "spread_left"] < 0.35
    onward, complete = "steps.sort.branch.onward", "steps.form.branch.complete"
    assert rows.loc[onward, "stands_in_for"] == complete
    assert f"cannot tell {fact_in_words(onward)} and {fact_in_words(complete)} apart" in found.text
    assert found.file is not None
    assert check(found.file) == []
    again = calibrate(DESKS, SEEN, points=150, out=tmp_path / "b", store=tmp_path / "s", jobs=2)
    names = sorted(p.name for p in found.folder.iterdir() if p.is_file())
    assert names == sorted(p.name for p in again.folder.iterdir() if p.is_file())
    for name in set(names) - {"provenance.json", "fitted.yaml"}:
        assert (found.folder / name).read_bytes() == (again.folder / name).read_bytes()


@pytest.mark.slow
def test_every_row_of_the_set_has_been_run_and_fits(tmp_path: Path) -> None:
    found = calibrate(DESKS, SEEN, points=60, out=tmp_path / "a", store=tmp_path / "s", jobs=1)
    assert found.file is not None
    rows = read(found.file).fitted
    points = found.points[found.points["in_set"]]
    assert rows is not None
    assert (points["implausibility"] <= 3).all()
    assert np.array_equal(np.array(rows.rows), points[list(rows.paths)].to_numpy())


@pytest.mark.slow
def test_nothing_fits_is_said(tmp_path: Path) -> None:
    fit_to = ["streams.people.rate=60:70"]
    found = calibrate(
        DESKS, SEEN, fit=fit_to, points=20, out=tmp_path / "a", store=tmp_path / "s", jobs=1
    )
    assert "Nothing fits" in found.text
    for word in ("central row", "band of the set", "told apart", " to "):
        assert word not in found.text.split("Fitted:")[1].split("The 3 fitted")[0]
    assert list(found.fit["set_low"]) == [""] * len(found.fit)
    assert {path.stem for path in (found.folder / "figures").glob("*.png")} <= {"fit"}
    assert found.file is None


@pytest.mark.parametrize(
    ("named", "message"),
    [
        ("steps.sort.branch.onwrd", "wanted the path of a number; the nearest is 'steps.sort.branch.onward'"),
        ("streams.people.rate=160:60", "found a range upside down, '160:60'"),
        ("streams.people.rate=60", "found '60'"),
        ("streams.people.rate=60 minutes:90", "found '60 minutes' for a number in '/day'"),
        ("steps.sort.branch.onward=0.2:1.2", "found '1.2', where there must be a share from 0 to 1"),
        ("stations.second_desk.servers", "found a number without a range"),
    ],
)  # fmt: skip
def test_what_cannot_be_fitted_is_refused(named: str, message: str) -> None:
    with pytest.raises(Refused) as refused:
        parameters(read(DESKS), [named])
    assert message in str(refused.value)


def test_shares_without_a_rest_cannot_be_fitted_one_by_one() -> None:
    scenario = with_overrides(read(DESKS), {"steps.form.branch.incomplete": 0.5})
    with pytest.raises(Refused, match="'rest' for one of them"):
        parameters(scenario, ["steps.form.branch.complete"])


def test_problems_of_files_and_design_come_together(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        calibrate(DESKS, tmp_path / "none.csv", fit=["a.b"], points=3)
    assert len(refused.value.problems) == 3


def _study(folder: Path, block: str, named: str = "scenario") -> Path:
    file = folder / "study.yaml"
    file.write_text(f"{named}: {DESKS.resolve()}\ncalibrate:\n{block}", encoding="utf-8")
    return file


BLOCK = f"""
  observations: {SEEN.resolve()}
  fit:
    streams.people.rate:
    steps.first.work.exponential.mean: {{from: 40 minutes, to: 60 minutes}}
  points: 24
  cut: 4
"""


@pytest.mark.slow
@pytest.mark.parametrize("named", ["scenario", "extends"])
def test_a_study_file_fits_as_the_long_command_does(tmp_path: Path, named: str) -> None:
    short = calibrate(_study(tmp_path, BLOCK, named), out=tmp_path / "a", store=tmp_path / "s", jobs=1)
    fit_to = ["streams.people.rate", "steps.first.work.exponential.mean=40:60"]
    long = calibrate(
        DESKS, SEEN, fit=fit_to, points=24, cut=4, out=tmp_path / "b", store=tmp_path / "s", jobs=1
    )
    for name in ("fit.csv", "parameters.csv", "points.csv", "scenario.yaml"):
        assert (short.folder / name).read_bytes() == (long.folder / name).read_bytes()
    assert short.file is not None
    assert check(short.file) == []


def test_the_command_wins_over_the_block(tmp_path: Path) -> None:
    block = read_study(_study(tmp_path, BLOCK)).calibrate
    assert block is not None
    assert block.how(3, {"points": 30, "cut": None}) == How(points=30, seed=3, cut=4)
    assert block.fit == ("streams.people.rate", "steps.first.work.exponential.mean=40 minutes:60 minutes")
    assert [p.high for p in parameters(read(DESKS), block.fit)] == [160, 60]


@pytest.mark.slow
@pytest.mark.parametrize("blocked", [False, True], ids=["scenario", "study"])
def test_the_command_that_it_writes_gives_the_same_fit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, blocked: bool
) -> None:
    """From where the files were named so, in folders with names to be quoted; what was given wins over the block."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sim.cli.verbs.plot", lambda folder: None)
    here, seen = Path("some desks"), Path("what was seen")
    for folder, file in ((here, DESKS), (seen, SEEN)):
        folder.mkdir()
        (folder / file.name).write_bytes(file.read_bytes())
    given = {"points": 20, "replications": 1, "seed": 3, "changes": ["stations.first_desk.servers=6"]}
    how: dict[str, object] = {"engine": "simpy", "jobs": 1, "store": Path("store")}
    if blocked:
        study = _study(here, f"{BLOCK}  discrepancy: 0.01\n")
        found = calibrate(study, cut=3.0, discrepancy=0.0, **given, **how)  # type: ignore[arg-type]
    else:
        found = calibrate(f"{here}/{DESKS.name}", seen / SEEN.name, fit=["streams.people.rate=90:130"],
                          discrepancy=0.1 + 0.2, **given, **how)  # type: ignore[arg-type]
    command = found.record["command"]
    monkeypatch.setattr(sys, "argv", [*shlex.split(command), "--engine", "simpy", "--jobs", "1", "--store", "store"])
    with pytest.raises(SystemExit) as stopped:
        main()
    assert not stopped.value.code
    assert list(Path("results").glob("*/*")) == [found.folder]
    if found.file is not None:
        text = found.file.read_text(encoding="utf-8")
        assert text.startswith(f"# {command}\n")
        assert command in json.loads(text.split("  source: ")[1].splitlines()[0])


def test_the_block_says_what_is_held_out(tmp_path: Path) -> None:
    seen = read_observations(SEEN)
    name, other = seen[0].name, seen[-1].name
    block = read_study(_study(tmp_path, f"  held_out: ['{name}', '{other}']\n")).calibrate
    assert block is not None
    problems: list[Problem] = []
    assert [one.name for one in held_out(seen, block, problems) if one.fitted == "no"] == [name, other]
    assert held_out(seen, NOTHING, problems) == seen
    assert not problems
    held_out([replace(one, fitted="input") for one in seen], block, problems)
    assert "an input; wanted a figure that is not an input" in str(problems[0])


def test_a_wrong_block_is_told_with_all_its_lines_and_the_scenario(tmp_path: Path) -> None:
    wrong = """
  observtions: seen.csv
  fit: {streams.people.rate: {from: 1}}
  points: many
  cut: 0
  discrepancy: 1
  held_out: some
"""
    file = _study(tmp_path, wrong, "extends")
    file.write_text(file.read_text() + "end: never\n")
    with pytest.raises(Refused) as refused:
        calibrate(file, SEEN)
    told = [(p.line, p.path) for p in refused.value.problems]
    names = ["observtions", "fit.streams.people.rate", "points", "cut", "discrepancy", "held_out"]
    assert sorted(told) == [*((n, f"calibrate.{x}") for n, x in enumerate(names, 4)), (10, "end")]


@pytest.mark.parametrize(
    ("block", "said"),
    [
        ("  fit: {streams.people.rat: }", "study.yaml:3: calibrate.fit.streams.people.rat: found no such number"),
        ("  fit: {streams.people.rate: {from: 3, to: 1}}", "a range upside down, '3:1'"),
        ("  held_out: [cme]", "study.yaml:3: calibrate.held_out: found 'cme'; wanted a figure of the obs"),
    ],
)  # fmt: skip
def test_what_the_block_names_and_there_is_not_has_its_line(
    tmp_path: Path, block: str, said: str
) -> None:
    with pytest.raises(Refused) as refused:
        calibrate(_study(tmp_path, block), SEEN)
    assert said in str(refused.value)


def test_without_observations_it_is_said_where_to_name_them() -> None:
    with pytest.raises(Refused, match="found no observations; wanted a CSV, or a file with calibrate"):
        calibrate(DESKS)


def test_a_set_got_with_changes_extends_the_scenario_as_it_was_changed(tmp_path: Path) -> None:
    assert read_study(DESKS, ["stations.first_desk.servers=9"]).base is None
    assert read_study(DESKS).base == DESKS
    assert read_study(_study(tmp_path, "  points: 30\n")).base == DESKS.resolve()
    assert read_study(_study(tmp_path, "  points: 30\n", "extends")).base is None


def test_all_with_a_range_are_fitted_if_none_is_named() -> None:
    assert [one.path for one in parameters(read(DESKS), [])] == list(TRUTH)


def test_values_are_those_that_are_written() -> None:
    box = Box(read(DESKS), parameters(read(DESKS), []))
    values = box.values(np.array([[1 / 3, 0.5, 0.123456789, 0.9]]))
    written = [p.written(v) for p, v in zip(box.of, values[0], strict=True)]
    assert [float(text) for text in written] == list(values[0])
    assert written[0] == "93.3333"


def test_a_quadratic_is_emulated_exactly() -> None:
    unit = np.random.default_rng(0).random((60, 3))
    outputs = np.column_stack([unit[:, 0] * unit[:, 1] - unit[:, 2] ** 2, 3 + unit[:, 0]])
    emulator = fit(unit, outputs, np.zeros(60))
    assert emulator.order == 3
    assert np.allclose(emulator(unit), outputs, atol=1e-10)
    assert np.allclose(emulator.error, 0, atol=1e-9)
    expected = [[unit[0, 1], unit[0, 0], -2 * unit[0, 2]], [1, 0, 0]]
    assert np.allclose(emulator.slope(unit[0]), expected, atol=1e-6)


def test_leave_one_out_is_what_leaving_one_out_gives() -> None:
    rng = np.random.default_rng(1)
    unit = rng.random((12, 1))
    outputs = rng.random((12, 1))
    emulator = fit(unit, outputs, np.arange(12.0))
    near = np.arange(max(6, 2 * count(1, emulator.order)))
    left = []
    for i in near:
        rest = near[near != i]
        a = terms(unit[rest], emulator.order)
        c = np.linalg.lstsq(a, outputs[rest], rcond=None)[0]
        left.append(outputs[i] - terms(unit[[i]], emulator.order)[0] @ c)
    assert np.allclose(emulator.error, np.sqrt(np.mean(np.square(left))))


def test_places_are_spread_evenly_over_a_region() -> None:
    """A triangle: means 1/3 and 2/3, deviation .236 / sqrt(2000) = .0053; five of them, 1 in 10^6."""
    starts = np.array([[0.1, 0.9], [0.2, 0.8]])
    found = spread(np.random.default_rng(2), starts, lambda u: u[:, 0] < u[:, 1], 2000)
    assert (found[:, 0] < found[:, 1]).all()
    assert np.allclose(found.mean(axis=0), [1 / 3, 2 / 3], atol=0.027)


def test_a_product_is_not_told_apart_and_a_free_one_is_not_told() -> None:
    rng = np.random.default_rng(3)
    a = rng.uniform(0.2, 1, 400)
    unit = np.column_stack([a, 0.2 / a + rng.normal(0, 0.01, 400), rng.random(400), rng.normal(0.5, 0.02, 400)])
    found = apart(unit, np.eye(4))
    assert found is not None
    assert found.groups == ((0, 1),)
    told = sentences(found, ["a", "b", "c", "d"])
    assert told[0].startswith("The observations cannot tell a and b apart: more of one goes with less")
    assert told[1].startswith("The observations say next to nothing about c")
    assert told[2].startswith("d is told by the observations")


def test_observations_that_move_as_one_are_worth_one() -> None:
    x = np.random.default_rng(4).normal(size=(1000, 3))
    assert worth(np.column_stack([x[:, 0], 2 * x[:, 0], -x[:, 0]])) == pytest.approx(1)
    assert worth(x) == pytest.approx(3, abs=0.05)
