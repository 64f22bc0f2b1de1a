"""From evidence to an answer, a record and sentences."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sim.verdict.asked import Asked
from sim.verdict.binding import binding
from sim.verdict.evidence import Evidence, series
from sim.verdict.judge import Run, judge
from sim.verdict.record import record
from sim.verdict.verdict import Verdict
from sim.verdict.words import words
from tests.verdict_runs import FIXED_KEYS, asked, model, runs

RNG = np.random.default_rng(5)
LOW = [5 + i / 10 for i in range(10)]
HIGH = [12 + i / 100 for i in range(80)]


def scenario(**changes: Any) -> Any:
    given: dict[str, Any]
    from types import SimpleNamespace

    limit = SimpleNamespace(description="Held over twelve hours.", legal=True)
    given = {"title": "A system", "illustrative": False, "uncertain": ("x",), "costs": {}, "by_hand": ()}
    given["limits"] = {"late": limit}
    return SimpleNamespace(**{**given, **changes})


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
    assert "does not agree" in words(found).replace("\n  ", " ")


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
        assert part in text.replace("\n  ", " "), part


def test_a_scenario_without_a_question_has_consequences_only() -> None:
    run = Run(scenario(limits={}), model(), None, 1, "simpy", "abc", True)
    found = judge(run, Evidence(runs(LOW)))
    assert found.answer is None
    assert "Question" not in words(found)
    assert "Who left: 382 served (100 %)" in words(found)
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
    assert said in told.replace("\n  ", " ")
