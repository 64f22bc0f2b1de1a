"""Where people came from, counted against where they went."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from sim.figures.finished import Finished, Floats, yes
from sim.figures.steps import any_use, onward, reached, steps_of
from sim.figures.wording import listing, named, words

INSIDE = "inside"
SHORTFALL = "shortfall"


class Node(NamedTuple):
    """People with one origin or one end: `people` (replications,); `about` says what the name means."""

    name: str
    kind: str
    people: Floats
    about: str = ""

    @property
    def mean(self) -> float:
        """Over replications."""
        return float(self.people.mean())


def outcomes(run: Finished) -> list[Node]:
    """People who came to the exits of each outcome, the most first, those passing left out."""
    exits: dict[str, list[Floats]] = {}
    apart = {step for steps in passing(run).values() for step in steps}
    for name, step in steps_of(run).items():
        if "exit" in step and name not in apart and run.has(f"{name}.entered"):
            exits.setdefault(_exit(step), []).append(_over_days(run, f"{name}.entered"))
    return _largest(
        Node(words(name), "left", _sum(run, parts), _described(run, name))
        for name, parts in exits.items()
    )


def _described(run: Finished, outcome: str) -> str:
    """What the scenario says of the measure that counts this outcome and nothing else."""
    for measure in run.block("measures").values():
        if isinstance(measure, Mapping) and measure.get("sum_of") == [{"outcome": outcome}]:
            return re.split(r"[.;,]", str(measure.get("description", "")))[0]
    return ""


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
    places = {f"at {named(step)}": _at(run, step) for step in steps_of(run) if step not in closed}
    for name in run.block("stations"):
        if run.has(f"{name}.stopped"):
            places[f"stopped at {named(name)}"] = run.series(f"{name}.stopped")[-1]
    if run.has("present"):
        whole = run.series("present")[-1] - _sum(run, [_at(run, step) for step in closed])
        if not np.allclose(whole, _sum(run, list(places.values()))):
            return _largest([Node("still inside", INSIDE, np.maximum(whole, 0))])
    return _largest(Node(f"still inside {name}", INSIDE, many) for name, many in places.items())


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
    taken, untold = _taken_up(run)
    nodes += taken
    start = out - _sum(run, [node.people for node in nodes])
    name = " or ".join(["inside at the start", *[f"from {words(x)}" for x in untold]])
    if float(start.mean()) > 0.5:
        nodes.append(Node(name, "start", np.maximum(start, 0)))
    return _largest(nodes)


def _taken_up(run: Finished) -> tuple[list[Node], list[str]]:
    """Of each backlog those whose turn came and is over; the backlogs of which that is not known."""
    found, untold = [], []
    for step, group in backlogs(run).items():
        if not run.has(f"{step}.started") or step in _entered(run):
            untold.append(group)
            continue
        over = _over_days(run, f"{step}.started") - _last(run, f"{step}.busy")
        over += _over_days(run, f"{step}.left") if run.has(f"{step}.left") else 0.0
        found.append(Node(f"taken up from {named(group)}", "start", over))
    return found, untold


def _entered(run: Finished) -> set[str]:
    """Steps that somebody comes to in the course of the run."""
    doors = [*run.block("streams").values(), *run.block("orders").values()]
    return reached(run) | {str(one["enters"]) for one in doors}


def _last(run: Finished, column: str) -> Floats:
    return run.series(column)[-1] if run.has(column) else np.zeros(run.count)


def left_in(run: Finished) -> Floats:
    """Those at the end in a queue where a mere backlog waits (replications,)."""
    return _sum(run, [_at(run, step) for step in backlogs(run)])


def _entries(run: Finished) -> list[tuple[list[str], Floats]]:
    """Names of streams and orders with how many came, those together that cannot be told apart."""
    told, untold = _doors(run, "streams")
    ordered, hidden = _doors(run, "orders")
    found = [(names, _over_days(run, f"{step}.entered")) for step, names in told.items()]
    if hidden:
        untold += [str(name) for name in run.block("orders")]
    else:
        found += [([_begun(names)], many) for names, many in _done(run, ordered)]
    if untold:
        known = [people for _, people in [*found, *_spawned(run)]]
        gone = [_over_days(run, f"{step}.entered") for step in _passing_doors(run)]
        people = _over_days(run, "arrivals") - _sum(run, [*known, *gone, _short(run)])
        found.append((untold, people))
    return found


def _begun(names: Sequence[str]) -> str:
    return f"orders begun: {listing(map(words, names))}"


def _short(run: Finished) -> Floats:
    """Orders that nobody began in time: work, and not people."""
    return _over_days(run, SHORTFALL) if run.has(SHORTFALL) else np.zeros(run.count)


def _doors(run: Finished, block: str) -> tuple[dict[str, list[str]], list[str]]:
    """Names by the step they enter at, if nobody else comes to it; the other names."""
    other = {"streams": "orders", "orders": "streams"}[block]
    shared = reached(run) | {str(one["enters"]) for one in run.block(other).values()}
    told: dict[str, list[str]] = {}
    untold = []
    streams = {str(k): one for k, one in run.block(block).items() if str(k) not in passing(run)}
    for name, one in streams.items():
        step = str(one["enters"])
        if step in shared or not run.has(f"{step}.entered"):
            untold.append(name)
        else:
            told.setdefault(step, []).append(name)
    return told, untold


def _done(run: Finished, doors: Mapping[str, list[str]]) -> list[tuple[list[str], Floats]]:
    """Orders that somebody began.

    Each by itself where all that are short left at the step they entered at, else together.
    """
    short = _short(run)
    came = {step: _over_days(run, f"{step}.entered") for step in doors}
    left = {step: _over_days(run, f"{step}.left") for step in doors if run.has(f"{step}.left")}
    if len(left) == len(came) and np.allclose(_sum(run, list(left.values())), short):
        return [(names, came[step] - left[step]) for step, names in doors.items()]
    names = [name for names in doors.values() for name in names]
    return [(names, _sum(run, [*came.values(), -short]))] if names else []


def _spawned(run: Finished) -> list[tuple[str, Floats]]:
    return [
        (name, _over_days(run, f"{name}.entered"))
        for name, step in steps_of(run).items()
        if "spawn" in step and run.has(f"{name}.entered")
    ]


def passing(run: Finished) -> dict[str, set[str]]:
    """Streams that use nothing and wait for nothing, such as a supply, with their own steps."""
    doors = {str(name): str(one["enters"]) for name, one in run.block("streams").items()}
    found = {name: onward(run, step) for name, step in doors.items()}
    found = {name: steps for name, steps in found.items() if not any_use(run, steps)}
    starts = [step for name, step in doors.items() if name not in found]
    starts += [str(one["enters"]) for one in run.block("orders").values()]
    starts += [str(one["at"]) for one in run.block("initial").values()]
    met = {step for start in starts for step in onward(run, start)}
    return {name: steps for name, steps in found.items() if not steps & met}


def _passing_doors(run: Finished) -> set[str]:
    return {str(run.block("streams")[name]["enters"]) for name in passing(run)}
