"""What it would take: exact where theory knows the answer, and never more than is allowed."""

from __future__ import annotations

import json
from math import ceil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from sim.errors import Refused, SimError
from sim.estimate.probability import decide
from sim.scenario import Scenario, read, with_overrides
from sim.scenario.movable import is_movable, why_not
from sim.study import crew
from sim.study.building import model_of
from sim.study.evaluate import Point, evaluate
from sim.study.require import Required, require
from sim.study.require.answer import ACHIEVABLE, NOT_ACHIEVABLE
from sim.study.require.expansion import bound_of
from sim.study.require.luck import Luck, Said
from sim.study.require.margin import ALARM, PROMISED, bar, fewest, safe_probability, usual
from sim.study.require.monotone import monotone
from sim.study.require.moves import at, moves_of
from sim.study.require.promise import Kept, kept
from sim.study.require.promise import main as promise_main
from sim.study.require.search import least, lowered, raised
from sim.study.require.words import words
from sim.theory import erlang_b
from sim.verdict.asked import asked

ROOT = Path(__file__).parent.parent
ONE, OFFICE = (ROOT / "scenarios" / f"{name}.yaml" for name in ("one-station", "uncertain-office"))
CLERKS = "stations.clerks.servers=1:10"
LOSS = """
title: A ward where whoever finds no bed free goes elsewhere
illustrative: true
start: 2025-01-06
end: 2025-04-28
question:
  measure: lost
  at_most: 1/day
  averaged_over: 28 days
  reached_by: 2025-03-01
  with_probability: 0.5
streams:
  people: {rate: 100/day, gaps: exponential, enters: ward}
stations:
  beds: {servers: 100}
steps:
  ward: {serve: beds, work: {gamma: {mean: 1 day, cv: 2}}, room: {most: 0, to: turned_away}, next: done}
  done: {exit: completed}
  turned_away: {exit: lost}
"""
TWO = """
title: Two desks one after the other
illustrative: true
start: 2025-01-06
end: 2025-04-28
question:
  measure: completed
  at_least: 40/day
  averaged_over: 28 days
  reached_by: 2025-03-01
  with_probability: 0.5
streams:
  people: {rate: 42/day, gaps: regular, enters: first}
stations:
  clerks: {servers: 1}
  judges: {servers: 1, calendar: {hours: "09:00-17:00", at_end: pause}}
steps:
  first: {serve: clerks, work: 2 hours, next: second}
  second: {serve: judges, work: 1 hour, next: done}
  done: {exit: completed}
costs:
  clerks: {station: clerks, per: hour, value: $10, range: [$8, $15]}
  judges: {station: judges, per: hour, value: $100, range: [$50, $200]}
"""


@pytest.fixture
def ask(tmp_path: Path):  # type: ignore[no-untyped-def]
    def asked_of(file: object, *move: str, **options: object) -> Required:
        usual = {"store": tmp_path / "store", "keep": False, "jobs": 1}
        return require(file, move, **(usual | options))  # type: ignore[arg-type]

    return asked_of


def written(folder: Path, text: str) -> Scenario:
    file = folder / "case.yaml"
    file.write_text(text, encoding="utf-8")
    return read(file)


# --- How many worlds ---


@given(st.integers(20, 300), st.sampled_from([0.5, 0.75, 0.9]), st.integers(1, 4))
def test_what_passes_the_bar_is_achievable_and_keeps_the_promise(
    n: int, required: float, resources: int
) -> None:
    found = bar(n, required, resources)
    if found is None:
        return
    assert decide(found.yes, n, required) == "achievable"
    safe = safe_probability(n, required)
    assert binom.sf(ceil(n * required - 1e-9) - 1, n, safe) == pytest.approx(PROMISED)
    assert binom.sf(found.yes - 1, n, safe) <= ALARM / resources + 1e-9


def test_the_usual_size_lets_one_world_say_no() -> None:
    for required in (0.5, 0.75, 0.9):
        found = bar(usual(required), required)
        assert found is not None
        assert found.spare >= 1
    assert fewest(0.9) == next(n for n in range(1, 200) if bar(n, 0.9))


