"""The fluid bound of sim require: people of different attributes, stocks that are never empty, lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.network.model import Op
from sim.scenario import Scenario, read
from sim.study.building import model_of
from sim.study.require.answer import Bound
from sim.study.require.expansion import bound_of
from sim.study.require.moves import moves_of
from sim.study.require.unfolded import unfolded
from sim.verdict.asked import asked

KINDS = """
title: Two kinds of work, each for its own desk
illustrative: true
start: 2025-01-06
end: 2025-04-28
question: {measure: finished, at_least: 100/day, averaged_over: 28 days, reached_by: 2025-03-30}
streams:
  people: {rate: 100/day, gaps: regular, enters: which, attributes: {kind: {red: 0.3, blue: rest}}}
stations: {reds: {servers: 1}, blues: {servers: 1000}}
steps:
  which: {branch: kind, to: {red: red, blue: blue}}
  red: {serve: reds, work: 8 hours, next: done}
  blue: {serve: blues, work: 1 hour, next: done}
  done: {exit: finished}
"""
STORED = """
title: People taken out of a store
illustrative: true
start: 2025-01-06
end: 2025-04-28
question: {measure: found, at_least: 100/day, averaged_over: 28 days, reached_by: 2025-03-30}
orders: {search: {each_day: 40/day, enters: look}}
stations: {teams: {servers: 1000}}
stocks: {hidden: {initial: 100000}}
steps:
  look: {serve: teams, work: 1 hour, next: take}
  take: {take: hidden, empty: wait, next: done}
  done: {exit: found}
"""


def written(folder: Path, text: str) -> Scenario:
    file = folder / "case.yaml"
    file.write_text(text, encoding="utf-8")
    return read(file)


def bound(scenario: Scenario, move: str) -> Bound:
    question = asked(scenario)
    assert question is not None
    return bound_of(model_of(scenario), scenario, question, moves_of(scenario, [move]))


def test_nobody_takes_the_way_of_another_attribute(tmp_path: Path) -> None:
    """One desk hears 3 reds a day; a free choice would send all to the thousand desks of the blues."""
    found = bound(written(tmp_path, KINDS), "stations.blues.servers=1000:1000")
    assert found.unsaved is not None
    # 70 blues, a week of them kept for the four asked about, and 3 reds
    assert 73 <= found.unsaved <= 70 * 1.25 + 3.3
    assert any("reds" in words for words in found.limits)


def test_copies_share_what_is_known_and_nothing_else(tmp_path: Path) -> None:
    whole, copies = unfolded(model_of(written(tmp_path, KINDS)))
    assert sorted(copies["which"]) == ["which (blue)", "which (red)"]
    assert copies["red"] == ("red",)
    assert copies["done"] == ("done",)
    steps = {s.name: s for s in whole.steps}
    assert steps["which (red)"].options == (("red", "red"),)
    drawn = steps[whole.streams[0].enters]
    assert drawn.op is Op.BRANCH
    assert drawn.shares[0][1] == pytest.approx((0.3, 0.7))


def test_nobody_waits_for_a_store_that_is_never_empty(tmp_path: Path) -> None:
    """Orders end with their day and the store outlasts them, so that nobody can be saved up for it."""
    found = bound(written(tmp_path, STORED), "stations.teams.servers=1000:1000")
    assert found.most is not None
    # 40 a day; those of one day may still be out when the 28 begin
    assert 40 <= found.most <= 40 + 2 * 40 / 28


def test_a_store_that_may_run_out_can_be_waited_for(tmp_path: Path) -> None:
    found = bound(
        written(tmp_path, STORED.replace("100000", "1000")), "stations.teams.servers=1000:1000"
    )
    assert found.most is not None
    assert found.most <= 1000 / 28 + 1e-6
    assert any("hidden" in words for words in found.limits)
