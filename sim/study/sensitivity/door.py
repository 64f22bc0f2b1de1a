"""The whole of a sensitivity study, in a folder of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

import pandas as pd

from sim.errors import Problem, Refused
from sim.network.model import Model
from sim.scenario import Scenario
from sim.study import engines
from sim.study.check import checked
from sim.study.crew import crew
from sim.study.executors import workers
from sim.study.folder import PROVENANCE, answers, claim, complete, sealed, written_whole
from sim.study.forecast import TELL_ABOVE, expected, seconds
from sim.study.progress import in_words, progress, say
from sim.study.resolved import resolved
from sim.study.run import RESULTS
from sim.study.sensitivity.facts import facts_of
from sim.study.sensitivity.finding import (
    MORRIS,
    RECORD,
    SOBOL,
    TEXT,
    TORNADO,
    Finished,
    Found,
    find,
)
from sim.study.sensitivity.plan import MOST_KEPT, Method, Sense, command, digest
from sim.study.sensitivity.shots import Shots
from sim.study.sensitivity.words import words
from sim.study.studyfile import opened
from sim.study.writing import as_json
from sim.verdict.asked import Asked, asked
from sim.verdict.phrases import titled
from sim.version import VERSION


def sensitivity(
    file: Path | str | Scenario,
    *,
    changes: Sequence[str] = (),
    method: str = Method.ALL,
    replications: int = 10,
    seed: int = 1,
    screen: int = MOST_KEPT,
    samples: int = 256,
    again: bool = False,
    engine: str | None = None,
    executor: str | None = None,
    out: Path | None = None,
    store: Path | None = None,
    jobs: int | None = None,
    draw: Callable[[Path], object] | None = None,
) -> Finished:
    """Which uncertain facts move the answer: a tornado, screening, then shares of variance.

    `replications` of every point of the tornado; designs take as few of them, two at least, as keep
    noise at about one per cent. All points share their luck. `samples` are the rows of the matrices
    of the indices. `out` is the folder itself; without it `results/<scenario>/sensitivity-<digest>`.
    Every replication goes to `store`, so that what was stopped goes on where it was.

    Raises Refused for a scenario without ranges or question, and for what cannot be run.
    """
    scenario = opened(file, changes)
    sense = Sense(Method(method), replications, seed, screen, samples)
    sense.check()
    question, facts = _asked(scenario), facts_of(scenario)
    name = digest(scenario, sense)
    folder = out or RESULTS / Path(scenario.path).stem / f"sensitivity-{name}"
    if not again and answers(folder, name):
        say(f"answered from {folder}; --again runs it anew")
        complete(folder, draw)
        return Finished(folder)
    claim(folder, name, again)
    engines.known(engine)
    model, total = checked(scenario).model, sense.points(facts)
    used = engine or engines.soonest(total * replications * expected(model))
    long = _told(model, sense, total, used, jobs or workers())
    with (
        written_whole(folder, draw) as draft,
        crew(executor, jobs, used) as hands,
        progress(total, "points", long) as done,
    ):
        found = find(sense, facts, Shots(scenario, question, used, hands, store, done))
        how = command(scenario.path, changes, sense)
        _write(draft, scenario, question, sense, found, name, how)
    return Finished(folder)


def _told(model: Model, sense: Sense, points: int, engine: str, hands: int) -> bool:
    """Whether it takes long if nothing is in the store, which is then said."""
    runs = points * sense.replications
    needed = seconds(model, sense.seed, runs, engine, hands)
    if needed > TELL_ABOVE:
        say(f"{points:,} points, at most {runs:,} runs with the {engine} engine, at most {in_words(needed)}")
    return needed > TELL_ABOVE


def _asked(scenario: Scenario) -> Asked:
    found = asked(scenario)
    if found is None:
        wanted = "a question, whose answer the facts may move"
        raise Refused([Problem(scenario.path, 0, "question", "a scenario that asks nothing", wanted)])
    return found


def _write(
    folder: Path, scenario: Scenario, question: Asked, sense: Sense, found: Found, name: str, how: str
) -> None:
    """All files but the figures; the provenance last, with the checksums of the others."""
    for file, frame in ((TORNADO, found.tornado), (MORRIS, found.morris), (SOBOL, found.sobol)):
        if frame is not None:
            frame.to_csv(folder / file, index=False, lineterminator="\n")
    texts = {
        "scenario.yaml": resolved(scenario),
        TEXT: words(titled(scenario.title, scenario.illustrative), question, sense, found, how),
        RECORD: as_json(_record(scenario, question, sense, found, name)),
    }
    for file, text in texts.items():
        (folder / file).write_text(text, encoding="utf-8", newline="\n")
    told = {"digest": name, "command": how, "version": VERSION, **sealed(folder)}
    (folder / PROVENANCE).write_text(as_json(told), encoding="utf-8", newline="\n")


def _record(
    scenario: Scenario, question: Asked, sense: Sense, found: Found, name: str
) -> dict[str, object]:
    frames = {"tornado": found.tornado, "morris": found.morris, "sobol": found.sobol}
    return {
        "title": scenario.title,
        "illustrative": scenario.illustrative,
        "measure": question.measure,
        "target": question.value,
        "per_day": question.rate,
        **asdict(sense),
        "stated": None if found.base is None else float(found.base.mean()),
        "noise": {method: asdict(told) for method, told in found.noise.items()},
        **{method: _rows(frame) for method, frame in frames.items()},
        "digest": name,
    }


def _rows(frame: pd.DataFrame | None) -> list[dict[str, object]]:
    if frame is None:
        return []
    return [{str(k): v if pd.notna(v) else None for k, v in row.items()} for row in frame.to_dict("records")]
