"""Study files: every verb reads them, and every mistake in one is told at once, each at its line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import sim
from sim.errors import Refused
from sim.scenario import read as read_scenario
from sim.scenario import schema
from sim.scenario.tree import plain
from sim.study.check import check
from sim.study.resolved import resolved
from sim.study.studyfile import read, read_study
from tests.docs_commands import ROOT

SCENARIOS = ROOT / "scenarios"
ONE, DESKS = SCENARIOS / "one-station.yaml", SCENARIOS / "two-desks.yaml"
SEEN = SCENARIOS / "observed/two-desks.csv"
SWEEP = "sweep: {vary: {stations.clerks.servers: [2, 3]}}\n"


def study(folder: Path, text: str) -> Path:
    file = folder / "study.yaml"
    for name, path in (("ONE", ONE), ("DESKS", DESKS), ("SEEN", SEEN)):
        text = text.replace(name, str(path))
    file.write_text(text, encoding="utf-8")
    return file


def told(file: Path) -> list[tuple[int, str]]:
    return [(problem.line, problem.path) for problem in check(file)]


def example(page: str) -> str:
    """The study file that a page of the documentation shows."""
    _, _, rest = (ROOT / "docs" / page).read_text(encoding="utf-8").partition("```yaml\nscenario: ")
    return "scenario: " + rest.partition("```")[0]


@pytest.mark.parametrize(("page", "of"), [("sweep.md", ONE), ("calibrate.md", DESKS)])
@pytest.mark.parametrize("named", ["scenario", "extends"])
def test_the_examples_of_the_documentation_are_sound(
    tmp_path: Path, page: str, of: Path, named: str
) -> None:
    text = example(page).replace("scenario: ", f"{named}: ").replace(of.name, str(of))
    file = study(tmp_path, text.replace("observed/two-desks.csv", str(SEEN)))
    assert check(file) == []
    assert plain(read(file).tree) == plain(read_scenario(of).tree)


def test_a_scenario_with_blocks_has_the_digest_of_the_one_without(tmp_path: Path) -> None:
    given = {"replications": 1, "binding": "none", "engine": "simpy", "jobs": 1}
    changes = ["end=2025-01-20", "question.reached_by=2025-01-19", "question.averaged_over=7 days"]
    changes += ["question.sustained_until=2025-01-19", "warm_up=0 days"]
    file = study(tmp_path, f"extends: ONE\n{SWEEP}")
    one, other = (
        sim.run(of, out=tmp_path / name, changes=changes, **given)  # type: ignore[arg-type]
        for of, name in ((ONE, "a"), (file, "b"))
    )
    digests = [json.loads((of.folder / "provenance.json").read_text())["digest"] for of in (one, other)]
    assert digests[0] == digests[1]
    assert "sweep" not in resolved(read(file))


@pytest.mark.parametrize("verb", ["run", "compare", "require", "sensitivity", "read"])
def test_every_verb_refuses_a_wrong_block(tmp_path: Path, verb: str) -> None:
    files = [study(tmp_path, "scenario: ONE\nsweep: {vary: {stations.clrks.servers: [2]}}\n")]
    with pytest.raises(Refused, match=r"study\.yaml:2: sweep\.vary\.stations\.clrks\.servers: found no such path"):
        getattr(sim, verb)(*files * (2 if verb == "compare" else 1))


def test_all_mistakes_of_a_sweep_come_together(tmp_path: Path) -> None:
    file = study(tmp_path, """extends: ONE
sweep:
  desing: grid
  points: many
  replications: lots
  vary:
    stations.clrks.servers: {from: 1, to: 6, steps: 3}
    streams.cases.rate: {from: 110/day, to: 80/day, stps: 4}
    streams.csaes.rate: {from: 110/day, to: 80/day, steps: 3}
    stations.clerks.servers: [1, x]
""")  # fmt: skip
    rate = "sweep.vary.streams.cases.rate"
    of_block = [
        (3, "sweep.desing"), (4, "sweep.points"), (5, "sweep.replications"),
        (7, "sweep.vary.stations.clrks.servers"), (8, f"{rate}.stps"), (8, rate), (8, rate),
        (9, "sweep.vary.streams.csaes.rate"), (9, "sweep.vary.streams.csaes.rate"),
    ]  # fmt: skip
    assert told(file) == [*of_block, (10, "sweep.vary.stations.clerks.servers")]
    with pytest.raises(Refused) as refused:
        sim.sweep(file)
    assert list(refused.value.problems) == check(file)
    file.write_text(file.read_text() + "titel: x\n")
    assert told(file) == [*of_block, (11, "titel")], "values are not judged beside a broken scenario"


def test_all_mistakes_of_a_fit_come_together(tmp_path: Path) -> None:
    file = study(tmp_path, """scenario: DESKS
calibrate:
  observations: SEEN
  ponts: 120
  points: 3
  fit:
    streams.people.rat:
    steps.first.work.exponential.mean: {from: 80 minutes, to: 40 minutes}
  held_out: ["Approved, Febuary"]
""")  # fmt: skip
    names = ["ponts", "points", "fit.streams.people.rat", "fit.steps.first.work.exponential.mean", "held_out"]
    assert told(file) == [(n, f"calibrate.{x}") for n, x in zip((4, 5, 7, 8, 9), names, strict=True)]
    with pytest.raises(Refused) as refused:
        sim.calibrate(file)
    assert list(refused.value.problems) == check(file)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("scenario: ONE\nnonsense: 3\n", "2: nonsense: found the key 'nonsense'; wanted only 'scenario', 's"),
        ("scenario: no.yaml\nsweep: 3\n", "1: scenario: found no such file 'no.yaml'"),
        ("scenario: no.yaml\nsweep: 3\n", "2: sweep: found '3'; wanted a mapping"),
        ("extends: ONE\nswep: {}\n", "2: swep: found the unknown key 'swep'; wanted a known key; the nearest is 's"),
        ("extends: ONE\nscenario: ONE\n", "2: scenario: found 'scenario' beside 'extends'; wanted one of them"),
        ("scenario: [ONE]\n", "1: scenario: found "),
        ("scenario: study.yaml\n", "1: scenario: found 'study.yaml', which names another; wanted the scenario"),
    ],
)
def test_what_is_no_study_is_refused_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    assert any(f"study.yaml:{said}" in str(problem) for problem in check(study(tmp_path, text)))


def test_blocks_of_a_file_that_is_extended_hold(tmp_path: Path) -> None:
    study(tmp_path, f"extends: ONE\n{SWEEP}")
    over = tmp_path / "over.yaml"
    over.write_text("extends: study.yaml\nsweep: {replications: 12}\n")
    found = read_study(over).sweep
    assert found is not None
    assert (len(found.design), found.replications) == (2, "12")


def test_the_schema_knows_study_files() -> None:
    found = schema()
    assert {"extends", "scenario", "sweep", "calibrate"} <= set(found["properties"])
    assert {"required": ["scenario"]} in found["anyOf"]
