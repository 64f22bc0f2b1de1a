"""`sim run`: the answer to the question of one scenario, in a folder of its own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sim.errors import Problem, Refused, quote
from sim.scenario import Scenario, read
from sim.study import engines
from sim.study.check import checked
from sim.study.executors import team, workers
from sim.study.finished import Finished
from sim.study.folder import answers, claim, written_whole
from sim.study.forecast import TELL_ABOVE, seconds
from sim.study.gathering import Study, conduct, most_runs, variants
from sim.study.identity import NONE, PAIRED, Plan, digest
from sim.study.progress import in_words, progress, say
from sim.study.task import Context
from sim.study.writing import draw, write
from sim.verdict.asked import asked
from sim.verdict.evidence import Evidence
from sim.verdict.judge import Run, judge

RESULTS = Path("results")
_ALONE_BELOW = 4.0
"""[seconds] Work that is over so soon is not worth starting processes for."""


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
) -> Finished:
    """Answers from the run folder if it is there and whole, else runs and writes it.

    `replications` None goes on until the answer is sure. `out` is the run folder itself; without it
    the folder is `<store>/<scenario>/<digest>`.

    Raises Refused for what cannot be run or written, SimError for what goes wrong while it runs.
    """
    scenario = file if isinstance(file, Scenario) else read(file, changes)
    usual = PAIRED if engines.has_kernel() else NONE
    plan = Plan(replications, central, binding or usual, seed, trace)
    name = digest(scenario, plan)
    folder = out or store / Path(scenario.path).stem / name
    if not again and answers(folder, name):
        say(f"answered from {folder}; --again runs it anew")
        return Finished(folder)
    claim(folder, name, again)
    study = Study(scenario, variants(scenario), asked(scenario), plan, checked(scenario).model)
    with written_whole(folder) as draft:
        _fill(draft, study, chosen(engine), name, jobs)
    return Finished(folder)


def chosen(engine: str | None) -> str:
    """The engine asked for, or the fastest that there is, which is then said.

    Raises Refused for one that is not there.
    """
    if engine is None:
        if not engines.has_kernel():
            say("engine: simpy, as there is no compiled one; --binding none is the default with it")
        return engines.usual()
    if engine == engines.KERNEL and not engines.has_kernel():
        raise Refused([Problem("--engine", 0, "", quote(engine), quote(engines.SIMPY))])
    return engine


def _fill(draft: Path, study: Study, engine: str, name: str, jobs: int | None) -> None:
    """Runs the study and writes all files of its folder."""
    traces = draft if study.plan.trace else None
    context = Context(study.variants, study.plan.seed, engine, traces)
    evidence = gathered(study, context, jobs)
    paired = study.plan.binding == PAIRED
    of = Run(study.scenario, study.model, study.asked, study.plan.seed, engine, name, paired)
    write(draft, study, evidence, judge(of, evidence))
    draw(draft)


def gathered(study: Study, context: Context, jobs: int | None) -> Evidence:
    """All runs of a study, with word of how long they take when that is long."""
    total = most_runs(study)
    hands = jobs or workers()
    needed = seconds(study.model, study.plan.seed, total, context.engine, hands)
    if needed > TELL_ABOVE:
        say(f"{total} runs with the {context.engine} engine, about {in_words(needed)}")
    alone = needed < _ALONE_BELOW and jobs is None
    bar = progress(total, "runs", shown=needed > TELL_ABOVE)
    with bar as done, team(context, 1 if alone else hands) as gather:
        return conduct(study, gather, done)
