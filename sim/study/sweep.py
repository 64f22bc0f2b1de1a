"""`sim sweep`: the answer at every point of a grid.

Each point is a run of its own in the store, so a sweep that was stopped goes on where it was, and
no point is ever run twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from pathlib import Path
from typing import Any

import pandas as pd

from sim.errors import Problem, Refused, quote
from sim.study.finished import Finished
from sim.study.identity import NONE
from sim.study.run import RESULTS, run

MOST_POINTS = 10_000
_WANTED = "path=from:to:steps, such as pools.beds.capacity=40000:60000:5, or path=a,b,c"


def sweep(
    file: Path | str,
    vary: Sequence[str],
    *,
    changes: Sequence[str] = (),
    replications: int | None = 10,
    seed: int = 1,
    central: bool = False,
    engine: str | None = None,
    out: Path | None = None,
    jobs: int | None = None,
) -> pd.DataFrame:
    """One row a point: what was varied, the answer, the rate reached, the share that says yes.

    `vary` are `path=from:to:steps` or `path=a,b,c`. All points share their luck. `out` is the folder
    of all runs instead of the store.

    Raises Refused for a design that cannot be read, and for the first point that cannot be run.
    """
    rows = []
    for point in points(vary):
        settings = [f"{path}={value}" for path, value in point.items()]
        found = run(
            file, changes=[*changes, *settings], replications=replications, seed=seed,
            central=central, binding=NONE, engine=engine, jobs=jobs, store=out or RESULTS,
        )  # fmt: skip
        rows.append({**point, **_row(found)})
    return pd.DataFrame(rows)


def points(vary: Sequence[str]) -> list[dict[str, str]]:
    """Every combination of the values varied, by path. Raises Refused."""
    if not vary:
        raise Refused([Problem("--vary", 0, "", "nothing to vary", _WANTED)])
    axes = dict(_axis(text) for text in vary)
    grid = [dict(zip(axes, values, strict=True)) for values in product(*axes.values())]
    if len(grid) > MOST_POINTS:
        wanted = f"at most {MOST_POINTS:,}"
        raise Refused([Problem("--vary", 0, "", f"{len(grid):,} points", wanted)])
    return grid


def _axis(text: str) -> tuple[str, list[str]]:
    path, equals, values = text.partition("=")
    if not (equals and path.strip() and values.strip()):
        raise Refused([Problem("--vary", 0, "", quote(text), _WANTED)])
    pieces = values.split(":")
    if len(pieces) == 3 and "," not in values:
        return path.strip(), _steps(text, *pieces)
    return path.strip(), [value.strip() for value in values.split(",")]


def _steps(text: str, first: str, last: str, many: str) -> list[str]:
    """Evenly spaced values, both ends among them, with the unit of the first."""
    number, unit = _split(first)
    try:
        low, high, steps = float(number), float(_split(last)[0]), int(many)
    except ValueError:
        steps = 0
    if not 2 <= steps <= MOST_POINTS:
        raise Refused([Problem("--vary", 0, "", quote(text), _WANTED)])
    values = [low + (high - low) * i / (steps - 1) for i in range(steps)]
    return [f"{value:.10g}{unit}" for value in values]


def _split(text: str) -> tuple[str, str]:
    """A number and the unit behind it."""
    text = text.strip()
    end = next((i for i, sign in enumerate(text) if sign not in "+-.0123456789eE"), len(text))
    return text[:end], text[end:]


def _row(found: Finished) -> dict[str, Any]:
    verdict = found.verdict
    estimate, share = verdict.get("estimate") or {}, verdict.get("probability") or {}
    return {
        "answer": verdict.get("answer"),
        "mean": estimate.get("mean"),
        "low": estimate.get("low"),
        "high": estimate.get("high"),
        "share": share.get("share"),
        "digest": verdict.get("digest"),
    }
