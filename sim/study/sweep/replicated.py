"""The points of a sweep, each replicated as often as its plan wants."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from sim.estimate import decide
from sim.scenario import Scenario
from sim.study.evaluate import Point, Runs, evaluate
from sim.study.gathering import BATCH, MOST
from sim.study.point import Numbers
from sim.study.sweep.plan import Means, Plan
from sim.study.sweep.varied import Questions, point
from sim.verdict.asked import Asked
from sim.verdict.finding import CONFIDENCE, quoted

_TOGETHER = 64
"""Points that are made more precise together."""


def replicated(scenario: Scenario, asks: Questions, plan: Plan, means: Means) -> Iterator[Runs]:
    """All of them in the order of the design, as they come."""
    points = (point(scenario, settings) for settings in plan.design)
    if plan.replications is not None:
        yield from _evaluated(points, range(plan.replications), plan, means)
        return
    while batch := list(islice(points, _TOGETHER)):
        yield from _until_sure(batch, asks, plan, means)


def _evaluated(
    points: Iterator[Point] | list[Point], of: range, plan: Plan, means: Means
) -> Iterator[Runs]:
    return evaluate(
        points, replications=of, seed=plan.seed, central=plan.central, engine=means.engine,
        executor=means.executor, jobs=means.jobs, store=means.store,
    )  # fmt: skip


def _until_sure(batch: list[Point], asks: Questions, plan: Plan, means: Means) -> list[Runs]:
    """Ten replications more of every point that is not sure yet, until all are or enough is enough."""
    found: dict[int, Runs] = {}
    left, many = list(range(len(batch))), 0
    while left and many < MOST:
        many += BATCH
        runs = _evaluated([batch[i] for i in left], range(many), plan, means)
        found |= dict(zip(left, runs, strict=True))
        left = [i for i in left if not _sure(found[i].values, asks.at(found[i].label), plan.precision)]
    return [found[i] for i in range(len(batch))]


def _sure(values: Numbers, question: Asked | None, precision: float | None) -> bool:
    if question is None:
        return True
    if precision is None:
        yes = values["yes"]
        return decide(int(yes.sum()), yes.size, question.probability, CONFIDENCE) != "undecided"
    reached = quoted(values["reached"].tolist())
    if reached.mean is None or reached.low is None or reached.high is None:
        return False
    return (reached.high - reached.low) / 2.0 <= precision * abs(reached.mean)
