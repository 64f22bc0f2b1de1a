"""What needs the visits of a log is known before there is one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial

import pytest

from sim.engine import kernel
from sim.log import VISIT
from sim.measures.daily import column, daily
from sim.measures.logged import NoVisitsError, logged, reads_visits
from sim.measures.plan import Age, Limit, LimitOf, Measure, Of, Plan, Term
from tests.models import delay, leave, network, poisson, pool, release, seize

NET = network(
    3, seize("in", "bed", "stay"), delay("stay", 2, "home"), release("home", "bed", "out"), leave(),
    streams=(poisson("a", "in", 5.0),), pools=(pool("bed", 4),),
)  # fmt: skip
PLAN = Plan(
    date(2025, 1, 1),
    measures=(
        Measure("gone", (Term(Of.OUTCOME, "done"),)),
        Measure("twice", (Term(Of.MEASURE, "gone", factor=2.0),)),
        Measure("came", (Term(Of.SOURCE, "a"),)),
        Measure("age", age=Age(("bed",), (2,))),
    ),
    limits=(Limit("long", LimitOf.STAY, "bed", 3_600_000_000),),
)


@pytest.mark.parametrize(
    ("name", "reads"), [("gone", False), ("twice", False), ("came", True), ("age", True)]
)
def test_a_column_is_the_same_without_visits_unless_it_reads_them(name: str, reads: bool) -> None:
    assert reads_visits(PLAN, NET, partial(column, name=name)) is reads
    log = kernel.run(NET, 1, 0, 0)
    bare = kernel.run(NET, 1, 0, 0, visits=False)
    whole = column(logged(PLAN, NET, log), name)
    if reads:
        with pytest.raises(NoVisitsError):
            column(logged(PLAN, NET, bare), name)
    else:
        assert column(logged(PLAN, NET, bare), name).tolist() == whole.tolist()


def test_limits_on_stays_read_visits() -> None:
    assert reads_visits(PLAN, NET, daily)
    assert not reads_visits(replace(PLAN, limits=(), measures=()), NET, daily)


def test_a_log_without_visits_says_so() -> None:
    log = kernel.run(NET, 1, 0, 0, visits=False)
    assert (log.recorded, log.visits.size, log.visits.dtype) == (False, 0, VISIT)
