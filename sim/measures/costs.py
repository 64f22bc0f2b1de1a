"""What a run costs, by item."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from sim.errors import SimError, quote
from sim.log import Ended, Flow, Use
from sim.measures.logged import Logged
from sim.measures.plan import Cost, CostOf
from sim.network.model import DAY, HOUR


def costs(of: Logged, columns: Mapping[str, NDArray[np.number]]) -> dict[str, float]:
    """Cost of each item over the whole run [the currency of the scenario]."""
    return {cost.name: cost.value * pieces(cost, of, columns) for cost in of.plan.costs}


def pieces(cost: Cost, of: Logged, columns: Mapping[str, NDArray[np.number]]) -> float:
    """How many of what one cost is per: unit-days, unit-hours, people, departures, seats.

    Raises SimError if the two do not fit.
    """
    places, log = of.places, of.log
    if cost.of in (CostOf.POOL, CostOf.STATION) and cost.per in ("day", "hour"):
        area = log.use[:, places.object(cost.at), Use.AREA_BUSY].sum(dtype=np.float64)
        return float(area) / (DAY if cost.per == "day" else HOUR)
    if cost.of is CostOf.STEP and cost.per.upper() in Flow.__members__:
        return float(log.flows[:, places.step(cost.at), :, Flow[cost.per.upper()]].sum())
    if cost.of is CostOf.DEPARTURE:
        return _departures(cost, of)
    if cost.of is CostOf.STOCK:
        rows = of.visits.rows(places.object(cost.at))
        return float(rows.units[rows.ended == Ended.COMPLETED].sum())
    if cost.of in (CostOf.OUTCOME, CostOf.MEASURE) and cost.at in columns:
        return float(np.nansum(columns[cost.at]))
    raise SimError(
        f"costs.{cost.name}: found per {quote(cost.per)} of the {cost.of} {quote(cost.at)}; wanted "
        "day or hour of a pool or station, an event of a step, a departure or a seat, a unit of a "
        "stock, an exit"
    )


def _departures(cost: Cost, of: Logged) -> float:
    """Departures that left (each took somebody), their seats, or the people they took."""
    obj = of.places.object(cost.at)
    if cost.per == "seat":
        return float(of.log.use[:, obj, Use.CAPACITY].sum())
    rows = of.visits.rows(obj)
    took = rows.ended == Ended.COMPLETED
    return float(np.unique(rows.started[took]).size if cost.per == "departure" else took.sum())
