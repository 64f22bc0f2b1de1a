"""Who can leave how, by whether they ever held anything."""

from __future__ import annotations

from sim.network.holding import held_before
from sim.network.model import (
    DAY,
    Bump,
    Capacity,
    Initial,
    Model,
    Op,
    Patience,
    Pool,
    Step,
    Stream,
)

POOLS = (Pool("beds", Capacity(((0, 1),))),)


def found(*steps: Step, initial: tuple[Initial, ...] = ()) -> dict[str, bool | None]:
    model = Model(7 * DAY, 0, steps, POOLS, streams=(Stream("come", "bed"),), initial=initial)
    return held_before(model)


def seize(**more: object) -> Step:
    return Step("bed", Op.SEIZE, "free", ("beds",), **more)  # type: ignore[arg-type]


FREE, OUT = Step("free", Op.RELEASE, "out", ("beds",)), Step("out", Op.EXIT, outcome="out")
AWAY = Step("away", Op.EXIT, outcome="away")


def test_who_was_granted_a_bed_was_held() -> None:
    assert found(seize(), FREE, OUT) == {"out": True}


def test_who_gave_up_waiting_was_not() -> None:
    patience = Patience(None, "away")  # type: ignore[arg-type]
    assert found(seize(patience=patience), FREE, OUT, AWAY) == {"out": True, "away": False}


def test_a_way_out_open_to_both_is_neither() -> None:
    patience = Patience(None, "out")  # type: ignore[arg-type]
    assert found(seize(patience=patience), FREE, OUT) == {"out": None}


def test_who_is_bumped_was_held() -> None:
    assert found(seize(bump=Bump("away")), FREE, OUT, AWAY) == {"out": True, "away": True}


def test_a_member_who_holds_from_the_start_was_held() -> None:
    member = Initial("held", "away", 3, holds=("beds",))
    assert found(seize(), FREE, OUT, AWAY, initial=(member,))["away"] is True


def test_a_clock_may_run_out_before_or_after_a_bed_is_had() -> None:
    start = Step("start", Op.DEADLINE, "bed", ("clock",), to="away")
    model = Model(7 * DAY, 0, (start, seize(), FREE, OUT, AWAY), POOLS, streams=(Stream("come", "start"),))
    assert held_before(model) == {"away": None, "out": True}
