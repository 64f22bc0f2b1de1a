"""What the observations tell apart: how far each parameter is narrowed, and which trade off."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
NARROWED, OPEN = 0.35, 0.8
"""Spread in the set over the spread of the range, below which a parameter is told and above which not."""
TRADES = 0.7
"""Partial correlation in the set from which two parameters are said to stand in for each other."""
FEWEST = 20
"""Rows from which anything is said."""
_UNIFORM = np.sqrt(1 / 12)


class Apart(NamedTuple):
    """`spread` (parameters,) of the set over that of the ranges; `given` the same with all others held;
    `together` (parameters, parameters) correlations in the set; `groups` that stand in for each other;
    `values` the singular values of the scaled slopes, the greatest first.
    """

    spread: Floats
    given: Floats
    together: Floats
    groups: tuple[tuple[int, ...], ...]
    values: Floats


def apart(unit: Floats, slope: Floats) -> Apart | None:
    """From the set's places in the box (rows, parameters) and the slopes (observations, parameters) in
    their scales; None for too few rows."""
    values = np.asarray(np.linalg.svd(slope, compute_uv=False), np.float64)
    if len(unit) < max(FEWEST, 2 * unit.shape[1]):
        return None
    spread = unit.std(axis=0, ddof=1)
    cov = np.atleast_2d(np.cov(unit.T)) + 1e-12 * np.eye(unit.shape[1])
    precision = np.linalg.inv(cov)
    given = 1.0 / np.sqrt(np.diag(precision))
    together = cov / np.outer(np.sqrt(np.diag(cov)), np.sqrt(np.diag(cov)))
    partial = np.abs(precision) * np.outer(given, given)
    return Apart(spread / _UNIFORM, given / _UNIFORM, together, tuple(_groups(partial)), values)


def _groups(partial: Floats) -> Iterator[tuple[int, ...]]:
    """Parameters joined by strong partial correlations."""
    left = set(range(len(partial)))
    while left:
        group, work = set(), [min(left)]
        while work:
            i = work.pop()
            if i not in group:
                group.add(i)
                work += [j for j in left if j != i and partial[i, j] >= TRADES]
        left -= group
        if len(group) > 1:
            yield tuple(sorted(group))


def sentences(of: Apart, names: list[str]) -> list[str]:
    """What the observations do and do not tell, the worst first."""
    joined = {i for group in of.groups for i in group}
    lines = [_standing_in(of, group, names) for group in of.groups]
    for i, name in enumerate(names):
        share = f"{100 * of.spread[i]:.0f} % of the spread of its range"
        if i in joined:
            continue
        if of.spread[i] >= OPEN:
            lines.append(f"The observations say next to nothing about {name}: {share} is left.")
        elif of.spread[i] >= NARROWED:
            lines.append(f"{name} is narrowed a little: {share} is left.")
        else:
            lines.append(f"{name} is told by the observations: {share} is left.")
    return lines


def _standing_in(of: Apart, group: tuple[int, ...], names: list[str]) -> str:
    who = " and ".join(names[i] for i in group)
    i, j = group[0], group[1]
    way = "less" if of.together[i, j] < 0 else "more"
    if len(group) > 2:
        return f"The observations cannot tell {who} apart: a change of one is made good by the others."
    return (
        f"The observations cannot tell {who} apart: more of one goes with {way} of the other "
        f"(correlation {of.together[i, j]:+.2f} in the set); what they fix is the two together."
    )


def worth(outputs: Floats) -> float:
    """How many independent observations these are worth: (points, observations), over all points.

    The participation ratio of the eigenvalues of their correlations: as many as they are if none moves
    with another, 1 if all move as one.
    """
    moving = outputs[:, outputs.std(axis=0) > 0]
    if moving.shape[1] < 2:
        return float(moving.shape[1])
    values = np.linalg.eigvalsh(np.corrcoef(moving.T))
    return float(values.sum() ** 2 / (values**2).sum())
