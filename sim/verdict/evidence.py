"""All that the runs of a study have shown, before it is judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.errors import SimError, one_of, quote

if TYPE_CHECKING:
    from sim.measures import Reduced


@dataclass(frozen=True)
class Evidence:
    """Replications of one study; all lists are in the order of the replications of `base`.

    `central`: the facts at their stated values, empty where `base` is that already. `without`: the
    same worlds without the target, empty if the scenario does not say what that is. `more`: by
    resource, the daily series of the measure with a tenth more of it. `facts`: by path, the value
    of each uncertain fact in the world of each replication; empty where no worlds were drawn.
    """

    base: Sequence[Reduced]
    central: Sequence[Reduced] = ()
    without: Sequence[Reduced] = ()
    definitions: Mapping[str, Sequence[Reduced]] = field(default_factory=dict)
    more: Mapping[str, Sequence[NDArray[np.float64]]] = field(default_factory=dict)
    facts: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)


def series(reduced: Sequence[Reduced], column: str) -> list[NDArray[np.float64]]:
    """A daily column (days,) of each replication.

    Raises SimError if there is none of that name.
    """
    for one in reduced[:1]:
        if column not in one.daily:
            known = [name for name in one.daily if "." not in name]
            wanted = one_of(column, known, "a column")
            raise SimError(f"found no daily column {quote(column)}; wanted {wanted}")
    return [np.asarray(one.daily[column], dtype=np.float64) for one in reduced]
