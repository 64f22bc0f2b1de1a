"""Replications for tests of the verdict, made by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from types import SimpleNamespace
from typing import Any

import numpy as np

from sim.measures import OutcomeCohort, TimeHeld
from sim.network.model import Capacity, Model, Op, Orders, Pool, Station, Step
from sim.verdict.asked import Asked

DAYS = 70
FIXED_KEYS = {
    "question", "answer", "measure", "target", "estimate", "probability", "central", "reached_on",
    "replications", "binding", "breaches", "outcomes", "waits", "costs", "seed", "engine", "digest",
}  # fmt: skip


def asked(**changes: Any) -> Asked:
    given: dict[str, Any] = {
        "measure": "served", "value": 10.0, "at_least": True, "rate": True, "window": 7,
        "reached_by": 27, "sustained_until": 62, "probability": 0.9, "tolerance": 0.01,
        "start": date(2025, 1, 6),
    }  # fmt: skip
    return Asked(**{**given, **changes})


def model(orders: bool = False) -> Model:
    day = 86_400_000_000
    return Model(
        horizon=DAYS * day,
        first_weekday=0,
        steps=(Step("out", Op.EXIT, outcome="served"),),
        pools=(Pool("beds", Capacity(((0, 10),))),),
        stations=(Station("desk", Capacity(((0, 4),))),),
        orders=(Orders("work", "out", (10,) * DAYS),) if orders else (),
    )


def scenario(**changes: Any) -> Any:
    limit = SimpleNamespace(description="Held over twelve hours.", legal=True)
    given: dict[str, Any] = {"title": "A system", "illustrative": False, "costs": {}, "by_hand": ()}
    given["uncertain"] = ("x",)
    given["limits"] = {"late": limit}
    given["said"], given["by_hand"] = SimpleNamespace(steps={}), ()
    return SimpleNamespace(**{**given, **changes})


def runs(served: Sequence[float], **columns: Sequence[float]) -> list[Any]:
    """One replication for each rate a day; other columns have one value for each replication."""
    days = [
        _daily(rate) | {n.replace("__", "."): np.full(DAYS, v[i]) for n, v in columns.items()}
        for i, rate in enumerate(served)
    ]
    return [
        SimpleNamespace(
            world=i + 1,
            replication=i,
            daily=daily,
            outcomes={name: column.sum() for name, column in daily.items()},
            statistics={("wait", "desk", "", "mean"): 1.5, ("wait", "desk", "", "p90"): 3.0},
            costs={"desk_hour": 100.0},
            cohorts=(OutcomeCohort("2025-01", 40, {"served": 30}, 10),),
            waits={},
            held={"served": TimeHeld(30, 40.0, 30.0, 90.0)},
        )
        for i, daily in enumerate(days)
    ]


def _daily(rate: float) -> dict[str, np.ndarray]:
    found = {"served": np.full(DAYS, rate), "arrivals": np.full(DAYS, 12.0)}
    found["present"] = np.full(DAYS, 30.0)
    found |= {"shortfall": np.zeros(DAYS), "target": np.full(DAYS, 10.0)}
    for name, units, used in (("beds", 10.0, 10.0), ("desk", 4.0, 2.0)):
        for prefix in ("", "mean_"):
            found[f"{name}.{prefix}capacity"] = np.full(DAYS, units)
            found[f"{name}.{prefix}in_use"] = np.full(DAYS, used)
        found[f"{name}.waiting"] = np.arange(DAYS) * (2.0 if name == "beds" else 0.0)
    return found
