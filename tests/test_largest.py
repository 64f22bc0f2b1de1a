"""The largest numbers that a scenario may say: both engines give the same, and nothing turns round in sign."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.draws.distributions import LONGEST
from sim.draws.luck import rounded
from sim.engine import kernel, simpy_engine
from sim.log import NOT_YET, digest
from sim.scenario import read
from sim.study.check import checked

_DESK = """
title: Work beyond all measure, cut short by clocks
illustrative: true
start: 2025-01-06
end: 2025-02-03
stations: {desk: {servers: 3, calendar: {hours: "08:00-20:00"}, at_end: pause}}
stocks: {fuel: {initial: 100, refill: 1/day}}
streams: {one: {rate: 40/day, enters: begin}, two: {rate: 40/day, enters: start}, few: {rate: 3/day, enters: sip}}
initial: {there: {count: 5, at: rest, spent: {lognormal: {mean: 100000 days, cv: 1000000}}}}
steps:
  begin: {deadline: first, after: {exponential: 3 hours}, to: out, next: large}
  start: {deadline: second, after: {exponential: 3 hours}, to: out, next: small}
  large: {serve: desk, work: {exponential: 100000 days}, share: 1000000, EFFORT next: out}
  small: {serve: desk, work: {exponential: 100000 days}, share: 999999, EFFORT next: out}
  sip: {take: fuel, patience: {after: 2 hours, to: out}, next: out}
  rest: {delay: {exponential: 100000 days}, next: out}
  out: {exit: done}
"""
EFFORT = "effort: {stock: fuel, table: {0: 1000000, 1: 1000000}},"


@pytest.mark.parametrize("effort", [EFFORT, ""])
def test_the_engines_agree_on_work_beyond_64_bits(tmp_path: Path, effort: str) -> None:
    """A million times 100,000 days; the accounts of two classes are compared over coprime weights."""
    file = tmp_path / "case.yaml"
    file.write_text(_DESK.replace("EFFORT", effort))
    network = checked(read(file))
    logs = [engine.run(network, 1, 0, 0, trace=True) for engine in (kernel, simpy_engine)]
    assert digest(logs[0]) == digest(logs[1])
    visits = logs[0].visits
    over = visits[visits["finished"] != NOT_YET]
    assert (over["finished"] >= over["joined"]).all()
    assert logs[0].use.min() >= 0
    assert logs[0].level_time.min() >= 0


def test_work_is_cut_where_a_time_plus_it_would_not_fit() -> None:
    assert rounded(2.5) == 3
    assert rounded(float(LONGEST) * 1e6) == rounded(float("inf")) == LONGEST
    assert np.iinfo(np.int64).max > 100 * 365 * 86_400_000_000 + LONGEST
