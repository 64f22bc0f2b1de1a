"""`sim run`: the answer to the question of one scenario, in a folder of its own.

Light to import: what a finished run answers needs neither engine nor frames.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from sim.scenario import Scenario
from sim.study import engines
from sim.study.check import checked
from sim.study.finished import Finished
from sim.study.folder import answers, claim, complete, written_whole
from sim.study.identity import NONE, PAIRED, Plan, digest
from sim.study.progress import say
from sim.study.studyfile import opened

RESULTS = Path("results")


def run(
    file: Path | str | Scenario,
    *,
    changes: Sequence[str] = (),
    replications: int | None = 10,
    central: bool = False,
    binding: str | None = None,
    seed: int = 1,
    again: bool = False,
    engine: str | None = None,
    out: Path | None = None,
    trace: bool = False,
    jobs: int | None = None,
    store: Path = RESULTS,
    draw: Callable[[Path], object] | None = None,
) -> Finished:
    """Answers from the run folder if it is there and whole, else runs and writes it.

    `replications` None goes on until the answer is sure. `out` is the run folder itself; without it
    the folder is `<store>/<scenario>/<digest>`. `draw` makes the figures of a folder that has its
    other files.

    Raises Refused for what cannot be run or written, SimError for what goes wrong while it runs.
    """
    scenario = opened(file, changes)
    usual = PAIRED if engines.has_kernel() else NONE
    plan = Plan(replications, central, binding or usual, seed, trace)
    name = digest(scenario, plan)
    folder = out or store / Path(scenario.path).stem / name
    if not again and answers(folder, name):
        say(f"answered from {folder}; --again runs it anew")
        complete(folder, draw)
        return Finished(folder)
    claim(folder, name, again)
    engines.known(engine)
    model = checked(scenario).model
    with written_whole(folder, draw) as draft:
        from sim.study.fresh import fill
        from sim.study.gathering import study_of

        fill(draft, study_of(scenario, model, plan), engine, jobs)
    return Finished(folder)
