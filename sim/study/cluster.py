"""Hands on other machines, or in processes of their own, by way of Dask."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from tempfile import TemporaryFile
from typing import IO, Any

from sim.errors import Problem, Refused, quote
from sim.study.crew import DASK, SUCH_AS, Crew
from sim.study.executors import workers
from sim.study.work import perform

PATIENCE = 10
"""[seconds] A scheduler that does not answer by then, or has no worker, is not waited for."""
_MODULE = "distributed.cli.dask_worker"
_TO_START = 120
"""[seconds] Workers of this machine import all that they need first, two processes for each."""
_TO_STOP = 5


@contextmanager
def cluster(address: str, jobs: int | None) -> Iterator[Crew]:
    """A cluster of this machine (`dask`), or the one behind a scheduler's address.

    A scenario goes to a worker as it is and few numbers come back, so workers need no file of ours. What
    a worker that dies was doing is done by another.

    Raises Refused if Dask is not installed, no scheduler answers, or it has no worker.
    """
    distributed = _installed()
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    here = address == DASK
    many = jobs or workers()
    found = _of_this_machine(distributed, many) if here else closing(_client(distributed, address))
    with found as client:
        hands = sum(client.nthreads().values())
        yield Crew(lambda job: client.submit(perform, job, pure=False), max(2, hands))


def _installed() -> Any:
    try:
        import distributed
    except ImportError:
        wanted = "it, as pip install 'enforcement-capacity[dask]' brings it"
        raise _refused("no package 'distributed'", wanted) from None
    return distributed


@contextmanager
def _of_this_machine(distributed: Any, jobs: int) -> Iterator[Any]:
    """A client of a scheduler here, with that many workers.

    They are programs of their own. Those that Dask starts by itself read the script that asks for them
    again, which then needs a guard.
    """
    with (
        distributed.LocalCluster(n_workers=0, dashboard_address=":0") as scheduler,
        _hired(scheduler.scheduler_address, jobs) as (process, told),
        distributed.Client(scheduler, timeout=PATIENCE, set_as_default=False) as client,
    ):
        for _ in range(_TO_START):
            try:
                client.wait_for_workers(jobs, timeout=1)
            except TimeoutError:
                if process.poll() is not None:
                    break
            else:
                yield client
                return
        told.seek(0)
        last = (told.read().decode(errors="replace").splitlines() or ["nothing"])[-1]
        raise _refused(f"workers that do not start; the last they said is {quote(last)}", "local")


@contextmanager
def _hired(address: str, jobs: int) -> Iterator[tuple[subprocess.Popen[bytes], IO[bytes]]]:
    """The process that keeps workers, which find modules where this one does, and what it says."""
    words = [sys.executable, "-m", _MODULE, address, "--nthreads", "1"]
    words += ["--nworkers", str(jobs), "--no-dashboard", "--death-timeout", str(PATIENCE)]
    paths = os.pathsep.join(path or os.getcwd() for path in sys.path)
    with TemporaryFile() as told:
        process = subprocess.Popen(
            words, env={**os.environ, "PYTHONPATH": paths}, stdin=subprocess.DEVNULL, stdout=told,
            stderr=told,
        )  # fmt: skip
        try:
            yield process, told
        finally:
            process.terminate()
            try:
                process.wait(_TO_STOP)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _client(distributed: Any, address: str) -> Any:
    try:
        client = distributed.Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        found = f"no scheduler at {quote(address)} (waited {PATIENCE} seconds)"
        wanted = f"the address that a running dask scheduler names, such as {SUCH_AS}"
        raise _refused(found, wanted) from error
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
    except TimeoutError:
        client.close()
        found = f"a scheduler at {quote(address)} without a worker (waited {PATIENCE} seconds)"
        raise _refused(found, f"one with workers: dask worker {address}") from None
    return client


def _refused(found: str, wanted: str) -> Refused:
    return Refused([Problem("--executor", 0, "", found, wanted)])
