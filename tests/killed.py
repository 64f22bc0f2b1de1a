"""Work in a process that kills itself as it saves to the store, and what it has saved by then."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

from sim.study.store import Record, Store, intact

Saved = dict[tuple[str, int], bytes]


def saved(place: Path) -> Saved:
    """Numbers of each replication in `place/store`, by point and replication; no record is damaged."""
    records = [intact(path) for path in (place / "store").glob("*/*.runs")]
    assert None not in records
    return {(r.digest, n): row.tobytes() for r in records if r for n, row in r.rows.items()}


def dies_as_it_saves(work: Callable[[], object], nth: int, saved_first: bool = True) -> None:
    """Work in a process that kills itself at its nth record, before or after it is written."""
    child = os.fork()
    if child == 0:
        try:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
            left, put = nth, Store.put

            def fatal(self: Store, record: Record, block: int) -> Record:
                nonlocal left
                left -= 1
                whole = record if left == 0 and not saved_first else put(self, record, block)
                if left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)
                return whole

            Store.put = fatal  # type: ignore[method-assign]
            work()
        finally:
            os._exit(0)
    assert os.WIFSIGNALED(os.waitpid(child, 0)[1])
