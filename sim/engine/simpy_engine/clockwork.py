"""Time, and what comes first at one instant.

SimPy's own Timeout, succeed, AnyOf, Interrupt and Resource are not used: their fixed priorities cannot obey
the order at one instant (docs/ties.md), and Resource.release searches a list of all users. SimPy gives the
processes, the events with their callbacks, and the list of pending events.
"""

from __future__ import annotations

import gc
from collections import defaultdict
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from heapq import heapify, heappop, heappush
from typing import Any

import simpy
from simpy.events import Event

from sim.network.table import CENSUS, CLASS_SHIFT, NUMBER_SHIFT, RANK_SHIFT

Act = Callable[[Any], None]
"""What an event does; it is given the event."""
Pending = tuple[int, int, int, "Wake"]
"""Time, key, number of making, event."""
SPAN = 33
"""Bits of a time that are within a span: two hours and a bit."""


class Clockwork(simpy.Environment):
    """SimPy's environment, whose events come by (time [us], key); `network.table` says what a key is.

    `_queue` has the events of the present span of time alone. Those of later ones wait in no order, which
    keeps the heap small: most of what is due is due in days.
    """

    now: int = 0

    def __init__(self) -> None:
        super().__init__()
        self._later: defaultdict[int, list[Pending]] = defaultdict(list)
        self._until = 0

    def at(self, time: int, key: int, event: Wake) -> None:
        pending = time, key, next(self._eid), event
        if time < self._until:
            heappush(self._queue, pending)  # type: ignore[misc]
        else:
            self._later[time >> SPAN].append(pending)

    def call(self, time: int, kind: int, rank: int, number: int, act: Act) -> None:
        """Let `act` be an event of the system: a census, a change, a departure, arrivals."""
        self.at(time, event_key(kind, rank, number), Wake(self, None, (act,)))

    def step(self) -> None:
        """Take the next event."""
        self.now, _, _, event = heappop(self._queue)  # type: ignore[assignment]
        for callback in event.callbacks:
            callback(event)

    def run_to(self, horizon: int) -> None:
        """Take all events before the horizon, and the censuses at it."""
        for span in range((horizon >> SPAN) + 1):
            queue = self._open(span)
            while queue and (queue[0][0] < horizon or queue[0][1] >> CLASS_SHIFT == CENSUS):
                self.step()

    def forget(self) -> None:
        """Let go of whatever is pending."""
        self._queue.clear()
        self._later.clear()

    def _open(self, span: int) -> list[Pending]:
        """The heap of all that is to happen in a span of time."""
        self._until = (span + 1) << SPAN
        queue = [pending for pending in self._later.pop(span, ()) if pending[3].callbacks]
        heapify(queue)
        self._queue = queue  # type: ignore[assignment]
        return queue


def event_key(kind: int, rank: int, number: int = 0) -> int:
    """The place among the events of one instant; class 2 has `Source.key`."""
    return kind << CLASS_SHIFT | rank << RANK_SHIFT | number << NUMBER_SHIFT


class Wake(Event):
    """An event that is not pending until it is put `at` a time; a cancelled one stays and does nothing.

    It keeps its callbacks when it is taken, so that it can be put `at` another time.
    """

    _ok = True
    callbacks: Sequence[Act]  # type: ignore[assignment]  # SimPy's are a list that is emptied

    def __init__(self, env: Clockwork, value: Any = None, callbacks: Sequence[Act] = ()) -> None:
        self.env = env
        self.callbacks = callbacks
        self._value = value


class Life(simpy.Process):
    """A process that starts by running, not by an event, and waits for one event time and again."""

    def __init__(self, env: Clockwork, generator: Generator[Event, Any, Any], wake: Wake) -> None:
        self.env = env
        self._generator = generator
        wake.callbacks = (self._resume,)
        try:
            next(generator)
        except StopIteration:
            return

    def _resume(self, event: Event) -> None:
        """SimPy's own has to ask which event comes next, and to see to failed ones."""
        try:
            self._generator.send(event._value)
        except StopIteration:
            return


def cancel(event: Wake) -> None:
    event.callbacks = ()


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
