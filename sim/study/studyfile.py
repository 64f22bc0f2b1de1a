"""A study file: a scenario with blocks that say what is studied, as strict as the scenario itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sim.errors import Problem, Refused, listing, quote
from sim.scenario import Scenario
from sim.scenario.merge import apply_sets, gather
from sim.scenario.quantity import shown
from sim.scenario.scenario import checked as sound
from sim.scenario.studies import BLOCKS, SCENARIO
from sim.scenario.tree import Map, Node, Text, copied
from sim.scenario.validate import refuse
from sim.study.blocks import missing

SWEEP, CALIBRATE = BLOCKS

if TYPE_CHECKING:
    from sim.study.calibrate.block import Block as Fit
    from sim.study.sweep.block import Block as Sweep


@dataclass(frozen=True)
class Study:
    """What a file says: the scenario, and its blocks as far as they can be made out.

    `base` is a file that others may extend to have the scenario, None if there is none. `problems` is
    what is wrong with the blocks, whatever the scenario.
    """

    scenario: Scenario
    sweep: Sweep | None
    calibrate: Fit | None
    base: Path | None
    problems: tuple[Problem, ...]


def read(path: Path | str, overrides: Sequence[str] = ()) -> Scenario:
    """Reads and checks a scenario, with whatever blocks of studies it carries; each override is a
    `path=value` as after `--set`.

    Raises Refused with every problem that can be seen.
    """
    study = read_study(path, overrides)
    refuse(faults(study))
    return study.scenario


def opened(file: Path | str | Scenario, changes: Sequence[str] = ()) -> Scenario:
    """`read`, of a file or of what was read before, which stays as it is.

    Raises Refused with every problem that can be seen.
    """
    if not isinstance(file, Scenario):
        return read(file, changes)
    if not changes:
        return file
    tree = copied(file.gathered)
    apply_sets(tree, list(changes))
    return sound(file.path, tree)


def read_study(path: Path | str, overrides: Sequence[str] = ()) -> Study:
    """The scenario is the rest of a file without its blocks, or the one that `scenario:` names.

    Raises Refused if the scenario cannot be read, with what is wrong with the blocks.
    """
    file = base = Path(path)
    tree = gather(file, str(path))
    blocks, problems = _taken(tree), _alone(tree)
    sweep = _sweep(blocks[SWEEP], problems) if SWEEP in blocks else None
    fit = _fit(blocks[CALIBRATE], problems) if CALIBRATE in blocks else None
    try:
        if SCENARIO in tree:
            base, tree = _named(file, tree)
        apply_sets(tree, list(overrides))
        scenario = sound(str(path), tree)
    except Refused as refused:
        paths = {**(sweep.at if sweep else {}), **(fit.paths if fit else {})}
        problems += missing(tree, paths if SCENARIO not in tree else {})
        refuse([*problems, *refused.problems])
        raise
    plain = not overrides and (base != file or not blocks)
    return Study(scenario, sweep, fit, base if plain else None, tuple(problems))


def faults(study: Study) -> list[Problem]:
    """What is wrong with the blocks of a file in themselves, and beside their scenario."""
    found = list(study.problems)
    if study.sweep is not None:
        from sim.study.sweep.block import misfits as of_sweep

        found += of_sweep(study.sweep, study.scenario)
    if study.calibrate is not None:
        from sim.study.calibrate.asked import misfits as of_fit

        found += of_fit(study.calibrate, study.scenario)
    return found


def _sweep(node: Node, problems: list[Problem]) -> Sweep | None:
    from sim.study.sweep.block import block

    return block(node, problems)


def _fit(node: Node, problems: list[Problem]) -> Fit | None:
    from sim.study.calibrate.block import block

    return block(node, problems)


def _alone(tree: Map) -> list[Problem]:
    """Beside `scenario:` there are only blocks of studies; who changes a scenario extends it."""
    if SCENARIO not in tree:
        return []
    if tree.keys_at[SCENARIO].layer == 0 and any(at.layer for at in tree.keys_at.values()):
        at = tree.keys_at[SCENARIO]
        return [Problem(at.file, at.line, SCENARIO, "'scenario' beside 'extends'", "one of them")]
    known = listing(map(quote, (SCENARIO, *BLOCKS)), "and")
    wanted = f"only {known}, or 'extends' in place of 'scenario'"
    return [
        Problem(at.file, at.line, key, f"the key {quote(key)}", wanted)
        for key, at in tree.keys_at.items() if key != SCENARIO
    ]  # fmt: skip


def _named(file: Path, tree: Map) -> tuple[Path, Map]:
    """The file that `scenario:` names, and its tree without blocks of its own. Raises Refused."""
    said, at = tree[SCENARIO], tree.keys_at[SCENARIO]
    if not isinstance(said, Text) or said.null or not said.strip():
        raise Refused([Problem(at.file, at.line, SCENARIO, shown(said), "one file")])
    base = file.parent / str(said)
    found = gather(base, str(base), said, SCENARIO)
    if SCENARIO in found:
        wanted = f"the scenario itself, {quote(found[SCENARIO])}"
        raise Refused([Problem(at.file, at.line, SCENARIO, f"{quote(said)}, which names another", wanted)])
    _taken(found)
    return base, found


def _taken(tree: Map) -> dict[str, Node]:
    """Takes the blocks of studies out of a tree."""
    found = {key: tree[key] for key in BLOCKS if key in tree}
    for key in found:
        tree.drop(key)
    return found
