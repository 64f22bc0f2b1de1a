"""A run made anew: all replications done, judged and written."""

from __future__ import annotations

from pathlib import Path

from sim.study import engines
from sim.study.executors import copies, team, workers
from sim.study.forecast import TELL_ABOVE, expected, seconds
from sim.study.gathering import Study, conduct, fewest_runs, most_runs
from sim.study.identity import PAIRED, digest
from sim.study.progress import in_words, progress, say
from sim.study.task import Context
from sim.study.writing import write
from sim.verdict.evidence import Evidence
from sim.verdict.judge import Run, judge

_ALONE_BELOW = 4.0
_ALONE_BELOW_COPIES = 0.5
"""[seconds] Work that is over so soon is not worth starting threads or processes for, or copies of this one."""


def fill(folder: Path, study: Study, engine: str | None, jobs: int | None) -> None:
    """Runs the study and writes all files of its folder but the figures."""
    scenario, plan = study.scenario, study.plan
    used = engine or chosen(study)
    context = Context(study.variants, plan.seed, used, folder if plan.trace else None)
    evidence = gathered(study, context, jobs)
    paired = plan.binding == PAIRED
    of = Run(scenario, study.model, study.asked, plan.seed, used, digest(scenario, plan), paired)
    write(folder, study, evidence, judge(of, evidence))


def chosen(study: Study) -> str:
    """The engine that is soonest done, with word of it where that is not what one would expect."""
    if not engines.has_kernel():
        say("engine: simpy, as there is no compiled one; --binding none is the default with it")
    used = engines.best(most_runs(study) * expected(study.model))
    if used == engines.KERNEL and not engines.is_built():
        say("building the compiled engine, once; this takes about a minute")
    return used


def gathered(study: Study, context: Context, jobs: int | None) -> Evidence:
    """All runs of a study, with word of how long they take when that is long."""
    total = most_runs(study)
    hands = jobs or workers()
    needed = seconds(study.model, study.plan.seed, total, context.engine, hands)
    if needed > TELL_ABOVE:
        few = fewest_runs(study)
        many, about = (f"{few} to {total}", "at most") if few < total else (str(total), "about")
        say(f"{many} runs with the {context.engine} engine, {about} {in_words(needed)}")
    least = _ALONE_BELOW_COPIES if copies(context.engine) else _ALONE_BELOW
    alone = needed < least and jobs is None
    bar = progress(total, "runs", shown=needed > TELL_ABOVE)
    with team(context, 1 if alone else hands) as gather, bar as done:
        return conduct(study, gather, done)
