"""What it would take, with its evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from sim.study.require.confirm import Confirmed
from sim.study.require.loss import Solved
from sim.study.require.monotone import Monotone
from sim.study.require.moves import Move, Steps
from sim.study.require.price import Price
from sim.study.require.trade_off import Exchange

ACHIEVABLE = "achievable"
NOT_ACHIEVABLE = "not achievable with any capacity within the bounds"
NOT_SHOWN = "not shown achievable with any capacity within the bounds"


class Enough(NamedTuple):
    """A fluid would meet the target with `times` as much of a source, of which there are `daily` a day."""

    source: str
    times: float
    daily: float


@dataclass(frozen=True)
class Bound:
    """What the fluid program says: the least cost, or the most it can reach and what stops it.

    `levels` are the continuous ones of the least cost [units]; `marginal` what one more of the
    target a day adds to the cost of a year. `start`, at `start_cost`, are those of the least cost where
    nobody is saved up for more than a week: no bound, but nearer. Where the answer is no, `most` is
    the greatest value a fluid reaches at all upper bounds, `unsaved` what it reaches if nothing is run down
    for the dates asked about, `without_bounds` the same with any levels at all, `limits` what keeps it from
    more, and `enough` what it would take of each of them alone to reach `wanted`, the target less its
    tolerance. Without a bound `why` says why not.
    """

    levels: tuple[float, ...] = ()
    cost: float | None = None
    marginal: float | None = None
    start: tuple[float, ...] = ()
    start_cost: float | None = None
    most: float | None = None
    unsaved: float | None = None
    without_bounds: float | None = None
    enough: tuple[Enough, ...] = ()
    limits: tuple[str, ...] = ()
    wanted: float = 0.0
    why: str = ""


@dataclass(frozen=True)
class Required:
    """The whole answer. `steps` is None where no capacity within the bounds was shown to do it.

    `at_most` are the yes of the first worlds with all at their upper bounds, and their number;
    `reached` what each reaches there by the date asked about. `kind`: worlds, or runs where no number
    has a range. `folder` is where its files are, None where none are kept.
    """

    scenario: str
    title: str
    illustrative: bool
    kind: str
    question: dict[str, object]
    answer: str
    moves: tuple[Move, ...]
    steps: Steps | None
    confirmed: Confirmed | None
    bound: Bound
    monotone: Monotone
    exact: Solved | None
    at_most: tuple[int, int]
    reached: tuple[float, ...]
    seed: int
    central: bool
    runs: int
    digest: str
    frontier: tuple[Exchange, ...] = ()
    folder: Path | None = None

    @property
    def levels(self) -> tuple[float, ...] | None:
        return None if self.steps is None else levels(self.moves, self.steps)

    @property
    def cost(self) -> Price | None:
        """Of the moved capacities in a year, used or not; all at their low, or high, ends."""
        return None if self.levels is None else cost(self.moves, self.levels)

    @property
    def now(self) -> Price | None:
        """The same of what there is."""
        return cost(self.moves, [float(m.now) for m in self.moves])

    @property
    def frame(self) -> pd.DataFrame:
        """One row a resource."""
        return pd.DataFrame(rows(self))


def levels(moves: Sequence[Move], steps: Steps) -> tuple[float, ...]:
    return tuple(m.level(k) for m, k in zip(moves, steps, strict=True))


def cost(moves: Sequence[Move], levels: Sequence[float]) -> Price | None:
    """None where a capacity has no price."""
    parts = [m.price.times(x) for m, x in zip(moves, levels, strict=True) if m.price is not None]
    if len(parts) < len(moves):
        return None
    return Price(
        sum(p.value for p in parts), sum(p.low for p in parts), sum(p.high for p in parts),
        parts[0].currency,
    )  # fmt: skip


def rows(of: Required) -> list[dict[str, Any]]:
    """One row a resource: path, now, required, bounds, fluid level, price, yes with one step less."""
    found = []
    for i, move in enumerate(of.moves):
        less = of.confirmed.less[i] if of.confirmed else None
        found.append({
            "path": move.path, "unit": move.unit, "now": float(move.now),
            "required": of.levels[i] if of.levels else None,
            "low": float(move.low), "high": move.level(move.most), "step": float(move.step),
            "fluid": of.bound.levels[i] if of.bound.levels else None,
            "price": move.price.value if move.price else None,
            "price_low": move.price.low if move.price else None,
            "price_high": move.price.high if move.price else None,
            "yes_with_one_step_less_at_most": less,
        })  # fmt: skip
    return found


def record(of: Required) -> dict[str, Any]:
    """The answer as JSON has it."""
    done, exact = of.confirmed, of.exact
    return {
        "scenario": of.scenario, "title": of.title, "illustrative": of.illustrative,
        "question": of.question, "answer": of.answer,
        "capacities": rows(of),
        "cost": _price(of.cost), "cost_now": _price(of.now),
        "fluid": {
            "cost": of.bound.cost, "marginal_cost": of.bound.marginal,
            "unsaved": list(of.bound.start), "unsaved_cost": of.bound.start_cost,
            "wanted": of.bound.wanted or None, "most": of.bound.most, "unsaved_most": of.bound.unsaved,
            "unsaved_most_without_upper_bounds": of.bound.without_bounds,
            "limits": list(of.bound.limits), "enough_alone": [e._asdict() for e in of.bound.enough],
            "why_none": of.bound.why or None,
        },
        "gap": gap(of),
        "confirmation": None if done is None else {
            "worlds": done.bar.worlds, "needed": done.bar.yes, "yes": done.yes,
            "further_worlds": done.bar.worlds, "further_yes": done.after, "batch": done.batches,
        },
        "exact": None if exact is None else exact._asdict(),
        "monotone": {
            "compared": of.monotone.compared,
            "violations": [v._asdict() for v in of.monotone.violations],
        },
        "at_upper_bounds": {
            "yes": of.at_most[0], "worlds": of.at_most[1], "reached": list(of.reached),
        },
        "trade_off": [e._asdict() for e in of.frontier],
        "seed": of.seed, "central": of.central, "runs": of.runs, "digest": of.digest,
    }  # fmt: skip


def _price(price: Price | None) -> dict[str, object] | None:
    return None if price is None else price._asdict()


def gap(of: Required) -> float | None:
    """How much more the answer costs than the fluid bound, as a share of the bound."""
    if of.cost is None or not of.bound.cost:
        return None
    return of.cost.value / of.bound.cost - 1.0
