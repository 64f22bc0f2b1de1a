"""The national scenario, cut to a number of days or set to another number of arrests a day."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

from sim.network.model import Orders
from sim.network.table import Network
from sim.scenario import read
from sim.study.building import compiled, model_of

SCENARIO = Path(__file__).parents[2] / "scenarios" / "target-3000.yaml"
ASKED = 3_000
"""Arrests a day that the scenario asks for."""


@cache
def national(days: int | None = None, a_day: int = ASKED) -> Network:
    """The network of the scenario's stated values; its first `days` if given."""
    scenario = read(SCENARIO)
    model = model_of(scenario)
    if a_day != ASKED:
        model = replace(model, orders=tuple(_scaled(o, a_day / ASKED) for o in model.orders))
    return compiled(scenario, model.first_days(days) if days else model)


def _scaled(orders: Orders, by: float) -> Orders:
    return replace(orders, counts=tuple(round(by * n) for n in orders.counts))
