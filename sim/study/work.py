"""Some replications of one point, run and reduced where there is a hand free."""

from __future__ import annotations

import time
from collections.abc import Mapping
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.measures import plan_of
from sim.measures.invariants import check_counts
from sim.measures.logged import logged, reads_visits
from sim.network.table import Network
from sim.scenario import Scenario
from sim.study.building import compiled, model_of
from sim.study.point import Want
from sim.study.reduction import answer, numbers
from sim.study.task import engine
from sim.study.worlds import CENTRAL_WORLD, world_values
from sim.verdict.asked import asked


class Job(NamedTuple):
    """Replications of a scenario; needs no file, so that it can be done on any machine.

    `values` of facts are for the stated world; `worlds` draw their own. With `days` they end after so
    many, and only what they say to the question is kept.
    """

    scenario: Scenario
    seed: int
    worlds: bool
    engine: str
    wants: tuple[Want, ...]
    replications: tuple[int, ...]
    values: Mapping[str, float] | None = None
    days: int | None = None


class Result(NamedTuple):
    """What comes back: `rows` (replications, names), and how long it took [s], how much in engine."""

    names: tuple[str, ...]
    worlds: tuple[int, ...]
    rows: NDArray[np.float64]
    seconds: float
    in_engine: float


def world_of(replication: int, worlds: bool) -> int:
    """Each replication has a world of its own, or all have the stated values."""
    return replication + 1 if worlds else CENTRAL_WORLD


def perform(job: Job) -> Result:
    """Raises Refused for what cannot be built, SimError for what goes wrong while it runs or contradicts itself."""
    began, in_engine = time.perf_counter(), 0.0
    question, run = asked(job.scenario), engine(job.engine)
    network: Network | None = None
    visits = True
    if job.days and question is not None:
        read = partial(answer, asked=question)
    else:
        read = partial(numbers, asked=question, wants=job.wants)
    found = []
    for replication in job.replications:
        world = world_of(replication, job.worlds)
        if network is None or job.worlds:
            values = job.values or world_values(job.scenario, job.seed, world)
            model, first = model_of(job.scenario, values), network is None
            network = compiled(job.scenario, model.first_days(job.days) if job.days else model)
            plan = plan_of(job.scenario, values)
            if first:  # what is read is the same in every world
                visits = reads_visits(plan, network, read)
        before = time.perf_counter()
        log = run(network, job.seed, world, replication, visits=visits)
        in_engine += time.perf_counter() - before
        of = logged(plan, network, log)
        check_counts(of)
        found.append(read(of))
    names = tuple(found[0])
    rows = np.array([[one[name] for name in names] for one in found], np.float64)
    worlds = tuple(world_of(r, job.worlds) for r in job.replications)
    return Result(names, worlds, rows, time.perf_counter() - began, in_engine)
