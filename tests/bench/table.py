"""The table of docs/performance.md, measured in one run.

    python -m tests.bench.table [--quick] [--ten-million] [--only WORD]

Prints Markdown. Every figure that is compared is a ratio of medians of turns taken on this machine.
Peers that are not installed are said to be missing: pip install ciw==3.2.7 cimba==0.9.6.
"""

from __future__ import annotations

import argparse
import os
import platform
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import NamedTuple

from sim.draws import luck
from sim.engine import kernel, simpy_engine
from sim.engine.kernel.compiled import run_until_done
from sim.engine.kernel.memory import CLOCK, ENTITY, EVENT, HOLD, NODE
from sim.engine.kernel.setup import Memory
from sim.log import VISIT
from sim.network.table import Network
from tests.bench import bare, hand
from tests.bench.clock import Work, against, in_cimba
from tests.bench.memory import measured
from tests.bench.national import national
from tests.bench.pipeline import Pipeline, one_station

TENTH = 36
"""Days of a tenth of the year."""
VERSIONS = ("simpy", "numpy", "numba", "llvmlite", "ciw", "cimba")


class Row(NamedTuple):
    """One line of the table; `ratio` is what the second column is divided by the first, or growth."""

    work: str
    against: str
    ratio: float | None
    wanted: str
    note: str


class Size(NamedTuple):
    """How much is done."""

    rounds: int
    thread_rounds: int
    year: int
    customers: int
    entities: tuple[int, ...]


USUAL = Size(5, 9, 365, 1_000_000, (10_000, 100_000, 1_000_000))
QUICK = Size(3, 3, 120, 300_000, (10_000, 100_000))


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.table")
    parser.add_argument("--quick", action="store_true", help="less of everything")
    parser.add_argument("--ten-million", action="store_true", help="10^7 entities too; takes 4 GB")
    parser.add_argument("--only", default="", metavar="WORD", help="parts whose name has this")
    given = parser.parse_args(arguments)
    size = QUICK if given.quick else USUAL
    if given.ten_million:
        size = size._replace(entities=(*size.entities, 10_000_000))
    _heading()
    for name, part in PARTS.items():
        if given.only in name:
            for row in part(size):
                _print(row)


def _heading() -> None:
    print(f"{_processor()}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}; "
          + ", ".join(f"{name} {version(name)}" for name in VERSIONS if find_spec(name))
          + f"; other load at the start {os.getloadavg()[0]:.1f}")  # fmt: skip
    print("\n| work | against | ratio | at least | measured |\n|---|---|--:|--:|---|")


def _print(row: Row) -> None:
    ratio = (
        "-" if row.ratio is None else f"{row.ratio:.2f}" if row.ratio < 10 else f"{row.ratio:.0f}"
    )
    print(f"| {row.work} | {row.against} | {ratio} | {row.wanted} | {row.note} |", flush=True)


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def _by_kernel(network: Network, visits: bool = True) -> Work:
    return lambda: kernel.run(network, 1, 0, 0, visits=visits)


def _by_simpy(network: Network, visits: bool = True) -> Work:
    return lambda: simpy_engine.run(network, 1, 0, 0, visits=visits)


def _by_hand(of: Pipeline, network: Network, own_draws: bool) -> Work:
    return lambda: hand.run(*hand.route(of, network, own_draws=own_draws))


# -- the national scenario ----------------------------------------------------------------------------


def nation(size: Size) -> Iterator[Row]:
    """The kernel against the reference, and the reference against SimPy by hand."""
    days = TENTH if size is USUAL else 10
    network = national(days)
    for visits, kept in ((False, "tallies alone"), (True, "every visit kept")):
        works = {"kernel": _by_kernel(network, visits), "simpy": _by_simpy(network, visits)}
        t = against(works, 3 if size is USUAL else 1)
        yield Row(f"`target-3000`, {days} days, {kept}", "our SimPy engine", t["simpy"] / t["kernel"],
                  "" if visits else "35", f"{t['kernel']:.2f} s, {t['simpy']:.1f} s")  # fmt: skip
    of = Pipeline(3_000, days)
    simple = of.network()
    t = against({"bare": lambda: bare.pipeline(of), "simpy": _by_simpy(simple), "kernel": _by_kernel(simple)},
                3 if size is USUAL else 1)  # fmt: skip
    yield Row("bare SimPy, bed → hearing → flight", "our SimPy engine", t["simpy"] / t["bare"], "at most 1.5",
              f"{t['bare']:.2f} s, {t['simpy']:.2f} s")  # fmt: skip
    yield Row("bed → hearing → flight", "our SimPy engine", t["simpy"] / t["kernel"], "",
              f"{t['kernel']:.3f} s")  # fmt: skip


def by_hand(size: Size) -> Iterator[Row]:
    """The kernel against a loop for one route, per event."""
    of = Pipeline(3_000, size.year)
    simple, whole = of.network(), national(None if size is USUAL else size.year)
    t = against(
        {
            "hand": _by_hand(of, simple, own_draws=False),
            "own": _by_hand(of, simple, own_draws=True),
            "simple": _by_kernel(simple),
            "simple tallies": _by_kernel(simple, visits=False),
            "national": _by_kernel(whole),
            "national tallies": _by_kernel(whole, visits=False),
        },
        3,
    )
    events = {"hand": hand.run(*hand.route(of, simple, own_draws=False))[3], "simple": _events(simple),
              "national": _events(whole)}  # fmt: skip
    each = 1e9 * t["hand"] / events["hand"]
    for name, of_what in (("simple", "bed → hearing → flight"), ("national", "`target-3000`")):
        for work, kind in ((name, "every visit kept"), (f"{name} tallies", "tallies alone")):
            ns = 1e9 * t[work] / events[name]
            yield Row(f"{of_what}, per event, {kind}", "hand-written loop, same draws", each / ns, "0.6",
                      f"{ns:.0f} ns, {each:.0f} ns")  # fmt: skip
    yield Row("bed → hearing → flight, per event", "hand-written loop, the compiler's own draws",
              t["own"] / t["simple"], "", f"{1e9 * t['own'] / events['hand']:.0f} ns")  # fmt: skip


