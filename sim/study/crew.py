"""Hands that do jobs at once: this thread alone, threads, processes, or a cluster.

The result does not depend on them: jobs are pure, and what comes back is put in its order.
"""

from __future__ import annotations

import re
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from sim.errors import Problem, Refused, quote
from sim.study.executors import pool_of, settled, workers
from sim.study.work import Job, Result, perform

LOCAL, DASK = "local", "dask"
_ADDRESS = re.compile(r"(tcp|tls)://.+:\d{1,5}")
SUCH_AS = "tcp://127.0.0.1:8786"
_AHEAD = 2
"""Jobs that each hand has waiting, so that it never stands idle."""


class Coming(Protocol):
    """A result that is on its way."""

    def result(self) -> Result: ...
    def add_done_callback(self, call: Callable[[Any], object], /) -> object: ...


@dataclass(frozen=True)
class Crew:
    """`submit` begins a job; at most `room` are best under way at once."""

    submit: Callable[[Job], Coming]
    hands: int

    @property
    def room(self) -> int:
        return 1 if self.hands == 1 else self.hands * (1 + _AHEAD)


def known(executor: str | Crew | None, jobs: int | None = None) -> None:
    """Raises Refused for an executor that there is not, and for jobs of one that has its own workers.

    Whether it is there is seen when it is asked.
    """
    if executor is None or isinstance(executor, Crew) or executor in (LOCAL, DASK):
        return
    option, found = "--executor", quote(executor)
    wanted = "local, dask (a cluster on this machine) or tcp://… (a scheduler that is running)"
    if _ADDRESS.fullmatch(str(executor)):
        if jobs is None:
            return
        option, found = "--jobs", f"{quote(jobs)} beside --executor {executor}"
        wanted = "no --jobs: a scheduler that is running has the workers that it has"
    elif str(executor).startswith(("tcp://", "tls://")):
        found, wanted = f"{found}, which names no port", f"such as {SUCH_AS}"
    raise Refused([Problem(option, 0, "", found, wanted)])


@contextmanager
def crew(executor: str | Crew | None, jobs: int | None, engine: str) -> Iterator[Crew]:
    """Raises Refused for an executor that there is not, or that is not there."""
    known(executor)
    if isinstance(executor, Crew):
        yield executor
    elif executor is None or executor == LOCAL:
        with _local(jobs or workers(), engine) as found:
            yield found
    else:
        from sim.study.cluster import cluster

        with cluster(executor, jobs) as found:
            yield found


@contextmanager
def _local(hands: int, engine: str) -> Iterator[Crew]:
    if hands == 1:
        yield Crew(_at_once, 1)
        return
    with pool_of(hands, engine, _begin) as pool:
        yield Crew(lambda job: pool.submit(perform, job), hands)


def _at_once(job: Job) -> Future[Result]:
    """Done before it is handed back; what goes wrong is raised by whoever asks for it."""
    found: Future[Result] = Future()
    try:
        found.set_result(perform(job))
    except Exception as error:
        found.set_exception(error)
    return found


def _begin() -> None:
    """In a worker process: Ctrl-C goes to the process that waits, which ends the others."""
    settled()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
