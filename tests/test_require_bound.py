"""The fluid bound of sim require: people of different attributes, stocks that are never empty, lines."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.network.model import Capacity, Distribution, Op
from sim.scenario import Scenario, read, with_overrides
from sim.study.building import model_of
from sim.study.evaluate import Point, evaluate
from sim.study.require.answer import Bound, Enough
from sim.study.require.capacities import stretches
from sim.study.require.expansion import bound_of, explained
from sim.study.require.moves import at, moves_of
from sim.study.require.shifts import begun
from sim.study.require.unfolded import unfolded
from sim.study.require.words import _more
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
    assert 73 <= found.unsaved <= 73 + 1 / 28 + 1e-6  # 70 blues, 3 reds, and one begun before
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


# --- Work that is begun before closing ---

HOURS = 3_600_000_000


def work(kind: str, *parameters: float) -> Distribution:
    return Distribution(kind, parameters)


def test_cases_of_one_length_are_begun_as_long_as_it_is_open() -> None:
    """Of eight hours each two are begun in fourteen; of seven or a little less, two as well, or three."""
    assert begun(((work("constant", 8.0 * HOURS), 1.0),), 14 * HOURS) == pytest.approx(16 * HOURS)
    assert begun(((work("constant", 7.1 * HOURS), 1.0),), 14 * HOURS) == pytest.approx(14.2 * HOURS)
    assert begun(((work("constant", 6.9 * HOURS), 1.0),), 14 * HOURS) == pytest.approx(20.7 * HOURS)


def test_without_memory_the_last_case_adds_its_whole_mean() -> None:
    """Exponential: what is left at closing has the law of a whole case; the grid errs upwards."""
    found = begun(((work("exponential", 2.0 * HOURS), 1.0),), 14 * HOURS)
    assert 16 * HOURS <= found <= 16 * HOURS * 1.01


def test_the_work_begun_is_that_of_the_best_order_and_no_less_than_of_any() -> None:
    """Gamma cases of two kinds: each alone, and the long ones last, begin no more; by 20,000 shifts drawn."""
    long, short = work("gamma", 4.0, 8.75 / 4 * HOURS), work("gamma", 4.0, 1.9 / 4 * HOURS)
    both = begun(((long, 1.0), (short, 1.0)), 14 * HOURS)
    rng = np.random.default_rng(3)
    for since in (0, 7, 12, 14):
        left = np.full(20_000, 14.0)
        credit = np.zeros(left.size)
        while (left > 0).any():
            late, on = left <= 14.0 - since, left > 0
            mean = np.where(late, 8.75, 1.9)
            credit += np.where(on, mean, 0.0)
            left -= mean * rng.gamma(4.0, 0.25, left.size)
        assert credit.mean() * HOURS <= both + 4 * credit.std() / left.size**0.5 * HOURS
    assert both <= 14 * HOURS + 8.75 * HOURS


def test_servers_that_come_and_go_have_stretches_of_their_own() -> None:
    of = Capacity(((0, 2), (10, 5), (20, 1), (30, 3)))
    assert sorted(stretches(of)) == [(0, 20, 1), (10, 20, 3)]


TEAMS = """
title: Teams by day whose searches take longer as fewer are left to find
illustrative: true
start: 2025-01-06
end: 2025-04-28
question: {measure: found, at_least: 90/day, averaged_over: 28 days, reached_by: 2025-03-30}
orders: {search: {each_day: 100/day, enters: look}}
stations: {teams: {servers: 40, calendar: {hours: "06:00-20:00"}, at_end: finish}}
stocks: {hidden: {initial: 1000000}}
steps:
  look:
    serve: teams
    work: {gamma: {mean: 8.75 hours, cv: 0.5}}
    effort: {stock: hidden, table: {0: 4, 0.5: 1.6, 0.9: 1.1, 1: 1}}
    next: take
  take: {take: hidden, empty: wait, next: done}
  done: {exit: found}
