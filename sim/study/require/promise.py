"""Whether an answer of `sim require` keeps its promise: `python -m sim.study.require.promise FILE JSON`.

A hundred batches of worlds that nothing has used, each as large as the confirmation; at least 95 of
them must meet the required share.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from sim.scenario import read
from sim.study.evaluate import Point, evaluate
from sim.study.require.moves import at, moves_of
from sim.verdict.asked import asked

FIRST, BATCHES, MOST_MISSED = 1_000_000, 100, 5


def kept(file: Path, answer: Path, changes: list[str]) -> tuple[int, int]:
    """Batches that meet the required share, and all: it stops where the rest cannot change it."""
    told = json.loads(answer.read_text(encoding="utf-8"))
    size, scenario = told["confirmation"]["worlds"], read(file, changes)
    given = [f"{c['path']}={c['low']:g}:{c['high']:g}:{c['step']:g}@0" for c in told["capacities"]]
    moves = moves_of(scenario, given)
    levels = [c["required"] for c in told["capacities"]]
    steps = tuple(m.steps_to(x) for m, x in zip(moves, levels, strict=True))
    question, point, met = asked(scenario), Point(at(scenario, moves, steps)), 0
    assert question is not None
    days = question.sustained_until + 2
    for batch in range(BATCHES):
        worlds = range(FIRST + batch * size, FIRST + (batch + 1) * size)
        (runs,) = evaluate([point], replications=worlds, seed=told["seed"], days=days)
        met += float(runs.values["yes"].mean()) >= told["question"]["with_probability"] - 1e-9
        if batch + 1 - met > MOST_MISSED:
            return met, batch + 1
    return met, BATCHES


if __name__ == "__main__":
    found, batches = kept(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])
    print(f"{found} of {batches} fresh batches meet the required share")
    sys.exit(0 if batches - found <= MOST_MISSED else 1)
