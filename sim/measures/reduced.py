"""What is kept of one replication."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from sim.log import Log
from sim.measures.breaches import Breach, breaches
from sim.measures.costs import costs
from sim.measures.daily import SHORTFALL, by_class, daily, generic
from sim.measures.invariants import check
from sim.measures.logged import Logged, logged
from sim.measures.outcomes import INSIDE, OutcomeCohort, TimeHeld, outcome_cohorts, times_held
from sim.measures.plan import Plan
from sim.measures.prompt import prompt
from sim.measures.statistics import Statistics, statistics
from sim.measures.terms import Column, Columns
from sim.measures.waits import WaitTable
from sim.network.table import Network


@dataclass(frozen=True)
class Kept:
    """The whole log of a replication whose warm-up is not known yet."""

    network: Network
    log: Log


@dataclass(frozen=True)
class Reduced:
    """One replication after reduction.

    daily: columns (days,), see `columns.DAILY`; by_class: (column, class) to (days,); statistics:
    by (measure, at, class, statistic); breaches by limit and costs by item over the whole run;
    outcomes: people by outcome, and `inside` at the end; cohorts: outcomes by month of coming;
    waits: by object; prompt: pools and stations that nobody ever waited for; warm_up [days] that
    `statistics` leaves out, None until `settle` has found it from all replications; held: by outcome, how
    long those who left so had held a unit of a pool.
    """

    world: int
    replication: int
    plan: Plan
    daily: Columns
    by_class: dict[tuple[str, str], Column]
    statistics: Statistics
    breaches: dict[str, Breach]
    outcomes: dict[str, int]
    cohorts: tuple[OutcomeCohort, ...]
    waits: dict[str, WaitTable]
    costs: dict[str, float]
    warm_up: int | None
    kept: Kept | None = None
    prompt: frozenset[str] = frozenset()
    held: dict[str, TimeHeld] = field(default_factory=dict)

    @property
    def start(self) -> date:
        return self.plan.start


def reduce_log(plan: Plan, network: Network, log: Log, world: int, replication: int) -> Reduced:
    """The numbers of one replication; `plan` is of its world, for costs.

    Raises SimError if a measure names what the network has not, or the log contradicts itself.
    """
    of = logged(plan, network, log)
    check(of)
    columns = daily(of)
    found, waits = statistics(of, plan.warm_up or 0)
    return Reduced(
        world=world,
        replication=replication,
        plan=plan,
        daily=columns,
        by_class=dict(by_class(of)),
        statistics=found,
        breaches=breaches(plan, columns),
        outcomes=_outcomes(of),
        cohorts=outcome_cohorts(of),
        waits=waits,
        costs=costs(of, columns),
        warm_up=plan.warm_up,
        kept=Kept(network, log) if plan.warm_up is None else None,
        prompt=prompt(of),
        held=times_held(of),
    )


def _outcomes(of: Logged) -> dict[str, int]:
    counts, names = generic(of), [*of.places.outcomes]
    if of.network.model.orders and SHORTFALL not in names:
        names.append(SHORTFALL)
    inside = of.log.inside + int(of.log.unserved.sum())
    return {**{name: int(counts[name].sum()) for name in names}, INSIDE: inside}
