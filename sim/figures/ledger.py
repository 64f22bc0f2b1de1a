"""Where people came from, counted against where they went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from sim.figures.finished import Finished, Floats
from sim.figures.wording import listing, words

INSIDE = "inside"
SHORTFALL = "shortfall"


class Node(NamedTuple):
    """People with one origin or one end: `people` (replications,)."""

    name: str
    kind: str
    people: Floats

    @property
    def mean(self) -> float:
        """Over replications."""
        return float(self.people.mean())


def outcomes(run: Finished) -> list[Node]:
    steps = [step for step in run.block("steps").values() if isinstance(step, Mapping)]
    names = dict.fromkeys(_exit(step) for step in steps if "exit" in step)
    nodes = [Node(words(name), "left", run.series(name).sum(axis=0))
             for name in names if run.has(name) and name != SHORTFALL]  # fmt: skip
    return sorted((node for node in nodes if node.mean > 0), key=lambda node: -node.mean)


def _exit(step: Mapping[str, Any]) -> str:
    said = step["exit"]
    return str(said.get("outcome", said.get("as", "")) if isinstance(said, Mapping) else said)


def inside(run: Finished) -> list[Node]:
    """By the step they are at, steps where an uncounted backlog queues left out."""
    closed = backlogs(run)
    nodes = [Node(f"still inside: {words(name)}", INSIDE, _at(run, str(name)))
             for name in run.block("steps") if str(name) not in closed]  # fmt: skip
    for name in run.block("stations"):
        if run.has(f"{name}.stopped"):
            stopped = run.series(f"{name}.stopped")[-1]
            nodes.append(Node(f"still inside: stopped at {words(name)}", INSIDE, stopped))
    return sorted((node for node in nodes if node.mean > 0), key=lambda node: -node.mean)


def _at(run: Finished, step: str) -> Floats:
    columns = [name for name in (f"{step}.waiting", f"{step}.busy") if run.has(name)]
    return _sum(run, [run.series(name)[-1] for name in columns])


def _sum(run: Finished, parts: Sequence[Floats]) -> Floats:
    """Together (replications,), nothing where there are none."""
    return np.asarray(np.sum([np.zeros(run.count), *parts], axis=0))


def backlogs(run: Finished) -> dict[str, str]:
    """Step by initial group that is only a counter with ages."""
    groups = run.block("initial").items()
    return {str(group["at"]): str(name) for name, group in groups
            if isinstance(group, Mapping) and group.get("counter")}  # fmt: skip


def sources(run: Finished, out: Floats) -> list[Node]:
    """Streams by where they enter, orders together, and what is left: there at the start."""
    nodes = [
        Node(listing(words(name) for name in names), "came", people)
        for names, people in _entries(run)
    ]
    came = _sum(run, [node.people for node in nodes])
    start = out - came
    if float(start.mean()) > 0.5:
        nodes.append(Node("inside at the start", "start", np.maximum(start, 0)))
    return sorted((node for node in nodes if node.mean > 0), key=lambda node: -node.mean)


def _entries(run: Finished) -> list[tuple[list[str], Floats]]:
    """Names of streams with how many came, streams that cannot be told apart together."""
    streams: dict[str, list[str]] = {}
    for block in ("streams", "orders"):
        for name, stream in run.block(block).items():
            streams.setdefault(str(stream["enters"]), []).append(str(name))
    inner = _reached(run)
    alone = {step: names for step, names in streams.items()
             if step not in inner and run.has(f"{step}.entered")}  # fmt: skip
    found = [(names, run.series(f"{step}.entered").sum(axis=0)) for step, names in alone.items()]
    rest = [name for step, names in streams.items() if step not in alone for name in names]
    if rest and run.has("arrivals"):
        known = _sum(run, [people for _, people in found])
        found.append((rest, run.series("arrivals").sum(axis=0) - known))
    return [_done(run, names, people) for names, people in found]


def _done(run: Finished, names: list[str], people: Floats) -> tuple[list[str], Floats]:
    """Orders less those not done by the end of their day, which are work and not people."""
    orders = set(run.block("orders"))
    if run.has(SHORTFALL) and set(names) & orders:
        return names, people - run.series(SHORTFALL).sum(axis=0)
    return names, people


def _reached(run: Finished) -> set[str]:
    """Steps that some other step leads to."""
    found: set[str] = set()
    for step in run.block("steps").values():
        _targets(step, found)
    return found


def _targets(node: object, found: set[str]) -> None:
    if not isinstance(node, Mapping):
        return
    for key, value in node.items():
        if key in ("next", "to", "enters", "through", "spawn") and isinstance(value, str):
            found.add(value)
        elif key == "to" and isinstance(value, Mapping):
            found.update(str(step) for step in value.values())
        else:
            _targets(value, found)
