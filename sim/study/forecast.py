"""How long a study will take, from a short piece of it."""

from __future__ import annotations

import time
from itertools import pairwise

from sim.network.compiling import compile_network
from sim.network.model import DAY, Model, Stream
from sim.study.task import engine

TELL_ABOVE = 20.0
"""[seconds] A study expected to take longer says so before it begins."""
FEW = 20_000
"""Entities in all runs together that any engine has done before a pilot would be worth it."""
_PART = 20


def expected(model: Model, until: int | None = None) -> float:
    """Entities that a run up to `until` [us] deals with: initial ones, arrivals and orders."""
    end = model.horizon if until is None else until
    initial = sum(i.count for i in model.initial if not i.counter)
    orders = sum(sum(o.counts[: -(-end // DAY)]) for o in model.orders)
    return initial + orders + sum(_arrivals(stream, end) for stream in model.streams)


def _arrivals(stream: Stream, end: int) -> float:
    size = stream.batch.parameters[0] if stream.batch and stream.batch.parameters else 1.0
    if stream.rate is None:
        return float(sum(1 for time in stream.times if time < end))
    points = [*stream.rate.points, (end, 0.0)]
    spans = ((min(a, end), min(b, end), v) for (a, v), (b, _) in pairwise(points))
    return max(size, 1.0) * sum(v * max(0, b - a) for a, b, v in spans)


def seconds(model: Model, seed: int, runs: int, name: str, jobs: int) -> float:
    """Expected time of so many runs [s], from the first twentieth of one; 0 if they are short."""
    if runs * expected(model) < FEW:
        return 0.0
    days = max(1, model.days // _PART)
    pilot = compile_network(model.first_days(days))
    run = engine(name)
    run(compile_network(model.first_days(1)), seed, 0, 0)
    began = time.perf_counter()
    run(pilot, seed, 0, 0)
    took = time.perf_counter() - began
    return took * expected(model) / max(1.0, expected(model, days * DAY)) * runs / jobs
