"""Small networks for tests, built without YAML."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from sim.engine import simpy_engine
from sim.log import NOT_YET, Log
from sim.network.compiling import compile_network
from sim.network.model import (
    DAY,
    HOUR,
    Capacity,
    Distribution,
    Model,
    Op,
    Pool,
    Profile,
    Station,
    Step,
    Stream,
)
from sim.network.table import Network


def exactly(hours: float) -> Distribution:
    return Distribution("constant", (hours * HOUR,))


def exponential(hours: float) -> Distribution:
    return Distribution("exponential", (hours * HOUR,))


def always(units: int, pause: bool = False) -> Capacity:
    return Capacity(((0, units),), pause)


def steps_of(units: Sequence[tuple[float, int]], pause: bool = False) -> Capacity:
    """Capacity from (hours, units) pairs."""
    return Capacity(tuple((round(h * HOUR), n) for h, n in units), pause)


def serve(name: str, station: str, hours: float | Distribution, next: str, **more: Any) -> Step:
    law = hours if isinstance(hours, Distribution) else exactly(hours)
    return Step(name, Op.SERVE, next=next, objects=(station,), law=law, **more)


def seize(name: str, pools: str | tuple[str, ...], next: str, **more: Any) -> Step:
    objects = (pools,) if isinstance(pools, str) else pools
    return Step(name, Op.SEIZE, next=next, objects=objects, **more)


def release(name: str, pools: str | tuple[str, ...], next: str) -> Step:
    objects = (pools,) if isinstance(pools, str) else pools
    return Step(name, Op.RELEASE, next=next, objects=objects)


def delay(name: str, hours: float | Distribution, next: str) -> Step:
    law = hours if isinstance(hours, Distribution) else exactly(hours)
    return Step(name, Op.DELAY, next=next, law=law)


def leave(name: str = "out", outcome: str = "done") -> Step:
    return Step(name, Op.EXIT, outcome=outcome)


def at(name: str, enters: str, *hours: float, **more: Any) -> Stream:
    """A stream of listed arrivals."""
    return Stream(name, enters, times=tuple(round(h * HOUR) for h in hours), **more)


def poisson(name: str, enters: str, per_hour: float, **more: Any) -> Stream:
    return Stream(name, enters, rate=Profile(((0, per_hour / HOUR),)), **more)


def network(days: int, *steps: Step, **more: Any) -> Network:
    return compile_network(Model(horizon=days * DAY, first_weekday=0, steps=steps, **more))


def station(name: str, servers: int) -> Station:
    return Station(name, always(servers))


def pool(name: str, units: int) -> Pool:
    return Pool(name, always(units))


def run(net: Network, seed: int = 1, **more: Any) -> Log:
    return simpy_engine.run(net, seed, 0, 0, **more)


def rows(net: Network, log: Log, step: str) -> list[tuple[str, int, float, float, float]]:
    """(source, number, joined, started, finished) [hours] of the visits of a step; NaN: not yet."""
    i = net.names.steps.index(step)
    found = log.visits[log.visits["step"] == i]
    return [
        (net.names.sources[v["source"]], int(v["number"]), *(hours(v[c]) for c in _TIMES))
        for v in found
    ]


_TIMES = ("joined", "started", "finished")


def hours(time: int) -> float:
    return float("nan") if time == NOT_YET else float(np.float64(time) / HOUR)
