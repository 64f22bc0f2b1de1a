"""Who does the tasks: this process, threads beside it or processes of their own.

The result does not depend on it: tasks are pure and are put back in their order.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from multiprocessing.connection import wait

from sim.measures import Reduced
from sim.study.engines import KERNEL
from sim.study.task import Context, Task, perform

Gather = Callable[[Sequence[Task], Callable[[], None]], list[Reduced]]
_contexts: list[Context] = []
"""In a worker process, the one context of its study."""


@contextmanager
def team(context: Context, jobs: int) -> Iterator[Gather]:
    """A function that does tasks and returns their results in order, calling back as each comes."""
    if jobs <= 1:
        yield lambda tasks, done: [_told(perform(context, task), done) for task in tasks]
        return
    with pool_of(jobs, context.engine, _begin, context) as pool:
        yield lambda tasks, done: _collect(pool, context, tasks, done)


@contextmanager
def pool_of(
    jobs: int, engine: str, begin: Callable[..., None], *given: object
) -> Iterator[Executor]:
    """Threads for the compiled engine, which lets go of the lock; else processes, that `begin` so.

    On a failure or Ctrl-C what has not begun is dropped and nothing is waited for. Processes end with
    this one, however it ends.
    """
    pool: Executor
    if engine == KERNEL:
        pool = ThreadPoolExecutor(jobs)
    else:
        copied = copies(engine)
        way = multiprocessing.get_context("fork" if copied else "spawn")
        pool = ProcessPoolExecutor(jobs, way, initializer=_work, initargs=(begin, given))
        if copied:
            _copy(pool)
    try:
        yield pool
    except BaseException:
        processes = isinstance(pool, ProcessPoolExecutor)
        for child in multiprocessing.active_children() if processes else ():
            child.terminate()
        pool.shutdown(wait=processes, cancel_futures=True)
        raise
    pool.shutdown()


def _work(begin: Callable[..., None], given: Sequence[object]) -> None:
    """What a worker process begins with."""
    end_with_parent()
    begin(*given)


def end_with_parent() -> None:
    """This process ends, in the midst of whatever it does, when the one that made it is gone.

    Nothing else tells a worker of a parent that was killed: it waits for work from a pipe of which it holds
    the other end too. Copies hold what tells the copies made before them; so the last one ends first, then
    the one before it.
    """
    threading.Thread(target=_wait_for_end, name="parent", daemon=True).start()


def _wait_for_end() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _copy(pool: Executor) -> None:
    """Makes all copies now, before anything else starts a thread.

    Python 3.12 warns of threads that are none of its own. Those of the libraries here (of linear algebra) make
    themselves anew in a copy, and no lock of ours is held by any.
    """
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", r".*multi-threaded, use of fork\(\)", DeprecationWarning)
        pool.submit(os.getpid)


def copies(engine: str) -> bool:
    """Whether a worker is a copy of this process, there at once, and need not import everything anew.

    A copy of a process with threads may wait for ever on a lock that one of those held.
    """
    return engine != KERNEL and sys.platform == "linux" and threading.active_count() == 1


def workers() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _told(result: Reduced, done: Callable[[], None]) -> Reduced:
    done()
    return result


def _begin(context: Context) -> None:
    _contexts[:] = [context]
    settled()
    signal.signal(signal.SIGINT, lambda *_: os._exit(1))


def settled() -> None:
    """What a worker process has by now stays to the end: the collector need not walk it, nor copy its pages."""
    gc.freeze()


def _perform(task: Task) -> Reduced:
    return perform(_contexts[0], task)


def _collect(
    pool: Executor, context: Context, tasks: Sequence[Task], done: Callable[[], None]
) -> list[Reduced]:
    if isinstance(pool, ThreadPoolExecutor):
        futures = [pool.submit(perform, context, task) for task in tasks]
    else:
        futures = [pool.submit(_perform, task) for task in tasks]
    for future in as_completed(futures):
        future.result()
        done()
    return [future.result() for future in futures]
