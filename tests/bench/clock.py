"""Timing pieces of work against each other: interleaved, several times, by median."""

from __future__ import annotations

import gc
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from statistics import median

Work = Callable[[], object]


def against(works: Mapping[str, Work], rounds: int) -> dict[str, float]:
    """Median processor seconds of each work, which take turns so that the machine's moods hit all alike.

    One round more goes first and is not counted. Processor time leaves out what other programs take, but
    not what they do to caches. The garbage collector is off, so that none pays for another's objects.
    """
    found: dict[str, list[float]] = {name: [] for name in works}
    gc.collect()
    gc.disable()
    try:
        for _ in range(rounds + 1):
            for name, work in works.items():
                found[name].append(_seconds(work))
    finally:
        gc.enable()
    return {name: median(seconds[1:]) for name, seconds in found.items()}


def _seconds(work: Work) -> float:
    began = time.process_time()
    work()
    spent = time.process_time() - began
    gc.collect()
    return spent


def in_cimba(*arguments: object) -> float:
    """Median processor seconds of a model in Cimba, in a process of its own; `in_cimba` says why."""
    command = [sys.executable, "-m", "tests.bench.in_cimba", *map(str, arguments)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
