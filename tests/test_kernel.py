"""The compiled engine by itself: the rules, exact theory, counters, room, threads."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tests.test_rules as rules
from sim.draws.kept import folder_for
from sim.engine import kernel, simpy_engine
from sim.engine.kernel.compiled import compiled_in
from sim.engine.kernel.memory import ENTITY
from sim.errors import SimError
from sim.log import Flow, Level, Use, digest
from sim.network.model import (
    DAY,
    HOUR,
    Bump,
    Departure,
    Distribution,
    Gate,
    Initial,
    Op,
    Orders,
    Preempt,
    Step,
    Stock,
)
from sim.network.table import Network
from sim.theory.erlang import erlang_c
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
    seize,
    serve,
    station,
)

RULES = [name for name in dir(rules) if name.startswith("test_")]


def one_judge(days: int = 2, **more: Any) -> Network:
    return network(days, serve("s", "judge", 2, "out"), leave(), stations=(station("judge", 1),), **more)


@pytest.mark.parametrize("name", RULES)
def test_every_rule_holds_in_the_kernel(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "run", lambda net, seed=1, **more: kernel.run(net, seed, 0, 0, **more))
    rule = getattr(rules, name)
    marks = [m for m in getattr(rule, "pytestmark", []) if m.name == "parametrize"]
    cases = [{}] if not marks else [_named(m.args[0], case) for m in marks for case in m.args[1]]
    for case in cases:
        rule(**case)


def _named(names: Any, case: Any) -> dict[str, Any]:
    words = names.split(",") if isinstance(names, str) else list(names)
    values = case if len(words) > 1 else (case,)
    return {word.strip(): value for word, value in zip(words, values, strict=True)}


def test_an_empty_network_is_empty() -> None:
    log = kernel.run(one_judge(), 1, 0, 0)
    assert (log.entered, log.left, log.inside, len(log.visits)) == (0, 0, 0, 0)
    assert log.use[:, 0, 4].tolist() == [DAY, DAY]


def test_an_entity_takes_at_most_64_bytes() -> None:
    assert ENTITY.itemsize <= 64


@pytest.mark.slow
def test_waiting_in_mm5_is_what_erlang_says() -> None:
    """Utilisation .8; the band is 4 % of the mean wait: false alarms below 1 in 1,000."""
    net = network(4000, serve("s", "judge", exponential(1), "out"), leave(),
                  stations=(station("judge", 5),), streams=(poisson("a", "s", 4.0),))  # fmt: skip
    visits = kernel.run(net, 1, 0, 0).visits
    served = visits[(visits["step"] == 0) & (visits["ended"] == 1)]
    mean = (served["started"] - served["joined"]).mean() / HOUR
    assert mean == pytest.approx(erlang_c(5, 4.0) / (5 - 4.0), rel=0.04)


# -- counters: a backlog that only queues is the same as its people --------------------------------

PLACES = {
    "serve": serve("s", "judge", exponential(5), "out", priority=2),
    "seize": seize("s", ("beds", "cells"), "stay", priority=2),
    "depart": Step("s", Op.DEPART, next="out", objects=("ferry",)),
    "gate": Step("s", Op.GATE, next="out", objects=("ruling",)),
    "take": Step("s", Op.TAKE, next="out", objects=("money",), units=2),
}


def backlog(kind: str, counter: bool, count: int) -> Network:
    return network(
        6, PLACES[kind], delay("stay", exponential(9), "back"), release("back", ("beds", "cells"), "out"),
        leave(), stations=(station("judge", 2),), pools=(pool("beds", 2), pool("cells", 1)),
        departures=(Departure("ferry", tuple((h * HOUR, 7) for h in range(5, 140, 9))),),
        gates=(Gate("ruling", ((-HOUR, 30 * HOUR),)),),
        stocks=(Stock("money", 5, tuple((h * HOUR, 30) for h in range(7, 140, 11))),),
        streams=(poisson("new", "s", 0.5),),
        initial=(Initial("old", "s", count, exponential(100), counter=counter),),
    )  # fmt: skip


@pytest.mark.parametrize("kind", PLACES)
@pytest.mark.parametrize("engine", [kernel, simpy_engine])
def test_a_counter_is_the_same_as_its_people(kind: str, engine: Any) -> None:
    counted, people = (engine.run(backlog(kind, c, 1000), 3, 0, 0) for c in (True, False))
    served = people.visits[people.visits["started"] > -DAY * 10_000]
    left = people.visits[people.visits["started"] == np.iinfo(np.int64).min]
    missing = (left["source"] == counted_source(kind)).sum()
    assert counted.unserved.sum() == missing
    assert (missing > 0) == (kind != "gate")
    assert people.entered - counted.entered == missing
    for name in ("flows", "levels", "use", "held", "level_time"):
        assert np.array_equal(getattr(counted, name), getattr(people, name)), name
    assert served.tobytes() == counted.visits[counted.visits["started"] > -DAY * 10_000].tobytes()


def counted_source(kind: str) -> int:
    return backlog(kind, True, 1).names.sources.index("old")


def test_a_million_in_a_backlog_take_no_memory_until_served() -> None:
    net = backlog("serve", True, 1_000_000)
    log = kernel.run(net, 1, 0, 0)
    assert log.levels[-1, 0, 0, Level.WAITING] > 990_000
    assert log.entered < 500


# -- room -------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_hundred_thousand_at_one_instant_find_room() -> None:
    """One event that needs more memory than was set aside begins the run anew with more."""
    everybody = network(
        1, Step("g", Op.GATE, next="out", objects=("ruling",)), leave(),
        gates=(Gate("ruling", ((-HOUR, 5 * HOUR),)),),
        initial=(Initial("old", "g", 100_000, counter=True),),
    )  # fmt: skip
    log = kernel.run(everybody, 1, 0, 0)
    assert (log.entered, log.left, int(log.unserved.sum())) == (100_000, 100_000, 0)


def test_orders_and_batches_find_room() -> None:
    batch = Distribution("constant", (30_000.0,))
    net = network(1, delay("d", 1, "out"), leave(), orders=(Orders("o", "d", (30_000,)),),
                  streams=(at("a", "d", 1, 2, batch=batch),))  # fmt: skip
    log = kernel.run(net, 1, 0, 0)
    assert log.flows[0, 1, 0, Flow.FINISHED] == log.left == 90_000


# -- errors, in the words of the reference ---------------------------------------------------------

WRONG = {
    "exits holding": ((seize("s", ("a", "b"), "out"), leave()), "while holding a"),
    "not held": ((release("s", ("a", "b"), "out"), leave()), "nothing held"),
    "holds already": ((seize("s", "a", "t"), seize("t", "a", "out"), leave()), "already holds 'a'"),
    "endless": ((Step("s", Op.PUT, next="t", objects=("money",)),
                 Step("t", Op.RELEASE, next="s", objects=("a",)), leave()), "256"),
    "no option": ((Step("s", Op.BRANCH, attribute="kind", options=(("x", "out"),)), leave()), "no way"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_both_engines_report_an_error_of_the_route_in_the_same_words(case: str) -> None:
    steps, words = WRONG[case]
    if case == "endless":
        steps = (Step("s", Op.SET, next="s", attribute="kind", value="x"), leave())
    net = network(1, *steps, pools=(pool("a", 1), pool("b", 1)), stocks=(Stock("money", 0),),
                  streams=(at("p", "s", 1),))  # fmt: skip
    found = []
    for engine in (kernel, simpy_engine):
        with pytest.raises(SimError, match=words) as error:
            engine.run(net, 1, 0, 0)
        found.append(str(error.value))
    assert found[0] == found[1]


# -- threads ----------------------------------------------------------------------------------------


def test_replications_in_threads_are_those_run_one_after_another() -> None:
    net = network(20, serve("s", "judge", exponential(1), "out"), leave(),
                  stations=(station("judge", 5),), streams=(poisson("a", "s", 4.0),))  # fmt: skip
    alone = [digest(kernel.run(net, 1, 0, r)) for r in range(6)]
    with ThreadPoolExecutor(3) as threads:
        together = list(threads.map(lambda r: digest(kernel.run(net, 1, 0, r)), range(6)))
    assert alone == together
    assert len(set(alone)) == 6


# -- what ends at the present instant is over ------------------------------------------------------


@pytest.mark.parametrize("engine", [kernel, simpy_engine])
@pytest.mark.parametrize("mode", [Preempt.RESUME, Preempt.RESTART])
def test_work_that_ends_now_is_not_preempted(engine: Any, mode: Preempt) -> None:
    """The one who comes is taken first by name, while the other's end is still to be taken."""
    net = network(1, delay("travel", 2, "high"), serve("low", "judge", 2, "out", priority=2),
                  serve("high", "judge", 1, "out", preempt=mode), leave(),
                  stations=(station("judge", 1),), streams=(at("a", "travel", 1), at("b", "low", 1)))  # fmt: skip
    log = engine.run(net, 1, 0, 0)
    assert rows(net, log, "low") == [("b", 0, 1.0, 1.0, 3.0)]
    assert rows(net, log, "high") == [("a", 0, 3.0, 3.0, 4.0)]
    assert log.flows[0, :, 0, Flow.STARTED].tolist() == [1, 1, 1, 2]
    assert log.use[0, 0, Use.AREA_STOPPED] == 0


