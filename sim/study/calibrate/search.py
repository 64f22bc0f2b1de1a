"""History matching: points in waves, each spread over what the last has not ruled out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.stats import qmc

from sim.scenario import Scenario, with_overrides
from sim.study.calibrate.emulator import Emulator, fit
from sim.study.calibrate.observations import YES, Observation
from sim.study.calibrate.parameters import Box, Parameter
from sim.study.calibrate.walk import spread
from sim.study.crew import Crew
from sim.study.evaluate import Point, evaluate

Floats = NDArray[np.float64]
NOISE_RUNS = 10
"""Runs at the stated values from which the luck of one run is told."""
WAVES = 5
_FIRST = 0.4
_STARTS = 20
_CLOUD = 4096


@dataclass(frozen=True)
class How:
    """How the fit is made. `cut` is the implausibility beyond which a point is ruled out,
    `discrepancy` the share of an observed value by which the model may be off, as a standard error.
    """

    points: int = 200
    replications: int = 2
    seed: int = 1
    cut: float = 3.0
    discrepancy: float = 0.0


@dataclass(frozen=True)
class Hands:
    """Who does the work and where it is kept; none of it changes the result."""

    engine: str | None = None
    executor: str | Crew | None = None
    jobs: int | None = None
    store: Path | None = None
    shown: bool = True


@dataclass(frozen=True)
class Searched:
    """All points run: `values` (points, parameters) in written units, `outputs` (points,
    observations), means over replications; `wave` (points,) from 1.

    `luck` (observations,) is the standard deviation of one run, `scale` that of an observation less
    what the model gives at the truth; `implausible` (points, observations) is the distance in those.
    """

    values: Floats
    outputs: Floats
    wave: NDArray[np.int64]
    luck: Floats
    scale: Floats
    implausible: Floats
    fitted: NDArray[np.bool_]
    emulator: Emulator

    @property
    def worst(self) -> Floats:
        """(points,) the greatest implausibility among what is fitted."""
        return np.asarray(self.implausible[:, self.fitted].max(axis=1))


class _Search:
    """The points so far."""

    def __init__(
        self, scenario: Scenario, of: Sequence[Parameter], seen: Sequence[Observation], how: How,
        hands: Hands,
    ) -> None:  # fmt: skip
        self.scenario, self.of, self.how, self.hands = scenario, of, how, hands
        self.seen = seen
        self.box = Box(scenario, of)
        self.rng = np.random.Generator(np.random.PCG64(how.seed))
        self.observed = np.array([one.observed for one in seen])
        self.fitted = np.array([one.fitted == YES for one in seen])
        self.values = np.empty((0, len(of)))
        self.outputs = np.empty((0, len(seen)))
        self.wave = np.empty(0, np.int64)
        self.luck = self._luck()
        self.scale = self._scale()

    def _luck(self) -> Floats:
        runs = self._run([Point(self.scenario)], NOISE_RUNS, "luck of one run")
        return np.asarray(np.nan_to_num(runs[0].std(axis=0, ddof=1)))

    def _scale(self) -> Floats:
        """What separates an observation from the model at the truth: its error, the discrepancy, the
        luck that the world had once, and that of our mean."""
        error = np.array([one.error for one in self.seen])
        model = self.how.discrepancy * np.abs(self.observed)
        luck = self.luck**2 * (1.0 + 1.0 / self.how.replications)
        return np.asarray(np.sqrt(error**2 + model**2 + luck))

    def _run(self, points: Sequence[Point], replications: int, what: str) -> list[Floats]:
        """(replications, observations) of each point, every fact not fitted at its stated value."""
        hands = self.hands
        found = evaluate(
            points, replications=replications, seed=self.how.seed, central=True, engine=hands.engine,
            executor=hands.executor, jobs=hands.jobs, store=hands.store,
            wants=[one.want for one in self.seen], shown=what if hands.shown else "",
        )  # fmt: skip
        names = [one.name for one in self.seen]
        return [np.column_stack([runs.values[name] for name in names]) for runs in found]

    def implausible(self, outputs: Floats, more: Floats | float = 0.0) -> Floats:
        off = np.abs(outputs - self.observed) / np.sqrt(self.scale**2 + more**2)
        return np.asarray(np.where(np.isfinite(off), off, np.inf))

    def add(self, unit: Floats) -> None:
        """Runs the places of the box and keeps what comes out."""
        wave = int(self.wave.max(initial=0)) + 1
        values = self.box.values(unit)
        points = [Point(self._at(row), {"wave": wave}) for row in values]
        runs = self._run(points, self.how.replications, f"wave {wave} of {WAVES}")
        self.values = np.vstack([self.values, values])
        self.outputs = np.vstack([self.outputs, [one.mean(axis=0) for one in runs]])
        self.wave = np.append(self.wave, np.full(len(values), wave))

    def _at(self, row: Floats) -> Scenario:
        given = {p.path: p.written(value) for p, value in zip(self.of, row, strict=True)}
        return with_overrides(self.scenario, given)

    def emulator(self) -> Emulator:
        known = np.isfinite(self.outputs).all(axis=1)
        worst = self.implausible(self.outputs)[:, self.fitted].max(axis=1)
        return fit(self.box.unit(self.values[known]), self.outputs[known], worst[known])

    def first(self, many: int) -> Floats:
        """A Sobol' sequence over the box, less what is forbidden in it."""
        cloud = self._cloud(max(_CLOUD, 4 * many))
        return cloud[:many]

    def _cloud(self, many: int) -> Floats:
        sobol = qmc.Sobol(len(self.of), rng=np.random.Generator(np.random.PCG64(self.how.seed)))
        cloud = sobol.random_base2(int(np.ceil(np.log2(many))))
        return np.asarray(cloud[self.box.allowed(cloud)])

    def next(self, many: int) -> Floats:
        """Places that the emulator, with its own error, does not rule out.

        If it rules out nearly all, those it finds the least implausible.
        """
        emulator = self.emulator()

        def worst(unit: Floats) -> Floats:
            told = self.implausible(emulator(unit), emulator.error)
            return np.asarray(told[:, self.fitted].max(axis=1))

        cloud = np.vstack([self._cloud(_CLOUD), np.clip(self.box.unit(self.values), 0, 1)])
        cloud = cloud[self.box.allowed(cloud)]
        level = max(self.how.cut, float(np.sort(worst(cloud))[min(_STARTS, len(cloud)) - 1]))
        starts = cloud[worst(cloud) <= level]
        return spread(
            self.rng, starts, lambda u: (worst(u) <= level) & self.box.allowed(u), many
        )


def search(
    scenario: Scenario, of: Sequence[Parameter], seen: Sequence[Observation], how: How, hands: Hands
) -> Searched:
    """Runs all waves. Whatever is in the store is not run again, so a search that was stopped goes on.

    Source: Craig and others 1997, "Pressure matching for hydrocarbon reservoirs"; Vernon and others
    2010, "Galaxy formation: a Bayesian uncertainty analysis".
    """
    state = _Search(scenario, of, seen, how, hands)
    first = round(_FIRST * how.points)
    state.add(state.first(first))
    for wave in range(2, WAVES + 1):
        done = first + (how.points - first) * (wave - 1) // (WAVES - 1)
        if done > len(state.values):
            state.add(state.next(done - len(state.values)))
    return Searched(
        state.values, state.outputs, state.wave, state.luck, state.scale,
        state.implausible(state.outputs), state.fitted, state.emulator(),
    )  # fmt: skip
