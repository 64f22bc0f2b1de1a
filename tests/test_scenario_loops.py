"""Loops in which no time passes: allowed where chance leaves them, gone round as often as it says."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.engine import kernel, simpy_engine
from sim.errors import Refused
from sim.log import Flow, digest
from sim.scenario import read
from sim.scenario.checks.loops import trap
from sim.scenario.route import closure
from sim.scenario.steps import Branch
from sim.study.check import checked

_ROUND = """
title: A feedback that takes no time
illustrative: true
start: 2025-01-06
end: 2025-03-03
streams: {people: {rate: 200/day, enters: which, attributes: {kind: {x: 0.5, y: rest}}}}
steps:
  which: {branch: BRANCH, to: {again: mark, on: out}}
  mark: {set: {kind: x}, next: WAY}
  out: {exit: done}
"""
_TURNED = """
title: A closed door
illustrative: true
start: 2025-01-06
end: 2025-02-03
gates: {court: {closed: [{from: 2025-01-10, to: 2025-01-12}]}}
streams: {people: {rate: 24/day, enters: door}}
steps:
  door: {gate: court, closed: {to: again}, next: out}
  again: {branch: {p: 0.5, q: rest}, to: {p: door, q: which}}
  which: {branch: {a: 0.5, b: rest}, to: {a: again, b: ON}}
  out: {exit: served}
"""
_BY_KIND = "  sort: {branch: kind, to: {x: mark, y: which}}\n"


def scenario(tmp_path: Path, branch: str, way: str = "which") -> Path:
    file = tmp_path / "round.yaml"
    text = _ROUND.replace("BRANCH", branch).replace("WAY", way)
    file.write_text(text + (_BY_KIND if way == "sort" else ""))
    return file


def test_a_feedback_without_delay_is_gone_round_as_often_as_chance_says(tmp_path: Path) -> None:
    """Coming to the branch is geometric: 1 / (1 - p) times on the mean.

    Off by four standard errors once in 16,000 seeds; ours is fixed.
    """
    p = 0.6
    network = checked(read(scenario(tmp_path, f"{{again: {p}, on: rest}}")))
    logs = [engine.run(network, 1, 0, 0, trace=True) for engine in (kernel, simpy_engine)]
    assert digest(logs[0]) == digest(logs[1])
    entered = logs[0].flows[:, :, :, Flow.ENTERED].sum(axis=(0, 2)).tolist()
    came, people = dict(zip(network.names.steps, entered, strict=True)), logs[0].entered
    error = np.sqrt(p / (1 - p) ** 2 / people)
    assert abs(came["which"] / people - 1 / (1 - p)) < 4 * error
    assert came["out"] == people


@pytest.mark.parametrize(
    ("branch", "way", "loop"),
    [
        ("{again: 1, on: 0}", "which", "which -> mark -> which"),
        ("{again: 1, on: rest}", "which", "which -> mark -> which"),
        # From some date on nothing leaves.
        ("{2025-01-01: {again: 0.5, on: 0.5}, 2025-02-01: {again: 1, on: 0}}", "which", "which -> mark -> which"),
        # Chance leaves, but of one kind all go round without coming to it again.
        ("{again: 0.5, on: 0.5}", "sort", "mark -> sort -> mark"),
    ],
)
def test_a_loop_that_somebody_may_never_leave_is_refused(
    tmp_path: Path, branch: str, way: str, loop: str
) -> None:
    with pytest.raises(Refused, match=rf"a loop in which no time passes \({loop}\)"):
        read(scenario(tmp_path, branch, way))


def by_chance(ways: dict[int, int], many: int) -> Any:
    """A branch to steps by number, those beyond the last being the way out, with whole weights."""
    total = sum(ways.values()) or 1
    shares = [(str(way), SimpleNamespace(exact=Fraction(weight, total))) for way, weight in ways.items()]
    to = {str(way): f"s{way}" if way < many else "out" for way in ways}
    return Branch.model_construct(branch=SimpleNamespace(points=((None, SimpleNamespace(of=shares)),)), to=to)


@given(st.lists(st.dictionaries(st.integers(0, 7), st.integers(0, 2), min_size=1, max_size=3), max_size=7))
def test_with_chance_alone_the_trap_is_what_no_way_leads_out_of(ways: list[dict[int, int]]) -> None:
    """A chain is sure to leave a finite set if and only if it can leave it from everywhere."""
    ways = [{**of, min(of): 1} for of in ways]
    steps = {f"s{i}": by_chance(of, len(ways)) for i, of in enumerate(ways)}
    back: dict[str, list[str]] = {}
    for i, of in enumerate(ways):
        for way in (way for way, weight in of.items() if weight):
            back.setdefault(f"s{way}" if way < len(ways) else "out", []).append(f"s{i}")
    assert set(trap(steps)) == set(steps) - closure(back, ["out"])


@pytest.mark.parametrize(("on", "refused"), [("door", True), ("out", False)])
def test_who_is_turned_back_must_have_a_chance_to_leave(tmp_path: Path, on: str, refused: bool) -> None:
    """While the gate is closed, chance that leads back to it alone would go round for ever."""
    file = tmp_path / "turned.yaml"
    file.write_text(_TURNED.replace("ON", on))
    if refused:
        with pytest.raises(Refused, match=r"door\.closed\.to"):
            read(file)
    else:
        read(file)
