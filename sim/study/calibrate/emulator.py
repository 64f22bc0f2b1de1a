"""A quick stand-in for the simulator: quadratics through the points already run."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_SPARE = 1.5
"""So many times as many points as coefficients, at least."""


@dataclass(frozen=True)
class Emulator:
    """`coefficients` (terms, outputs) of a polynomial in places of the box; `error` (outputs,).

    `order` is 1 for planes, 2 with squares, 3 with products too. The error is the root mean square
    of what is left out and predicted again, point by point.
    """

    order: int
    coefficients: Floats
    error: Floats

    def __call__(self, unit: Floats) -> Floats:
        """Outputs (n, outputs) at places (n, parameters)."""
        return np.asarray(terms(unit, self.order) @ self.coefficients)

    def slope(self, unit: Floats) -> Floats:
        """(outputs, parameters) change of each output over the whole range of each parameter."""
        step = 1e-4
        ends = np.repeat(unit[None], 2 * len(unit), axis=0)
        for j in range(len(unit)):
            ends[2 * j, j] += step
            ends[2 * j + 1, j] -= step
        found = self(ends)
        return np.asarray(((found[::2] - found[1::2]) / (2 * step)).T)


def terms(unit: Floats, order: int) -> Floats:
    """Terms (n, terms) of the polynomial, around the middle of the box."""
    x = 2.0 * unit - 1.0
    columns = [np.ones((len(x), 1)), x]
    if order >= 2:
        columns.append(x * x)
    if order >= 3:
        i, j = np.triu_indices(x.shape[1], k=1)
        columns.append(x[:, i] * x[:, j])
    return np.hstack(columns)


def count(parameters: int, order: int) -> int:
    """Coefficients of an output."""
    return 1 + parameters * min(order, 2) + (parameters * (parameters - 1) // 2) * (order >= 3)


def fit(unit: Floats, outputs: Floats, distance: Floats) -> Emulator:
    """The polynomial of the nearest half of the points, as rich as they allow.

    `distance` (n,) says how far each point is from what was observed: near is where it matters.
    """
    n, d = unit.shape
    order = next((o for o in (3, 2, 1) if n >= _SPARE * count(d, o)), 1)
    many = min(n, max(n // 2, int(np.ceil(2 * count(d, order)))))
    near = np.argsort(distance, kind="stable")[:many]
    a, y = terms(unit[near], order), outputs[near]
    q, r = np.linalg.qr(a)
    coefficients = np.linalg.lstsq(r, q.T @ y, rcond=None)[0]
    leverage = np.minimum((q * q).sum(axis=1), 0.95)
    left = (y - a @ coefficients) / (1.0 - leverage)[:, None]
    return Emulator(order, coefficients, np.sqrt((left * left).mean(axis=0)))
