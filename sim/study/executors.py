"""Who does the tasks: this process, threads beside it or processes of their own.

The result does not depend on it: tasks are pure and are put back in their order.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor, as_completed
from contextlib import suppress

from sim.measures import Reduced
from sim.study.task import KERNEL, Context, Task, perform

_context: Context | None = None


def gather(
    context: Context, tasks: Sequence[Task], jobs: int, done: Callable[[], None]
) -> list[Reduced]:
    """The results in the order of the tasks; `done` is called as each comes."""
    if jobs <= 1 or len(tasks) <= 1:
        return [_told(perform(context, task), done) for task in tasks]
    if context.engine == KERNEL:
        with ThreadPoolExecutor(jobs) as pool:
            return _collect(pool, [pool.submit(perform, context, task) for task in tasks], done)
    return _in_processes(context, tasks, jobs, done)


def workers() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _told(result: Reduced, done: Callable[[], None]) -> Reduced:
    done()
    return result


def _in_processes(
    context: Context, tasks: Sequence[Task], jobs: int, done: Callable[[], None]
) -> list[Reduced]:
    spawn = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(jobs, spawn, initializer=_begin, initargs=(context,))
    with pool:
        try:
            return _collect(pool, [pool.submit(_perform, task) for task in tasks], done)
        except KeyboardInterrupt:
            for child in multiprocessing.active_children():
                child.terminate()
            raise


def _begin(context: Context) -> None:
    global _context
    _context = context
    signal.signal(signal.SIGINT, lambda *_: os._exit(1))


def _perform(task: Task) -> Reduced:
    assert _context is not None
    return perform(_context, task)


def _collect(
    pool: Executor, futures: list[Future[Reduced]], done: Callable[[], None]
) -> list[Reduced]:
    """Results in order; the first failure, or Ctrl-C, cancels what has not begun."""
    try:
        for future in as_completed(futures):
            future.result()
            done()
    except BaseException:
        with suppress(RuntimeError):
            pool.shutdown(wait=False, cancel_futures=True)
        raise
    return [future.result() for future in futures]
