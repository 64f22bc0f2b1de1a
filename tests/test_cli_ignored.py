"""Every option of a command is read, whatever stands beside it, or refused."""

from __future__ import annotations

import ast
import contextlib
import shutil
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from importlib import import_module
from inspect import getsource
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
import typer

from sim.cli import commands
from sim.errors import Refused
from sim.scenario.tree import plain
from sim.study.point import Point
from sim.study.sources import model
from sim.study.store import Record, Store
from sim.study.task import Context

Words = tuple[str, ...]
Options = dict[str, list[Words]]
Asked = Callable[..., str | None]
COMMAND = typer.main.get_command(commands.app)
DESK = """
title: A desk
illustrative: true
start: 2025-01-06
end: 2025-03-03
question: {measure: served, at_least: 40/day, averaged_over: 7 days, reached_by: 2025-02-14}
streams: {people: {rate: {value: 50/day, range: [40/day, 60/day]}, enters: talk}}
stations: {desk: {servers: {value: 4, range: [2, 6]}}, clerks: {servers: 5}}
steps:
  talk: {serve: desk, work: 2 hours, next: write}
  write: {serve: clerks, work: 2 hours, next: out}
  out: {exit: served}
require: {stations.desk.servers: {to: 9, cost: $10}, stations.clerks.servers: {to: 9, cost: $20}}
"""
BLOCKS = """
scenario: desk.yaml
sweep: {design: latin_hypercube, points: 8, vary: {stations.clerks.servers: {from: 2, to: 6}}}
calibrate: {observations: seen.csv, fit: [stations.desk.servers], points: 40, cut: 4, discrepancy: 0.01}
"""
SEEN = """figure,measure,how,from,to,observed,unit,allowed_percent,fitted,source
one,served,sum,2025-01-06,2025-01-31,1000,people,6,yes,somebody
other,served,sum,2025-02-01,2025-02-28,1100,people,6,no,somebody
"""


def may(*words: str) -> list[Words]:
    return [(), words]


SEED, CENTRAL, AGAIN = may("--seed", "2"), may("--central"), may("--again")
ENGINE: list[Words] = [(), ("--engine", "simpy"), ("--engine", "kernel")]
SET, OUT, STORE = may("--set", "streams.people.rate=45/day"), may("--out", "out"), may("--store", "kept")
EXECUTOR: list[Words] = [(), ("--executor", "dask"), ("--executor", "tcp://127.0.0.1:8786")]
JOBS = may("--jobs", "3")
REPLICATIONS = may("--replications", "12")
BY = {"engine": ENGINE, "executor": EXECUTOR, "jobs": JOBS, "store": STORE, "out": OUT, "again": AGAIN, "set": SET}
SWEEP: Options = {
    "design": [(), ("--design", "list"), ("--design", "sobol")], "points": may("--points", "4"),
    "replications": REPLICATIONS, "precision": may("--precision", "2%"), "seed": SEED, "central": CENTRAL, **BY,
}  # fmt: skip
CALIBRATE: Options = {
    "fit": may("--fit", "streams.people.rate"), "points": may("--points", "30"),
    "replications": may("--replications", "3"), "seed": SEED, "cut": may("--cut", "2"),
    "discrepancy": may("--discrepancy", "0.02"), **BY,
}  # fmt: skip
VERBS: dict[str, tuple[Words, Options]] = {
    "run": (("run", "desk.yaml"), {
        "replications": REPLICATIONS, "central": CENTRAL, "binding": may("--binding", "none"), "seed": SEED,
        "again": AGAIN, "engine": ENGINE, "set": SET, "out": OUT, "trace": may("--trace"), "jobs": JOBS,
    }),
    "compare": (("compare", "desk.yaml", "desk.yaml"), {
        "replications": REPLICATIONS, "seed": SEED, "central": CENTRAL, **BY,
    }),
    "sweep": (("sweep", "desk.yaml"), {
        "vary": [("--vary", "stations.clerks.servers=2,3"), ("--vary", "stations.clerks.servers=2:4")], **SWEEP,
    }),
    "sweep of a block": (("sweep", "study.yaml"), {
        "vary": may("--vary", "stations.clerks.servers=2,3"), **SWEEP,
    }),
    "sensitivity": (("sensitivity", "desk.yaml"), {
        "method": may("--method", "tornado"), "replications": REPLICATIONS, "seed": SEED,
        "screen": may("--screen", "1"), "samples": may("--samples", "32"), **BY,
    }),
    "calibrate": (("calibrate", "desk.yaml", "seen.csv"), CALIBRATE),
    "calibrate of a block": (("calibrate", "study.yaml"), CALIBRATE),
    "require": (("require", "desk.yaml"), {
        "move": may("--move", "stations.desk.servers=1:5@$10"),
        "trade_off": may("--trade-off", "stations.desk.servers", "stations.clerks.servers"),
        "replications": may("--replications", "50"), "seed": SEED, "central": CENTRAL, **BY,
    }),
}  # fmt: skip
"""What each command begins with, and what each of its options may be."""
PRINTED = {"--json", "--strict"}
"""What only says how the result is told."""
CLAIM = ("run", "compare", "sweep.verb", "sensitivity.door", "calibrate.verb", "require.verb")
CREW = ("sweep.verb", "sensitivity.door", "calibrate.verb", "require.verb")
EVALUATE = ("compare", "sweep.replicated", "sensitivity.shots", "calibrate.search", "require.luck")
"""Modules of `sim.study` that claim a folder, hire hands, and have points run."""


