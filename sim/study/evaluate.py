"""Many points, each replicated: what is in the store is taken from there, the rest is run."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence, Sized
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from queue import SimpleQueue

import numpy as np

from sim.study import engines
from sim.study.check import checked
from sim.study.crew import Coming, Crew, crew
from sim.study.forecast import expected
from sim.study.point import Point, Runs, Want
from sim.study.progress import Step, progress, say
from sim.study.reduction import check_wants
from sim.study.run import RESULTS
from sim.study.sources import model
from sim.study.store import BLOCK, Record, Store, digest_of
from sim.study.work import Job, Result, world_of

__all__ = ["STORE", "Point", "Runs", "Want", "evaluate"]

STORE = RESULTS / ".store"
_AT_ONCE = 0.25
"""[seconds] Replications so short that they come together, up to so much, are one job."""
_UNSAVED = 0.1
"""[seconds] What has come back is on disk within so much, or when its point is finished."""
_MOST_AHEAD = 100
_TOLD: set[Path] = set()
"""Stores of which it was said that another model has left runs there."""


def evaluate(
    points: Iterable[Point],
    *,
    replications: int | Sequence[int] = 10,
    seed: int = 1,
    central: bool = False,
    engine: str | None = None,
    executor: str | Crew | None = None,
    jobs: int | None = None,
    store: Path | None = None,
    wants: Sequence[Want] = (),
    shown: str = "",
    days: int | None = None,
) -> Iterator[Runs]:
    """The replications of every point, in the order of the points, as they come.

    All points share their luck: replication r has world r + 1 of the seed where the scenario has ranges,
    the point no values of its own and not `central`. Nothing that is in `store` is run again, and
    everything finished is put there, so that what was stopped at any moment goes on where it was.
    `executor` may be hands that are there already, which saves who asks often from hiring each time;
    `engine` must then be theirs. `shown` names the points to the user while it lasts; without it
    nothing is said. Points are asked for only as they are needed. With `days` every run ends after so
    many, and only `yes`, `reached` and `shortfall` are kept.

    Raises Refused for a point that makes no sound network, for wants that make no sense, for a store or
    an executor that cannot be used; SimError for what goes wrong while it runs.
    """
    check_wants(wants)
    engines.known(engine)
    wanted = range(replications) if isinstance(replications, int) else replications
    total = len(points) if isinstance(points, Sized) else None
    source = iter(points)
    first = next(source, None)
    if first is None or not len(wanted):
        return
    many = len(wanted) * (total or 100)
    used = engine or engines.soonest(many * expected(checked(first.scenario).model))
    kept = Store(store or STORE)
    if kept.folder not in _TOLD and (version := kept.of_another_model()):
        _TOLD.add(kept.folder)
        say(f"{kept.folder}: has runs of model {version}, which {model()} does not use (sim store prune)")
    plan = _Plan(tuple(wanted), seed, central, used, tuple(wants), kept, days)
    with crew(executor, jobs, used) as hands, progress(total, shown, shown=bool(shown)) as done:
        yield from _Flow(plan, hands, done).runs(_again(first, source))


def _again(first: Point, rest: Iterator[Point]) -> Iterator[Point]:
    yield first
    yield from rest


@dataclass(frozen=True)
class _Plan:
    """What holds for every point."""

    replications: tuple[int, ...]
    seed: int
    central: bool
    engine: str
    wants: tuple[Want, ...]
    store: Store
    days: int | None


@dataclass
class _Open:
    """A point under way: `records` by block, `missing` are under way, `unsaved` have come back."""

    point: Point
    digest: str
    worlds: bool
    records: dict[int, Record]
    missing: set[int]
    unsaved: set[int] = field(default_factory=set)
    saved: float = 0.0


class _Flow:
    """Points go in, replications come back from the crew, runs go out in the order of the points."""

    def __init__(self, plan: _Plan, hands: Crew, done: Step) -> None:
        self.plan, self.hands, self.done = plan, hands, done
        self.come: SimpleQueue[tuple[_Open, Job, Coming]] = SimpleQueue()
        self.under_way, self.each = 0, _AT_ONCE

    def runs(self, points: Iterator[Point]) -> Iterator[Runs]:
        ahead: deque[_Open] = deque()
        with self._saving(ahead):
            while True:
                while self.under_way < self.hands.room and len(ahead) < _MOST_AHEAD:
                    point = next(points, None)
                    if point is None:
                        break
                    ahead.append(self._open(point))
                    self._begin(ahead[-1])
                    if self.hands.hands == 1:
                        break
                if not ahead:
                    return
                while ahead[0].missing:
                    self._take()
                yield _told(self.plan, ahead.popleft())
                self.done()

    @contextmanager
    def _saving(self, ahead: deque[_Open]) -> Iterator[None]:
        """Whatever happens, what has come back is kept."""
        try:
            yield
        finally:
            while not self.come.empty():
                self._take(quietly=True)
            for one in ahead:
                self._save(one)

    def _open(self, point: Point) -> _Open:
        plan, scenario = self.plan, point.scenario
        worlds = not plan.central and point.values is None and bool(scenario.uncertain)
        digest = digest_of(point, plan.seed, worlds, plan.wants, plan.days)
        blocks = dict.fromkeys(r // BLOCK for r in plan.replications)
        name = Path(scenario.path).stem
        records = {b: plan.store.get(digest, b) or Record(digest, name) for b in blocks}
        missing = {r for r in plan.replications if r not in records[r // BLOCK].rows}
        return _Open(point, digest, worlds, records, missing, saved=time.monotonic())

    def _begin(self, one: _Open) -> None:
        plan = self.plan
        left = sorted(one.missing)
        while left:
            n = max(1, min(len(left), int(_AT_ONCE / self.each)))
            job = Job(
                one.point.scenario, plan.seed, one.worlds, plan.engine, plan.wants, tuple(left[:n]),
                one.point.values, plan.days,
            )  # fmt: skip
            left = left[n:]
            self.under_way += 1
            self.hands.submit(job).add_done_callback(partial(self._back, one, job))
            if self.hands.hands == 1:
                self._take()

    def _back(self, one: _Open, job: Job, coming: Coming) -> None:
        """Called by whoever did the job, so it only puts it where this thread looks."""
        self.come.put((one, job, coming))

    def _take(self, quietly: bool = False) -> None:
        """Takes in the next job that is done. Raises what went wrong in it, unless `quietly`."""
        one, job, coming = self.come.get()
        self.under_way -= 1
        try:
            result = coming.result()
        except BaseException:
            if quietly:
                return
            raise
        self.each = max(result.seconds / len(job.replications), 1e-6)
        _put(one, job, result)
        if not one.missing or time.monotonic() - one.saved > _UNSAVED:
            self._save(one)

    def _save(self, one: _Open) -> None:
        for block in sorted({r // BLOCK for r in one.unsaved}):
            one.records[block] = self.plan.store.put(one.records[block], block)
        one.unsaved.clear()
        one.saved = time.monotonic()


def _put(one: _Open, job: Job, result: Result) -> None:
    """Lays what has come back beside what was there."""
    for i, r in enumerate(job.replications):
        old = one.records[r // BLOCK]
        new = Record(
            old.digest, old.scenario, result.names, {r: result.worlds[i]}, {r: result.rows[i]}
        )
        one.records[r // BLOCK] = old.with_rows(new)
    one.missing -= set(job.replications)
    one.unsaved |= set(job.replications)


def _told(plan: _Plan, one: _Open) -> Runs:
    blocks = [one.records[r // BLOCK] for r in plan.replications]
    names = blocks[0].names
    rows = np.array([b.rows[r] for b, r in zip(blocks, plan.replications, strict=True)])
    worlds = [world_of(r, one.worlds) for r in plan.replications]
    values = {name: np.ascontiguousarray(rows[:, i]) for i, name in enumerate(names)}
    return Runs(
        one.point.label, one.digest, np.array(worlds, np.int64),
        np.array(plan.replications, np.int64), values,
    )  # fmt: skip
