"""Worker processes: what they begin with, and what is said while they are made."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import warnings

import pytest

from sim.study import crew, executors
from sim.study.engines import SIMPY
from sim.study.executors import pool_of

FORK = "This process (pid=1) is multi-threaded, use of fork() may lead to deadlocks in the child."
"""What Python 3.12 and later say of native threads, those of linear algebra among them."""


@pytest.mark.parametrize("begin", [crew._begin, executors.settled])
def test_a_worker_need_not_collect_what_was_there_before(begin) -> None:  # type: ignore[no-untyped-def]
    with pool_of(2, SIMPY, begin) as pool:
        assert pool.submit(gc.get_freeze_count).result() > 10_000
    assert gc.get_freeze_count() == 0


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no process is killed so")
@pytest.mark.parametrize("beside", ["", "threading.Thread(target=time.sleep, args=(60,), daemon=True).start()"],
                         ids=["copies", "begun anew"])  # fmt: skip
def test_workers_end_with_a_process_that_was_killed(beside: str) -> None:
    """Those that are at work and those that wait for it: what they say comes to an end, since none can say more."""
    killed = f"""
import os, signal, sys, threading, time
from sim.study.executors import pool_of
{beside}
with pool_of(3, "simpy", os.getpid) as pool:
    pool.submit(time.sleep, 60)
    for _ in range(3):
        pool.submit(time.sleep, 0.1).result()
    print(*pool._processes, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""
    process = subprocess.Popen(
        [sys.executable, "-c", killed], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert process.stdout is not None
    workers = [int(number) for number in process.stdout.readline().split()]
    try:
        process.communicate(timeout=20)
    except subprocess.TimeoutExpired:
        for number in workers:
            os.kill(number, signal.SIGKILL)
        raise
    assert len(workers) > 1
    assert process.returncode == -signal.SIGKILL


@pytest.mark.skipif(sys.platform != "linux", reason="no copies elsewhere")
def test_nothing_is_said_of_threads_that_are_safe_to_copy() -> None:
    """In a process of its own, in which no other test has left a thread."""
    told = f"""
import os, warnings
from sim.study.executors import copies, pool_of
fork = os.fork
def warned():
    warnings.warn({FORK!r}, DeprecationWarning, stacklevel=2)
    return fork()
os.fork = warned
warnings.simplefilter("error")
assert copies("simpy")
with pool_of(2, "simpy", os.getpid) as pool:
    assert pool.submit(os.getpid).result() != os.getpid()
"""
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_other_warnings_are_not_swallowed() -> None:
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        with pool_of(2, SIMPY, os.getpid):
            warnings.warn(FORK, DeprecationWarning, stacklevel=2)
    assert any(FORK in str(one.message) for one in heard)