# --- What may be moved ---


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("limits.removal_period_90_days.over", "legal limit"),
        ("steps.six_months.after", "notice period"),
        ("steps.fear_interview.work", "fear screening"),
        ("steps.cbp_case.branch", "mix of people"),
        ("gates.third_country.closed", "injunction"),
        ("steps.bed.patience", "how long people wait"),
        ("orders.at_large.share", "mix of people"),
        ("streams.handovers.rate", "how many people come"),
        ("initial.ice_docket.count", "people who are there"),
    ],
)
def test_nothing_but_a_capacity_is_moved(path: str, why: str) -> None:
    assert not is_movable(path)
    assert why in why_not(path)
    with pytest.raises(Refused, match=why) as refused:
        moves_of(read(ROOT / "scenarios" / "target-3000.yaml"), [f"{path}=1:2"])
    assert path in str(refused.value)


def test_a_scenario_that_would_move_a_limit_is_refused_with_its_line(tmp_path: Path) -> None:
    text = LOSS + "require:\n  steps.ward.work: {to: 5}\n"
    with pytest.raises(Refused, match=r"case.yaml:2\d: require.steps.ward.work: .*how long a case"):
        written(tmp_path, text)


@pytest.mark.parametrize(
    ("move", "says"),
    [
        ("stations.clerk.servers=1:10", "nearest is 'stations.clerks.servers'"),
        ("stations.zzz.servers=1:10", "wanted a capacity: stations.clerks.servers$"),
        ("stations.clerks.servers=10:1", "upside down"),
        ("stations.clerks.servers=1:10:0", "a step above 0"),
        ("stations.clerks.servers=1:10:0.5", "whole numbers"),
        ("stations.clerks.servers=1:100000000", "found 100,000,000 levels; wanted at most 1,000,000: a greater step"),
        ("stations.clerks.servers=0:1000000", "found 1,000,001 levels"),
        ("stations.clerks.servers=1:1e30", "levels; wanted at most 1,000,000"),
        ("stations.clerks.servers=one:10", "wanted path=from:to:by@cost"),
        ("stations.clerks.servers=1:10@5/moon", "wanted path=from:to:by@cost"),
    ],
)
def test_bad_moves_say_what_is_wanted(move: str, says: str) -> None:
    with pytest.raises(Refused, match=says):
        moves_of(read(ONE), [move])


def test_several_without_a_cost_cannot_be_weighed(tmp_path: Path) -> None:
    scenario = written(tmp_path, TWO.partition("costs:")[0])
    with pytest.raises(Refused, match="cannot be weighed"):
        moves_of(scenario, ["stations.clerks.servers=1:9", "stations.judges.servers=1:9"])


def test_prices_come_from_the_costs_for_a_year_of_open_hours(tmp_path: Path) -> None:
    clerks, judges = moves_of(written(tmp_path, TWO))
    assert clerks.price is not None
    assert judges.price is not None
    assert clerks.price.value == pytest.approx(10 * 24 * 365)
    assert judges.price[:3] == pytest.approx((100 * 8 * 365, 50 * 8 * 365, 200 * 8 * 365))


def test_a_profile_moves_as_a_whole() -> None:
    scenario = read(ROOT / "tests" / "small.yaml")
    moves = moves_of(scenario, ["pools.beds.capacity=50:90:5", "departures.charter.every=1:4:1"])
    model = model_of(at(scenario, moves[:1], (2,)))
    assert [units for _, units in model.pools[0].capacity.changes] == [50, 60]
    model = model_of(at(scenario, moves[1:], (1,)))
    assert (
        np.diff([t for t, _ in model.departures[0].timetable[:3]]).tolist() == [43_200_000_000] * 2
    )


def test_what_there_is_none_of_is_moved_only_if_told_how_far(tmp_path: Path) -> None:
    """Five times nothing is nothing."""
    scenario = written(tmp_path, TWO.replace("clerks: {servers: 1}", "clerks: {servers: 0}"))
    assert [m.name for m in moves_of(scenario)] == ["judges"]
    with pytest.raises(Refused, match="none now, and no upper bound"):
        moves_of(scenario, ["stations.clerks.servers"])
    assert moves_of(scenario, ["stations.clerks.servers=0:7"])[0].most == 7


def test_the_national_target_names_four_with_a_cost_each() -> None:
    moves = moves_of(read(ROOT / "scenarios" / "target-3000.yaml"))
    assert [m.name for m in moves] == ["at_large_teams", "lent_teams", "judges", "custody_officers"]
    assert all(m.price is not None and m.level(m.most) >= 5 * m.now for m in moves)


