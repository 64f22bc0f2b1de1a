"""All the chance there is: every draw found by name, never by order.

Names are loaded when first used, so that laws can be built without loading the compiler.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.draws.arrivals import arrival_times, cumulative_rate, day_factors
    from sim.draws.distributions import cumulative, duration, inverse, remaining, survival
    from sim.draws.expectation import moments
    from sim.draws.orders import daily_counts
    from sim.draws.philox import name_hash, run_key, uniform
    from sim.draws.tables import from_scipy

__all__ = [
    "arrival_times",
    "cumulative",
    "cumulative_rate",
    "daily_counts",
    "day_factors",
    "duration",
    "from_scipy",
    "inverse",
    "moments",
    "name_hash",
    "remaining",
    "run_key",
    "survival",
    "uniform",
]

_ROOMS = {
    "arrivals": ("arrival_times", "cumulative_rate", "day_factors"),
    "distributions": ("cumulative", "duration", "inverse", "remaining", "survival"),
    "expectation": ("moments",),
    "orders": ("daily_counts",),
    "philox": ("name_hash", "run_key", "uniform"),
    "tables": ("from_scipy",),
}
_HOME = {name: room for room, names in _ROOMS.items() for name in names}


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
