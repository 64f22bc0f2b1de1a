"""One replication of one variant of a scenario, from the file's numbers to what is kept of it.

A task is a pure function of its context and itself, so any worker may do it, in any order, and the
result is the same. The log is reduced where it is made; only the reduction travels.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple, Protocol

from sim.errors import SimError
from sim.log import Log
from sim.measures import Reduced, reduce
from sim.network.build import build
from sim.network.model import Model
from sim.network.table import Network, compile_network
from sim.scenario import Scenario
from sim.study.more import with_more
from sim.study.worlds import world_values

KERNEL, SIMPY = "kernel", "simpy"
BASE, CENTRAL, WITHOUT_TARGET = "", "central", "without target"


class Engine(Protocol):
    def __call__(
        self, network: Network, seed: int, world: int, replication: int, *, trace: bool = False
    ) -> Log: ...


@dataclass(frozen=True)
class Context:
    """What all tasks of a study share; `scenarios` by variant, `traces` where trace rows go."""

    scenarios: Mapping[str, Scenario]
    seed: int
    engine: str
    traces: Path | None = None


class Task(NamedTuple):
    """Replication `replication` of `variant` in world `world`, with 10 % more of `resource`."""

    variant: str
    world: int
    replication: int
    resource: str = ""


def engine(name: str) -> Engine:
    """The engine of that name, imported now."""
    if name == KERNEL:
        from sim.engine.kernel import run as compiled

        return compiled
    from sim.engine.simpy_engine import run

    return run


def perform(context: Context, task: Task) -> Reduced:
    """Runs one task and reduces its log.

    Raises SimError for what a scenario can make go wrong only while it runs.
    """
    scenario = context.scenarios[task.variant]
    network = network_of(scenario, context.seed, task.world, task.resource)
    traced = context.traces is not None and task.variant == BASE and not task.resource
    log = _run(engine(context.engine), network, context, task, traced)
    if traced and context.traces is not None:
        from sim.study.trace import write_part

        write_part(context.traces, network, log, task.world, task.replication)
    return reduce(scenario, network, log, task.world, task.replication)


def _run(run: Engine, network: Network, context: Context, task: Task, traced: bool) -> Log:
    return run(network, context.seed, task.world, task.replication, trace=traced)


def model_of(scenario: Scenario, seed: int, world: int) -> Model:
    """The model in one world; world 0 has every number at its stated value."""
    return build(scenario, world_values(scenario, seed, world) if world else None)


def network_of(scenario: Scenario, seed: int, world: int, resource: str = "") -> Network:
    model = model_of(scenario, seed, world)
    return compile_network(with_more(model, resource) if resource else model)
