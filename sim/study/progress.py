"""How far a long work has come: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Step = Callable[[], None]
_SECONDS_BETWEEN_LINES = 10.0


def say(message: str) -> None:
    """One message to the user, beside the result."""
    print(message, file=sys.stderr, flush=True)


def in_words(seconds: float) -> str:
    """A length of time as people say it: `40 seconds`, `3 minutes`, `2.5 hours`."""
    if seconds < 90:
        return f"{max(1, round(seconds))} seconds"
    if seconds < 90 * 60:
        return f"{round(seconds / 60)} minutes"
    return f"{seconds / 3600:.1f} hours"


@contextmanager
def progress(total: int | None, what: str, shown: bool) -> Iterator[Step]:
    """A function to call when one of `total` pieces is done."""
    if not shown:
        yield lambda: None
    elif sys.stderr.isatty():
        with _bar(total, what) as step:
            yield step
    else:
        yield _lines(total, what)


@contextmanager
def _bar(total: int | None, what: str) -> Iterator[Step]:
    from rich import progress as rich
    from rich.console import Console

    columns = (rich.TextColumn("{task.description}"), rich.BarColumn(), rich.MofNCompleteColumn())
    console = Console(stderr=True)
    last = rich.TimeRemainingColumn()
    with rich.Progress(*columns, last, console=console, transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda: bar.advance(task)


def _lines(total: int | None, what: str) -> Step:
    done, said = 0, time.monotonic()
    began = said

    def step() -> None:
        nonlocal done, said
        done += 1
        now = time.monotonic()
        if now - said >= _SECONDS_BETWEEN_LINES or done == total:
            said = now
            say(f"{what}: {done}{_of(total, done, now - began)}")

    return step


def _of(total: int | None, done: int, seconds: float) -> str:
    """How many there are, and how long the rest takes if it goes on as so far."""
    if total is None or done >= total:
        return "" if total is None else f" of {total}"
    return f" of {total}, about {in_words(seconds / done * (total - done))} left"