# --- What is run of a point ---

HELD_ON = {"question.sustained_until": "2025-04-20", "question.at_least": "38/day"}


@pytest.mark.slow
@pytest.mark.parametrize("judges", [4, 5])
def test_runs_that_end_with_the_question_say_what_whole_runs_say(
    tmp_path: Path, judges: int
) -> None:
    scenario = with_overrides(written(tmp_path, TWO), HELD_ON)
    moves = moves_of(
        scenario, ["stations.clerks.servers=4:4@1", f"stations.judges.servers={judges}@1"]
    )
    store = tmp_path / "store"
    (whole,) = evaluate([Point(at(scenario, moves, (0, 0)))], replications=4, store=store, jobs=1)
    for doubtful in (False, True):
        luck = Luck(scenario, moves, 1, jobs=1, store=store)
        told = luck.ask((0, 0), range(4), doubtful)
        assert told == [bool(y) for y in whole.values["yes"]]
        assert luck.reached((0, 0), range(4)) == pytest.approx(tuple(whole.values["reached"]))
    assert any(told) == (judges == 5)


@pytest.mark.slow
def test_who_has_not_reached_the_value_in_time_is_not_run_on(tmp_path: Path) -> None:
    """Of worlds thought to fail only those are run to the end that have reached the value."""
    scenario = with_overrides(written(tmp_path, TWO), HELD_ON)
    for judges, runs in ((4, 3), (5, 6)):
        moves = moves_of(
            scenario, ["stations.clerks.servers=4:4@1", f"stations.judges.servers={judges}@1"]
        )
        luck = Luck(scenario, moves, 1, jobs=1, store=tmp_path / "store")
        luck.ask((0, 0), range(3), doubtful=True)
        assert luck.made == runs


def test_what_was_said_with_less_or_with_more_is_not_asked_again() -> None:
    luck = Luck(read(ONE), moves_of(read(ONE), [CLERKS]), 1)
    luck.said = {(2,): Said({0: (False, 1.0), 1: (True, 0.0)}), (6,): Said({0: (True, 0.0)})}
    assert not luck.likely((1,), [0], 1)
    assert luck.likely((2,), [0, 1], 1)
    assert luck.likely((7,), [0, 1], 2)
    assert luck.made == 0
    assert luck._guess((4,), 0) is None


# --- The search ---


@given(st.lists(st.integers(0, 40), min_size=1, max_size=3), st.integers(0, 3))
def test_the_search_ends_where_no_step_less_passes(need: list[int], start: int) -> None:
    scenario = read(ONE)
    move = moves_of(scenario, ["stations.clerks.servers=1:41"])[0]
    moves = [move] * len(need)

    def passes(steps: tuple[int, ...]) -> bool:
        return all(k >= n for k, n in zip(steps, need, strict=True))

    up = raised(passes, moves, tuple(start for _ in need))
    assert up is not None
    assert lowered(passes, moves, up) == tuple(need)
    assert lowered(passes, moves, up, tuple(start for _ in need)) == tuple(need)


@given(st.integers(0, 40), st.integers(0, 40))
def test_a_floor_is_a_guess_and_no_bound(need: int, floor: int) -> None:
    asked_: list[int] = []

    def passes(steps: tuple[int, ...]) -> bool:
        asked_.append(steps[0])
        return steps[0] >= need

    assert least(passes, (40,), 0, floor) == need
    if 0 < floor == need < 39:
        assert len(asked_) <= 3


def test_a_start_that_is_near_is_gone_up_from_with_few_that_pass() -> None:
    """A point that passes costs all its worlds, one that does not a few."""
    moves = [moves_of(read(ONE), ["stations.clerks.servers=1:4001:1"])[0]]
    said: list[bool] = []

    def passes(steps: tuple[int, ...]) -> bool:
        said.append(steps[0] >= 1030)
        return said[-1]

    assert raised(passes, moves, (999,)) is not None
    assert sum(said) <= 3


