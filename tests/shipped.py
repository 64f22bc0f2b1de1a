"""Every shipped scenario in both engines: the same log to the last bit, every visit traced.

    python -m tests.shipped [--days 28 | --whole] [--jobs N] [FILE…]

Without files also the national scenario under policies that no file turns on, each of which must have been
met. Prints a line each: equal or not, people who entered, rows of the trace, seconds of either engine; exit
code 1 if one differs or a policy was not met.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from sim.log import Ended, Log, digest
from sim.network.table import Network
from sim.scenario import read
from sim.study.building import compiled, model_of
from sim.study.engines import KERNEL, SIMPY
from sim.study.executors import end_with_parent
from sim.study.task import engine

SCENARIOS = Path(__file__).parents[1] / "scenarios"


class Case(NamedTuple):
    """A scenario with changes as of `--set`, and what must happen in it: steps come to, ways a visit ends."""

    name: str
    file: Path
    changes: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    ends: tuple[Ended, ...] = ()


class Found(NamedTuple):
    """What the two engines gave: digests of the logs, people, rows of the trace, seconds; what did not happen."""

    digests: tuple[str, str]
    entered: int
    rows: int
    seconds: tuple[float, float]
    missing: tuple[str, ...] = ()

    @property
    def equal(self) -> bool:
        return self.digests[0] == self.digests[1]


TARGET = SCENARIOS / "target-3000.yaml"
POLICIES = (
    Case("bump, arrests paused", TARGET, (
        "pools.surge_beds.capacity=0 beds", "steps.no_bed_policy.branch.bump=1",
        "steps.pause_policy.branch.pause=0.5",
    ), ("room_check", "room_seen", "bump", "bumped"), (Ended.BUMPED, Ended.SHORTFALL)),
    Case("held over or released, money runs out", TARGET, (
        "pools.surge_beds.capacity=0 beds", "steps.no_bed_policy.branch.hold_over=0.5",
        "steps.hold_policy.branch.to_the_limit=0.5", "stocks.detention_money.initial=30000 thousand",
        "steps.no_money.branch.release=0.5",
    ), ("held_over", "no_bed", "released_for_money", "overrun"), (Ended.IMPATIENT, Ended.DIVERTED)),
    Case("gates that evict, orders of a court", TARGET, (
        "steps.third_country_policy.branch.offered=1", "steps.country_group.branch.uncooperative=0.3",
        "gates.third_country.closed=[{from: 2025-05-25, to: 2025-05-28}, {from: 2025-06-08, to: 2025-06-10}]",
        "steps.ice_case.branch.2025-01-21.court=0.1", "steps.review.branch.supervision=1",
    ), ("third_country_notice", "third_country_seat", "six_months", "by_order"), (Ended.EVICTED,)),
)  # fmt: skip
"""What the scenarios as they are written never come to in their first 28 days, or never at all."""


def shipped() -> list[Path]:
    """All scenarios that come with the program."""
    return sorted(SCENARIOS.glob("*.yaml"))


def network(case: Case, days: int | None) -> Network:
    """The network of the scenario's stated values; its first `days` if given. Raises Refused."""
    scenario = read(case.file, case.changes)
    model = model_of(scenario)
    return compiled(scenario, model if days is None else model.first_days(days))


def both(case: Case, days: int | None, seed: int = 1) -> Found:
    """Run one traced replication in either engine, SimPy first."""
    net = network(case, days)
    digests, seconds = [], []
    for name in (SIMPY, KERNEL):
        began = perf_counter()
        log = engine(name)(net, seed, 0, 0, trace=True)
        seconds.append(perf_counter() - began)
        digests.append(digest(log))
    return Found((digests[0], digests[1]), log.entered, len(log.visits), (seconds[0], seconds[1]),
                 missing(case, net, log))  # fmt: skip


def missing(case: Case, net: Network, log: Log) -> tuple[str, ...]:
    """What must happen in a case and did not."""
    come, ended = set(log.visits["step"].tolist()), set(log.visits["ended"].tolist())
    steps = [name for name in case.steps if net.names.steps.index(name) not in come]
    return (*steps, *(how.name.lower() for how in case.ends if how not in ended))


def line(case: Case, found: Found) -> str:
    """What is printed of a case."""
    word = "equal" if found.equal else "DIFFER"
    simpy, kernel = found.seconds
    never = f"  NEVER: {', '.join(found.missing)}" if found.missing else ""
    return (f"{word:6}  {case.name:38}{found.entered:>10,} people{found.rows:>12,} rows"
            f"  simpy {simpy:.1f} s  kernel {kernel:.2f} s{never}")  # fmt: skip


def cases(files: Sequence[Path]) -> list[Case]:
    """Of the files, or else of all that are shipped, and the policies."""
    given = [Case(file.stem, file) for file in files or shipped()]
    return given if files else [*POLICIES, *given]


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare, print; 1 if any differs."""
    parser = argparse.ArgumentParser(prog="python -m tests.shipped")
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--days", type=int, default=28, help="the first days only (28)")
    length.add_argument("--whole", action="store_true", help="from start to end")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="processes (one a core)")
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE")
    given = parser.parse_args(arguments)
    wrong, todo = 0, cases(given.files)
    run = partial(both, days=None if given.whole else given.days)
    with ProcessPoolExecutor(given.jobs, get_context("spawn"), end_with_parent) as pool:
        all_found = map(run, todo) if given.jobs == 1 else pool.map(run, todo)
        for case, found in zip(todo, all_found, strict=True):
            wrong += bool(found.missing) or not found.equal
            print(line(case, found), flush=True)
    return int(wrong > 0)


if __name__ == "__main__":
    raise SystemExit(main())
