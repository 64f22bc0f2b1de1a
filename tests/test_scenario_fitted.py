"""A set of values that fit: a world draws a row, and what cannot be such a set is refused."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from sim.errors import Refused
from sim.scenario import Scenario, read, with_overrides
from sim.scenario.tree import plain
from sim.study.resolved import resolved
from sim.study.studyfile import opened
from sim.study.worlds import world_values

HERE = Path(__file__).parent
QUEUE = HERE / "queue.yaml"
SCENARIOS = HERE.parent / "scenarios"
DESKS = SCENARIOS / "two-desks.yaml"
RATE, WORK = "streams.people.rate", "steps.talk.work.exponential.mean"
SET = f"""
fitted:
  source: by hand
  paths: [{RATE}, {WORK}]
  units: [/day, hour]
  central: 2
  sets: [[20, 1.1], [25, 0.9], [26, 0.95]]
"""
ONWARD, COMPLETE = "steps.sort.branch.onward", "steps.form.branch.complete"


def laid_over(folder: Path, text: str, base: Path = QUEUE, name: str = "over.yaml") -> Path:
    file = folder / name
    file.write_text(f"title: over\nextends: {base}\n{text}")
    return file


def stated(scenario: Scenario) -> dict[str, float]:
    return {number.path: number.value for number in scenario.numbers()}


def test_the_central_row_is_stated(tmp_path: Path) -> None:
    found = read(laid_over(tmp_path, SET))
    assert (stated(found)[RATE], stated(found)[WORK]) == (25, 0.9)
    assert next(n.source for n in found.numbers() if n.path == RATE) == "by hand"
    assert world_values(found, 1, 0) == {}


def test_worlds_draw_whole_rows_equally_often(tmp_path: Path) -> None:
    """Each of 3 in 3,000: deviation 26; five of them, beyond which 1 in 10^6."""
    found = read(laid_over(tmp_path, SET))
    rows = Counter((v[RATE], v[WORK]) for w in range(1, 3001) for v in [world_values(found, 1, w)])
    assert set(rows) == {(20, 1.1), (25, 0.9), (26, 0.95)}
    assert all(abs(many - 1000) < 130 for many in rows.values())


def test_a_set_changes_no_other_draw(tmp_path: Path) -> None:
    plain, fitted = read(QUEUE), read(laid_over(tmp_path, SET))
    for world in range(1, 20):
        before, after = world_values(plain, 1, world), world_values(fitted, 1, world)
        assert {path: after[path] for path in before} == before


def test_a_set_wins_over_a_range(tmp_path: Path) -> None:
    ranged = laid_over(tmp_path, "streams: {people: {rate: {range: [20, 30]}}}", name="ranged.yaml")
    found = read(laid_over(tmp_path, SET, ranged))
    fact = next(fact for fact in found.uncertain if fact.path == RATE)
    assert (fact.low, fact.high, fact.moves_with) == (20, 26, "fitted")
    assert {world_values(found, 1, w)[RATE] for w in range(1, 50)} == {20, 25, 26}


def test_what_is_set_by_hand_leaves_the_set(tmp_path: Path) -> None:
    found = read(laid_over(tmp_path, SET), [f"{RATE}=22"])
    assert found.fitted is not None
    assert found.fitted.paths == (WORK,)
    assert stated(found)[RATE] == 22
    assert with_overrides(found, {WORK: 1}).fitted is None


@pytest.mark.parametrize("scenario", ["fitted/spring-2025-exits.yaml", "from-may-2025.yaml"])
def test_another_row_is_stated_when_it_is_made_the_central_one(scenario: str) -> None:
    """Of a set in the file and of one that is fetched; changed in the file, after it was read, by override."""
    file, change = SCENARIOS / scenario, ["fitted.central=3"]
    before = read(file)
    for found in (read(file, change), opened(before, change), with_overrides(before, {"fitted.central": 3})):
        fitted, said = found.fitted, stated(found)
        assert fitted is not None
        assert fitted.central == 2
        assert tuple(said[path] for path in fitted.paths) == fitted.rows[2]
    assert before.fitted != read(file, change).fitted


@pytest.mark.parametrize("one", ["1", "1.0", "{value: 1}"])
def test_a_central_row_is_stated_however_its_number_is_written(tmp_path: Path, one: str) -> None:
    found = read(laid_over(tmp_path, SET.replace("central: 2", f"central: {one}")))
    assert (stated(found)[RATE], stated(found)[WORK]) == (20, 1.1)


@pytest.mark.parametrize(
    ("given", "message"),
    [("0", "found '0'; wanted a row of 'sets' from 1 to 3"), ("4", "found '4'; wanted a row of 'sets' from 1 to 3"),
     ("1.5", "found '1.5'; wanted the number of a row, the first being 1")],
)  # fmt: skip
def test_a_row_that_there_is_not_is_refused_by_hand_too(tmp_path: Path, given: str, message: str) -> None:
    file = laid_over(tmp_path, SET)
    for of in (file, read(file)):
        with pytest.raises(Refused) as refused:
            opened(of, [f"fitted.central={given}"])
        assert [str(problem) for problem in refused.value.problems] == [f"--set: fitted.central: {message}"]


CHANGES = [
    ["fitted.central=3"], [f"{RATE}=22"], [f"{RATE}=22", "fitted.central=3"], ["fitted.sets.1.0=24"],
    [f"{WORK}.value=1"], [f"fitted={{source: x, paths: [{RATE}], units: [/day], central: 1, sets: [[27]]}}"],
]  # fmt: skip


@pytest.mark.parametrize("changes", CHANGES)
def test_a_scenario_that_was_read_is_changed_as_its_file_is(tmp_path: Path, changes: list[str]) -> None:
    """A fact that a change takes out of the set stands where the files put it, not in the row stated before."""
    mean = "steps: {talk: {work: {exponential: {mean: {value: 2 hour, source: x}}}}}"
    file = laid_over(tmp_path, SET, laid_over(tmp_path, mean, name="base.yaml"))
    of_file, of_read = read(file, changes), opened(read(file), changes)
    assert plain(of_file.tree) == plain(of_read.tree)
    assert of_file.numbers() == of_read.numbers()


def test_the_value_of_a_fact_set_by_hand_leaves_the_set(tmp_path: Path) -> None:
    base = laid_over(tmp_path, "streams: {people: {rate: {value: 21/day, source: x}}}", name="base.yaml")
    found = read(laid_over(tmp_path, SET, base), [f"{RATE}.value=22"])
    assert found.fitted is not None
    assert (found.fitted.paths, stated(found)[RATE]) == ((WORK,), 22)


def test_what_a_file_restates_leaves_the_set(tmp_path: Path) -> None:
    base = laid_over(tmp_path, SET, name="base.yaml")
    over = laid_over(tmp_path, "streams: {people: {rate: 23/day}}", base)
    found = read(over)
    assert found.fitted is not None
    assert (found.fitted.paths, stated(found)[RATE]) == ((WORK,), 23)
    kept = read(laid_over(tmp_path, "stations: {spare: {servers: 40}}", base)).fitted
    assert kept is not None
    assert kept.paths == (RATE, WORK)


def test_a_set_can_be_taken_from_another_file(tmp_path: Path) -> None:
    base = laid_over(tmp_path, SET, name="base.yaml")
    found = read(laid_over(tmp_path, f"fitted: {base.name}"))
    assert found.fitted == read(base).fitted
    with pytest.raises(Refused, match=r"over.yaml:3: fitted: found no such file 'none.yaml'"):
        read(laid_over(tmp_path, "fitted: none.yaml"))
    with pytest.raises(Refused, match=r"over.yaml:3: fitted: found nothing; wanted a file with a set"):
        read(laid_over(tmp_path, f"fitted: {QUEUE}"))


def test_the_resolved_scenario_says_the_same(tmp_path: Path) -> None:
    found = read(laid_over(tmp_path, SET))
    again = tmp_path / "again.yaml"
    again.write_text(resolved(found))
    assert read(again).fitted == found.fitted
    assert stated(read(again)) == stated(found)


@pytest.mark.parametrize(
    ("was", "now", "message"),
    [
        ("people.rate,", "people.rat,", "5: fitted.paths.0: found 'streams.people.rat'; wanted the path of a number; "
         "the nearest is 'streams.people.rate'"),
        (WORK, RATE, "5: fitted.paths.1: found 'streams.people.rate' twice; wanted it once"),
        ("[25, 0.9]", "[25]", "8: fitted.sets.1: found a row of 1; wanted 2, one for each of 'paths'"),
        ("0.95", "inf", "8: fitted.sets.2.1: found 'inf'; wanted a finite number without a unit"),
        ("0.95", "0", "8: fitted.sets.2.1: found '0'; wanted a time with a unit, such as 2 hours, more than 0"),
        ("0.95", "1 hour", "8: fitted.sets.2.1: found '1 hour'; wanted a number without a unit, as 'units' has it"),
        ("hour]", "minutes]", "6: fitted.units.1: found 'minutes'; wanted 'hour', the unit that "
         "steps.talk.work.exponential.mean is written in"),
        ("central: 2", "central: 4", "7: fitted.central: found '4'; wanted a row of 'sets' from 1 to 3"),
        ("[/day, hour]", "[/day]", "6: fitted.units: found 1 units; wanted 2, one for each of 'paths'"),
    ],
)  # fmt: skip
def test_what_is_no_set_is_refused(tmp_path: Path, was: str, now: str, message: str) -> None:
    text = SET.strip("\n").replace(was, now)
    file = laid_over(tmp_path, text)
    with pytest.raises(Refused) as refused:
        read(file)
    said = [str(p).removeprefix(f"{file}:") for p in refused.value.problems]
    assert message in [f"{int(s.split(':')[0])}:{s.split(':', 1)[1]}" for s in said]


def test_rows_that_a_choice_cannot_have_are_refused(tmp_path: Path) -> None:
    text = (
        f"steps: {{sort: {{branch: {{other: 0.3}}, to: {{other: done}}}}}}\n"
        f"fitted: {{source: x, paths: [{ONWARD}], units: [''], central: 1, sets: [[0.6], [0.8]]}}"
    )
    with pytest.raises(Refused) as refused:
        read(laid_over(tmp_path, text, DESKS))
    assert "fitted.sets.1: found probabilities that sum to 1.1 (steps.sort.branch.onward); wanted at most 1" in str(
        refused.value
    )


# -- what a file may say of a number of its base --------------------------------------------------


@pytest.mark.parametrize("path", ["streams: {people: {rate: {range: [20, 30]}}}",
                                  "stations: {desk: {servers: {range: [2, 5]}}}",
                                  "costs: {desk_hour: {range: [$20, $40]}}"])  # fmt: skip
def test_a_range_alone_keeps_the_value(tmp_path: Path, path: str) -> None:
    base, found = read(QUEUE), read(laid_over(tmp_path, path))
    assert stated(found) == stated(base)
    changed = {fact.path: (fact.low, fact.high) for fact in found.uncertain}
    assert any(ends in ((20, 30), (2, 5), (20, 40)) for ends in changed.values())


def test_a_range_can_be_taken_away(tmp_path: Path) -> None:
    found = read(laid_over(tmp_path, "stations: {desk: {servers: {range: }}}"))
    assert found.uncertain == ()
    assert stated(found)["stations.desk.servers"] == 2
