"""The verdict as frozen data: an answer with its evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from sim.verdict.plausible import Plausible

Answer = Literal["achievable", "achievable_with_breaches", "not_achievable", "undecided"]


@dataclass(frozen=True)
class Range:
    """A mean over replications with its interval; None where too few runs allow none.

    `differs_at_most`: where all gave the same, the share of replications that would give another value
    is at most this, with the same confidence.
    """

    mean: float | None
    low: float | None
    high: float | None
    confidence: float
    differs_at_most: float | None = None


@dataclass(frozen=True)
class Estimate:
    """The trailing mean of the measure on the last date of the question by which to reach it.

    `highest` (lowest, where less is asked) is the best trailing mean by that date, of the mean over
    replications, and `highest_on` its date. `differs_at_most` is as in `Range`.
    """

    mean: float | None
    low: float | None
    high: float | None
    confidence: float
    on: date
    window_days: int
    highest: float | None
    highest_on: date | None
    differs_at_most: float | None = None


@dataclass(frozen=True)
class Probability:
    """How many worlds say yes; `low` and `high` of the confidence sequence that decides.

    `exact` is the interval of Clopper and Pearson, right only if the number of worlds was fixed.
    """

    share: float
    low: float
    high: float
    required: float
    worlds: int
    yes: int
    confidence: float
    exact: tuple[float, float]


@dataclass(frozen=True)
class Finding:
    """What one set of replications says to the question."""

    answer: Answer
    estimate: Estimate
    probability: Probability
    reached_on: date | None
    replications: int


@dataclass(frozen=True)
class Bind:
    """What a tenth more of one resource does to the measure over the dates of the question.

    `low`, `high` and `p_adjusted` are Holm-adjusted over all resources. `shadow_price` is what one unit
    adds in the fluid program, [left, right]: a server or a place for as long as there are any, a seat
    on each departure. `first_by_averages`: whether a tenth more of it adds most there. `queue_growth`
    [people a day] is over the same dates. `differs_at_most` is as in `Range`, with `confidence`.
    """

    resource: str
    effect_of_ten_percent: float | None
    low: float | None
    high: float | None
    p_adjusted: float
    share_of_worlds_first: float
    utilisation: float | None
    queue_growth: float | None
    shadow_price: tuple[float | None, float | None] | None
    first_by_averages: bool = False
    differs_at_most: float | None = None
    confidence: float = 0.95


@dataclass(frozen=True)
class Breach:
    """A limit, how often it is broken a day, and how much more than without the target.

    `total` is the mean over runs, None where they are too few; `in_all_runs` their sum. `broken_more`:
    whether the same worlds without the target break it less, which chance alone would not make
    (paired, 95 %); below ten runs whether it is broken at all.
    """

    name: str
    description: str
    legal: bool
    per_day: Range
    total: float | None
    in_all_runs: float
    more_than_without: Range | None
    broken_more: bool


@dataclass(frozen=True)
class Verdict:
    """All that a run concludes; the order of fields is that of `verdict.json`.

    `answer`, `measure` and what follows from a question are None for a scenario that asks nothing.
    `definitions` are the findings under other definitions of the resources. `plausible`, which is
    `worlds` in `verdict.json`, is what the worlds drawn say together.
    """

    title: str
    illustrative: bool
    question: Mapping[str, object] | None
    answer: Answer | None
    measure: str | None
    target: float | None
    estimate: Estimate | None
    probability: Probability | None
    central: Finding | None
    reached_on: date | None
    replications: int
    worlds: int
    binding: tuple[Bind, ...]
    binding_note: str
    breaches: tuple[Breach, ...]
    held: Mapping[str, object]
    outcomes: Mapping[str, object]
    waits: Mapping[str, object]
    costs: Mapping[str, object]
    definitions: Mapping[str, Finding]
    notes: tuple[str, ...]
    seed: int
    engine: str
    digest: str
    plausible: Plausible | None = None