"""


def test_a_closing_adds_no_more_than_is_begun_before_it(tmp_path: Path) -> None:
    """A team begins less than 14 and 8.75 hours a day; once its last case counted four times over."""
    many = with_overrides(written(tmp_path, TEAMS), {"stations.teams.servers": 200})
    found = bound(many, "stations.teams.servers=1:200")
    assert 90 * 0.99 * 8.75 / (14 + 8.75) <= found.start[0] <= 90 * 8.75 / 14


@pytest.mark.slow
def test_what_teams_find_a_fluid_finds(tmp_path: Path) -> None:
    """The mean of twenty runs is within 4.5 standard errors of the most of a fluid (1 in 10^5), or below it."""
    scenario = written(tmp_path, TEAMS)
    (runs,) = evaluate([Point(scenario)], replications=20, jobs=1, store=tmp_path / "store")
    reached = runs.values["reached"]
    most = bound(
        with_overrides(scenario, {"question.at_least": "1000000/day"}),
        "stations.teams.servers=40:40",
    )
    assert most.most is not None
    assert reached.mean() <= most.most + 4.5 * reached.std(ddof=1) / 20**0.5
    assert reached.mean() >= 0.8 * most.most


def test_how_many_more_there_would_have_to_be(tmp_path: Path) -> None:
    """Of 40 ordered a day all are found; the 99 that are needed take as many times as many."""
    found = bound(written(tmp_path, STORED), "stations.teams.servers=1000:1000")
    (orders,) = found.enough
    assert (orders.source, orders.daily) == ("search", pytest.approx(40))
    assert orders.times == pytest.approx(99 / 40)


def test_where_nothing_is_run_down_what_comes_is_what_is_reached(tmp_path: Path) -> None:
    """Two lines, each of which could save up a week; a stock filled as it is taken from; a flight a fortnight."""
    text = """
title: Two desks, a stock and a flight
illustrative: true
start: 2025-01-06
end: 2025-05-26
question: {measure: gone, at_least: 40/day, averaged_over: 28 days, reached_by: 2025-04-27}
streams: {people: {rate: 30/day, gaps: regular, enters: first}}
stations: {desks: {servers: 1000}, more_desks: {servers: 1000}}
stocks: {shelf: {initial: 0}}
departures: {flight: {every: 14 days, seats: 100000}}
steps:
  first: {serve: desks, work: 1 hour, next: second}
  second: {serve: more_desks, work: 1 hour, next: put}
  put: {put: shelf, next: take}
  take: {take: shelf, empty: wait, next: stay}
  stay: {delay: 3 days, next: fly}
  fly: {depart: flight, next: out}
  out: {exit: gone}
"""
    scenario = with_overrides(written(tmp_path, text), {"question.at_least": "1000/day"})
    found = bound(scenario, "stations.desks.servers=1000:1000")
    assert found.most is not None
    assert found.most > 45
    assert found.unsaved == pytest.approx(30)


def test_what_only_saving_up_could_do_is_explained() -> None:
    """Half of 110 are 55 a day, though two lines of a week each hold enough for 28 days of 80."""
    changes = ["question.at_least=80/day"]
    office = read(Path(__file__).parent.parent / "scenarios" / "uncertain-office.yaml", changes)
    moves = moves_of(office, ["stations.clerks.servers=1:20"])
    question, model = asked(office), model_of(at(office, moves, (moves[0].most,)))
    assert question is not None
    found = bound_of(model, office, question, moves)
    assert found.start
    assert found.most is None
    why = explained(found, model, office, question, moves)
    assert (why.levels, why.start) == (found.levels, found.start)
    assert why.unsaved == pytest.approx(55)
    assert why.limits == ("how many there are of cases (110 a day)",)
    assert [e.source for e in why.enough] == ["cases"]
    assert why.enough[0].times == pytest.approx(79.2 / 55)
    assert explained(why, model, office, question, moves) is why


@pytest.mark.parametrize(
    ("times", "said"),
    [
        (1.0371, "104 a day of cases (1.04 times as many)"),
        (1.004, "a little more than the 100 a day of cases"),
        (12.3, "1,230 a day of cases (12.3 times as many)"),
    ],
)
def test_what_rounds_to_as_many_as_there_are_is_called_a_little_more(times: float, said: str) -> None:
    assert _more(Enough("cases", times, 100.0)) == said
