"""The network of a scenario as a diagram, drawn from the network itself.

`python -m sim.figures.network SCENARIO` prints it in the language of Mermaid, which GitHub draws.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

from sim.network.graph import followers
from sim.network.model import Model, Op, Step
from sim.scenario import read
from sim.study.building import model_of

SHAPES = {
    Op.SEIZE: ("[(", ")]"), Op.SERVE: ("[[", "]]"), Op.DEPART: ("[/", "/]"), Op.GATE: ("{{", "}}"),
    Op.TAKE: ("[(", ")]"), Op.PUT: ("[(", ")]"), Op.BRANCH: ("{", "}"), Op.EXIT: ("([", "])"),
}  # fmt: skip
PASSED = (Op.RELEASE, Op.SET, Op.CLEAR, Op.DEADLINE)
"""Steps left out where they lead one way: the arrow goes through them."""


def mermaid(model: Model) -> str:
    """Every step where something is waited for, chosen or counted, and the ways between them.

    Pools, stations, departures, gates and stocks stand under the name of the step that uses them.
    """
    steps = {step.name: step for step in model.steps}
    lines = ["flowchart TD"]
    lines += [f"  {_box(step)}" for step in model.steps if not _passed(step)]
    sources = [(s.name, s.enters) for s in model.streams]
    sources += [(o.name, o.enters) for o in model.orders]
    lines += [f"  in_{name}>{_words(name)}] --> {_end(steps, to)}" for name, to in sources]
    arrows = dict.fromkeys(arrow for step in model.steps for arrow in _arrows(steps, step))
    return "\n".join([*lines, *(f"  {a} --> {b}" for a, b in arrows)]) + "\n"


def _passed(step: Step) -> bool:
    return step.op in PASSED and step.next is not None and step.to is None


def _arrows(steps: dict[str, Step], step: Step) -> Iterator[tuple[str, str]]:
    """Ways out of a step that is shown, those of its victims included."""
    if _passed(step):
        return
    moved = [move.to for move in (step.bump, step.evict) if move is not None]
    for name in (*followers(step), *moved, *([step.enters] if step.enters else [])):
        yield f"{step.name}", _end(steps, name)


def _end(steps: dict[str, Step], name: str) -> str:
    """The first step shown on the way from `name`."""
    while _passed(steps[name]):
        name = str(steps[name].next)
    return name


def _box(step: Step) -> str:
    left, right = SHAPES.get(step.op, ("[", "]"))
    used = "" if step.op in PASSED else " or ".join(_words(name) for name in step.objects)
    text = _words(step.name) + (f"<br>{used}" if used and used != _words(step.name) else "")
    return f'{step.name}{left}"{text}"{right}'


def _words(name: str) -> str:
    return name.replace("_", " ")


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="The network of a scenario, in Mermaid.")
    parser.add_argument("scenario", type=Path)
    print(mermaid(model_of(read(parser.parse_args(arguments).scenario))), end="")


if __name__ == "__main__":
    main()
