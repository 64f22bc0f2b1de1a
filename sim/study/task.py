"""One replication of one variant of a scenario, from the file's numbers to what is kept of it.

A task is a pure function of its context and itself, so any worker may do it, in any order, and the
result is the same. The log is reduced where it is made; only the reduction travels.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from typing import NamedTuple, Protocol

from sim.log import Log
from sim.measures import Reduced, plan_of, reduce_log
from sim.measures.daily import column, daily
from sim.measures.logged import Logged, logged, reads_visits
from sim.measures.terms import Columns
from sim.network.model import Model
from sim.network.table import Network
from sim.scenario import Scenario
from sim.study.building import compiled, model_of
from sim.study.engines import KERNEL
from sim.study.more import more_of
from sim.study.worlds import world_values
from sim.verdict.asked import asked

BASE, WITHOUT_TARGET = "", "without target"


class Engine(Protocol):
    """Runs one replication of a network."""

    def __call__(
        self, network: Network, seed: int, world: int, replication: int, *, trace: bool = False,
        visits: bool = True,
    ) -> Log: ...  # fmt: skip


@dataclass(frozen=True)
class Context:
    """What all tasks of a study share: `scenarios` by variant, `traces` where trace rows go."""

    scenarios: Mapping[str, Scenario]
    seed: int
    engine: str
    traces: Path | None = None


class Wanted(Enum):
    """How much is kept of a run: all of it, its daily columns, or of these the measure asked about."""

    ALL = auto()
    DAYS = auto()
    ASKED = auto()


class Task(NamedTuple):
    """Replication `replication` of `variant` in world `world`.

    With a tenth more of `resource`, if one is named, it is run to the last date of the question and of
    it the measure asked about is kept.
    """

    world: int
    replication: int
    variant: str = BASE
    resource: str = ""
    traced: bool = False
    wanted: Wanted = Wanted.ALL


def engine(name: str) -> Engine:
    """The engine of that name, imported now."""
    if name == KERNEL:
        from sim.engine.kernel import run as compiled

        return compiled
    from sim.engine.simpy_engine import run

    return run


def perform(context: Context, task: Task) -> Reduced:
    """Runs one task and reduces its log.

    Raises SimError for what a scenario can do wrong only while it runs.
    """
    scenario = context.scenarios[task.variant]
    values = world_values(scenario, context.seed, task.world)
    network = compiled(scenario, _model(scenario, values, task.resource))
    traced = task.traced and context.traces is not None
    plan, only = plan_of(scenario, values), _only(scenario, task)
    run = engine(context.engine)
    log = run(
        network, context.seed, task.world, task.replication, trace=traced,
        visits=not only or reads_visits(plan, network, lambda of: column(of, only)),
    )  # fmt: skip
    if traced and context.traces is not None:
        from sim.study.trace import write_part

        write_part(context.traces, network, log, task.world, task.replication)
    if task.wanted is Wanted.ALL and not task.resource:
        return reduce_log(plan, network, log, task.world, task.replication)
    of = logged(plan, network, log)
    return _days(of, task, {only: column(of, only)} if only else daily(of))


def _only(scenario: Scenario, task: Task) -> str:
    """The one daily column that is kept of a run, empty if more is."""
    question = asked(scenario)
    kept = question is not None and (task.wanted is Wanted.ASKED or bool(task.resource))
    return question.measure if question is not None and kept else ""


def _model(scenario: Scenario, values: Mapping[str, float], resource: str) -> Model:
    question = asked(scenario) if resource else None
    if question is None:
        return model_of(scenario, values)
    last = question.sustained_until + 1  # a day's shortfall is known on the day after
    return more_of(scenario, values, resource).first_days(last + 1)


def _days(of: Logged, task: Task, columns: Columns) -> Reduced:
    """Daily columns alone, for runs that are only compared with others day by day."""
    return Reduced(
        world=task.world, replication=task.replication, plan=of.plan, daily=columns, by_class={},
        statistics={}, breaches={}, outcomes={}, cohorts=(), waits={}, costs={}, warm_up=0,
    )  # fmt: skip
