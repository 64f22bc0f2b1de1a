"""The points of a sweep."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.errors import Refused
from sim.scenario import with_overrides
from sim.study.design import Design, design
from sim.study.studyfile import faults, read_study
from sim.study.sweep.varied import fitted

ONE = Path("scenarios/one-station.yaml")


def _points(of: Design) -> list[dict[str, str]]:
    return list(of)


def test_a_grid_is_every_combination() -> None:
    found = _points(design(["a.b=1:3:3", "c=x,y"]))
    assert found == [{"a.b": n, "c": x} for n in ("1", "2", "3") for x in ("x", "y")]


def test_a_list_goes_through_all_together() -> None:
    found = _points(design(["a=1,2", "b=x,y"], "list"))
    assert found == [{"a": "1", "b": "x"}, {"a": "2", "b": "y"}]


def test_steps_keep_the_unit() -> None:
    assert _points(design(["rate=20/day:30/day:3"])) == [{"rate": f"{n}/day"} for n in (20, 25, 30)]
    assert _points(design(["work=1 hour, 2 hours"])) == [{"work": "1 hour"}, {"work": "2 hours"}]
    assert _points(design(["work=1 hour:3:3"]))[1] == {"work": "2 hour"}


@pytest.mark.parametrize("kind", ["latin_hypercube", "sobol"])
def test_points_are_spread_over_ranges_one_in_each_part(kind: str) -> None:
    n = 32
    found = _points(design(["a=0:1", "b=10/day:20/day"], kind, n))
    assert found == _points(design(["a=0:1", "b=10/day:20/day"], kind, n))
    assert len(found) == n
    parts = np.sort(np.floor([float(point["a"]) * n for point in found]))
    assert parts.tolist() == list(range(n))
    assert all(10 <= float(point["b"].removesuffix("/day")) <= 20 for point in found)


@pytest.mark.parametrize("text", ["", "a", "a=", "=1", "a=1:2:1", "a=x:y:3", "a=1:2:x", "a=1,,2"])
def test_what_is_no_design_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="wanted path=from:to:steps"):
        design([text])


@pytest.mark.parametrize(
    ("vary", "kind", "many", "said"),
    [
        ([], "grid", None, "nothing to vary"),
        (
            ["a=1:2:1001", "b=1:2:1000"],
            "grid",
            None,
            "a design of 1,001,000 points; wanted at most",
        ),
        (["a=1:2:10000000"], "grid", None, "--vary: a: found a design of 10,000,000 points or more"),
        (["a=3:1:3"], "grid", None, "found from 3 to 1; wanted the lower end first: 1 to 3"),
        (["a=1 hour:2 days:3"], "grid", None, "both ends in one unit"),
        (["a=1:2:3", "a=1,2"], "grid", None, "found a twice"),
        (["a=1:5"], "grid", None, "--vary: a: found '1:5' without steps; wanted how many steps too, such as a=1:5:5"),
        (["a=1/day:5/day"], "list", None, "without steps; wanted how many"),
        (["a=1,2", "b=1,2,3"], "list", None, "2 values of a and 3 values of b"),
        (["a=1:2"], "sobol", None, "sobol without a number of points"),
        (["a=1:2:3"], "sobol", 8, "wanted path=from:to,"),
        (["a=1:2:3"], "grid", 8, "--points: found 8 points of a grid; wanted no number of points"),
        (["a=1,2"], "list", 2, "--points: found 2 points of a list; wanted no number of points"),
        (["a=1:2:3"], "gird", None, "the nearest is 'grid'"),
    ],
)
def test_designs_that_make_no_sense_say_why(
    vary: list[str], kind: str, many: int, said: str
) -> None:
    with pytest.raises(Refused) as refused:
        design(vary, kind, many)
    assert said in str(refused.value)


SERVERS, RATE = "stations.clerks.servers", "streams.cases.rate"


@pytest.mark.parametrize(
    ("text", "servers"),
    [("2:5:3", "2 4 5"), ("1:3:9", "1 2 3"), ("2:5:4", "2 3 4 5"), ("2 servers:5 servers:3", "2 4 5")],
)
def test_steps_are_rounded_where_only_whole_numbers_make_sense(text: str, servers: str) -> None:
    scenario = read_study(ONE).scenario
    found = fitted(scenario, design([f"{SERVERS}={text}", f"{RATE}=90/day:95/day:3"]))
    assert len(found) == 3 * len(servers.split())
    assert list(dict.fromkeys(point[SERVERS].split()[0] for point in found)) == servers.split()
    assert [point[RATE] for point in found][:3] == ["90/day", "92.5/day", "95/day"]
    assert all(with_overrides(scenario, point) for point in found)


def test_steps_of_a_list_stay_as_many_when_they_are_rounded() -> None:
    found = fitted(read_study(ONE).scenario, design([f"{SERVERS}=1:2:3", f"{RATE}=90/day:95/day:3"], "list"))
    assert [point[SERVERS] for point in found] == ["1", "2", "2"]


def _study(folder: Path, text: str) -> Path:
    file = folder / "study.yaml"
    file.write_text(text.replace("ONE", str(ONE.resolve())), encoding="utf-8")
    return file


@pytest.mark.parametrize("named", ["scenario", "extends"])
def test_a_study_file_says_the_same_as_the_command(tmp_path: Path, named: str) -> None:
    text = f"""
{named}: ONE
sweep:
  vary:
    stations.clerks.servers: {{from: 2, to: 4, steps: 3}}
    streams.cases.rate: [90/day, 100/day]
  replications: 12
"""
    study = read_study(_study(tmp_path, text))
    scenario, block = study.scenario, study.sweep
    assert block is not None
    assert not faults(study)
    assert block.replications == "12"
    assert scenario.title.startswith("One station")
    same = design(["stations.clerks.servers=2:4:3", "streams.cases.rate=90/day,100/day"])
    assert _points(block.design) == _points(same)


def test_a_study_file_without_a_block_is_a_scenario() -> None:
    study = read_study(ONE)
    assert study.sweep is None
    assert study.base == ONE


@pytest.mark.parametrize(
    ("block", "said"),
    [
        (
            "{vry: {a: [1]}}",
            "sweep.vry: found the unknown key 'vry'; wanted a known key; the nearest",
        ),
        ("{design: sobol, points: 4, vary: {a: [1]}}", "sweep.vary.a: found a list of values"),
        ("{vary: {a: {from: 3, to: 1, steps: 2}}}", "sweep.vary.a: found from 3 to 1"),
        ("{vary: {a: {from: 3, to: 1}}}", "sweep.vary.a: found no steps"),
        ("{vary: {a: {from: 3, to: 4, step: 2}}}", "sweep.vary.a.step: found the unknown key"),
        (
            "{design: sobol, points: many, vary: {a: {from: 1, to: 2}}}",
            "sweep.points: found 'many'",
        ),
        ("{points: 3}", "sweep.vary: found nothing"),
        ("{points: 3, vary: {a: [1, 2]}}", "sweep.points: found 3 points of a grid; wanted no number"),
        ("[1]", "sweep: found a list"),
    ],
)
def test_a_wrong_block_names_file_and_line(tmp_path: Path, block: str, said: str) -> None:
    study = read_study(_study(tmp_path, f"scenario: ONE\nsweep: {block}\n"))
    assert f"study.yaml:2: {said}" in "\n".join(map(str, study.problems))
