"""One point of a study with what is kept of its replications."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.scenario import Scenario

Numbers = Mapping[str, NDArray[np.float64]]
"""Numbers of a point by name, each (replications,)."""


@dataclass(frozen=True)
class Point:
    """A scenario as it is to be run; `label` says for tables what was varied and decides nothing.

    `values` are those of its uncertain facts by path, each in the unit it is written in and the rest as
    stated; all replications then have these, with the luck of the stated world. Without, each draws a
    world of its own where the scenario has ranges.
    """

    scenario: Scenario
    label: Mapping[str, object] = field(default_factory=dict)
    values: Mapping[str, float] | None = None


class Want(NamedTuple):
    """An extra number of each replication.

    The `statistic` (mean, sum or last) of a daily column over the dates from `first` to `last`,
    both included, days without a value left out. A `column` with `@2025-03-15` behind it is its
    value on that day. A `column` with `/`, such as `wait/clerks`, is a row of the summary:
    measure/place or measure/place/class, whatever the dates.
    """

    name: str
    column: str
    statistic: str
    first: date
    last: date


@dataclass(frozen=True)
class Runs:
    """The replications of one point in order; each array is (replications,).

    `values` has for each replication
    - of a scenario with a question: `yes` (1 or 0), `reached` (trailing mean at `reached_by`, per day
      or a level) and `shortfall` (how far that is from the value asked, tolerance allowed for;
      negative where it is met);
    - `mean.<measure>`: mean of its days, of every measure and outcome and of arrivals, exits, present;
    - `breach.<limit>`: breaches a day; `cost.<item>`: cost of the whole run;
    - each want by its name.
    """

    label: Mapping[str, object]
    digest: str
    world: NDArray[np.int64]
    replication: NDArray[np.int64]
    values: Numbers
