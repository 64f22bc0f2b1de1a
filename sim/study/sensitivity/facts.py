"""The uncertain facts of a scenario, in groups of those that belong together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.errors import Problem, Refused
from sim.scenario import Scenario, Uncertain
from sim.scenario.quantities import together_in

Design = NDArray[np.float64]
_SPLIT = "orders.share"
"""The group of the shares into which the orders of a day are split."""


@dataclass(frozen=True)
class Facts:
    """Numbers with a range in the order of the file; `groups` names, for each, what moves with it."""

    each: tuple[Uncertain, ...]
    groups: tuple[str, ...]

    @property
    def names(self) -> list[str]:
        """Groups, in the order of their first fact."""
        return list(dict.fromkeys(self.groups))

    def only(self, names: Sequence[str]) -> Facts:
        """Those of some groups."""
        kept = [i for i, name in enumerate(self.groups) if name in names]
        return Facts(tuple(self.each[i] for i in kept), tuple(self.groups[i] for i in kept))

    def problem(self) -> dict[str, object]:
        """As SALib has it."""
        return {
            "num_vars": len(self.each),
            "names": [fact.path for fact in self.each],
            "bounds": [[fact.low, fact.high] for fact in self.each],
            "groups": list(self.groups),
        }

    def worlds(self, design: Design) -> list[Mapping[str, float]]:
        """Values by path of each row of a design (points, facts)."""
        paths = [fact.path for fact in self.each]
        return [dict(zip(paths, map(float, row), strict=True)) for row in design]


def facts_of(scenario: Scenario) -> Facts:
    """Every number with a range.

    Raises Refused if there is none.
    """
    each = scenario.uncertain
    if not each:
        found = "a scenario in which no number has a range"
        wanted = (
            "ranges on what is not known, such as `servers: {value: 4, range: [2, 6]}`; the numbers "
            "without one are taken as known"
        )
        raise Refused([Problem(scenario.path, 0, "", found, wanted)])
    belongs = {path: name for name, paths in together_in(scenario.said) for path in paths}
    return Facts(each, tuple(_group(fact.path, belongs) for fact in each))


def _group(path: str, belongs: Mapping[str, str]) -> str:
    split = path.startswith("orders.") and path.endswith(".share")
    return _SPLIT if split else belongs.get(path, path)
