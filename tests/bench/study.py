"""What a sweep costs beside the engine: `python -m tests.bench.study [--only PART …] [--points N]`.

Of `one-station`, ten replications a point, an empty store:

- share: of the time spent in the engine, by customers of a replication, with one hand;
- second: a second run as a share of the first;
- dask: two workers of a running cluster against two threads, the same sweep, the best of three turns each;
- sensitivity: a second study of `uncertain-office`, from its folder and from the store;
- memory: what the driver grows by from a sweep of a hundred points to one of `--points` (100,000), the
  tables and the figure included, one replication of a week each. An hour or so; only where it is named.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from sim.cli.verbs import swept
from sim.scenario import Scenario, read, with_overrides
from sim.study import crew, work
from sim.study.evaluate import Point, evaluate
from sim.study.sensitivity import sensitivity
from sim.study.sweep.plan import Means
from sim.study.sweep.verb import sweep

ONE = "scenarios/one-station.yaml"
SIZES = ((1_000_000, 1), (10_000, 40), (1_000, 100))
PARTS = ("share", "second", "dask", "sensitivity", "memory")
OFFICE = "scenarios/uncertain-office.yaml"
in_engine = 0.0


def main() -> None:
    told = argparse.ArgumentParser()
    told.add_argument("--only", nargs="*", choices=PARTS, default=PARTS[:-1])
    told.add_argument("--points", type=int, default=100_000)
    asked = told.parse_args()
    if "share" in asked.only:
        _shares()
    if "second" in asked.only:
        print(f"second run of a finished sweep: {_second():.2%} of the first", flush=True)
    if "dask" in asked.only:
        threads, workers = _hands()
        print(f"two threads {threads:.1f} s, two workers {workers:.1f} s: {threads / workers:.2f} x", flush=True)
    if "sensitivity" in asked.only:
        first, again, folder = _sensitivity()
        print(f"a second study: {again / first:.1%} of the first from the store, ", end="")
        print(f"{folder / first:.2%} from its folder", flush=True)
    if "memory" in asked.only:
        print(f"driver of {asked.points:,} points grows by {_growth(asked.points):.0f} MB")


def _shares() -> None:
    plain, crew.perform = crew.perform, _timed  # type: ignore[assignment]
    for customers, points in SIZES:
        print(
            f"{customers:>9,} customers a replication: {_share(customers, points):.0%} in the engine",
            flush=True,
        )
    crew.perform = plain


def _timed(job: work.Job) -> work.Result:
    global in_engine  # noqa: PLW0603  # counted across whatever does the jobs
    done = work.perform(job)
    in_engine += done.in_engine
    return done


def _of(customers: int) -> Scenario:
    """So many come in the whole run, to clerks who are as busy as in the file."""
    return read(ONE, [
        f"streams.cases.rate={customers / 182:.8g}/day",
        f"steps.counter.work.exponential.mean={34.56 * 100 * 182 / customers:.8g} minutes",
    ])  # fmt: skip


def _share(customers: int, points: int) -> float:
    global in_engine
    of = _of(customers)
    with TemporaryDirectory() as place:
        for turn, n in enumerate((1, points)):
            in_engine, began = 0.0, time.perf_counter()
            for _ in evaluate(_points(of, n), engine="kernel", jobs=1, store=Path(place) / str(turn)):
                pass
        return in_engine / (time.perf_counter() - began)


def _points(of: Scenario, many: int) -> Iterator[Point]:
    for n in range(many):
        yield Point(with_overrides(of, {"stations.clerks.servers": 3 + n}))


def _second() -> float:
    vary = ["stations.clerks.servers=3:42:40"]
    seconds = []
    with TemporaryDirectory() as place:
        for _ in range(2):
            began = time.perf_counter()
            sweep(
                ONE,
                vary,
                out=Path(place) / "out",
                means=Means("kernel", jobs=1, store=Path(place) / "store"),
            )
            seconds.append(time.perf_counter() - began)
    return seconds[1] / seconds[0]


def _hands() -> tuple[float, float]:
    """[seconds] Of the same sweep on two threads, and on two workers that have loaded the engine."""
    import distributed

    of = _of(100_000)
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None
    ) as place:
        executors = ("local", place.scheduler_address)
        for executor in executors:
            _run(of, 4, executor)
        turns = [[_run(of, 24, executor) for executor in executors] for _ in range(3)]
    threads, workers = zip(*turns, strict=True)
    return min(threads), min(workers)


def _run(of: Scenario, points: int, executor: str) -> float:
    with TemporaryDirectory() as place:
        began = time.perf_counter()
        for _ in evaluate(
            list(_points(of, points)), engine="kernel", executor=executor, jobs=2, store=Path(place)
        ):
            pass
        return time.perf_counter() - began


def _sensitivity() -> tuple[float, float, float]:
    """[seconds] A study, the same from the store, the same from its folder."""
    seconds = []
    with TemporaryDirectory() as name:
        place = Path(name)
        for turn in ("first", "second", "second"):
            began = time.perf_counter()
            sensitivity(OFFICE, engine="kernel", jobs=1, out=place / turn, store=place / "store")
            seconds.append(time.perf_counter() - began)
    return seconds[0], seconds[1], seconds[2]


def _growth(points: int) -> float:
    """[MB] of the process from the first hundred points to the last, one replication of a week each."""
    changes = ["end=2025-01-13", "question.reached_by=2025-01-12", "question.sustained_until=2025-01-12",
               "question.averaged_over=7 days", "warm_up=1 day"]  # fmt: skip
    grown = []
    with TemporaryDirectory() as place:
        for many in (100, points):
            swept(
                ONE, [f"stations.clerks.servers=3:{2 + many}:{many}"], changes=changes, replications=1,
                out=Path(place) / str(many), engine="kernel", jobs=1, store=Path(place) / "store",
            )  # fmt: skip
            grown.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    return grown[1] - grown[0]


if __name__ == "__main__":
    main()
