"""Every option of a step is read, whatever stands beside it, or refused."""

from __future__ import annotations

import json
from functools import cache
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from sim.engine.kernel import run
from sim.errors import Refused
from sim.log import digest
from sim.scenario import read
from sim.study.check import checked

Options = dict[str, list[Any]]
PRIORITY = [None, 3, {"by": "kind", "values": {"x": 1, "y": 4}}]
PATIENCE = [None, {"after": "3 hours", "to": "away"}, {"after": "9 hours", "to": "gone"}]
TURNED = [None, {"to": "away"}, {"to": "gone"}]
STEPS: dict[str, tuple[dict[str, Any], Options]] = {
    "serve": (
        {"serve": "desk", "work": {"exponential": "1 hour"}},
        {
            "work": [{"exponential": "1 hour"}, {"exponential": "2 hours"}],
            "priority": [None, {"by": "kind", "values": {"x": 1, "y": 4}}], "patience": PATIENCE,
            "room": [None, {"most": 3, "to": "away"}, {"most": 6, "to": "gone"}],
            "share": [None, 1, 3], "preempt": [None, "resume", "restart"],
            "effort": [None, *({"stock": "fuel", "table": {"1": 1, "3": most}} for most in (2, 3))],
        },
    ),
    "seize": (
        {"seize": "beds"},
        {
            "seize": ["beds", ["beds", "more"]], "units": [1, 2],
            "priority": [None, {"by": "kind", "values": {"x": 1, "y": 4}}], "patience": PATIENCE,
            "bump": [None, {"to": "away"}],
        },
    ),
    "depart": ({"depart": "bus"}, {"priority": PRIORITY, "patience": PATIENCE}),
    "gate": (
        {"gate": "door"},
        {
            "closed": TURNED, "patience": PATIENCE,
            "evict": [None, {"through": "rest", "to": "away"}, {"through": "rest", "to": "gone"}],
        },
    ),
    "take": ({"take": "fuel"}, {"units": [1, 2], "empty": TURNED, "priority": PRIORITY, "patience": PATIENCE}),
}  # fmt: skip
"""What a step of each kind is at the least, and what each of its options may be; `group` is a label.

Left out is what only a number makes idle: no room for anybody, no patience at all, a priority below which there
is none.
"""
PAIRS = [(kind, *pair) for kind, (_, options) in STEPS.items() for pair in permutations(options, 2)]
BUSY = [(8, 1), (40, 1), (20, 3)]
"""[arrivals a day of each stream], [units that the other stream takes]: with no line, a long one, large demands."""


def scenario(kind: str, options: dict[str, Any], busy: tuple[int, int], placed: bool = False) -> dict[str, Any]:
    """A step with these options, and another at the same object with priority 2."""
    least, _ = STEPS[kind]
    rate, units = f"{busy[0]}/day", busy[1]
    main = {**least, **{name: value for name, value in options.items() if value is not None}}
    other = {**least, "priority": 2}
    other |= {"share": 2} if "share" in main else {}
    other |= {"units": units} if kind in ("seize", "take") else {}
    if kind == "gate":
        del other["priority"]
    kinds = {"attributes": {"kind": {"x": 0.5, "y": "rest"}}}
    made = {
        "title": "A busy place", "illustrative": True, "start": "2025-01-06", "end": "2025-01-27",
        "pools": {"beds": {"capacity": 30}, "more": {"capacity": 10}},
        "stations": {"desk": {"servers": 3, "calendar": {"hours": "08:00-20:00"}, "at_end": "pause"}},
        "departures": {"bus": {"every": "1 day", "seats": 50, "minimum": 3}},
        "gates": {"door": {"closed": [
            {"from": "2025-01-06", "to": "2025-01-08"}, {"from": "2025-01-20", "to": "2025-01-22"},
        ]}},
        "stocks": {"fuel": {"initial": 30, "refill": "20/day"}},
        "streams": {
            "one": {"rate": rate, "enters": "main", **kinds}, "two": {"rate": rate, "enters": "second", **kinds},
            "few": {"rate": "3/day", "enters": "all"},
        },
        "steps": {
            "main": {**main, "next": "rest"}, "second": {**other, "next": "rest"},
            "rest": {"delay": {"exponential": "20 hours"}, "next": "give" if kind == "seize" else "done"},
            "give": {"release": ["beds", "more"], "next": "done"},
            "all": {"branch": {"p": 0.4, "q": 0.3, "r": "rest"}, "to": {"p": "away", "q": "gone", "r": "bed"}},
            "bed": {"seize": ["more", "beds"], "next": "talk"},
            "talk": {"serve": "desk", "work": "1 hour", "next": "ride", **({"share": 1} if "share" in main else {})},
            "ride": {"depart": "bus", "next": "enter"}, "enter": {"gate": "door", "next": "sip"},
            "sip": {"take": "fuel", "next": "let"}, "let": {"release": ["more", "beds"], "next": "done"},
            "done": {"exit": "done"}, "away": {"exit": "away"}, "gone": {"exit": "gone"},
        },
    }  # fmt: skip
    if kind != "seize":
        del made["steps"]["give"]  # type: ignore[attr-defined]
    if placed:
        made["initial"] = {"before": {"count": 40, "at": "main", **kinds}}
    return made


@pytest.fixture
def log_of(tmp_path: Path) -> Any:
    """The digest of the log of a scenario, or None if it is refused."""

    @cache
    def found(text: str) -> str | None:
        file = tmp_path / "case.yaml"
        file.write_text(text)
        try:
            return digest(run(checked(read(file)), 1, 0, 0, trace=True))
        except Refused:
            return None

    return lambda *said: found(json.dumps(scenario(*said)))


@pytest.mark.parametrize("kind", STEPS)
def test_the_busy_places_are_accepted_as_they_are(kind: str, log_of: Any) -> None:
    """Else every pair of options would pass below for being refused."""
    assert all(log_of(kind, {}, busy) for busy in BUSY)


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "one", "other"), PAIRS)
def test_an_option_is_read_beside_any_other_or_refused(kind: str, one: str, other: str, log_of: Any) -> None:
    """Changing it changes the log of some busy place; what is accepted is never all alike."""
    _, options = STEPS[kind]

    def is_read(beside: Any, busy: tuple[int, int]) -> bool:
        logs = [log_of(kind, {one: beside, other: value}, busy) for value in options[other]]
        return not any(logs[1:]) or len(set(logs) - {None}) > 1

    for beside in options[one]:
        assert any(is_read(beside, busy) for busy in BUSY), f"{other} beside {one}: {beside}"


@pytest.mark.parametrize(("kind", "turned"), [("gate", "closed"), ("take", "empty")])
def test_only_people_who_are_there_at_the_start_have_patience_where_others_are_turned_away(
    kind: str, turned: str, log_of: Any
) -> None:
    def with_patience(hours: int, placed: bool) -> str | None:
        patience = {"after": f"{hours} hours", "to": "gone"}
        units = {"units": 2} if kind == "take" else {}
        return log_of(kind, {turned: {"to": "away"}, "patience": patience, **units}, (8, 1), placed)  # type: ignore[no-any-return]

    assert with_patience(3, placed=False) is None
    assert None is not with_patience(3, placed=True) != with_patience(9, placed=True)
