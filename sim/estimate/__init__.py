"""Numbers that a few replications support, with how sure they are."""

from sim.estimate.effect import (
    Difference,
    Effect,
    holm,
    holm_levels,
    paired_difference,
    paired_effects,
    ranked,
)
from sim.estimate.interval import (
    FEWEST_REPLICATIONS,
    Interval,
    Kind,
    mean_interval,
    proportion_interval,
    share_interval,
)
from sim.estimate.probability import (
    Decision,
    clopper_pearson,
    confidence_sequence,
    decide,
    decide_running,
)
from sim.estimate.question import SaysYes, meets, says_yes, trailing_mean
from sim.estimate.wait import (
    CohortWait,
    Curve,
    cohort_outcomes,
    cohort_waits,
    kaplan_meier,
    quantiles,
    restricted_mean,
)
from sim.estimate.warmup import common_truncation, mser5, pooled_mser5

__all__ = [
    "FEWEST_REPLICATIONS",
    "CohortWait",
    "Curve",
    "Decision",
    "Difference",
    "Effect",
    "Interval",
    "Kind",
    "SaysYes",
    "clopper_pearson",
    "cohort_outcomes",
    "cohort_waits",
    "common_truncation",
    "confidence_sequence",
    "decide",
    "decide_running",
    "holm",
    "holm_levels",
    "kaplan_meier",
    "mean_interval",
    "meets",
    "mser5",
    "paired_difference",
    "paired_effects",
    "pooled_mser5",
    "proportion_interval",
    "quantiles",
    "ranked",
    "restricted_mean",
    "says_yes",
    "share_interval",
    "trailing_mean",
]
