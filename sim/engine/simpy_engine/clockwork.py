"""Time, and what comes first at one instant.

SimPy's own Timeout, succeed, AnyOf, Interrupt and Resource are not used: their fixed priorities cannot obey
the order at one instant (docs/ties.md), and Resource.release searches a list of all users. SimPy gives the
processes, the events with their callbacks, and the list of pending events.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from heapq import heappop, heappush
from typing import Any

import simpy
from simpy.events import Event

from sim.network.table import CENSUS, CLASS_SHIFT, NUMBER_SHIFT, RANK_SHIFT

Act = Callable[[Any], None]
"""What an event does; it is given the event."""


class Clockwork(simpy.Environment):
    """SimPy's environment, whose events come by (time [us], key); `network.table` says what a key is."""

    now: int = 0

    def at(self, time: int, key: int, event: Event) -> None:
        heappush(self._queue, (time, key, next(self._eid), event))  # type: ignore[misc]

    def call(self, time: int, kind: int, rank: int, number: int, act: Act) -> None:
        """Let `act` be an event of the system: a census, a change, a departure, arrivals."""
        key = kind << CLASS_SHIFT | rank << RANK_SHIFT | number << NUMBER_SHIFT
        self.at(time, key, Wake(self, None, [act]))

    def step(self) -> None:
        """Take the next event."""
        self.now, _, _, event = heappop(self._queue)  # type: ignore[assignment]
        callbacks, event.callbacks = event.callbacks, []
        for callback in callbacks:
            callback(event)

    def run_to(self, horizon: int) -> None:
        """Take all events before the horizon, and the censuses at it."""
        queue = self._queue
        while queue and (queue[0][0] < horizon or queue[0][1] >> CLASS_SHIFT == CENSUS):
            self.step()

    def schedule(self, event: Event, priority: Any = 1, delay: Any = 0) -> None:
        """Nobody waits for the end of a process, so it is not an event; its error goes up."""
        if not event._ok:
            raise event._value


class Wake(Event):
    """An event that is not pending until it is put `at` a time; a cancelled one stays and does nothing."""

    _ok = True

    def __init__(self, env: Clockwork, value: Any = None, callbacks: list[Act] | None = None) -> None:
        self.env = env
        self.callbacks = [] if callbacks is None else callbacks
        self._value = value

    def arm(self) -> None:
        """Make it new: it has been taken, and may be waited for again."""
        self.callbacks = []
        self._value = None


class Life(simpy.Process):
    """A process that starts by running, not by an event."""

    def __init__(self, env: Clockwork, generator: Generator[Event, Any, Any]) -> None:
        self.env = env
        self._generator = generator
        self._resume(Wake(env))


def cancel(event: Event) -> None:
    event.callbacks = []


@contextmanager
def no_garbage_collection() -> Iterator[None]:
    """Keep the collector from walking a million live generators: nothing here is cyclic for long."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
