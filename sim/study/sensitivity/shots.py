"""Runs of a scenario at given values of its facts, all sharing their luck."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.measures import plan_of
from sim.measures.daily import daily
from sim.measures.logged import logged
from sim.network.model import Model
from sim.scenario import Scenario
from sim.study.building import compiled, model_of
from sim.study.engines import KERNEL
from sim.study.task import engine
from sim.study.worlds import CENTRAL_WORLD
from sim.verdict.asked import Asked
from sim.verdict.plausible import reached
from sim.verdict.worlds_frame import shortfall

Values = NDArray[np.float64]
World = Mapping[str, float]


@dataclass
class Shots:
    """Shortfalls by model and seed, so that what no fact changes is not run twice.

    All points have the luck of the stated world: replication r of one is that of any other. `done`
    is called after each point.
    """

    scenario: Scenario
    asked: Asked
    engine: str
    jobs: int
    done: Callable[[], None]

    def __post_init__(self) -> None:
        self._known: dict[tuple[Model, int, int], Values] = {}

    def __call__(self, worlds: Sequence[World], seed: int, replications: int) -> Values:
        """The continuous shortfall (points, replications) [measure/day]; negative where it is met."""
        models = [model_of(self.scenario, world) for world in worlds]
        new = [m for m in dict.fromkeys(models) if (m, seed, replications) not in self._known]
        for model, found in zip(new, self._each(new, seed, replications), strict=True):
            self._known[model, seed, replications] = found
            self.done()
        for _ in range(len(worlds) - len(new)):
            self.done()
        return np.array([self._known[model, seed, replications] for model in models])

    def _each(self, models: Sequence[Model], seed: int, replications: int) -> Iterator[Values]:
        def one(model: Model) -> Values:
            return self._shot(model, seed, replications)

        if self.jobs <= 1 or self.engine != KERNEL:
            yield from map(one, models)
            return
        with ThreadPoolExecutor(self.jobs) as pool:
            yield from pool.map(one, models)

    def _shot(self, model: Model, seed: int, replications: int) -> Values:
        network, run = compiled(self.scenario, model), engine(self.engine)
        plan = plan_of(self.scenario, {})
        logs = (run(network, seed, CENTRAL_WORLD, r) for r in range(replications))
        days = [np.asarray(daily(logged(plan, network, log))[self.asked.measure], np.float64) for log in logs]
        return shortfall(self.asked, reached(self.asked, days))
