"""Hands on other machines, or in processes of their own, by way of Dask."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from sim.errors import Problem, Refused, quote
from sim.study.crew import DASK, Crew
from sim.study.work import perform

_ADDRESS = re.compile(r"(tcp|tls)://.+:\d{1,5}")
_SUCH_AS = "tcp://127.0.0.1:8786"
PATIENCE = 10
"""[seconds] A scheduler that does not answer by then, or has no worker, is not waited for."""


@contextmanager
def cluster(address: str, jobs: int | None) -> Iterator[Crew]:
    """A cluster of this machine (`dask`), or the one behind a scheduler's address.

    A scenario goes to a worker as it is and few numbers come back, so workers need no file of ours. What
    a worker that dies was doing is done by another.

    Raises Refused if Dask is not installed, no scheduler answers, or it has no worker.
    """
    if address != DASK and not _ADDRESS.fullmatch(address):
        raise _refused(f"{quote(address)}, which names no port", f"such as {_SUCH_AS}")
    distributed = _installed()
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    with ExitStack() as opened:
        place = address
        if address == DASK:
            place = distributed.LocalCluster(
                n_workers=jobs, threads_per_worker=1, dashboard_address=None
            )
            opened.callback(place.close)
        client = _client(distributed, place, address)
        opened.callback(client.close)
        hands = sum(client.nthreads().values())
        yield Crew(lambda job: client.submit(perform, job, pure=False), max(2, hands))


def _installed() -> Any:
    try:
        import distributed
    except ImportError:
        wanted = "it, as pip install 'enforcement-capacity[dask]' brings it"
        raise _refused("no package 'distributed'", wanted) from None
    return distributed


def _client(distributed: Any, place: Any, address: str) -> Any:
    try:
        client = distributed.Client(place, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        found = f"no scheduler at {quote(address)} (waited {PATIENCE} seconds)"
        wanted = f"the address that a running dask scheduler names, such as {_SUCH_AS}"
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
