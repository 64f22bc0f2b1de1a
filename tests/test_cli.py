"""The command line: messages, exit codes, and never a traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

import sim
from sim.cli import main
from sim.verdict.verdict import Bind

QUEUE, SMALL = (Path(__file__).parent / name for name in ("queue.yaml", "small.yaml"))


def called(monkeypatch: pytest.MonkeyPatch, *words: object) -> int:
    monkeypatch.setattr(sys, "argv", ["sim", *map(str, words)])
    with pytest.raises(SystemExit) as stopped:
        main()
    return int(stopped.value.code or 0)


Captured = pytest.CaptureFixture[str]
Patch = pytest.MonkeyPatch


def test_check_says_so_when_there_is_nothing_wrong(monkeypatch: Patch, capsys: Captured) -> None:
    assert called(monkeypatch, "check", QUEUE) == 0
    assert "no mistakes found" in capsys.readouterr().out


def test_check_tells_all_problems_of_all_files(
    monkeypatch: Patch, capsys: Captured, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text(QUEUE.read_text().replace("rate:", "rte:").replace("serve: desk", "serve: dsk"))
    assert called(monkeypatch, "check", broken, tmp_path / "missing.yaml", QUEUE) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) >= 3
    assert all("found" in line and "wanted" in line for line in lines)
    assert called(monkeypatch, "check", "--json", broken) == 2
    told = json.loads(capsys.readouterr().out)
    assert {"file", "line", "path", "found", "wanted"} == set(told[0])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["run"], "Missing argument"),
        (["frob"], "No such command"),
        (["run", QUEUE, "--seed", "-1"], "greater than or equal to 0"),
        (["run", QUEUE, "--engine", "foo"], "foo"),
        (["run", QUEUE, "--replications", "0"], "found '0'; wanted a whole number from 1"),
        (["run", QUEUE, "--replications", "many"], "or auto"),
        (["run", QUEUE, "--set", "a.b=3"], "wanted a path that exists"),
        (["run", "missing.yaml"], "no such file"),
        (["run", QUEUE, "--out", QUEUE], "found a file"),
        (["run", QUEUE, "--out", QUEUE / "x"], "cannot be written to"),
        (["compare", QUEUE], "at least two"),
        (["compare", QUEUE, QUEUE, "--replications", "auto"], "found 'auto'; wanted a whole number"),
        (["sweep", QUEUE], "nothing to vary"),
        (["plot", "missing"], "wanted a folder that"),
        (["explain", "pnool"], "the nearest is 'pool'"),
        (["explain", "nobody.mean_in_use", "--in", QUEUE], "found 'nobody.mean_in_use'"),
        (["explain", "bed", "--in", "x" * 300], "wanted"),
        (["report", "x" * 300], "no such folder"),
        (["plot", "x" * 300], "wanted a folder that"),
    ],
    ids=lambda value: " ".join(Path(str(w)).name for w in value) if isinstance(value, list) else "",
)
def test_bad_use_is_refused_with_a_message(
    monkeypatch: Patch, capsys: Captured, words: list[object], said: str
) -> None:
    assert called(monkeypatch, *words) == 2
    told = capsys.readouterr()
    assert said in told.err
    assert told.out == ""


def test_a_report_does_not_exist_yet_and_says_so(
    monkeypatch: Patch, capsys: Captured, tmp_path: Path
) -> None:
    assert called(monkeypatch, "report", tmp_path) == 1
    assert "does not exist yet" in capsys.readouterr().err
    assert called(monkeypatch, "report", tmp_path / "missing") == 2
    assert "no such folder" in capsys.readouterr().err


def test_the_version(monkeypatch: Patch, capsys: Captured) -> None:
    assert called(monkeypatch, "--version") == 0
    assert capsys.readouterr().out.strip() == sim.__version__


@pytest.mark.parametrize("word", ["patience", "HELD", "initial stock", "not_achievable", "expired"])
def test_words_are_explained(monkeypatch: Patch, capsys: Captured, word: str) -> None:
    assert called(monkeypatch, "explain", word) == 0
    assert "meaning: " in capsys.readouterr().out
    assert called(monkeypatch, "explain", word, "--json") == 0
    assert json.loads(capsys.readouterr().out)[0]["meaning"]


@pytest.mark.parametrize(
    ("word", "told"),
    [
        (word, f"{word} (key of scenario)")
        for word in ("title", "start", "end", "illustrative", "definitions", "warm_up", "require", "fitted")
    ]
    + [
        ("extends", "key of any file"), ("source", "key of a number"), ("range", "key of a number"),
        ("lognormal", "{lognormal: {mean, median}}"), ("quantiles", "law"), ("pause", "value of at_end"),
        ("arrived", "column of trace.parquet"), ("confidence", "column of summary.csv"),
        ("in_use", "value of level"), ("entered", "value of event"), ("exit", "what a cost is per"),
        ("held_over_capacity", "key of scenario.limits"), ("per", "key of scenario.costs"),
        ("summary.csv", "file of a run folder"),
    ],
)  # fmt: skip
def test_what_a_file_says_and_a_table_tells_is_explained(
    monkeypatch: Patch, capsys: Captured, word: str, told: str
) -> None:
    assert called(monkeypatch, "explain", word) == 0
    assert told in capsys.readouterr().out


def test_every_column_of_the_tables_is_explained() -> None:
    from sim.measures.summary import SUMMARY_COLUMNS as WRITTEN
    from sim.study import trace, vocabulary

    assert [one.name for one in vocabulary.SUMMARY_COLUMNS] == list(WRITTEN)
    assert [one.name for one in vocabulary.TRACE_COLUMNS] == trace._SCHEMA.names
    assert [one.type for one in vocabulary.TRACE_COLUMNS] == [str(t) for t in trace._SCHEMA.types]


def test_all_that_a_run_leaves_is_explained(tmp_path: Path) -> None:
    """Columns, measures, limits, outcomes, keys and numbers of a run, and what it was run from."""
    import pandas as pd

    from sim.study.glossary import explain

    found = sim.run(SMALL, replications=1, out=tmp_path / "run", binding="none")
    scenario = sim.read(found.folder / "scenario.yaml")
    words = [*found.daily.columns, *pd.read_csv(found.folder / "summary.csv")["measure"], *found.verdict,
             *(key for part in ("estimate", "probability", "breaches") for key in keys(found.verdict[part])),
             *(f.name for f in fields(Bind)), *scenario.costs, *(n.path for n in scenario.numbers())]  # fmt: skip
    for word in dict.fromkeys(words):
        assert explain(word, found.folder), word
    assert "5 beds, 3 to 9" in str(explain("spare", SMALL))


def keys(part: Any) -> list[str]:
    return list(part[0] if isinstance(part, list) else part)


def test_every_key_and_word_to_choose_is_explained(monkeypatch: Patch) -> None:
    from sim.scenario import grammar, law, quantity
    from sim.study.glossary import explain

    fixed = [*grammar.Whole.model_fields, *law.KINDS, *quantity.FULL, *grammar.EVENTS]
    for word in fixed:
        assert explain(word.rstrip("_"))


def test_the_glossary_of_the_documentation_is_the_same() -> None:
    from sim.study.glossary import WORDS

    text = (Path(sim.__file__).parent.parent / "docs" / "glossary.md").read_text(encoding="utf-8")
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")]
    assert {row[0]: row[1] for row in rows[1:]} == WORDS


_DESK = """
title: One desk
illustrative: {made_up}
start: 2025-01-06
end: 2025-02-03
question: {{measure: served, at_least: 20/day, averaged_over: 7 days, reached_by: 2025-01-31}}
stations: {{desk: {{servers: 2, source: assumption}}}}
streams: {{people: {{rate: 24/day, enters: talk, source: assumption}}}}
steps: {{talk: {{serve: desk, work: 1 hour, next: out, source: assumption}}, out: {{exit: served}}}}
"""


@pytest.mark.slow
@pytest.mark.parametrize("made_up", [True, False])
def test_what_is_printed_for_machines_says_whether_numbers_are_made_up(
    monkeypatch: Patch, capsys: Captured, tmp_path: Path, made_up: bool
) -> None:
    """Every row of a table too: a table has no other place to say it."""
    one = tmp_path / "one.yaml"
    one.write_text(_DESK.format(made_up=str(made_up).lower()))
    common = ["--replications", "10", "--jobs", "1", "--json"]
    assert called(monkeypatch, "run", one, *common, "--out", tmp_path / "run") == 0
    told = [json.loads(capsys.readouterr().out)]
    varied = ["sweep", one, "--vary", "stations.desk.servers=2,3", "--out", tmp_path / "sweep"]
    for words in (["compare", one, one], varied):
        assert called(monkeypatch, *words, *common, "--store", tmp_path / "store") == 0
        told += json.loads(capsys.readouterr().out)
    assert len(told) > 3
    assert {row["illustrative"] for row in told} == {made_up}


def test_the_schema_is_json(monkeypatch: Patch, capsys: Captured) -> None:
    assert called(monkeypatch, "schema") == 0
    assert "stations" in json.loads(capsys.readouterr().out)["properties"]


def test_run_prints_the_verdict_and_strict_gives_3(
    monkeypatch: Patch, capsys: Captured, tmp_path: Path
) -> None:
    words = ["run", QUEUE, "--set", "end=2025-02-10", "--engine", "simpy", "--binding", "none",
             "--jobs", 1, "--out", tmp_path / "run"]  # fmt: skip
    assert called(monkeypatch, *words) == 0
    assert "Answer: UNDECIDED" in capsys.readouterr().out
    assert called(monkeypatch, *words, "--strict", "--json") == 3
    told = capsys.readouterr()
    assert json.loads(told.out)["answer"] == "undecided"
    assert "answered from" in told.err
    assert called(monkeypatch, *words, "--seed", 2) == 2
    assert "another run" in capsys.readouterr().err


def test_what_nobody_foresaw_is_one_line(monkeypatch: Patch, capsys: Captured) -> None:
    monkeypatch.delenv("SIM_DEBUG", raising=False)
    monkeypatch.setattr("sim.study.check.check", lambda *_: 1 / 0)
    monkeypatch.setattr(sys, "argv", ["sim", "check", str(QUEUE)])
    with pytest.raises(ZeroDivisionError) as error:
        main()
    sys.excepthook(error.type, error.value, error.tb)
    told = capsys.readouterr().err
    assert told.startswith("internal error: ZeroDivisionError: ")
    assert "Traceback" not in told
    assert len(told.splitlines()) == 1


@pytest.mark.parametrize("words", [["--help"], ["check", str(QUEUE)]])
def test_light_commands_import_nothing_heavy(words: list[str]) -> None:
    code = "import sys; sys.argv[0] = 'sim'\nfrom sim.cli import main\ntry: main()\nexcept SystemExit: "
    code += "pass\nprint([m for m in ('numba', 'matplotlib', 'pandas', 'scipy', 'SALib', 'distributed')"
    code += " if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code, *words], check=True, capture_output=True, text=True,
        env={**os.environ, "COLUMNS": "80"},
    )  # fmt: skip
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("name", sim.__all__)
def test_every_verb_is_a_function_of_the_package(name: str) -> None:
    assert getattr(sim, name) is not None


def test_there_is_nothing_else() -> None:
    with pytest.raises(AttributeError, match="has no attribute"):
        sim.frobnicate  # noqa: B018  (reading it is the test)