def test_worlds_are_asked_in_the_order_in_which_a_no_is_likeliest() -> None:
    """Who said no with more; who fell shortest at the nearest point; who was asked nowhere."""
    luck = Luck(read(ONE), moves_of(read(ONE), [CLERKS]), 1)
    luck.said = {
        (2,): Said({0: (False, 0.3), 1: (False, 0.9), 2: (True, -0.5)}),
        (6,): Said({0: (True, -0.1), 3: (False, 0.01)}),
    }  # fmt: skip
    assert luck.doubtful((3,), [0, 1, 2, 3, 4]) == [3, 1, 0, 2, 4]
    assert luck.doubtful((5,), [0, 1, 2]) == [1, 0, 2]
    luck.begun = {4: 0.2, 5: 0.1}
    assert luck.doubtful((3,), [0, 1, 5, 4]) == [1, 0, 4, 5]


@pytest.mark.slow
def test_the_first_weeks_of_long_runs_tell_which_worlds_are_hard(tmp_path: Path) -> None:
    """55 of 363 days; where runs are short they are made whole, and answers kept."""
    long = {"end": "2026-01-05", "question.reached_by": "2026-01-04"}
    for values, whole in ((long, False), ({}, True)):
        scenario = with_overrides(
            written(tmp_path, TWO.replace("gaps: regular", "gaps: exponential")), values
        )
        luck = Luck(scenario, moves_of(scenario), 1, jobs=1, store=tmp_path / "store")
        first = luck.rank((3, 4), range(6))
        assert sorted(first) == list(range(6))
        assert (luck.said.get((3, 4), Said()).keys() == set(range(6))) == whole
        short = luck.begun if not whole else {w: s for w, (_, s) in luck.said[3, 4].items()}
        assert [short[w] for w in first] == sorted(short.values(), reverse=True)


def test_an_upper_bound_that_fails_is_the_end_of_it() -> None:
    move = moves_of(read(ONE), [CLERKS])[0]
    assert raised(lambda _: False, [move], (0,)) is None


# --- Whole answers ---


@pytest.mark.slow
@pytest.mark.parametrize(("rate", "servers"), [(100, 3), (140, 4), (180, 5)])
def test_the_least_servers_of_a_station(ask, rate: int, servers: int) -> None:  # type: ignore[no-untyped-def]
    """c servers complete everything if, and only if, the offered load is below c.

    Asked for 95 % of what comes, so that chance decides nothing: the load is .80 to .86 of c and
    1.08 to 1.20 of c - 1, where at most 93 % are completed, and 94 % are asked for.
    """
    values = {"streams.cases.rate": f"{rate}/day", "question.at_least": f"{0.95 * rate}/day"}
    found = ask(with_overrides(read(ONE), values), CLERKS)
    assert found.levels == (float(servers),)
    assert found.bound.levels[0] <= servers
    fluid = 0.95 * 0.99 * rate * 0.024
    assert max(1.0, 0.9 * fluid) <= found.bound.levels[0] <= max(1.0, fluid) + 1e-6
    assert not found.monotone.violations