def _events(network: Network) -> int:
    """How many events the kernel takes."""
    memory = Memory(network, luck.prepare(network, 1, 0, 0), False, 1 << 14)
    while run_until_done(memory.record):
        memory.grow()
    return int(memory.record[0]["events_taken"])


# -- one station --------------------------------------------------------------------------------------


def station(size: Size) -> Iterator[Row]:
    """M/M/5 against those that others use, per customer; they keep nothing of single customers."""
    few = size.customers // 10
    network = one_station(size.customers)
    works: dict[str, Work] = {
        "kernel": _by_kernel(network, visits=False),
        "visits": _by_kernel(network),
        "SimPy with `Resource`": lambda: bare.one_station(few),
    }
    share = {"kernel": 1, "visits": 1, "SimPy with `Resource`": 10, "Ciw": 20, "Cimba": 1}
    if find_spec("ciw"):
        from tests.bench import in_ciw

        works["Ciw"] = lambda: in_ciw.one_station(few // 2)
    found = against(works, size.rounds)
    if find_spec("cimba"):
        found["Cimba"] = in_cimba("station", size.customers, size.rounds)
    t = {name: 1e6 * s * share[name] / size.customers for name, s in found.items()}
    wanted = {"SimPy with `Resource`": "60", "Ciw": "120", "Cimba": "1.5"}
    for name, least in wanted.items():
        if name not in t:
            yield Row("M/M/5, per customer, tallies alone", name, None, least, "not installed")
            continue
        for kernel_does, kind in (("kernel", "tallies alone"), ("visits", "every visit kept")):
            yield Row(f"M/M/5, per customer, {kind}", name, t[name] / t[kernel_does],
                      least if kernel_does == "kernel" else "",
                      f"{t[kernel_does]:.2f} µs, {t[name]:.2f} µs")  # fmt: skip


def processes(size: Size) -> Iterator[Row]:
    """Cimba with a process for each person."""
    of, name = Pipeline(3_000, 20), "Cimba, a process per entity"
    if not find_spec("cimba"):
        yield Row("bed → hearing → flight, 60,000 entities", name, None, "10", "not installed")
        return
    t = against({"kernel": _by_kernel(of.network())}, size.rounds)
    t["cimba"] = in_cimba("pipeline", of.a_day, of.days, size.rounds)
    yield Row("bed → hearing → flight, 60,000 entities", name, t["cimba"] / t["kernel"], "10",
              f"{t['kernel']:.3f} s, {t['cimba']:.2f} s")  # fmt: skip


# -- size, threads, memory ----------------------------------------------------------------------------


def growth(size: Size) -> Iterator[Row]:
    """Cost per entity by the daily rate, with tallies."""
    cost: dict[int, float] = {}
    for entities in size.entities:
        network = Pipeline(round(entities / 365), 365).network()
        rounds = 1 if entities > 10**6 else 3
        works = {"": _by_kernel(network, visits=False)}
        cost[entities] = 1e6 * against(works, rounds)[""] / entities
    first = size.entities[0]
    for entities in size.entities[1:]:
        yield Row(f"cost per entity, {entities:,} in 365 days", f"{first:,}", cost[entities] / cost[first],
                  "less than 1.6", f"{cost[entities]:.2f} µs, {cost[first]:.2f} µs")  # fmt: skip


def threads(size: Size) -> Iterator[Row]:
    """Two replications one after the other, against side by side; by the clock on the wall."""
    network = national(TENTH)
    one, two, had = [], [], []
    with ThreadPoolExecutor(2) as pool:
        for _ in range(size.thread_rounds):
            began = time.perf_counter()
            for r in range(12):
                kernel.run(network, 1, 0, r, visits=False)
            middle, cpu = time.perf_counter(), time.process_time()
            list(pool.map(lambda r: kernel.run(network, 1, 0, r, visits=False), range(12)))
            one.append(middle - began)
            two.append(time.perf_counter() - middle)
            had.append((time.process_time() - cpu) / two[-1])
    ratio = median(a / b for a, b in zip(one, two, strict=True))
    yield Row(f"two threads, `target-3000`, {TENTH} days", "one thread", ratio, "1.8",
              f"median of {size.thread_rounds}; the two had {median(had):.2f} cores")  # fmt: skip


def memory(size: Size) -> Iterator[Row]:
    """Bytes of one who is inside, and the most a replication takes."""
    live = {"entity": ENTITY, "event": EVENT, "place in line": NODE, "hold": HOLD, "clock": CLOCK}
    sizes = ", ".join(f"{name} {dtype.itemsize}" for name, dtype in live.items())
    yield Row("bytes: a live entity", "", float(ENTITY.itemsize), "at most 64",
              f"{sizes}; a row of the log {VISIT.itemsize}")  # fmt: skip
    days = () if size is USUAL else ("--days", str(size.year))
    found = measured("kernel", *days)
    yield Row("MB above start-up: `target-3000`, tallies", "", found["peak_bytes"] / 1e6, "at most 600",
              f"{found['entities']:,} entities, {found['rows']:,} rows")  # fmt: skip


PARTS = {"nation": nation, "hand": by_hand, "station": station, "processes": processes, "growth": growth,
         "threads": threads, "memory": memory}  # fmt: skip

if __name__ == "__main__":
    main()
