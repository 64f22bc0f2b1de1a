"""Where people came from, counted against where they went."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from sim.figures.finished import Finished, Floats, yes
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
    """People who came to the exits of each outcome, the most first."""
    exits: dict[str, list[Floats]] = {}
    for name, step in _steps(run).items():
        if "exit" in step and run.has(f"{name}.entered"):
            exits.setdefault(_exit(step), []).append(_over_days(run, f"{name}.entered"))
    return _largest(Node(words(name), "left", _sum(run, parts)) for name, parts in exits.items())


def _steps(run: Finished) -> Mapping[str, Mapping[str, Any]]:
    return {str(k): step for k, step in run.block("steps").items() if isinstance(step, Mapping)}


def _exit(step: Mapping[str, Any]) -> str:
    said = step["exit"]
    return str(next(iter(said.values()), "") if isinstance(said, Mapping) else said)


def _over_days(run: Finished, column: str) -> Floats:
    return np.asarray(run.series(column).sum(axis=0))


def _largest(nodes: Iterable[Node]) -> list[Node]:
    return sorted((node for node in nodes if node.mean > 0), key=lambda node: -node.mean)


def inside(run: Finished) -> list[Node]:
    """By the step they are at, steps where a mere backlog queues left out.

    As one, where a step's own people cannot be told from those of an object of its name.
    """
    closed = backlogs(run)
    places = {words(step): _at(run, step) for step in _steps(run) if step not in closed}
    for name in run.block("stations"):
        if run.has(f"{name}.stopped"):
            places[f"stopped at {words(name)}"] = run.series(f"{name}.stopped")[-1]
    if run.has("present"):
        whole = run.series("present")[-1] - _sum(run, [_at(run, step) for step in closed])
        if not np.allclose(whole, _sum(run, list(places.values()))):
            return _largest([Node("still inside", INSIDE, np.maximum(whole, 0))])
    return _largest(Node(f"still inside: {name}", INSIDE, many) for name, many in places.items())


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
            if isinstance(group, Mapping) and yes(group.get("counter"))}  # fmt: skip


def sources(run: Finished, out: Floats) -> list[Node]:
    """Streams by where they enter, orders together, spawned, and the rest: there at the start."""
    nodes = [Node(listing(map(words, names)), "came", many) for names, many in _entries(run)]
    nodes += [Node(f"made at {words(name)}", "came", many) for name, many in _spawned(run)]
    start = out - _sum(run, [node.people for node in nodes])
    name = " or ".join(
        ["inside at the start", *[f"from {words(x)}" for x in backlogs(run).values()]]
    )
    if float(start.mean()) > 0.5:
        nodes.append(Node(name, "start", np.maximum(start, 0)))
    return _largest(nodes)


def _entries(run: Finished) -> list[tuple[list[str], Floats]]:
    """Names of streams and orders with how many came, those together that cannot be told apart."""
    told, untold = _doors(run, "streams")
    ordered, hidden = _doors(run, "orders")
    found = [(names, _over_days(run, f"{step}.entered")) for step, names in told.items()]
    found += _done(run, ordered)
    if untold or hidden:
        known = _sum(run, [*[people for _, people in found], *[x for _, x in _spawned(run)]])
        short = [-_over_days(run, SHORTFALL)] if hidden and not ordered else []
        people = _sum(run, [_over_days(run, "arrivals"), -known, *short])
        found.append(([*untold, *hidden], people))
    return found


def _doors(run: Finished, block: str) -> tuple[dict[str, list[str]], list[str]]:
    """Names by the step they enter at, if nobody else comes to it; the other names."""
    other = {"streams": "orders", "orders": "streams"}[block]
    shared = _reached(run) | {str(one["enters"]) for one in run.block(other).values()}
    told: dict[str, list[str]] = {}
    untold = []
    for name, one in run.block(block).items():
        step = str(one["enters"])
        if step in shared or not run.has(f"{step}.entered"):
            untold.append(str(name))
        else:
            told.setdefault(step, []).append(str(name))
    return told, untold


def _done(run: Finished, doors: Mapping[str, list[str]]) -> list[tuple[list[str], Floats]]:
    """Orders less those that nobody began in time, which are work and not people.

    Each by itself where all that are short left at the step they entered at, else together.
    """
    short = _over_days(run, SHORTFALL) if run.has(SHORTFALL) else np.zeros(run.count)
    came = {step: _over_days(run, f"{step}.entered") for step in doors}
    left = {step: _over_days(run, f"{step}.left") for step in doors if run.has(f"{step}.left")}
    if len(left) == len(came) and np.allclose(_sum(run, list(left.values())), short):
        return [(names, came[step] - left[step]) for step, names in doors.items()]
    names = [name for names in doors.values() for name in names]
    return [(names, _sum(run, [*came.values(), -short]))] if names else []


def _spawned(run: Finished) -> list[tuple[str, Floats]]:
    return [
        (name, _over_days(run, f"{name}.entered"))
        for name, step in _steps(run).items()
        if "spawn" in step and run.has(f"{name}.entered")
    ]


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
