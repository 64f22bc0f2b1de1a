"""The two engines give the same log, to the last bit, whatever the network."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sim.engine import kernel, simpy_engine
from sim.errors import SimError
from sim.log import VISIT, Log, digest
from sim.network.model import Model
from sim.network.table import NameClashError, Network, compile_network
from tests.networks import networks

COLUMNS = ("flows", "levels", "use", "held", "level_time", "unserved", "shortfall")
QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]


def outcome(engine: Any, network: Network, seed: int, trace: bool) -> Log | str:
    """The log, or the words of the error."""
    try:
        log: Log = engine.run(network, seed, 0, 0, trace=trace)
    except SimError as error:
        return str(error)
    return log


def difference(network: Network, a: Log, b: Log) -> str:
    """The first visit, then the first tally, in which two logs differ; empty if none does."""
    for i in range(min(len(a.visits), len(b.visits))):
        if a.visits[i] != b.visits[i]:
            return f"visit {i}: {visit(network, a, i)} against {visit(network, b, i)}"
    if len(a.visits) != len(b.visits):
        return f"{len(a.visits)} visits against {len(b.visits)}"
    for name in COLUMNS:
        x, y = getattr(a, name), getattr(b, name)
        if x.shape != y.shape or x.dtype != y.dtype:
            return f"{name}: {x.shape} {x.dtype} against {y.shape} {y.dtype}"
        if not np.array_equal(x, y):
            where = tuple(int(i) for i in np.argwhere(x != y)[0])
            return f"{name}{where}: {x[where]} against {y[where]}"
    counts = (a.entered, a.left, a.inside), (b.entered, b.left, b.inside)
    return "" if counts[0] == counts[1] else f"entered, left, inside: {counts[0]} against {counts[1]}"


def visit(network: Network, log: Log, i: int) -> str:
    row = log.visits[i]
    names = {"source": network.names.sources, "step": network.names.steps, "object": network.names.objects}
    return ", ".join(
        f"{field}={names[field][row[field]] if field in names and row[field] >= 0 else row[field]}"
        for field in VISIT.names or ()
    )


def compare(model: Model, seed: int, trace: bool) -> None:
    try:
        network = compile_network(model)
    except NameClashError:
        return
    reference = outcome(simpy_engine, network, seed, trace)
    fast = outcome(kernel, network, seed, trace)
    if isinstance(reference, str) or isinstance(fast, str):
        assert reference == fast
        return
    assert difference(network, reference, fast) == ""
    assert digest(reference) == digest(fast)


@settings(max_examples=200, deadline=None, suppress_health_check=QUIET)
@given(networks(), st.integers(0, 9), st.booleans())
def test_both_engines_give_the_same_log(model: Model, seed: int, trace: bool) -> None:
    compare(model, seed, trace)
