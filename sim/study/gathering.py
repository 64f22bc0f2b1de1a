"""The runs of one study: worlds, stated values, definitions, and more of each resource."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.measures import Reduced, settle
from sim.network.model import Model, Op, Preempt, Step
from sim.scenario import Scenario, with_overrides
from sim.study.executors import Gather
from sim.study.identity import PAIRED, Plan
from sim.study.more import resources
from sim.study.task import BASE, WITHOUT_TARGET, Task
from sim.study.worlds import CENTRAL_WORLD
from sim.verdict.asked import Asked, asked
from sim.verdict.evidence import Evidence, series
from sim.verdict.finding import finding

BATCH = 10
MOST = 200
"""Replications after which `auto` gives up looking for a decision."""


@dataclass(frozen=True)
class Study:
    """A scenario with what varies about it; `model` has every number at its stated value.

    `with_central` asks for the stated values beside the worlds, where there are worlds.
    """

    scenario: Scenario
    variants: Mapping[str, Scenario]
    asked: Asked | None
    plan: Plan
    model: Model
    with_central: bool = True

    @property
    def draws_worlds(self) -> bool:
        """Whether each replication has a world of its own."""
        return bool(self.scenario.uncertain) and not self.plan.central

    @property
    def also_central(self) -> bool:
        """Whether the stated values are run beside the worlds."""
        return self.with_central and self.draws_worlds

    def task(self, replication: int) -> Task:
        world = replication + 1 if self.draws_worlds else CENTRAL_WORLD
        return Task(world, replication, traced=self.plan.trace)


def variants(scenario: Scenario) -> dict[str, Scenario]:
    """The scenario itself, without its target, and under each definition of its resources."""
    found = {BASE: scenario}
    without = getattr(scenario, "without_target", None)
    if without:
        found[WITHOUT_TARGET] = with_overrides(scenario, without)
    for name, values in scenario.definitions.items():
        found[f"definition {name}"] = with_overrides(scenario, values)
    return found


def study_of(scenario: Scenario, model: Model, plan: Plan) -> Study:
    """The whole study of one scenario, whose stated values make `model`."""
    return Study(scenario, variants(scenario), asked(scenario), plan, model)


def most_runs(study: Study) -> int:
    """Runs that the study comes to if nothing is found to be free; for `auto`, at its least."""
    n = study.plan.replications or BATCH
    sets = len(study.variants) + study.also_central + len(_measured(study))
    return n * sets


def _measured(study: Study) -> Sequence[str]:
    on = study.plan.binding == PAIRED and study.asked is not None
    return resources(study.model) if on else ()


def conduct(study: Study, gather: Gather, done: Callable[[], None]) -> Evidence:
    """All runs, in an order that does not matter to the result."""

    def runs(tasks: Sequence[Task]) -> list[Reduced]:
        return gather(tasks, done)

    base = settle(_base(study, runs))
    own = [study.task(r) for r in range(len(base))]
    others = {name: [t._replace(variant=name, traced=False, days_only=True) for t in own]
              for name in study.variants if name != BASE}  # fmt: skip
    stated = [t._replace(world=CENTRAL_WORLD, traced=False, days_only=True) for t in own]
    central = runs(stated) if study.also_central else []
    found = {name: runs(tasks) for name, tasks in others.items()}
    free = [name for name in _measured(study) if is_free(base, name, study.model)]
    more = {name: _more(study, runs, own, name) for name in _measured(study) if name not in free}
    without = found.pop(WITHOUT_TARGET, [])
    definitions = {name.removeprefix("definition "): of for name, of in found.items()}
    return Evidence(base, central, without, definitions, more, free)


def _base(study: Study, runs: Callable[[Sequence[Task]], list[Reduced]]) -> list[Reduced]:
    """The replications asked for; with `auto`, ten at a time until the answer is sure."""
    fixed = study.plan.replications
    if fixed is not None:
        return runs([study.task(r) for r in range(fixed)])
    base: list[Reduced] = []
    while len(base) < MOST and not _sure(study, base):
        base += runs([study.task(r) for r in range(len(base), len(base) + BATCH)])
    return base


def _sure(study: Study, base: list[Reduced]) -> bool:
    if not base or study.asked is None:
        return bool(base)
    found = finding(study.asked, series(base, study.asked.measure))
    return found.answer != "undecided"


def _more(
    study: Study,
    runs: Callable[[Sequence[Task]], list[Reduced]],
    own: Sequence[Task],
    resource: str,
) -> list[NDArray[np.float64]]:
    assert study.asked is not None
    tasks = [t._replace(resource=resource, traced=False, days_only=True) for t in own]
    return series(runs(tasks), study.asked.measure)


def is_free(base: Sequence[Reduced], resource: str, model: Model) -> bool:
    """Whether nobody ever waited for, was turned away from or was moved off a pool or station.

    More of it then changes nothing, luck being shared, and need not be run to be known.
    """
    if resource not in [p.name for p in model.pools] + [s.name for s in model.stations]:
        return False
    steps = [step for step in model.steps if resource in step.objects]
    if resource in _that_stop_work(model) or any(_may_move(step) for step in steps):
        return False
    columns = [f"{resource}.mean_waiting"]
    columns += [f"{step.name}.{what}" for step in steps for what in ("refused", "impatient")]
    return not any(np.any(one.daily[c]) for one in base for c in columns if c in one.daily)


def _that_stop_work(model: Model) -> list[str]:
    """Stations at which fewer servers stop work that is going on."""
    return [s.name for s in model.stations if s.capacity.pause and len(s.capacity.changes) > 1]


def _may_move(step: Step) -> bool:
    """Whether people at a step may lose what they hold, or get it elsewhere, without waiting."""
    several = step.op is Op.SEIZE and len(step.objects) > 1
    return step.bump is not None or step.preempt is not Preempt.NONE or several