@pytest.mark.parametrize("engine", [kernel, simpy_engine])
def test_a_holder_whose_stay_ends_now_is_not_bumped(engine: Any) -> None:
    net = network(
        1, delay("travel", 2, "high"), seize("low", "beds", "stay", priority=2),
        seize("high", "beds", "stay", bump=Bump("sent")), delay("stay", 2, "back"),
        release("back", "beds", "out"), leave(), leave("sent", "bumped"),
        pools=(pool("beds", 1),), streams=(at("a", "travel", 1), at("b", "low", 1)),
    )  # fmt: skip
    log = engine.run(net, 1, 0, 0)
    assert rows(net, log, "low") == [("b", 0, 1.0, 1.0, 3.0)]
    assert rows(net, log, "high") == [("a", 0, 3.0, 3.0, 5.0)]
    assert log.flows[0, net.names.steps.index("sent")].sum() == 0


# -- where what is compiled is kept ----------------------------------------------------------------


def seven() -> int:
    return 7


def test_a_cache_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    """A file stands where the folder would be, which stops even the one who may write everywhere."""
    file = tmp_path / "file"
    file.touch()
    folder = folder_for("0" * 16, (file, file / "kernel"))
    assert folder is None
    assert compiled_in(folder, seven)() == 7


def test_what_is_compiled_is_kept_in_the_first_place_that_can_be_written(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    folder = folder_for("0" * 16, (file, tmp_path / "user"))
    assert folder == tmp_path / "user" / ("0" * 16)
    assert compiled_in(folder, seven)() == 7
    assert list(folder.rglob("*.nbi"))


def test_folders_of_earlier_sources_do_not_pile_up(tmp_path: Path) -> None:
    (tmp_path / "something else").mkdir()
    for age in range(20):
        folder = tmp_path / f"{age:016x}"
        folder.mkdir()
        os.utime(folder, (age, age))
    now = folder_for("f" * 16, (tmp_path,))
    left = {path.name for path in tmp_path.iterdir()}
    assert now is not None
    assert {"something else", now.name, f"{19:016x}"} <= left
    assert len(left) == 5
