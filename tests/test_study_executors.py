"""Worker processes: what they begin with, and what is said while they are made."""

from __future__ import annotations

import gc
import os
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
