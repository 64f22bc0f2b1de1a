"""From evidence to an answer, a record and sentences."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sim.measures import TimeHeld
from sim.verdict.asked import Asked
from sim.verdict.binding import binding
from sim.verdict.evidence import Evidence, series
from sim.verdict.judge import Run, judge
from sim.verdict.people_words import _times_held
from sim.verdict.phrases import MADE_UP
from sim.verdict.record import record
from sim.verdict.verdict import Verdict
from sim.verdict.words import words
from tests.verdict_runs import FIXED_KEYS, asked, model, runs, scenario

RNG = np.random.default_rng(5)
LOW = [5 + i / 10 for i in range(10)]
HIGH = [12 + i / 100 for i in range(80)]


def verdict(evidence: Evidence, question: Asked | None = None, **changes: Any) -> Verdict:
    run = Run(scenario(**changes), model(orders=True), question or asked(), 1, "simpy", "abc", True)
    return judge(run, evidence)


def with_breaches(rates: list[float], a_day: float, spread: float = 0.1) -> list[Any]:
    late = np.maximum(0.0, a_day + spread * RNG.standard_normal(len(rates)))
    return runs(rates, late__breaches=list(late if a_day else np.zeros(len(rates))))


def test_achievable_is_plain_only_without_more_breaches() -> None:
    base = with_breaches(HIGH, 5.0)
    same = Evidence(base, without=base)
    assert verdict(same).answer == "achievable"
    fewer = Evidence(base, without=with_breaches(HIGH, 2.0))
    found = verdict(fewer)
    assert found.answer == "achievable_with_breaches"
    assert "MORE BREACHES A DAY" in words(found)


def test_more_breaches_by_the_same_number_in_every_run_are_more() -> None:
    base, without = (with_breaches([12.0] * 80, a_day, 0.0) for a_day in (7.0, 0.0))
    found = verdict(Evidence(base, without=without))
    assert found.answer == "achievable_with_breaches"
    text = " ".join(words(found).split())
    assert "ACHIEVABLE WITH 7 MORE BREACHES A DAY" in text
    assert "+7 (the same in every run; at most 5 % of all would differ (95 % confidence))" in text
    assert verdict(Evidence(without, without=base)).answer == "achievable"
    assert verdict(Evidence(base, without=base)).answer == "achievable"


def test_runs_that_are_all_alike_have_no_interval_but_a_bound_on_others() -> None:
    """Of a count the exact interval is [5.5, inf): `at least 5.5` says what nobody asked, of 0 it says nothing."""
    for rate in (8.0, 0.0):
        base = runs([rate] * 10, late__breaches=[0.0] * 10)
        more = runs([rate + 2] * 10)
        found = verdict(Evidence(base, more={"beds": series(more, "served"), "desk": series(base, "served")}))
        text = " ".join(words(found).split())
        same = "(the same in every run; at most 31 % of all would differ (95 % confidence))"
        assert f"served average {rate:g} {same}" in text
        assert f"30 at the end {same}" in text
        bound = "(the same in every run; at most 35 % of all would differ (97.5 % confidence))"
        assert f"tenth more of beds gives +2 a day {bound}" in text
        assert "at least" not in text.partition("Answer: ")[2].replace("at least 10 a day", "")
        assert "not bounded" not in text


def test_more_breaches_that_chance_may_make_are_not_more() -> None:
    """A mean of .05 a day with a spread of 1 in 80 runs is half a standard error."""
    base = with_breaches(HIGH, 5.0, 0.0)
    luck = np.tile([1.05, -0.95], 40)
    without = runs(HIGH, late__breaches=list(5.0 - luck))
    found = verdict(Evidence(base, without=without))
    assert found.breaches[0].more_than_without is not None
    assert found.breaches[0].more_than_without.mean == pytest.approx(0.05)
    assert found.answer == "achievable"


def test_below_ten_runs_no_limit_of_law_may_be_broken() -> None:
    few = asked(probability=0.3)
    broken = with_breaches([12.0] * 8, 5.0)
    compared = Evidence(broken, without=with_breaches([12.0] * 8, 6.0))
    assert verdict(compared, few).answer == "achievable_with_breaches"
    whole = with_breaches([12.0] * 8, 0.0)
    assert verdict(Evidence(whole, without=whole), few).answer == "achievable"


def test_breaches_that_are_no_law_are_not_among_those_named() -> None:
    from types import SimpleNamespace

    limits = {"late": SimpleNamespace(description="Late.", legal=True),
              "over": SimpleNamespace(description="Over the funded number.", legal=False)}  # fmt: skip
    both = {"late__breaches": [7.0] * 80, "over__breaches": [5.0] * 80}
    none = {name: [0.0] * 80 for name in both}
    found = verdict(Evidence(runs(HIGH, **both), without=runs(HIGH, **none)), limits=limits)
    assert "ACHIEVABLE WITH 7 MORE BREACHES A DAY" in words(found)


def test_without_orders_the_target_is_no_cause_of_breaches() -> None:
    run = Run(scenario(), model(), asked(), 1, "simpy", "abc", True)
    assert judge(run, Evidence(with_breaches(HIGH, 5.0))).answer == "achievable"


def test_none_in_ten_is_said_with_what_it_may_hide() -> None:
    """Clopper and Pearson: 1 - .025^(1/10) = 31 %, of three runs 71 %."""
    for n, share in ((10, 31), (3, 71)):
        text = " ".join(words(verdict(Evidence(with_breaches(LOW[:n], 0.0)))).split())
        wanted = f"none in {n} worlds; at most {share} % of all would have any (95 % confidence)"
        assert wanted in text


def numbers(of: object) -> list[float]:
    if isinstance(of, dict):
        return [x for key, inner in of.items() if key not in ("confidence", "in_all_runs", "day",
                                                              "differs_at_most") for x in numbers(inner)]  # fmt: skip
    if isinstance(of, list):
        return [x for inner in of for x in numbers(inner)]
    return [of] if isinstance(of, float) else []


def test_below_ten_runs_nothing_is_quoted_as_a_mean() -> None:
    found = verdict(Evidence(with_breaches(LOW[:3], 1.0), without=with_breaches(LOW[:3], 0.5)))
    text = " ".join(words(found).split())
    total = round(sum(70 * x for x in LOW[:3]))
    assert f"{total:,} served. - Counts of 3 worlds together, too few for a mean." in text
    assert "Waits: 3 runs are too few to quote a mean." in text
    assert 'Costs: 300 over 3 worlds together, too few for a mean: 300 for "desk hour".' in text
    assert "in 3 worlds together, too few for a mean" in text.split("Limits: ")[1].split("Who left")[0]
    said = record(found)
    for part in ("outcomes", "waits", "costs", "estimate"):
        assert numbers(said[part]) == [], part
    (breach,) = said["breaches"]  # type: ignore[misc]
    assert breach["total"] is None
    assert said["outcomes"]["left"]["served"]["in_all_runs"] == pytest.approx(total)  # type: ignore[index]


def test_totals_are_a_run_not_a_day() -> None:
    found = record(verdict(Evidence(runs([10.0] * 10, late__breaches=[2.0] * 10))))
    left: Any = found["outcomes"]
    assert left["left"]["served"]["total"] == 700.0
    assert left["left"]["served"]["per_day"]["mean"] == 10.0
    breach: Any = found["breaches"]
    assert (breach[0]["total"], breach[0]["in_all_runs"]) == (140.0, 1400.0)


def test_time_held_is_a_mean_over_runs_and_only_where_all_know_it() -> None:
    base = runs(LOW, late__breaches=[2.0] * len(LOW))
    for i, one in enumerate(base):
        one.held = {"served": TimeHeld(30 + 2 * i, 35.5 + i, 30.0, 90.0)}
    left: Any = record(verdict(Evidence(base)))["outcomes"]
    assert left["left"]["served"]["time_held"] == {"n": 39.0, "mean": 40.0, "p50": 30.0, "p90": 90.0}
    base[3].held = {}
    found = verdict(Evidence(base))
    left = record(found)["outcomes"]
    assert left["left"]["served"]["time_held"] is None
    assert "the time held" not in words(found)


def test_times_held_are_told_the_longest_first_and_counted_where_cut() -> None:
    """Ten ways out; eight are told."""
    people = {f"way_{i}": {"time_held": {"mean": 10.0 + i}} for i in range(10)} | {"none": {"time_held": None}}
    (told,) = _times_held(people)
    assert told.startswith("of those who had been held, the time held until they left, on the mean: ")
    assert ': "way 9" 19 days, "way 8" 18 days, ' in told
    assert told.endswith('"way 2" 12 days and 2 other ways; those still inside are not among them.')
    assert _times_held({"none": {"time_held": None}}) == []


def test_costs_at_an_exit_have_their_unit_and_an_item_may_be_named_all() -> None:
    from types import SimpleNamespace

    steps = {"out": SimpleNamespace(cost=SimpleNamespace(unit="$")), "in": SimpleNamespace()}
    base = runs(LOW)
    for one in base:
        one.costs = {"out.exit": 7.0, "all": 3.0}
    stated = {"all": SimpleNamespace(value=SimpleNamespace(unit="$"))}
    given = {"costs": stated, "said": SimpleNamespace(steps=steps), "limits": {}}
    found = verdict(Evidence(base), **given)
    said: Any = found.costs
    assert (said["all"]["total"], said["all items"]["total"]) == (3.0, 10.0)
    assert "Costs: $10 over the run: $7 for out.exit and $3 for all." in words(found)


def test_breaches_of_what_is_no_law_do_not_change_the_answer() -> None:
    from types import SimpleNamespace

    limits = {"late": SimpleNamespace(description="Over the funded number.", legal=False)}
    evidence = Evidence(with_breaches(HIGH, 5.0), without=with_breaches(HIGH, 2.0))
    assert verdict(evidence, limits=limits).answer == "achievable"


def test_without_a_comparison_all_breaches_count() -> None:
    assert verdict(Evidence(with_breaches(HIGH, 5.0))).answer == "achievable_with_breaches"
    assert verdict(Evidence(with_breaches(HIGH, 0.0))).answer == "achievable"


def test_the_stated_values_are_told_apart_from_the_worlds() -> None:
    found = verdict(Evidence(with_breaches(LOW, 0.0), central=with_breaches([12.0] * 80, 0.0)))
    assert found.answer == "not_achievable"
    assert found.central is not None
    assert found.central.answer == "achievable"
    assert "does not agree" in " ".join(words(found).split())


def test_what_helps_most_comes_first() -> None:
    base = runs(LOW)
    more = {"desk": series(runs([x + 0.01 for x in LOW]), "served"),
            "beds": series(runs([x + 1 for x in LOW]), "served"),
            "charter": series(base, "served")}  # fmt: skip
    found = binding(asked(), Evidence(base, more=more), with_charter())
    assert [bind.resource for bind in found] == ["beds", "desk", "charter"]
    assert found[0].effect_of_ten_percent == pytest.approx(1.0)
    assert [bind.share_of_worlds_first for bind in found] == [1.0, 0.0, 0.0]
    assert found[2].effect_of_ten_percent == 0.0
    assert found[0].utilisation == 1.0
    assert found[0].queue_growth == pytest.approx(2.0)
    price = {bind.resource: bind.shadow_price for bind in found}
    assert price["beds"] is not None
    assert price["beds"][0] is not None
    assert price["beds"][0] > 0
    assert price["desk"] == (0.0, 0.0)


def with_charter() -> Any:
    from dataclasses import replace

    from sim.network.model import Capacity, Station

    whole = model()
    stations = (*whole.stations, Station("charter", Capacity(((0, 4),))))
    return replace(whole, stations=stations)


@pytest.fixture(autouse=True)
def charter_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    """The third resource of the test above has the columns of the desk."""
    from tests import verdict_runs

    daily = verdict_runs._daily

    def wider(rate: float) -> dict[str, np.ndarray]:
        found = daily(rate)
        desk = {name: column for name, column in found.items() if name.startswith("desk.")}
        return found | {name.replace("desk.", "charter."): c for name, c in desk.items()}

    monkeypatch.setattr(verdict_runs, "_daily", wider)


def test_where_less_is_asked_a_gain_is_a_fall() -> None:
    base = runs(LOW)
    more = {"desk": series(runs([x - 1 for x in LOW]), "served"),
            "beds": series(runs([x + 1 for x in LOW]), "served")}  # fmt: skip
    found = binding(asked(at_least=False), Evidence(base, more=more), model())
    assert [bind.resource for bind in found] == ["desk", "beds"]
    assert found[0].effect_of_ten_percent == pytest.approx(-1.0)


def test_the_record_is_plain_json_with_the_keys_that_are_fixed() -> None:
    found = record(verdict(Evidence(with_breaches(LOW, 1.0), central=with_breaches(LOW, 1.0))))
    text = json.dumps(found, allow_nan=False)
    assert set(json.loads(text)) >= FIXED_KEYS
    assert found["question"]["in_words"].endswith("?")  # type: ignore[index]


def test_the_text_is_short_and_narrow() -> None:
    more = {"beds": series(runs([x + 1 for x in LOW]), "served")}
    evidence = Evidence(
        with_breaches(LOW, 1.0), central=with_breaches(LOW, 1.0), without=with_breaches(LOW, 0.5),
        definitions={"funded": with_breaches(LOW, 1.0)}, more=more,
    )  # fmt: skip
    text = words(verdict(evidence))
    assert max(map(len, text.splitlines())) <= 100
    assert len(text.splitlines()) <= 40
    for part in ("Question: can served be at least 10 a day", "NOT ACHIEVABLE", "None of 10 worlds",
                 "a tenth more of beds gives +1", "Held over twelve hours", "desk, mean 1.5 hours",
                 "funded: not achievable"):  # fmt: skip
        assert part in " ".join(text.split()), part


def test_a_scenario_without_a_question_has_consequences_only() -> None:
    run = Run(scenario(limits={}), model(), None, 1, "simpy", "abc", True)
    found = judge(run, Evidence(runs(LOW)))
    assert found.answer is None
    assert "Question" not in words(found)
    assert "382 served (100 %)." in words(found).split("Who left:")[1]
    assert record(found)["question"] is None


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"queue_growth": -3.0}, "its line shrinks by 3 a day"),
        ({"queue_growth": 3.0}, "its line grows by 3 a day"),
        ({"utilisation": 1.26}, "it works 26 % beyond its hours to finish what it has begun"),
        ({"utilisation": 0.75}, "it is 75 % used"),
        ({"effect_of_ten_percent": -1.0}, "a loss: whom it lets through takes up"),
    ],
)
def test_what_binds_is_said_plainly(changes: dict[str, float], said: str) -> None:
    more = {"beds": series(runs([x + 1 for x in LOW]), "served")}
    found = verdict(Evidence(with_breaches(LOW, 1.0), more=more))
    assert "a loss" not in words(found)
    told = words(replace(found, binding=(replace(found.binding[0], **changes),)))
    assert said in " ".join(told.split())


def said(**changes: Any) -> str:
    return " ".join(words(replace(plain(), **changes)).split())


def plain() -> Verdict:
    more = {"beds": series(runs([x + 1 for x in LOW]), "served")}
    return verdict(Evidence(with_breaches(LOW, 1.0), more=more))


def test_a_level_is_not_a_day() -> None:
    more = {"beds": series(runs([x + 1 for x in LOW]), "served")}
    base = with_breaches(LOW, 1.0)
    facts = {"pools.beds.capacity": np.array(LOW)}
    evidence = Evidence(base, more=more, central=base, definitions={"other": base}, facts=facts)
    level = " ".join(words(verdict(evidence, asked(rate=False), uncertain=())).split())
    assert "a tenth more of beds gives +1 (" in level
    assert "Level reached: over" in level
    assert "Of the spread of the level reached (standard deviation 0.303)" in level
    assert "5.45 reached)" in level
    rate = " ".join(words(verdict(evidence, uncertain=())).split())
    assert "a tenth more of beds gives +1 a day (" in rate
    assert "5.45 a day reached)" in rate


def test_a_run_that_asks_nothing_says_nothing_of_a_question() -> None:
    for paired in (True, False):
        found = judge(Run(scenario(limits={}), model(), None, 1, "simpy", "a", paired), Evidence(runs(LOW)))
        assert found.binding_note == "nothing is asked, so nothing can bind"
        assert "date asked about" not in words(found)
        assert "--binding" not in words(found)
        assert "at_question" not in found.held


def test_what_is_cut_is_counted() -> None:
    one = plain().binding[0]
    acting = tuple(replace(one, resource=f"r{i}", effect_of_ten_percent=9.0 - i) for i in range(5))
    rest = tuple(replace(one, resource=f"q{i}", p_adjusted=1.0) for i in range(7))
    text = said(binding=acting + rest)
    assert "A tenth more of others acts too: r3 +6 and r4 +5 a day." in text
    assert "A tenth more of q0, q1, q2, q3, q4 and 2 others changes nothing that shows." in text
    waits = {f"w{i}": {"mean": float(i)} for i in range(8)} | {f"n{i}": {"mean": 0.0} for i in range(6)}
    text = said(waits=waits)
    assert "- W3, mean 3 hours. - Shorter waits at 2 others. - None for w0, n0, n1, n2, n3 and 2 others." in text
    costs = {f"c{i}": {"total": 1.0, "in_all_runs": 10.0, "unit": "$"} for i in range(7)}
    assert "$1 for c4 and 2 others." in said(costs=costs)


def test_a_share_that_was_asked_for_is_printed_as_asked() -> None:
    text = words(verdict(Evidence(with_breaches(LOW, 1.0)), asked(probability=0.925)))
    assert " ".join(text.split()).count("92.5 %") == 2


def test_what_is_not_decided_is_said_with_what_would_decide_it() -> None:
    base = with_breaches([12.0] * 10, 0.0)
    text = " ".join(words(verdict(Evidence(base))).split())
    assert "UNDECIDED. 10 of 10 worlds say yes" in text
    assert "`--replications auto` goes on until it is decided." in text
    sure = " ".join(words(verdict(Evidence(base), asked(probability=1.0))).split())
    assert "--replications auto" not in sure
    assert "No number of runs shows a certainty" in sure
    assert "auto" not in words(verdict(Evidence(with_breaches(LOW, 0.0))))


def test_what_was_set_and_not_begun_is_said_in_the_words_of_a_reader() -> None:
    base = with_breaches(LOW, 1.0)
    for i, one in enumerate(base):
        one.outcomes["shortfall"] = 70 * (4.0 + i / 10)
    text = " ".join(words(verdict(Evidence(base))).split())
    assert "Of what was set for each day, 312 were not begun in time." in text
    assert "orders" not in text


@pytest.mark.parametrize("paired", [True, False])
def test_without_ranges_there_are_no_worlds(paired: bool) -> None:
    base = with_breaches(LOW, 1.0)
    for one in base:
        one.world = 0
    more = {"beds": series(runs([x + 1 for x in LOW]), "served")} if paired else {}
    given = scenario(uncertain=())
    of = judge(Run(given, model(orders=True), asked(), 1, "simpy", "abc", paired), Evidence(base, more=more))
    assert "world" not in words(of).lower()


def test_names_in_quotes_are_explained_where_there_are_any() -> None:
    note = "Words in double quotes are names in scenario.yaml, with spaces for _."
    assert note in " ".join(words(plain()).split())
    assert note not in " ".join(words(replace(plain(), costs={})).split())


def test_numbers_that_are_made_up_are_said_to_be() -> None:
    assert MADE_UP in " ".join(words(verdict(Evidence(with_breaches(LOW, 1.0)), illustrative=True)).split())
