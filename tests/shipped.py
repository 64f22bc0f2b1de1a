"""Every shipped scenario in both engines: the same log to the last bit, every visit traced.

    python -m tests.shipped [--days 28 | --whole] [FILE…]

Prints a line each: equal or not, people who entered, rows of the trace, seconds of either engine; exit
code 1 if one differs.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from sim.log import digest
from sim.network.model import DAY, Model
from sim.network.table import Network
from sim.scenario import read
from sim.study.building import compiled, model_of
from sim.study.engines import KERNEL, SIMPY
from sim.study.task import engine

SCENARIOS = Path(__file__).parents[1] / "scenarios"


class Found(NamedTuple):
    """What the two engines gave: digests of the logs, people, rows of the trace, seconds."""

    digests: tuple[str, str]
    entered: int
    rows: int
    seconds: tuple[float, float]

    @property
    def equal(self) -> bool:
        return self.digests[0] == self.digests[1]


def shipped() -> list[Path]:
    """All scenarios that come with the program."""
    return sorted(SCENARIOS.glob("*.yaml"))


def cut(model: Model, days: int) -> Model:
    """The first days of a model; all of it if it is shorter."""
    horizon = min(days * DAY, model.horizon)
    orders = tuple(replace(o, counts=o.counts[: horizon // DAY]) for o in model.orders)
    return replace(model, horizon=horizon, orders=orders)


def network(file: Path, days: int | None) -> Network:
    """The network of the scenario's stated values; its first `days` if given. Raises Refused."""
    scenario = read(file)
    model = model_of(scenario)
    return compiled(scenario, model if days is None else cut(model, days))


def both(net: Network, seed: int = 1) -> Found:
    """Run one traced replication in either engine, SimPy first."""
    digests, seconds = [], []
    for name in (SIMPY, KERNEL):
        began = perf_counter()
        log = engine(name)(net, seed, 0, 0, trace=True)
        seconds.append(perf_counter() - began)
        digests.append(digest(log))
    return Found((digests[0], digests[1]), log.entered, len(log.visits), (seconds[0], seconds[1]))


def line(file: Path, found: Found) -> str:
    """What is printed of a scenario."""
    word = "equal" if found.equal else "DIFFER"
    simpy, kernel = found.seconds
    return (f"{word:6}  {file.stem:26}{found.entered:>10,} people{found.rows:>12,} rows"
            f"  simpy {simpy:.1f} s  kernel {kernel:.2f} s")  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare, print; 1 if any differs."""
    parser = argparse.ArgumentParser(prog="python -m tests.shipped")
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--days", type=int, default=28, help="the first days only (28)")
    length.add_argument("--whole", action="store_true", help="from start to end")
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE")
    given = parser.parse_args(arguments)
    different = 0
    for file in given.files or shipped():
        found = both(network(file, None if given.whole else given.days))
        different += not found.equal
        print(line(file, found), flush=True)
    return int(different > 0)


if __name__ == "__main__":
    raise SystemExit(main())
