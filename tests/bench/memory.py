"""Peak memory and time of one national replication, in a process of its own.

    python -m tests.bench.memory kernel|simpy [--days N] [--a-day N] [--trace] [--profile]

Prints one line of JSON. The peak is above that of the process once it has imported everything, built
the network and run a day of it, so that neither libraries nor the compiler count. With `--trace` it is that
of the run with every visit written to disk, and `run_peak_bytes` that of the run before the writing.
"""

from __future__ import annotations

import argparse
import cProfile
import json
import pstats
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sim.log import Log
from sim.network.table import Network
from sim.study.task import engine
from sim.study.trace import TRACE, join_parts, write_part
from tests.bench.national import ASKED, national


def measured(*arguments: str) -> dict[str, Any]:
    """What this module prints, run with `arguments` in a process of its own."""
    command = [sys.executable, "-m", "tests.bench.memory", *arguments]
    found = subprocess.run(command, check=True, capture_output=True, text=True)
    return dict(json.loads(found.stdout))


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.memory")
    parser.add_argument("engine", choices=["kernel", "simpy"])
    parser.add_argument("--days", type=int)
    parser.add_argument("--a-day", type=int, default=ASKED)
    parser.add_argument("--trace", action="store_true")
    parser.add_argument("--profile", action="store_true", help="top 12 by own time, to stderr")
    given = parser.parse_args(arguments)
    network, run = national(given.days, given.a_day), engine(given.engine)
    run(national(1, given.a_day), 1, 0, 0)
    before, began = _peak(), time.process_time()
    profile = cProfile.Profile()
    if given.profile:
        profile.enable()
    log = run(network, 1, 0, 0, trace=given.trace)
    profile.disable()
    run_peak = _peak() - before
    if given.trace:
        _write(network, log)
    seconds = time.process_time() - began
    if given.profile:
        pstats.Stats(profile, stream=sys.stderr).sort_stats("tottime").print_stats(12)
    print(json.dumps({
        "entities": log.entered, "rows": len(log.visits), "seconds": seconds,
        "start_bytes": before, "run_peak_bytes": run_peak, "peak_bytes": _peak() - before,
    }))  # fmt: skip


def _write(network: Network, log: Log) -> None:
    """Trace rows to disk as `sim run --trace` does, in a folder that is thrown away."""
    with TemporaryDirectory() as folder:
        write_part(Path(folder), network, log, 0, 0)
        join_parts(Path(folder), [(0, 0)], Path(folder) / TRACE)


def _peak() -> int:
    """The most memory this process has had in use [bytes].

    On Linux from /proc: what getrusage tells there begins with the peak of the process that started this
    one. Elsewhere getrusage, in bytes on macOS and kilobytes on other systems.
    """
    status = Path("/proc/self/status")
    if status.exists():
        lines = status.read_text(encoding="ascii").splitlines()
        return 1024 * next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
    found = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return found if sys.platform == "darwin" else 1024 * found


if __name__ == "__main__":
    main()
