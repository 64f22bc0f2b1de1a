"""The scenarios that come with the program say the same in both engines."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sim.engine import kernel
from sim.log import Ended
from sim.network.model import DAY
from sim.network.table import Network
from sim.scenario import read
from sim.study import task
from sim.study.building import model_of
from sim.study.folder import checksums
from sim.study.run import run
from tests import shipped
from tests.shipped import SCENARIOS, Case, both

SAYS_ENGINE = ("verdict.json", "provenance.json")


@pytest.mark.parametrize(("name", "days"), [("one-station", 28), ("target-3000", 1)])
def test_both_engines_give_the_same_trace_of_a_shipped_scenario(name: str, days: int) -> None:
    found = both(Case(name, SCENARIOS / f"{name}.yaml"), days)
    assert found.entered > 2_000
    assert found.rows > found.entered
    assert found.equal


def test_a_cut_model_is_the_beginning_of_the_whole() -> None:
    model = model_of(read(SCENARIOS / "target-3000.yaml"))
    short = model.first_days(28)
    assert short.horizon == 28 * DAY
    assert [o.counts for o in short.orders] == [o.counts[:28] for o in model.orders]
    assert model.first_days(10_000) == model


def test_the_command_fails_if_one_visit_ends_a_moment_later(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    right = task.engine("kernel")

    def late(net: Network, *given: int, trace: bool) -> object:
        log = right(net, *given, trace=trace)
        log.visits["finished"][7] += 1
        return log

    here = ["--days", "2", "--jobs", "1", str(SCENARIOS / "one-station.yaml")]
    assert shipped.main(here) == 0
    monkeypatch.setattr(kernel, "run", late)
    assert shipped.main(here) == 1
    words = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in words] == ["equal", "DIFFER"]


def test_a_policy_that_is_not_met_is_told() -> None:
    file = SCENARIOS / "one-station.yaml"
    found = both(Case("bump", file, (), (model_of(read(file)).steps[0].name,), (Ended.BUMPED,)), 2)
    assert found.missing == ("bumped",)
    assert "NEVER: bumped" in shipped.line(Case("bump", file), found)


def test_both_engines_write_the_same_files(tmp_path: Path) -> None:
    """All files but those that name the engine byte by byte; these without that name."""
    folders = [tmp_path / "simpy", tmp_path / "kernel"]
    for folder in folders:
        run(SCENARIOS / "one-station.yaml", replications=2, binding="none", trace=True, jobs=1,
            engine=folder.name, out=folder, changes=SHORT)  # fmt: skip
    simpy, compiled = (
        {name: sha for name, sha in checksums(folder).items() if name not in SAYS_ENGINE}
        for folder in folders
    )
    assert simpy == compiled
    assert {"daily.parquet", "summary.csv", "trace.parquet"} <= set(simpy)
    verdicts = [json.loads((folder / "verdict.json").read_text("utf-8")) for folder in folders]
    assert [verdict.pop("engine") for verdict in verdicts] == ["simpy", "kernel"]
    assert verdicts[0] == verdicts[1]


SHORT = [
    "end=2025-03-03", "question.averaged_over=14 days",
    "question.reached_by=2025-02-03", "question.sustained_until=2025-03-02",
]  # fmt: skip
