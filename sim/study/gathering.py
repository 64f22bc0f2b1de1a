"""The runs of one study: worlds, stated values, definitions, and more of each resource."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress, islice

import numpy as np
from numpy.typing import NDArray

from sim.measures import Reduced, settle
from sim.network.model import Model
from sim.scenario import Scenario, with_overrides
from sim.study.building import model_of
from sim.study.executors import Gather
from sim.study.free import is_free
from sim.study.identity import PAIRED, Plan
from sim.study.more import tried
from sim.study.task import BASE, WITHOUT_TARGET, Task, Wanted
from sim.study.worlds import CENTRAL_WORLD, facts_of, world_values
from sim.verdict.asked import Asked, asked
from sim.verdict.evidence import Evidence, series
from sim.verdict.finding import finding

DEFINITION = "definition "
STATED, VARIANT, MORE = "stated", "variant", "more"
"""What runs beside the scenario's own are of."""
BATCH = 10
MOST = 200
"""Replications after which `auto` gives up looking for a decision."""


Runs = Callable[[Sequence[Task]], list[Reduced]]
Series = NDArray[np.float64]


@dataclass(frozen=True)
class Study:
    """A scenario with what varies about it; `model` has every number at its stated value."""

    scenario: Scenario
    variants: Mapping[str, Scenario]
    asked: Asked | None
    plan: Plan
    model: Model

    @property
    def draws_worlds(self) -> bool:
        """Whether each replication has a world of its own."""
        return bool(self.scenario.uncertain) and not self.plan.central

    @property
    def also_central(self) -> bool:
        """Whether the stated values are run beside the worlds."""
        return self.compares and self.draws_worlds

    @property
    def compares(self) -> bool:
        """Whether anything is run beside the scenario itself."""
        return self.plan.binding == PAIRED

    def compared(self, replication: int) -> Task:
        """The same world and luck, of which no more is wanted than what is compared."""
        return self.task(replication)._replace(traced=False, wanted=Wanted.ASKED)

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
        found[DEFINITION + name] = with_overrides(scenario, values)
    return found


def study_of(scenario: Scenario, model: Model, plan: Plan) -> Study:
    """The whole study of one scenario, whose stated values make `model`.

    Unless more of each resource is compared, only that is run beside the scenario which its answer needs.
    """
    found = variants(scenario)
    if plan.binding != PAIRED:
        found = {name: of for name, of in found.items() if name in (BASE, WITHOUT_TARGET)}
    return Study(scenario, found, asked(scenario), plan, model)


def most_runs(study: Study) -> int:
    """Runs that the study comes to if nothing is found to be free; for `auto`, at its least."""
    n = study.plan.replications or BATCH
    sets = len(study.variants) + study.also_central + len(_measured(study))
    return n * sets


def fewest_runs(study: Study) -> int:
    """Runs that the study comes to if all is free, or if its answer needs nothing beside them."""
    n = study.plan.replications or BATCH
    return n * (len(study.variants) + study.also_central if study.compares else 1)


def _measured(study: Study) -> Sequence[str]:
    if not study.compares or study.asked is None:
        return ()
    return tried(study.scenario, study.model, study.draws_worlds)


def conduct(study: Study, gather: Gather, done: Callable[[], None]) -> Evidence:
    """All runs, in an order that does not matter to the result."""

    def runs(tasks: Sequence[Task]) -> list[Reduced]:
        return gather(tasks, done)

    base = settle(_base(study, runs))
    sets = dict(_beside(study, base))
    results = iter(runs([task for tasks in sets.values() for task in tasks]))
    found = {key: list(islice(results, len(tasks))) for key, tasks in sets.items()}
    return Evidence(
        base,
        central=found.get((STATED, ""), []),
        without=found.get((VARIANT, WITHOUT_TARGET), []),
        definitions={name.removeprefix(DEFINITION): of for (what, name), of in found.items()
                     if what == VARIANT and name != WITHOUT_TARGET},
        more={name: _more(study, base, of) for (what, name), of in found.items() if what == MORE},
        facts=facts_of(study.scenario, study.plan.seed, [one.world for one in base]),
    )  # fmt: skip


def _beside(study: Study, base: Sequence[Reduced]) -> Iterator[tuple[tuple[str, str], list[Task]]]:
    """Runs beside the scenario's own, all with its luck: what they are of, and their tasks."""
    own = [study.compared(r) for r in range(len(base))]
    if study.also_central:
        yield (STATED, ""), [task._replace(world=CENTRAL_WORLD) for task in own]
    for variant in study.variants:
        if _needed(study, variant, base):
            yield (VARIANT, variant), _as_variant(own, variant)
    models = [_model(study, one) for one in base] if study.compares else []
    for resource in _measured(study):
        yield (MORE, resource), _with_more(study, own, base, models, resource)


def _model(study: Study, one: Reduced) -> Model:
    """The network of a replication's own world."""
    if not study.draws_worlds:
        return study.model
    return model_of(study.scenario, world_values(study.scenario, study.plan.seed, one.world))


def _with_more(
    study: Study, own: Sequence[Task], base: Sequence[Reduced], models: Sequence[Model], resource: str
) -> list[Task]:
    """Those of the runs with a tenth more of a resource that may differ from the scenario's own."""
    assert study.asked is not None
    measure = study.asked.measure
    found = zip(base, models, strict=True)
    short = [not is_free(one, resource, model, measure) for one, model in found]
    return [task._replace(resource=resource) for task in compress(own, short)]


def _as_variant(own: Sequence[Task], variant: str) -> list[Task]:
    """The same runs of a variant; without the target, the breaches of limits are compared too."""
    wanted = Wanted.DAYS if variant == WITHOUT_TARGET else Wanted.ASKED
    return [task._replace(variant=variant, wanted=wanted) for task in own]


def _needed(study: Study, variant: str, base: Sequence[Reduced]) -> bool:
    """Whether a variant is to be run: of an answer alone, what makes a plain yes of it or not."""
    if variant == BASE or study.compares:
        return variant != BASE
    return bool(study.scenario.limits) and _found(study, base) == "achievable"


def _base(study: Study, runs: Runs) -> list[Reduced]:
    """The replications asked for; with `auto`, ten at a time until the answer is sure."""
    fixed = study.plan.replications
    if fixed is not None:
        return runs([study.task(r) for r in range(fixed)])
    base: list[Reduced] = []
    while len(base) < MOST and not _sure(study, base):
        base += runs([study.task(r) for r in range(len(base), len(base) + BATCH)])
    return base


def _sure(study: Study, base: list[Reduced]) -> bool:
    return bool(base) and _found(study, base) != "undecided"


def _found(study: Study, base: Sequence[Reduced]) -> str | None:
    """The answer of the worlds alone."""
    if study.asked is None:
        return None
    return finding(study.asked, series(base, study.asked.measure)).answer


def _more(study: Study, base: Sequence[Reduced], runs: Sequence[Reduced]) -> list[Series]:
    """The measure in each replication with a tenth more of a resource; not run, it is the same."""
    assert study.asked is not None
    found = series(base, study.asked.measure)
    for one, daily in zip(runs, series(runs, study.asked.measure), strict=True):
        found[one.replication] = daily
    return found
