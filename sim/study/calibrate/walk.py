"""Places spread evenly over a region that is known only by whether a place is in it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Inside = Callable[[Floats], NDArray[np.bool_]]
_HALVINGS = 60


def spread(rng: np.random.Generator, starts: Floats, inside: Inside, many: int) -> Floats:
    """`many` places (many, parameters) of the box inside the region, each at the end of a walk.

    Hit and run: from where one stands a line in a random direction to both walls of the box, and on it
    a place drawn evenly from what is inside, the line being cut at what is not. `starts` are inside.

    Source: Smith 1984, "Efficient Monte Carlo procedures for generating points uniformly distributed
    over bounded regions"; Neal 2003, "Slice sampling", for the cutting.
    """
    here = starts[rng.integers(len(starts), size=many)]
    shape = starts.std(axis=0) + 0.05
    for _ in range(20 + 10 * here.shape[1]):
        way = rng.standard_normal(here.shape) * shape
        here = _moved(rng, here, way, inside)
        shape = 0.5 * shape + 0.5 * (here.std(axis=0) + 0.01)
    return here


def _moved(rng: np.random.Generator, here: Floats, way: Floats, inside: Inside) -> Floats:
    low, high = _walls(here, way)
    at = low + (high - low) * rng.random(len(here))
    out = ~inside(here + at[:, None] * way)
    for _ in range(_HALVINGS):
        if not out.any():
            break
        low = np.where(out & (at < 0), at, low)
        high = np.where(out & (at >= 0), at, high)
        at = np.where(out, low + (high - low) * rng.random(len(here)), at)
        out[out] = ~inside((here + at[:, None] * way)[out])
    at = np.where(out, 0.0, at)
    return np.clip(here + at[:, None] * way, 0.0, 1.0)


def _walls(here: Floats, way: Floats) -> tuple[Floats, Floats]:
    """How far along its way each place may go back and forth before it leaves the box."""
    safe = np.where(way == 0, 1e-300, way)
    to_zero, to_one = -here / safe, (1.0 - here) / safe
    low = np.minimum(to_zero, to_one).max(axis=1)
    high = np.maximum(to_zero, to_one).min(axis=1)
    return np.minimum(low, 0.0), np.maximum(high, 0.0)
