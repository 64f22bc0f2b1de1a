"""Daily columns: the laws they obey and the measures that a scenario defines."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from sim.errors import SimError
from sim.log import Log
from sim.measures import Plan, daily_frame, reduce_log
from sim.measures.columns import DAILY
from sim.measures.plan import Measure, Of, Term
from sim.measures.terms import Columns
from sim.network.model import Attribute, Initial, Op, Orders, Station, Step
from sim.network.table import Network
from tests.models import (
    at,
    delay,
    exponential,
    leave,
    network,
    poisson,
    pool,
    release,
    rows,
    run,
    seize,
    serve,
    station,
    steps_of,
)

START = date(2025, 1, 1)
AGENCY = Attribute("agency", ((0, (("cbp", 0.4), ("ice", 0.6))),))


def pipeline(days: int = 20) -> Network:
    return network(
        days,
        seize("bed", "beds", "hearing"),
        serve("hearing", "judges", exponential(5.0), "which"),
        Step("which", Op.BRANCH, shares=((0, (0.3, 0.7)),),
             options=(("a", "free"), ("b", "free_too"))),
        release("free", "beds", "bond"), release("free_too", "beds", "gone"),
        leave("bond", "released_on_bond"), leave("gone", "removed"),
        serve("look", "judges", 8.0, "done"), leave("done", "looked"),
        pools=(pool("beds", 30),), stations=(station("judges", 4),), classes=("agency",),
        streams=(poisson("in", "bed", 0.7, attributes=(AGENCY,)),),
        orders=(Orders("work", "look", (3,) * days),),
        initial=(Initial("held", "hearing", 25, exponential(50.0), holds=("beds",)),),
    )  # fmt: skip


def columns(net: Network, log: Log, *measures: Measure, target: float | None = None) -> Columns:
    return reduce_log(Plan(START, target, measures), net, log, 0, 0).daily


def test_nobody_is_lost() -> None:
    net = pipeline()
    log = run(net)
    of = columns(net, log)
    before = np.concatenate([[25], of["present"][:-1]])
    assert np.array_equal(of["present"], before + of["arrivals"] - of["exits"])
    assert of["present"][-1] == log.inside
    assert of["arrivals"].sum() + 25 == log.entered
    ways = ("released_on_bond", "removed", "looked")
    late = np.concatenate([[0], of["shortfall"][:-1]])  # they leave just after midnight
    assert np.array_equal(of["exits"], sum(of[way] for way in ways) + late)
    assert of["shortfall"].sum() > 0


def test_removals_and_releases_go_by_the_names_of_outcomes() -> None:
    net = pipeline()
    of = columns(net, run(net))
    assert np.array_equal(of["removals"], of["removed"])
    assert np.array_equal(of["releases"], of["released_on_bond"])
    assert "arrests" not in of


def test_the_target_is_the_orders_of_the_day() -> None:
    net = pipeline()
    assert (columns(net, run(net), target=99.0)["target"] == 3).all()
    alone = network(2, leave(), streams=(at("a", "out", 1),))
    assert (columns(alone, run(alone), target=99.0)["target"] == 99).all()
    assert np.isnan(columns(alone, run(alone))["target"]).all()


def test_classes_add_up() -> None:
    net = pipeline()
    by = [
        Measure(f"book_ins_{who}", (Term(Of.STEP, "bed", "entered", (("agency", who),)),))
        for who in ("ice", "cbp")
    ]
    total = Measure("book_ins", tuple(Term(Of.MEASURE, m.name) for m in by))
    of = columns(net, run(net), *by, total)
    assert np.array_equal(of["book_ins"], of["bed.entered"])
    assert 0 < of["book_ins_cbp"].sum() < of["book_ins_ice"].sum()


def test_levels_by_class_add_up() -> None:
    net = pipeline()
    values = [(("agency", v),) for v in ("ice", "cbp", "-")]
    parts = [Measure(str(w), (Term(Of.LEVEL, "beds", "in_use", w),)) for w in values]
    lines = [Measure(f"line {w}", (Term(Of.LEVEL, "judges", "waiting", w),)) for w in values]
    of = columns(net, run(net), *parts, *lines)
    assert np.array_equal(sum(of[m.name] for m in parts), of["beds.in_use"])
    assert np.array_equal(sum(of[m.name] for m in lines), of["judges.waiting"])


def test_a_factor_takes_away() -> None:
    net = pipeline()
    terms = (Term(Of.OUTCOME, "removed"), Term(Of.OUTCOME, "removed", factor=-1.0))
    assert not columns(net, run(net), Measure("nothing", terms))["nothing"].any()


def test_a_stream_counts_its_own_arrivals() -> None:
    net = pipeline()
    measures = [Measure(f"n_{name}", (Term(Of.SOURCE, name),)) for name in ("in", "work", "held")]
    of = columns(net, run(net), *measures)
    assert np.array_equal(of["n_in"], of["bed.entered"])
    assert (of["n_work"] == 3).all()
    assert np.array_equal(of["n_in"] + of["n_work"], of["arrivals"])


def test_an_object_wins_the_name_of_a_step() -> None:
    net = network(
        1, serve("desk", "other", 5.0, "q"), serve("q", "desk", 5.0, "out"), leave(),
        stations=(station("desk", 1), station("other", 1)), streams=(at("a", "desk", *[20] * 3),),
    )  # fmt: skip
    of = columns(net, run(net))
    assert of["other.waiting"][0] == 2
    assert of["desk.waiting"][0] == 0


@pytest.mark.parametrize(
    ("measures", "wanted"),
    [
        ([Measure("a", (Term(Of.STEP, "bad", "entered"),))], "the nearest is 'bed'"),
        ([Measure("a", (Term(Of.MEASURE, "remove"),))], "the nearest is 'removed'"),
        ([Measure("a", (Term(Of.OUTCOME, "lost"),))], "outcome of an exit"),
        ([Measure("a", (Term(Of.LEVEL, "bedz", "in_use"),))], "the nearest is 'bed'"),
        ([Measure("a", (Term(Of.SOURCE, "inn"),))], "the nearest is 'in'"),
        (
            [Measure("a", (Term(Of.MEASURE, "b"),)), Measure("b", (Term(Of.MEASURE, "a"),))],
            "a -> b -> a",
        ),
        ([Measure("a", (Term(Of.STEP, "bed", "entered", (("agency", "x"),)),))], "agency=ice"),
    ],
)
def test_what_is_not_there_is_named(measures: list[Measure], wanted: str) -> None:
    net = pipeline(2)
    with pytest.raises(SimError, match=wanted):
        columns(net, run(net), *measures)


def test_a_shared_first_step_cannot_tell_its_streams_apart() -> None:
    net = network(
        2, delay("walk", 1, "out"), leave(), streams=(at("a", "walk", 1), at("b", "walk", 2)),
    )  # fmt: skip
    with pytest.raises(SimError, match="others come to too"):
        columns(net, run(net), Measure("m", (Term(Of.SOURCE, "a"),)))


def test_every_column_is_declared() -> None:
    net = pipeline(3)
    names = set(columns(net, run(net), Measure("held", (Term(Of.LEVEL, "beds", "in_use"),))))
    declared = {d.name for d in DAILY}
    patterns = {name.split(".", 1)[1] for name in declared if "." in name}
    outcomes = {*(o for o in net.names.outcomes if o)}
    for name in names - declared - outcomes:
        assert name.split(".", 1)[-1] in patterns, name


def test_a_frame_has_a_row_per_world_replication_and_day() -> None:
    net = pipeline(5)
    runs = [reduce_log(Plan(START), net, run(net, seed=s), s, 7) for s in (1, 2)]
    frame = daily_frame(runs)
    assert len(frame) == 10
    assert list(frame.columns[:4]) == ["world", "replication", "date", "target"]
    assert str(frame["date"].iloc[5]) == "2025-01-01 00:00:00"
    last = [one.daily["present"][-1] for one in runs]
    assert frame.groupby("world")["present"].last().tolist() == last


def test_time_inside_is_in_line_busy_or_stopped_on_some_day() -> None:
    """The area identity, from the daily columns alone, where hours end and work waits for the next."""
    hours = tuple((day * 24 + hour, n) for day in range(20) for hour, n in ((9, 2), (17, 0)))
    desk = Station("desk", steps_of([(0, 0), *hours], pause=True))
    net = network(20, serve("q", "desk", exponential(3.0), "out"), leave("out", "done"),
                  stations=(desk,), streams=(poisson("in", "q", 0.2),))  # fmt: skip
    log = run(net)
    of = columns(net, log)
    inside = sum((20 * 24 if np.isnan(end) else end) - joined for _, _, joined, _, end in rows(net, log, "q"))
    days = of["desk.mean_waiting"] + of["desk.mean_in_use"] + of["desk.mean_stopped"]
    assert days.sum() * 24 == pytest.approx(inside, rel=1e-12)
    assert of["desk.mean_stopped"].sum() > 1
