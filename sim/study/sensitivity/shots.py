"""Shortfalls of a scenario at given values of its facts, all sharing their luck."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sim.scenario import Scenario
from sim.study.crew import Crew
from sim.study.evaluate import Point, evaluate
from sim.verdict.asked import Asked

Values = NDArray[np.float64]
World = Mapping[str, float]


@dataclass(frozen=True)
class Shots:
    """Runs from the store, or by `hands` with their `engine`; `done` is called after each point.

    They end with the day after the last that is asked about, since what comes later decides nothing.
    """

    scenario: Scenario
    asked: Asked
    engine: str
    hands: Crew
    store: Path | None
    done: Callable[[], None]

    @property
    def last(self) -> int:
        """The day, from 0, whose trailing mean is asked about."""
        return max(self.asked.reached_by, self.asked.window - 1)

    def __call__(self, worlds: Sequence[World], seed: int, replications: int) -> Values:
        """The continuous shortfall (points, replications) [measure/day]; negative where it is met.

        All points have the luck of the stated world: replication r of one is that of any other. Facts
        that a world does not name are as stated.
        """
        keys = [tuple(sorted(world.items())) for world in worlds]
        new = dict.fromkeys(keys)
        found = evaluate(
            [Point(self.scenario, {}, dict(key)) for key in new], replications=replications, seed=seed,
            engine=self.engine, executor=self.hands, store=self.store, days=self.last + 2,
        )  # fmt: skip
        short = {}
        for key, runs in zip(new, found, strict=True):
            short[key] = runs.values["shortfall"]
            self.done()
        for _ in range(len(keys) - len(new)):
            self.done()
        return np.array([short[key] for key in keys])