@pytest.mark.slow
def test_two_resources_are_both_least_and_the_cost_adds_up(ask, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    """42 a day at 2 hours want 3.5 clerks, and at 1 hour in 8 open ones 5.25 judges.

    At least 39.6 are asked for: 3.3 clerks and 4.95 judges, so 4 and 5.
    """
    found = ask(written(tmp_path, TWO))
    assert found.levels == (4.0, 5.0)
    assert found.cost.value == pytest.approx(4 * 87_600 + 5 * 292_000)
    assert found.cost.low < found.cost.value < found.cost.high
    assert found.bound.cost <= found.cost.value
    for level, start, most in zip(found.bound.levels, found.bound.start, (3.3, 4.95), strict=True):
        assert level <= start + 1e-6
        assert 0.75 * most <= start <= most  # a week of work may be saved for the four asked about
    assert all(k is not None and k < found.confirmed.bar.yes for k in found.confirmed.less)
    assert "would take 4 clerks (1 now) and 5 judges (1 now)" in words(found)


@pytest.mark.slow
def test_what_no_capacity_can_do_says_what_is_in_the_way(ask) -> None:  # type: ignore[no-untyped-def]
    found = ask(with_overrides(read(ONE), {"question.at_least": "150/day"}), CLERKS)
    assert found.answer == NOT_ACHIEVABLE
    assert found.steps is None
    assert found.bound.unsaved == pytest.approx(100)
    assert 100 <= found.bound.most <= 125
    assert "how many there are of cases (100 a day)" in words(found)
    told = f"0 of {found.at_most[1]} runs say yes, which reach {min(found.reached):,.0f}"
    assert told in words(found)
    assert all(90 <= reached <= 115 for reached in found.reached)
    assert "if nobody is, whatever the number of what was moved." in words(found)
    (cases,) = found.bound.enough
    assert (cases.daily, cases.times) == pytest.approx((100, 1.485))
    assert "148 a day of cases (1.49 times as many)" in words(found)


@pytest.mark.slow
@pytest.mark.parametrize(("wanted", "central", "cases"), [(80, False, 158.4), (60, True, 118.8)])
def test_what_only_saving_up_could_do_is_in_the_way(  # type: ignore[no-untyped-def]
    ask, wanted: int, central: bool, cases: float
) -> None:
    """110 a day, of whom half are granted, are 55, though two lines of a week each hold enough for 28 days of 80."""
    scenario = with_overrides(read(OFFICE), {"question.at_least": f"{wanted}/day"})
    found = ask(scenario, "stations.clerks.servers=1:20", central=central)
    assert found.answer == NOT_ACHIEVABLE
    assert found.bound.levels
    assert found.bound.unsaved == pytest.approx(55)
    assert "In the way: how many there are of cases (110 a day)." in words(found)
    (enough,) = found.bound.enough
    assert enough.times * enough.daily == pytest.approx(cases)


@pytest.mark.slow
def test_what_a_fluid_could_do_is_not_left_without_a_reason(ask) -> None:  # type: ignore[no-untyped-def]
    """Of 100 a day a hundred are done on average, and chance keeps nine in ten runs from it."""
    values = {"question.at_least": "100/day", "question.with_probability": "0.9"}
    found = ask(with_overrides(read(ONE), values), CLERKS)
    assert found.steps is None
    assert not found.bound.enough
    assert "So the fluid could do it; in the way is what it leaves out: chance, or a rule" in words(found)
    assert "Next in its way: how many there are of cases (100 a day)." in words(found)


@pytest.mark.slow
def test_an_upper_bound_in_the_way_is_named(ask) -> None:  # type: ignore[no-untyped-def]
    found = ask(ONE, "stations.clerks.servers=1:2")
    assert found.answer == NOT_ACHIEVABLE
    assert "the upper bound of stations.clerks.servers" in words(found)
    assert found.bound.unsaved < 94.05 <= found.bound.without_bounds
    assert f"({found.bound.without_bounds:,.0f} with any number of what was moved)" in words(found)
    assert not found.bound.enough  # more who come would not help


@pytest.mark.slow
def test_fresh_batches_keep_the_promise(ask, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    """At least 95 of 100 batches, each as large as the confirmation, meet the required share."""
    found = ask(ONE, CLERKS)
    assert found.answer == ACHIEVABLE
    size = found.confirmed.bar.worlds
    scenario = at(read(ONE), found.moves, found.steps)
    worlds = range(1_000_000, 1_000_000 + 100 * size)
    (runs,) = evaluate([Point(scenario)], replications=worlds, store=tmp_path / "store")
    shares = runs.values["yes"].reshape(100, size).mean(axis=1)
    assert (shares >= 0.5).sum() >= 95


@pytest.mark.slow
def test_a_folder_says_whether_fresh_worlds_keep_its_promise(
    tmp_path: Path, monkeypatch, capsys
) -> None:  # type: ignore[no-untyped-def]
    """At the capacities found a batch of 20 needs ten; with one clerk less none of them say yes."""
    monkeypatch.chdir(tmp_path)
    found = require(ONE, [CLERKS], out=tmp_path / "out", jobs=1)
    told = kept(tmp_path / "out", batches=3, jobs=1)
    size = found.confirmed.bar.worlds
    assert told[1:5] == (3 * size, 3, 3, size)
    assert told.well
    promise_main([str(tmp_path / "out"), "--worlds", "40", "--jobs", "1"])
    assert "of 40 fresh worlds say yes, so that at least" in capsys.readouterr().out
    answer = json.loads((tmp_path / "out" / "require.json").read_text())
    answer["capacities"][0]["required"] -= 1
    (tmp_path / "out" / "require.json").write_text(json.dumps(answer))
    worse = kept(tmp_path / "out", jobs=1)
    assert (worse.met, worse.well) == (0, False)
    assert worse.batches == 6  # the rest could not change it
    with pytest.raises(SimError, match="promise not kept"):
        promise_main([str(tmp_path / "out"), "--worlds", "20", "--jobs", "1"])


@given(st.integers(1, 60), st.integers(0, 60))
def test_worlds_show_the_chance_with_which_batches_keep_the_promise(worlds: int, noes: int) -> None:
    yes = max(0, worlds - noes)
    told = Kept(yes, worlds, 0, 0, 20, 0.5)
    assert told.least == 0.0 if not yes else binom.sf(yes - 1, worlds, told.least) <= 0.05 + 1e-9
    assert told.well == (told.least >= safe_probability(20, 0.5))


def test_a_folder_without_a_confirmed_answer_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"no require\.json with a scenario\.yaml; wanted the folder"):
        kept(tmp_path)


@pytest.mark.slow
def test_hands_are_hired_once(tmp_path: Path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    """A cluster takes seconds to start, and a search asks a hundred times."""
    hired = []
    pool = crew._local

    def local(*given):  # type: ignore[no-untyped-def]
        hired.append(given)
        return pool(*given)

    monkeypatch.setattr(crew, "_local", local)
    assert require(ONE, [CLERKS], jobs=2, keep=False, store=tmp_path / "store").levels == (3.0,)
    assert len(hired) == 1


@pytest.mark.slow
def test_too_few_worlds_are_refused_with_how_many_it_takes() -> None:
    with pytest.raises(Refused, match="wanted at least"):
        require(ONE, [CLERKS], replications=3, keep=False)


@pytest.mark.slow
def test_files_are_the_same_again(tmp_path: Path) -> None:
    options = {"store": tmp_path / "store", "jobs": 1}
    for name in ("a", "b"):
        require(ONE, [CLERKS], out=tmp_path / name, **options)  # type: ignore[arg-type]
    for name in ("require.txt", "require.csv"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    told = json.loads((tmp_path / "a" / "require.json").read_text())
    assert told["capacities"][0]["required"] == 3.0
    assert told["confirmation"]["yes"] >= told["confirmation"]["needed"]


@pytest.mark.slow
def test_a_trade_off_falls(ask, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    pair = ("stations.clerks.servers", "stations.judges.servers")
    found = ask(written(tmp_path, TWO), trade_off=pair)
    first, second = ([getattr(e, k) for e in found.frontier] for k in ("first", "second"))
    assert first == sorted(first)
    assert second == sorted(second, reverse=True)
    assert (first[0], second[-1]) == (4.0, 5.0)
    with pytest.raises(Refused, match="one of the capacities moved"):
        ask(written(tmp_path, TWO), trade_off=(pair[0], "pools.beds.capacity"))


@pytest.mark.slow
def test_more_that_turns_a_yes_into_a_no_is_reported() -> None:
    luck = Luck(read(ONE), moves_of(read(ONE), [CLERKS]), 1)
    luck.said = {(1,): {0: (True, 0.0), 1: (True, 0.0)}, (2,): {0: (False, 0.0), 1: (True, 0.0)}}  # type: ignore[dict-item]
    found = monotone(luck)
    assert found.compared == 2
    assert [(v.world, v.less, v.more) for v in found.violations] == [(0, (1,), (2,))]


# --- Loss ---


@pytest.mark.slow
@pytest.mark.parametrize("load", [8, 100, 1_000, 10_000, 50_000])
def test_a_loss_station_is_solved_exactly(tmp_path: Path, load: int) -> None:
    """Blocking with the answer is at most one in a hundred, and more with one bed less."""
    values = {"streams.people.rate": f"{load}/day", "question.at_most": f"{load / 100}/day"}
    scenario = with_overrides(written(tmp_path, LOSS), values)
    found = _exact_only(scenario, "stations.beds.servers=1:100000")
    beds = found.units
    assert erlang_b(beds, load) <= 0.01 < erlang_b(beds - 1, load)
    assert found.load == pytest.approx(load)


def _exact_only(scenario: Scenario, move: str):  # type: ignore[no-untyped-def]
    from sim.study.require.loss import loss_of, solved

    moves = moves_of(scenario, [move])
    question = asked(scenario)
    assert question is not None
    loss = loss_of(scenario, model_of(scenario), question, moves[0])
    assert loss is not None
    return solved(loss)


@pytest.mark.slow
def test_the_simulation_agrees_with_erlang(ask, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    """Share lost over 20 replications, four weeks left out, within 4.5 standard errors (1 in 10^5)."""
    from datetime import date

    from sim.study.evaluate import Want

    scenario = written(tmp_path, LOSS)
    found = ask(scenario, "stations.beds.servers=1:1000")
    assert found.exact is not None
    assert found.levels == (float(found.exact.units),)
    want = Want("lost", "lost", "mean", date(2025, 2, 3), date(2025, 4, 27))
    point = Point(at(scenario, found.moves, found.steps))
    (runs,) = evaluate([point], replications=20, wants=[want], store=tmp_path / "store")
    lost = runs.values["lost"] / 100
    assert lost.mean() == pytest.approx(found.exact.lost, abs=4.5 * lost.std(ddof=1) / 20**0.5)


@pytest.mark.parametrize(
    "change",
    ["gaps: exponential", "room: {most: 0", "at_most: 1/day"],
)
def test_what_is_no_loss_station_is_not_taken_for_one(tmp_path: Path, change: str) -> None:
    other = {"gaps: exponential": "gaps: regular", "room: {most: 0": "room: {most: 3",
             "at_most: 1/day": "at_least: 1/day"}[change]  # fmt: skip
    from sim.study.require.loss import loss_of

    scenario = written(tmp_path, LOSS.replace(change, other))
    question = asked(scenario)
    assert question is not None
    moves = moves_of(scenario, ["stations.beds.servers=1:1000"])
    assert loss_of(scenario, model_of(scenario), question, moves[0]) is None


# --- The bound ---


@settings(max_examples=15, deadline=None)
@given(
    rate=st.integers(20, 60), minutes=st.integers(20, 200), hours=st.integers(1, 10),
    beds=st.integers(20, 60), pause=st.booleans(),
)  # fmt: skip
def test_whatever_is_simulated_a_fluid_can_do(
    tmp_path_factory: pytest.TempPathFactory,
    rate: int,
    minutes: int,
    hours: int,
    beds: int,
    pause: bool,
) -> None:
    """What a run reaches on its worst date asked about, the fluid reaches with the same capacities."""
    text = f"""
title: A desk by day before a bed
illustrative: true
start: 2025-01-06
end: 2025-04-28
question: {{measure: gone, at_least: 1/day, averaged_over: 28 days, reached_by: 2025-03-30, tolerance: 0}}
streams: {{people: {{rate: {rate}/day, gaps: regular, enters: bed}}}}
stations: {{desk: {{servers: 3, calendar: {{hours: "09:00-17:00", at_end: {"pause" if pause else "finish"}}}}}}}
pools: {{beds: {{capacity: {beds}}}}}
steps:
  bed: {{seize: beds, next: stay}}
  stay: {{delay: {hours * 4} hours, next: case}}
  case: {{serve: desk, work: {minutes} minutes, next: leave}}
  leave: {{release: beds, next: out}}
  out: {{exit: gone}}
"""
    scenario = written(tmp_path_factory.mktemp("fluid"), text)
    (runs,) = evaluate(
        [Point(scenario)], replications=1, engine="simpy",
        store=tmp_path_factory.mktemp("store"), jobs=1,
    )  # fmt: skip
    reached = float(runs.values["reached"][0])
    question = asked(scenario)
    assert question is not None
    moves = moves_of(scenario, [f"pools.beds.capacity={beds}:{beds}"])
    high = with_overrides(scenario, {"question.at_least": "1000000/day"})
    wanted = asked(high)
    assert wanted is not None
    bound = bound_of(model_of(scenario), high, wanted, moves)
    assert bound.most is not None
    assert bound.most >= reached - 1e-6


@pytest.mark.slow
def test_the_page_shows_what_the_command_says(tmp_path: Path, capsys, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    """Every `$ sim require` of docs/require.md gives the lines below it."""
    import shlex

    import typer

    from sim.cli.commands import app

    page = (ROOT / "docs" / "require.md").read_text(encoding="utf-8")
    blocks = [block.partition("```")[0] for block in page.split("```console\n")[1:]]
    monkeypatch.chdir(ROOT)
    for i, block in enumerate(blocks):
        command, _, wanted = block.partition("\n")
        out = tmp_path / str(i)
        words = [*shlex.split(command)[2:], "--out", str(out), "--store", str(tmp_path / "store")]
        typer.main.get_command(app)(words, standalone_mode=False)
        shown = wanted.replace("results/one-station/require-<digest>", str(out))
        assert capsys.readouterr().out == shown
