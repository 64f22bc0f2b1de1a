"""Where a replication of the kernel spends its processor time.

    python -m tests.bench.phases

Seconds of: luck settled beforehand, memory laid out, events, memory made larger, rows put in order.
"""

from __future__ import annotations

import time
from typing import NamedTuple

from sim.draws import luck
from sim.engine.kernel.compiled import run_until_done
from sim.engine.kernel.order import ordered as ordered_rows
from sim.engine.kernel.setup import Memory
from sim.network.table import Network
from tests.bench.national import national
from tests.bench.pipeline import Pipeline, one_station


class Phases(NamedTuple):
    """Processor seconds of each, and how much was done."""

    luck: float
    memory: float
    events: float
    growth: float
    order: float
    taken: int
    rows: int


def phases(network: Network) -> Phases:
    """One replication in its parts."""
    clock = time.process_time
    began = clock()
    chance = luck.prepare(network, 1, 0, 0)
    settled = clock()
    memory = Memory(network, chance, False, 1 << 14)
    laid_out = clock()
    growth, more = 0.0, True
    while more:
        more = bool(run_until_done(memory.record))
        short = clock()
        if more:
            memory.grow()
        growth += clock() - short
    done = clock()
    rows = ordered_rows(memory.rows(), memory.gone(), memory.named(), network.table.source_rank)
    ordered = clock()
    return Phases(
        settled - began, laid_out - settled, done - laid_out - growth, growth, ordered - done,
        int(memory.record[0]["events_taken"]), len(rows),
    )  # fmt: skip


def main() -> None:
    """Measure, print: the second of two turns, since the first compiles and lays out what the network settles."""
    networks = {
        "M/M/5, a million": one_station(1_000_000),
        "bed → hearing → flight, a year": Pipeline(3_000, 365).network(),
        "`target-3000`, a year": national(),
    }
    print("| | luck | memory | events | growth | order | events taken | rows |")
    print("|---|--:|--:|--:|--:|--:|--:|--:|")
    for name, network in networks.items():
        phases(network)
        *seconds, taken, rows = phases(network)
        print(
            f"| {name} | " + " | ".join(f"{s:.2f}" for s in seconds) + f" | {taken:,} | {rows:,} |"
        )


if __name__ == "__main__":
    main()
