"""One replication of one variant of a scenario, from the file's numbers to what is kept of it.

A task is a pure function of its context and itself, so any worker may do it, in any order, and the
result is the same. The log is reduced where it is made; only the reduction travels.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol

from sim.log import Log
from sim.measures import Plan, Reduced, plan_of, reduce
from sim.measures.daily import column, daily
from sim.measures.logged import logged
from sim.measures.terms import Columns
from sim.network.table import Network
from sim.scenario import Scenario
from sim.study.building import compiled, model_of
from sim.study.engines import KERNEL
from sim.study.more import with_more
from sim.study.worlds import world_values
from sim.verdict.asked import asked

BASE, WITHOUT_TARGET = "", "without target"


class Engine(Protocol):
    """Runs one replication of a network."""

    def __call__(
        self, network: Network, seed: int, world: int, replication: int, *, trace: bool = False
    ) -> Log: ...


@dataclass(frozen=True)
class Context:
    """What all tasks of a study share: `scenarios` by variant, `traces` where trace rows go."""

    scenarios: Mapping[str, Scenario]
    seed: int
    engine: str
    traces: Path | None = None


class Task(NamedTuple):
    """Replication `replication` of `variant` in world `world`.

    With a tenth more of `resource`, if one is named, only the measure asked about is wanted, and only
    to the last date of the question.
    """

    world: int
    replication: int
    variant: str = BASE
    resource: str = ""
    traced: bool = False
    days_only: bool = False


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
    if task.resource:
        return _with_more(context, scenario, values, task)
    network = compiled(scenario, model_of(scenario, values))
    traced = task.traced and context.traces is not None
    run = engine(context.engine)
    log = run(network, context.seed, task.world, task.replication, trace=traced)
    if traced and context.traces is not None:
        from sim.study.trace import write_part

        write_part(context.traces, network, log, task.world, task.replication)
    if task.days_only:
        return _days(plan_of(scenario, values), network, log, task)
    return reduce(scenario, network, log, task.world, task.replication, values)


def _with_more(
    context: Context, scenario: Scenario, values: Mapping[str, float], task: Task
) -> Reduced:
    """The measure asked about, to the last date of the question, with a tenth more of a resource."""
    question = asked(scenario)
    assert question is not None
    last = question.sustained_until + 1  # a day's shortfall is known on the day after
    model = with_more(model_of(scenario, values), task.resource).first_days(last + 1)
    network = compiled(scenario, model)
    log = engine(context.engine)(network, context.seed, task.world, task.replication)
    of = logged(plan_of(scenario, values), network, log)
    return _of_days({question.measure: column(of, question.measure)}, of.plan, task)


def _days(plan: Plan, network: Network, log: Log, task: Task) -> Reduced:
    """The daily columns alone, for runs that are only compared with others day by day."""
    return _of_days(daily(logged(plan, network, log)), plan, task)


def _of_days(columns: Columns, plan: Plan, task: Task) -> Reduced:
    return Reduced(
        world=task.world, replication=task.replication, plan=plan, daily=columns, by_class={},
        statistics={}, breaches={}, outcomes={}, cohorts=(), waits={}, costs={}, warm_up=0,
    )  # fmt: skip
