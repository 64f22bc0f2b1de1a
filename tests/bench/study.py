"""What a sweep costs beside the engine: `python -m tests.bench.study [--points N] [--memory N]`.

Of `one-station`, ten replications a point, one hand, an empty store: the share of the time spent in the
engine by customers of a replication; a second run as a share of the first; growth of the driver.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from sim.scenario import Scenario, read, with_overrides
from sim.study import crew, work
from sim.study.evaluate import Point, evaluate
from sim.study.sweep import Means, sweep

ONE = "scenarios/one-station.yaml"
SIZES = ((1_000_000, 1), (10_000, 40), (1_000, 100))
in_engine = 0.0


def main() -> None:
    told = argparse.ArgumentParser()
    told.add_argument("--memory", type=int, default=0, metavar="POINTS")
    asked = told.parse_args()
    crew.perform = _timed  # type: ignore[assignment]
    for customers, points in SIZES:
        print(
            f"{customers:>9,} customers a replication: {_share(customers, points):.0%} in the engine"
        )
    print(f"second run of a finished sweep: {_second():.2%} of the first")
    if asked.memory:
        print(f"driver of {asked.memory:,} points grows by {_growth(asked.memory):.0f} MB")


def _timed(job: work.Job) -> work.Result:
    global in_engine  # noqa: PLW0603  # counted across whatever does the jobs
    done = work.perform(job)
    in_engine += done.in_engine
    return done


def _share(customers: int, points: int) -> float:
    global in_engine
    of = read(ONE, [
        f"streams.cases.rate={customers / 182:.8g}/day",
        f"steps.counter.work.exponential.mean={34.56 * 100 * 182 / customers:.8g} minutes",
    ])  # fmt: skip
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


def _growth(points: int) -> float:
    """[MB] of the process from the first hundred points to the last, one replication of a week each."""
    changes = ["end=2025-01-13", "question.reached_by=2025-01-12", "question.sustained_until=2025-01-12",
               "question.averaged_over=7 days", "warm_up=1 day"]  # fmt: skip
    grown = []
    with TemporaryDirectory() as place:
        for many in (100, points):
            sweep(
                ONE, [f"stations.clerks.servers=3:{2 + many}:{many}"], changes=changes, replications=1,
                out=Path(place) / str(many), means=Means("kernel", jobs=1, store=Path(place) / "store"),
            )  # fmt: skip
            grown.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    return grown[1] - grown[0]


if __name__ == "__main__":
    main()
