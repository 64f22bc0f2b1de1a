"""Speed with pytest-benchmark; run it by name: pytest tests/bench/speed.py -m ''."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.engine import kernel, simpy_engine
from tests.bench import bare, hand
from tests.bench.national import national
from tests.bench.pipeline import Pipeline, one_station

SMALL = Pipeline(300, 60)


def test_hand_loop_agrees_with_kernel_to_the_bit() -> None:
    """What is compared does the same work."""
    network = SMALL.network()
    visits = kernel.run(network, 1, 0, 0).visits
    times = hand.run(*hand.route(SMALL, network, own_draws=False))[0]
    flown = visits[visits["step"] == network.names.steps.index("flight")]["started"]
    heard = visits[visits["step"] == network.names.steps.index("hearing")]["finished"]
    assert np.array_equal(np.sort(flown[flown >= 0]), np.sort(times[times[:, 4] >= 0, 4]))
    assert np.array_equal(np.sort(heard[heard >= 0]), np.sort(times[times[:, 3] >= 0, 3]))


@pytest.mark.parametrize("engine", [kernel, simpy_engine], ids=["kernel", "simpy"])
def test_ten_national_days(benchmark: Any, engine: Any) -> None:
    network = national(10)
    benchmark.pedantic(engine.run, (network, 1, 0, 0), rounds=3, warmup_rounds=1)


@pytest.mark.parametrize("work", ["kernel", "hand", "bare", "simpy"])
def test_bed_hearing_flight(benchmark: Any, work: str) -> None:
    network = SMALL.network()
    works = {
        "kernel": lambda: kernel.run(network, 1, 0, 0),
        "hand": lambda: hand.run(*hand.route(SMALL, network, own_draws=False)),
        "bare": lambda: bare.pipeline(SMALL),
        "simpy": lambda: simpy_engine.run(network, 1, 0, 0),
    }
    benchmark.pedantic(works[work], rounds=3, warmup_rounds=1)


@pytest.mark.parametrize("work", ["kernel", "simpy"])
def test_one_station(benchmark: Any, work: str) -> None:
    network = one_station(20_000)
    works = {
        "kernel": lambda: kernel.run(network, 1, 0, 0),
        "simpy": lambda: bare.one_station(20_000),
    }
    benchmark.pedantic(works[work], rounds=3, warmup_rounds=1)
