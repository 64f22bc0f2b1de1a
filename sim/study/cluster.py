"""Hands on other machines, or in processes of their own, by way of Dask."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sim.errors import Problem, Refused
from sim.study.crew import DASK, Crew


@contextmanager
def cluster(address: str, jobs: int | None) -> Iterator[Crew]:
    """A cluster of this machine (`dask`), or the one behind a scheduler's address.

    Raises Refused if Dask is not installed or no scheduler answers.
    """
    try:
        from distributed import Client, LocalCluster
    except ImportError:
        found = "no package 'distributed'"
        wanted = "it, as in pip install 'enforcement-capacity[dask]'"
        raise Refused([Problem("--executor", 0, "", found, wanted)]) from None
    from sim.study.work import perform

    place = (
        LocalCluster(n_workers=jobs, threads_per_worker=1, dashboard_address=None)
        if address == DASK
        else None
    )
    try:
        client = Client(place or address, timeout=10)
    except OSError as error:
        found = f"no scheduler at {address} within 10 seconds"
        raise Refused(
            [Problem("--executor", 0, "", found, "the address of one that runs")]
        ) from error
    hands = len(client.scheduler_info()["workers"])
    try:
        yield Crew(lambda job: client.submit(perform, job, pure=False), max(2, hands))
    finally:
        client.close()
        if place is not None:
            place.close()
