"""One replication of one variant of a scenario, from the file's numbers to what is kept of it.

A task is a pure function of its context and itself, so any worker may do it, in any order, and the
result is the same. The log is reduced where it is made; only the reduction travels.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple, Protocol

from sim.log import Log
from sim.measures import Reduced, reduce
from sim.network.table import Network
from sim.scenario import Scenario
from sim.study.building import compiled, model_of
from sim.study.engines import KERNEL
from sim.study.more import with_more
from sim.study.worlds import world_values

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
    """Replication `replication` of `variant` in world `world`, with a tenth more of `resource`."""

    world: int
    replication: int
    variant: str = BASE
    resource: str = ""
    traced: bool = False


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
    network = _network(scenario, values, task.resource)
    traced = task.traced and context.traces is not None
    run = engine(context.engine)
    log = run(network, context.seed, task.world, task.replication, trace=traced)
    if traced and context.traces is not None:
        from sim.study.trace import write_part

        write_part(context.traces, network, log, task.world, task.replication)
    found = reduce(scenario, network, log, task.world, task.replication, values)
    return found if task.variant == BASE and not task.resource else replace(found, kept=None)


def _network(scenario: Scenario, values: Mapping[str, float], resource: str) -> Network:
    model = model_of(scenario, values)
    return compiled(scenario, with_more(model, resource) if resource else model)