class _SeenError(Exception):
    """All that a command asks for is known; nothing is run."""


@pytest.fixture
def asked_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Asked:
    """What a command asks for as it begins on its work; None if it is refused."""
    monkeypatch.chdir(tmp_path)
    for name, text in (("desk.yaml", DESK), ("study.yaml", BLOCKS), ("seen.csv", SEEN)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    seen: list[object] = []

    def claim(*given: object) -> None:
        seen.append(given)

    @contextlib.contextmanager
    def hands(*given: object) -> Iterator[object]:
        seen.append(given)
        yield "hands"

    def evaluate(points: Iterable[Point], **given: object) -> object:
        first = next(iter(points))
        seen.append((plain(first.scenario.tree), first.label, first.values, given))
        raise _SeenError

    def team(context: Context, jobs: int) -> object:
        seen.append((context.engine, jobs))
        raise _SeenError

    for modules, name, fake in ((CLAIM, "claim", claim), (CREW, "crew", hands), (EVALUATE, "evaluate", evaluate)):
        for module in modules:
            monkeypatch.setattr(import_module(f"sim.study.{module}"), name, fake)
    monkeypatch.setattr("sim.study.fresh.team", team)
    for choice in ("best", "soonest"):
        monkeypatch.setattr(f"sim.study.engines.{choice}", lambda entities: "whichever is sooner")

    @cache
    def asked(*words: str) -> str | None:
        seen.clear()
        try:
            COMMAND([*words], standalone_mode=False)
        except _SeenError:
            return repr(seen)
        except (Refused, typer.BadParameter):
            return None
        raise AssertionError(f"nothing was run: {words}")

    return asked


def test_the_commands_are_taken_as_they_are(asked_of: Asked) -> None:
    """Else every option would pass below for being refused."""
    for begins, options in VERBS.values():
        assert asked_of(*begins, *options.get("vary", [()])[0])


@pytest.mark.parametrize("verb", VERBS)
def test_no_option_is_left_out(verb: str) -> None:
    begins, options = VERBS[verb]
    parameters = COMMAND.commands[begins[0]].params  # type: ignore[attr-defined]
    there = {name for one in parameters for name in one.opts if name.startswith("--")}
    assert {f"--{name.replace('_', '-')}" for name in options} == there - PRINTED


def test_no_command_leaves_an_option_where_it_is() -> None:
    """Nor those that only say how the result is told."""
    for node in ast.parse(getsource(commands)).body:
        if isinstance(node, ast.FunctionDef) and any(isinstance(of, ast.Call) for of in node.decorator_list):
            given = {one.arg for one in (*node.args.args, *node.args.kwonlyargs)}
            assert given <= {one.id for line in node.body for one in ast.walk(line) if isinstance(one, ast.Name)}


@pytest.mark.slow
@pytest.mark.parametrize("verb", VERBS)
def test_an_option_is_read_beside_any_other_or_refused(verb: str, asked_of: Asked) -> None:
    begins, options = VERBS[verb]
    ignored = []
    for one, other in permutations(options, 2):
        needed = () if "vary" in (one, other) else options.get("vary", [()])[0]
        for beside in options[one]:
            usual, *found = (asked_of(*begins, *needed, *beside, *words) for words in options[other])
            if usual in found and usual is not None and not done_anyway(verb, other, beside):
                ignored.append((other, beside))
    assert ignored == []


def done_anyway(verb: str, option: str, beside: Words) -> bool:
    """A comparison for which no folder is named keeps nothing, and `require` looks for its answer anew each time."""
    return verb in ("compare", "require") and option == "again" and "--out" not in beside


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Records of two scenarios, of one of them of another version too, and something that is none."""
    monkeypatch.chdir(tmp_path)
    usual = Store(Path("results/.store"))
    for place, digest, scenario, version in (
        (usual, "aa1", "one", model()), (usual, "aa2", "other", model()), (usual, "bb1", "one", "0.0.1"),
        (Store(Path("kept")), "aa3", "third", model()),
    ):  # fmt: skip
        place.put(Record(digest, scenario, ("x",), {0: 0}, {0: np.zeros(1)}, version), 0)
    (usual.folder / "aa" / "torn.runs").write_bytes(b"half")
    return tmp_path


STORED: Options = {
    "what": [("show",), ("prune",)], "scenario": [(), ("--scenario", "one"), ("--scenario", "none")],
    "store": may("--store", "kept"), "json": may("--json"),
}  # fmt: skip


@pytest.mark.parametrize(("one", "other"), list(permutations(STORED, 2)))
def test_an_option_of_the_store_is_seen_in_what_is_printed(
    one: str, other: str, store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def printed(*words: str) -> str:
        """Of the same store each time, whatever was pruned of it."""
        for place in ("results", "kept"):
            shutil.copytree(store / place, store / "now" / place)
        with contextlib.chdir("now"):
            COMMAND(["store", *words], standalone_mode=False)
        shutil.rmtree(store / "now")
        return capsys.readouterr().out

    for beside in STORED[one]:
        found = {printed(*beside, *words) for words in STORED[other]}
        assert len(found) == len(STORED[other]), f"{other} beside {one}: {beside}"
