"""The verb: bounds, fluid program, search, confirmation."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from sim.errors import Problem, Refused
from sim.estimate.probability import decide
from sim.network.model import Model
from sim.scenario import Scenario
from sim.scenario.tree import plain
from sim.study import engines
from sim.study.building import model_of
from sim.study.check import checked
from sim.study.crew import crew
from sim.study.folder import claim
from sim.study.forecast import expected
from sim.study.require import margin
from sim.study.require.answer import (
    ACHIEVABLE,
    NOT_ACHIEVABLE,
    NOT_SHOWN,
    Bound,
    Required,
)
from sim.study.require.confirm import FIRST, Confirmed, confirmed, first_search, worlds_of
from sim.study.require.expansion import bound_of, explained
from sim.study.require.files import write
from sim.study.require.loss import Solved, loss_of, solved, within
from sim.study.require.luck import Luck
from sim.study.require.margin import Bar
from sim.study.require.monotone import monotone, spread_pairs
from sim.study.require.moves import Move, Steps, at, moves_of
from sim.study.require.trade_off import frontier, pair_of
from sim.study.run import RESULTS
from sim.study.studyfile import opened
from sim.verdict.asked import Asked, asked
from sim.verdict.judge import Run, question
from sim.version import VERSION

Draw = Callable[[Required, Path], object]


def require(
    file: Path | str | Scenario,
    move: Sequence[str] = (),
    *,
    trade_off: tuple[str, str] | None = None,
    changes: Sequence[str] = (),
    replications: int | None = None,
    seed: int = 1,
    central: bool = False,
    engine: str | None = None,
    executor: str | None = None,
    jobs: int | None = None,
    store: Path | None = None,
    out: Path | None = None,
    again: bool = False,
    keep: bool = True,
    draw: Draw | None = None,
) -> Required:
    """What it would take; written to `out`, or to `results/<scenario>/require-<digest>`, if `keep`.

    `trade_off` are the paths of two of them, of which the least of one for so much of the other is
    wanted as well.

    `move` are texts such as `stations.judges.servers=700:3000:10@$832000/year`; without them those of
    the scenario's `require`, or every pool, station and departure with a cost. `replications` is the
    size of the confirmation; without it the least usual one of which one world may say no.

    Raises Refused for what may not be moved, and for too few replications to show the answer.
    """
    scenario = opened(file, changes)
    task = _task(scenario, moves_of(scenario, move), replications, seed, central)
    task = replace(task, trade_off=trade_off)
    folder = out or RESULTS / Path(scenario.path).stem / f"require-{task.digest}"
    if keep:
        claim(folder, task.digest, again or out is None)
    pair = None if trade_off is None else pair_of(task.moves, trade_off)
    engines.known(engine)
    used = engine or engines.soonest(3 * task.bar.worlds * expected(task.model))
    with crew(executor, jobs, used) as hands:
        luck = Luck(scenario, task.moves, seed, central, used, hands, jobs, store)
        found = _answered(task, luck)
        if pair is not None and found.steps is not None:
            luck.stage = "one for the other"
            exchanges = frontier(luck, task.moves, task.bar, found.steps, pair)
            found = replace(found, frontier=tuple(exchanges))
    if not keep:
        return found
    write(found, scenario, folder, again or out is None, draw)
    return replace(found, folder=folder)


@dataclass(frozen=True)
class _Task:
    """All that decides the answer, and what follows from it at once."""

    scenario: Scenario
    asked: Asked
    model: Model
    moves: tuple[Move, ...]
    bar: Bar
    seed: int
    central: bool
    trade_off: tuple[str, str] | None = None

    @property
    def top(self) -> Steps:
        return tuple(m.most for m in self.moves)

    @property
    def digest(self) -> str:
        told = {
            "version": VERSION, "scenario": plain(self.scenario.tree), "seed": self.seed,
            "central": self.central, "worlds": self.bar.worlds, "trade_off": self.trade_off,
            "moves": [[m.path, str(m.low), str(m.step), m.most, m.price] for m in self.moves],
        }  # fmt: skip
        return sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()[:16]


def _task(
    scenario: Scenario, moves: tuple[Move, ...], worlds: int | None, seed: int, central: bool
) -> _Task:
    checked(scenario)
    wanted = asked(scenario)
    if wanted is None:
        raise Refused([Problem(scenario.path, 0, "question", "none", "one to be answered")])
    required = wanted.probability
    size = worlds or margin.usual(required, len(moves))
    bar = margin.bar(size, required, len(moves))
    if bar is None:
        least = margin.fewest(required, len(moves))
        needed = f"at least {least}" if least else "a lower `with_probability`"
        found = f"{size} worlds, too few to show a probability of {required:g} even if all say yes"
        raise Refused([Problem("--replications", 0, "", found, needed)])
    top = model_of(at(scenario, moves, tuple(m.most for m in moves)))
    return _Task(scenario, wanted, top, moves, bar, seed, central)


def _answered(task: _Task, luck: Luck) -> Required:
    exact = _exact(task)
    if exact is not None:
        return _by_erlang(task, luck, exact)
    bound = bound_of(task.model, task.scenario, task.asked, task.moves)
    first = worlds_of(0, min(FIRST, task.bar.worlds))
    luck.stage = "everything at its upper bound"
    yes = luck.yes(task.top, first, doubtful=bound.most is not None)
    if decide(yes, len(first), task.asked.probability) == "not_achievable":
        return _no(task, luck, NOT_ACHIEVABLE, bound, (yes, len(first)))
    start = _start(task, bound)
    luck.stage = "looking for the least"
    here = first_search(luck, task.moves, task.bar, start) or task.top
    done = confirmed(luck, task.moves, task.bar, here)
    if done is None:
        worlds = worlds_of(1, task.bar.worlds)
        yes = luck.yes(task.top, worlds)
        answer = decide(yes, len(worlds), task.asked.probability)
        told = NOT_ACHIEVABLE if answer == "not_achievable" else NOT_SHOWN
        return _no(task, luck, told, bound, (yes, len(worlds)))
    luck.stage = "more and less of everything"
    spread_pairs(luck, task.moves, done.steps, worlds_of(done.batches, task.bar.worlds))
    return _told(task, luck, ACHIEVABLE, bound, (yes, len(first)), done.steps, done)


def _no(task: _Task, luck: Luck, answer: str, bound: Bound, at_most: tuple[int, int]) -> Required:
    """An answer without capacities says what stands in the way."""
    why = explained(bound, task.model, task.scenario, task.asked, task.moves)
    return _told(task, luck, answer, why, at_most)


def _start(task: _Task, bound: Bound) -> Steps:
    levels = bound.start or bound.levels
    if not levels:
        return tuple(0 for _ in task.moves)
    return tuple(m.steps_to(x) for m, x in zip(task.moves, levels, strict=True))


def _exact(task: _Task) -> Solved | None:
    if len(task.moves) != 1:
        return None
    found = loss_of(task.scenario, task.model, task.asked, task.moves[0])
    return None if found is None or not 0 < found.share <= 1 else solved(found)


def _by_erlang(task: _Task, luck: Luck, exact: Solved) -> Required:
    """The exact answer; a few worlds are run with it beside."""
    steps = within(task.moves[0], exact)
    first = worlds_of(0, min(FIRST, task.bar.worlds))
    yes = luck.yes(task.top if steps is None else steps, first)
    bound = Bound(why="the answer is exact")
    answer = NOT_ACHIEVABLE if steps is None else ACHIEVABLE
    return _told(task, luck, answer, bound, (yes, len(first)), steps, None, exact)


def _told(
    task: _Task, luck: Luck, answer: str, bound: Bound, at_most: tuple[int, int],
    steps: Steps | None = None, done: Confirmed | None = None, exact: Solved | None = None,
) -> Required:  # fmt: skip
    run = Run(task.scenario, task.model, task.asked, task.seed, "", task.digest, False)
    return Required(
        scenario=Path(task.scenario.path).name,
        title=task.scenario.title,
        illustrative=task.scenario.illustrative,
        kind="worlds" if task.scenario.uncertain and not task.central else "runs",
        question=question(run),
        answer=answer,
        moves=task.moves,
        steps=steps,
        confirmed=done,
        bound=bound,
        monotone=monotone(luck),
        exact=exact,
        at_most=at_most,
        reached=luck.reached(task.top, worlds_of(0, min(FIRST, task.bar.worlds))),
        seed=task.seed,
        central=task.central,
        runs=luck.made,
        digest=task.digest,
    )
