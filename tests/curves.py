"""The product-limit curve worked out by its definition, one person at a time."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

Waits = Sequence[tuple[float, bool]]
"""How long each waited, and whether that is over."""


def share_still(waits: Waits, time: float) -> float:
    """Product over the times at which any ended of the share of those there who do not end then."""
    share = 1.0
    for moment in sorted({length for length, over in waits if over and length <= time}):
        there = sum(length >= moment for length, _ in waits)
        ended = sum(length == moment and over for length, over in waits)
        share *= 1 - ended / there
    return share


def restricted_mean(waits: Waits) -> float:
    """Area under the curve as far as it is known."""
    edges = [0.0, *sorted({length for length, _ in waits})]
    return sum((b - a) * share_still(waits, a) for a, b in pairwise(edges))


def quantile(waits: Waits, share: float) -> float:
    """Least time by which `share` had ended; not a number where the curve does not come so far."""
    ends = sorted({length for length, over in waits if over})
    return next((t for t in ends if share_still(waits, t) <= 1 - share + 1e-12), float("nan"))
