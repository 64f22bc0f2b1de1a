"""Which steps, objects and classes of a network a name stands for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.errors import SimError, one_of, quote
from sim.network.model import Op
from sim.network.table import Network

LINED = (Op.SEIZE, Op.SERVE, Op.DEPART, Op.GATE, Op.TAKE)


class Sort(StrEnum):
    """Sorts of object, in the order of the table."""

    POOL = "pool"
    STATION = "station"
    DEPARTURE = "departure"
    GATE = "gate"
    STOCK = "stock"


@dataclass(frozen=True)
class Places:
    """Numbers of the names of one network."""

    network: Network

    @cached_property
    def steps(self) -> Mapping[str, int]:
        return {name: i for i, name in enumerate(self.network.names.steps)}

    @cached_property
    def objects(self) -> Mapping[str, int]:
        return {name: i for i, name in enumerate(self.network.names.objects)}

    @cached_property
    def sorts(self) -> tuple[Sort, ...]:
        """Sort of each object."""
        t = self.network.table
        counts = (t.pools, t.stations, t.departures, t.gates, t.stocks)
        return tuple(s for s, n in zip(Sort, counts, strict=True) for _ in range(n))

    @cached_property
    def steps_of(self) -> tuple[tuple[int, ...], ...]:
        """Per object, the steps at which it is waited for."""
        found: list[list[int]] = [[] for _ in self.sorts]
        for number, step in enumerate(self.network.model.steps):
            for name in step.objects if step.op in LINED else ():
                found[self.objects[name]].append(number)
        return tuple(tuple(steps) for steps in found)

    def waited_for_first(self, obj: int) -> tuple[int, ...]:
        """The steps that name an object first, at which those count who came for any of several."""
        return tuple(step for step in self.steps_of[obj] if self.waited_for(step) == obj)

    def waited_for(self, step: int) -> int:
        """The object whose line a step stands in.

        Raises SimError for a step without a line.
        """
        of = self.network.model.steps[step]
        if of.op not in LINED:
            raise SimError(f"found the step {quote(of.name)}; wanted one with a line")
        return self.objects[of.objects[0]]

    @cached_property
    def outcomes(self) -> Mapping[str, tuple[int, ...]]:
        """Exit steps by outcome, in the order of the steps."""
        found: dict[str, tuple[int, ...]] = {}
        for number, outcome in enumerate(self.network.names.outcomes):
            if outcome is not None:
                found[outcome] = (*found.get(outcome, ()), number)
        return found

    @cached_property
    def class_values(self) -> tuple[Mapping[str, str], ...]:
        """Per class, the value of each attribute that makes it; "-" is not set."""
        return tuple(
            dict(part.split("=", 1) for part in name.split(", ") if part)
            for name in self.network.names.classes
        )

    def classes(self, where: Sequence[tuple[str, str]]) -> NDArray[np.int64]:
        """Numbers of the classes whose attributes have these values; all when `where` is empty.

        Raises SimError if no tally is kept by such a value.
        """
        fits = [all(c.get(a) == v for a, v in where) for c in self.class_values]
        if not any(fits):
            text = ", ".join(f"{a}: {v}" for a, v in where)
            raise SimError(
                f"found the class {{{text}}}; wanted attributes of `classes` and their values: "
                + "; ".join(self.network.names.classes)
            )
        return np.flatnonzero(fits)

    def step(self, name: str) -> int:
        """Raises SimError if there is no such step."""
        return _number(name, self.steps, "a step")

    def object(self, name: str) -> int:
        """Raises SimError if there is no such pool, station, departure, gate or stock."""
        return _number(name, self.objects, "a pool, station, departure, gate or stock")


def _number(name: str, known: Mapping[str, int], kind: str) -> int:
    if name not in known:
        raise SimError(f"found {quote(name)}; wanted {one_of(name, list(known), kind)}")
    return known[name]
