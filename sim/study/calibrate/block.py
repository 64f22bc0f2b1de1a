"""The `calibrate:` block of a study file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from sim.errors import Problem, listing, one_of, quote
from sim.scenario.quantity import shown
from sim.scenario.studies import BLOCKS
from sim.scenario.tree import Items, Map, Node, Text
from sim.study.blocks import Place, number, place, unknown, word
from sim.study.calibrate.observations import INPUT, NO, YES, Observation
from sim.study.calibrate.search import How

_, CALIBRATE = BLOCKS
_ENDS = ("from", "to")


@dataclass(frozen=True)
class Block:
    """What a `calibrate:` block says; what it leaves out is None or empty.

    `fit` has texts as after `--fit`, with where each was written by its path in `at`, which has other
    keys by their names; `held_out` names of figures with theirs.
    """

    observations: Path | None = None
    fit: tuple[str, ...] = ()
    at: Mapping[str, Place] = field(default_factory=dict)
    held_out: Mapping[str, Place] = field(default_factory=dict)
    points: int | None = None
    replications: int | None = None
    cut: float | None = None
    discrepancy: float | None = None

    @property
    def paths(self) -> dict[str, Place]:
        """Where the path of each number to fit is written."""
        named = [text.partition("=")[0] for text in self.fit]
        return {path: self.at[path] for path in named}

    def how(self, seed: int, given: Mapping[str, float | None]) -> How:
        """How the fit is made: as given by hand, else as the block says, else as usual."""
        said = {name: getattr(self, name) for name in ("points", "replications", "cut", "discrepancy")}
        said |= {name: value for name, value in given.items() if value is not None}
        return replace(How(seed=seed), **{k: v for k, v in said.items() if v is not None})


NOTHING = Block()


def held_out(
    seen: Sequence[Observation], block: Block, problems: list[Problem]
) -> list[Observation]:
    """The observations with those held out that the block names, and no others, if it names any.

    Figures that there are not, and those that are an input, are a problem more.
    """
    names = [one.name for one in seen]
    inputs = [one.name for one in seen if one.fitted == INPUT]
    problems += [
        at.problem(quote(name), one_of(name, names, "a figure of the observations"))
        for name, at in block.held_out.items() if name not in names
    ]  # fmt: skip
    problems += [
        at.problem(f"{quote(name)}, an input", "a figure that is not an input of the scenario")
        for name, at in block.held_out.items() if name in inputs
    ]  # fmt: skip
    if not block.held_out:
        return list(seen)
    return [
        one if one.fitted == INPUT else replace(one, fitted=NO if one.name in block.held_out else YES)
        for one in seen
    ]


def placed(problem: Problem, block: Block) -> Problem:
    """A problem of what an option says where it was written, if that was the block."""
    at = block.at.get(problem.path or problem.file.removeprefix("--"))
    return problem if at is None else at.of(problem)


_KEYS = ("observations", "fit", "held_out", "points", "replications", "cut", "discrepancy")


def block(node: Node, problems: list[Problem]) -> Block | None:
    """What a block says, as far as it can be read; what is wrong in it goes to `problems`."""
    here = Place(node.place.file, node.place.line, CALIBRATE)
    if not isinstance(node, Map):
        wanted = "a mapping such as {observations: seen.csv}"
        problems.append(here.problem(shown(node), wanted))
        return None
    problems += unknown(node, _KEYS, CALIBRATE)
    fit = _fit(node, problems)
    count, share = "a whole number from 1 up", "a number, such as 0.01"
    at = {key: place(node, key, f"{CALIBRATE}.{key}") for key in _KEYS}
    return Block(
        _file(node, problems),
        tuple(text for _, text, _ in fit), at | {path: at for path, _, at in fit},
        _held_out(node, problems),
        number(node, "points", CALIBRATE, count, problems),
        number(node, "replications", CALIBRATE, count, problems),
        _decimal(node, "cut", "a number above 0, such as 3", lambda x: x > 0, problems),
        _decimal(node, "discrepancy", share, lambda x: 0 <= x < 1, problems),
    )  # fmt: skip


def _file(node: Map, problems: list[Problem]) -> Path | None:
    """The file of observations, beside the one in which it is named."""
    said = node.get("observations")
    if said is None:
        return None
    if isinstance(said, Text) and said.strip() and not said.null:
        return Path(said.place.file).parent / str(said)
    at = place(node, "observations", f"{CALIBRATE}.observations")
    problems.append(at.problem(shown(said), "the path of one file"))
    return None


def _fit(node: Map, problems: list[Problem]) -> list[tuple[str, str, Place]]:
    """Path, text and place of each number to fit."""
    said = node.get("fit")
    if said is None:
        return []
    if isinstance(said, Items) and said and all(isinstance(path, Text) for path in said):
        at = place(node, "fit", f"{CALIBRATE}.fit")
        return [(str(path), str(path), at) for path in said]
    if not isinstance(said, Map) or not said:
        wanted = "a list of paths, or paths with {from, to}"
        problems.append(place(node, "fit", f"{CALIBRATE}.fit").problem(shown(said), wanted))
        return []
    found = []
    for path, ends in said.items():
        at = place(said, path, f"{CALIBRATE}.fit.{path}")
        found.append((path, path + _ends(ends, at, problems), at))
    return found


def _ends(said: Node, at: Place, problems: list[Problem]) -> str:
    """`=low:high`, or nothing where the range of the number is meant."""
    if isinstance(said, Text) and said.null:
        return ""
    if not isinstance(said, Map):
        problems.append(at.problem(shown(said), "nothing, for its own range, or {from, to}"))
        return ""
    problems += unknown(said, _ENDS, at.path)
    missing = [key for key in _ENDS if key not in said]
    if missing:
        problems.append(at.problem(f"no {listing(missing, 'and')}", "from and to"))
        return ""
    return f"={said['from']}:{said['to']}"


def _held_out(node: Map, problems: list[Problem]) -> dict[str, Place]:
    said = node.get("held_out")
    at = place(node, "held_out", f"{CALIBRATE}.held_out")
    if said is None:
        return {}
    if not isinstance(said, Items) or not said or not all(isinstance(x, Text) for x in said):
        problems.append(at.problem(shown(said), "a list of figures of the observations"))
        return {}
    return {str(name): Place(name.place.file, name.place.line, at.path) for name in said}


def _decimal(
    node: Map, key: str, wanted: str, holds: Callable[[float], bool], problems: list[Problem]
) -> float | None:
    text = word(node, key)
    if text is None:
        return None
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not holds(value):
        problems.append(place(node, key, f"{CALIBRATE}.{key}").problem(quote(text), wanted))
        return None
    return value
