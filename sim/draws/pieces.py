"""Quantiles of the gamma law of scale 1 as polynomials, piece by piece.

To invert the law takes several steps that each sum a series. A route draws from a few shapes millions of
times, so each shape has its quantile as a polynomial of degree 11 on every eighth of every octave of the
smaller tail, from a half down to 2^-20; beyond that, and for a shape that polynomials do not follow to
1e-13, the law itself is inverted. Nodes, differences and sums are in plain arithmetic, in the order
written, so that the pieces are the same to the bit on every machine.

Source: Newton's divided differences at Chebyshev's nodes; on an eighth of an octave the nearest
singularity of the quantile, at 0, is so far away that an error falls by 34 with each degree.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sim.draws.compiled import compiled
from sim.draws.elementary import bits, from_bits, power_of_two
from sim.draws.incomplete import gamma_quantile

Pieces = NDArray[np.float64]
"""(n, 2) as the knots of a law: 6 rows of coefficients for each piece; no rows where there are none."""

LEAST = 2.0**-20  # probability of the smaller tail below which there are no pieces
WITHIN = 1e-13  # of the quantile
LEAST_SHAPE = 0.05  # below, no polynomial follows

_OCTAVES = 20  # the first has a half itself
_EIGHTHS = 8
_NODES = 12
_ROWS = _NODES // 2
_SIDE = _OCTAVES * _EIGHTHS
_REST = (1 << 49) - 1  # bits of a double below the eighth of its octave
_ONE = 0x3FF0000000000000
_HALF = 0x3FE  # exponent of a half, as it stands in its bits


@compiled
def piece_quantile(pieces: Pieces, first: int, p: float, q: float) -> float:
    """x with F(x) = p = 1 - q, out of the pieces whose rows begin at `first`; neither is below LEAST."""
    lower = p < q
    b = bits(p if lower else q)
    piece = _EIGHTHS * (_HALF - (b >> 52)) + ((b >> 49) & (_EIGHTHS - 1))
    row = first + _ROWS * (piece if lower else _SIDE + piece)
    t = from_bits(((b & _REST) << 3) | _ONE) - 1.5
    c = pieces
    tt = t * t
    one = (c[row, 0] + t * c[row, 1]) + tt * (c[row + 1, 0] + t * c[row + 1, 1])
    two = (c[row + 2, 0] + t * c[row + 2, 1]) + tt * (c[row + 3, 0] + t * c[row + 3, 1])
    three = (c[row + 4, 0] + t * c[row + 4, 1]) + tt * (c[row + 5, 0] + t * c[row + 5, 1])
    fourth = tt * tt
    return float(one + fourth * (two + fourth * three))


@lru_cache(maxsize=512)
def gamma_pieces(shape: float) -> Pieces:
    """The pieces of a shape, made once; not to be written to, and so of one type with the knots of a table."""
    made = np.zeros((2 * _SIDE * _ROWS, 2))
    good = shape >= LEAST_SHAPE and _fill(shape, _nodes(), made) <= WITHIN
    pieces = made if good else np.empty((0, 2))
    pieces.setflags(write=False)
    return pieces


def _nodes() -> NDArray[np.float64]:
    """Chebyshev's nodes on [-1/2, 1/2], rounded so that no cosine's last bit matters."""
    exact = 0.5 * np.cos(np.pi * (np.arange(_NODES) + 0.5) / _NODES)
    return np.round(exact * 2.0**20) / 2.0**20


@compiled
def _fill(shape: float, nodes: NDArray[np.float64], made: Pieces) -> float:
    """Every piece into `made`; the greatest error found between nodes, relative to the quantile."""
    worst = 0.0
    values = np.empty(_NODES)
    for side in range(2):
        for octave in range(_OCTAVES):
            for eighth in range(1 if octave == 0 else _EIGHTHS):  # of the first, only a half itself
                width = power_of_two(-1 - octave) / _EIGHTHS
                low = power_of_two(-1 - octave) + width * eighth
                for i in range(_NODES):
                    values[i] = _at(shape, side, low + width * (nodes[i] + 0.5))
                _interpolate(nodes, values)
                row = _ROWS * (side * _SIDE + octave * _EIGHTHS + eighth)
                for i in range(_NODES):
                    made[row + i // 2, i % 2] = values[i]
                for i in range(_NODES - 1):
                    tail = low + width * (0.5 * (nodes[i] + nodes[i + 1]) + 0.5)
                    if tail <= 0.5:
                        exact = _at(shape, side, tail)
                        p = tail if side == 0 else 1.0 - tail
                        found = piece_quantile(made, 0, p, 1.0 - p if side == 0 else tail)
                        worst = max(worst, abs(found - exact) / exact)
    return worst


@compiled
def _at(shape: float, side: int, tail: float) -> float:
    return gamma_quantile(shape, tail, 1.0 - tail) if side == 0 else gamma_quantile(shape, 1.0 - tail, tail)


@compiled
def _interpolate(nodes: NDArray[np.float64], values: NDArray[np.float64]) -> None:
    """Values at nodes made into the coefficients of 1, t, t^2, … of the polynomial through them."""
    n = len(nodes)
    for order in range(1, n):
        for i in range(n - 1, order - 1, -1):
            values[i] = (values[i] - values[i - 1]) / (nodes[i] - nodes[i - order])
    for k in range(n - 2, -1, -1):
        for i in range(k, n - 1):
            values[i] -= nodes[k] * values[i + 1]
