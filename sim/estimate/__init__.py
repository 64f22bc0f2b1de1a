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
    share_interval,
)
from sim.estimate.probability import clopper_pearson, confidence_sequence, decide
from sim.estimate.question import SaysYes, meets, says_yes, trailing_mean
from sim.estimate.wait import Curve, cohort_outcomes, quantiles
from sim.estimate.warmup import common_truncation, mser5, pooled_mser5

__all__ = [
    "FEWEST_REPLICATIONS",
    "Curve",
    "Difference",
    "Effect",
    "Interval",
    "Kind",
    "SaysYes",
    "clopper_pearson",
    "cohort_outcomes",
    "common_truncation",
    "confidence_sequence",
    "decide",
    "holm",
    "holm_levels",
    "mean_interval",
    "meets",
    "mser5",
    "paired_difference",
    "paired_effects",
    "pooled_mser5",
    "quantiles",
    "ranked",
    "says_yes",
    "share_interval",
    "trailing_mean",
]
