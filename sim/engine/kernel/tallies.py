"""Counting as it happens: flows, levels, areas, rows of visits."""

from __future__ import annotations

import numpy as np

from sim.engine.kernel.memory import (
    DELAYED,
    FREE,
    GRANTED,
    WAITING,
    Record,
    entity,
    gone,
    holds,
    ints,
    no_room,
    objects,
    rows,
    shorts,
    steps,
)
from sim.engine.kernel.once import compiled, inlined
from sim.log import MOST_LEVEL, Ended, Flow, Level, Use
from sim.log import NOT_YET as _NEVER_YET
from sim.network.model import DAY

_FLOWS, _LEVELS, _USES = len(Flow), len(Level), len(Use)
ENTERED, STARTED, FINISHED = int(Flow.ENTERED), int(Flow.STARTED), int(Flow.FINISHED)
REFUSED, IMPATIENT, LEFT = int(Flow.REFUSED), int(Flow.IMPATIENT), int(Flow.LEFT)
IN_LINE, BUSY, STOPPED = int(Level.WAITING), int(Level.BUSY), int(Level.STOPPED)
COMPLETED, _UNFINISHED = int(Ended.COMPLETED), int(Ended.UNFINISHED)
NOT_YET = int(_NEVER_YET)
_DAY = DAY
_SHORT = 4  # bytes
_TOP = MOST_LEVEL + 1
_BINS = MOST_LEVEL + 2


@compiled
def flow(m: Record, e: Record, what: int) -> None:
    shorts(m.today)[_cell(m, e) + what] += 1


@compiled
def flow_through(m: Record, e: Record) -> None:
    """Started and finished at once."""
    cell = _cell(m, e)
    today = shorts(m.today)
    today[cell + STARTED] += 1
    today[cell + FINISHED] += 1


@compiled
def _cell(m: Record, e: Record) -> int:
    return (np.int64(e.step) * m.classes + e.group) * _FLOWS


@compiled
def level(m: Record, step: int, group: int, what: int, by: int) -> None:
    shorts(m.level)[(step * m.classes + group) * _LEVELS + what] += by


@inlined
def touch(m: Record, index: int) -> None:
    """Carry the areas of an object to now; called before any of its levels changes."""
    o = objects(m)[index]
    span = m.now - o.last
    if span == 0:
        return
    o.last = m.now
    o.area_capacity += o.capacity * span
    o.area_busy += o.busy * span
    o.area_waiting += o.waiting * span
    o.area_stopped += o.stopped * span
    if o.small:
        present = min(o.busy + o.waiting + o.stopped, _TOP)
        ints(m.level_time)[index * _BINS + present] += span


@inlined
def count(m: Record, index: int, e: Record, what: int, by: int) -> None:
    """Change the number waiting, busy or stopped at an object and at the entity's step."""
    touch(m, index)
    o = objects(m)[index]
    if what == IN_LINE:
        o.waiting += by
    elif what == BUSY:
        o.busy += by
    else:
        o.stopped += by
    level(m, e.step, e.group, what, by)


# -- rows -------------------------------------------------------------------------------------------


@compiled
def opens_row(m: Record, e: Record, s: Record) -> None:
    """A visit begins; if it is recorded it has a place among its entity's rows."""
    if s.lined or m.traced:
        e.rows += 1


@compiled
def end_row(m: Record, e: Record, started: int, how: int) -> None:
    """The visit an entity is in ends now."""
    _row(m, e, started, m.now, how)


@compiled
def started_at(e: Record) -> int:
    """When what an entity does or waits for began, or NOT_YET."""
    if e.doing == WAITING:
        return NOT_YET
    if e.doing == DELAYED:
        return e.joined
    return e.started


@compiled
def _row(m: Record, e: Record, started: int, finished: int, how: int) -> None:
    s = steps(m)[e.step]
    if s.lined or m.traced:
        r = _new_row(m, e, finished, how)
        r.joined, r.started = e.joined, started
        r.step, r.visit, r.row = e.step, e.visit, e.rows - 1
        r.object, r.units = s.object, s.units


@compiled
def end_hold(m: Record, e: Record, h: Record, finished: int, how: int) -> None:
    """The visit that took units ends when they are given back."""
    if not m.recorded:
        return
    r = _new_row(m, e, finished, how)
    r.joined, r.started = h.joined, h.started
    r.step, r.visit, r.row = h.step, h.visit, h.row
    r.object, r.units = h.pool, h.units


@compiled
def _new_row(m: Record, e: Record, finished: int, how: int) -> Record:
    at = m.row_size
    if at >= m.row_room:
        no_room(m)
    m.row_size = at + 1
    r = rows(m)[at]
    r.finished, r.ended = finished, how
    r.number, r.source, r.group = e.number, e.source, e.group
    return r


@compiled
def note_rows(m: Record, e: Record) -> None:
    """How many rows an entity has left, for those who put them in order."""
    if not e.rows or not m.recorded:
        return
    at = m.gone_top
    if at >= m.gone_room:
        no_room(m)
    m.gone_top = at + 1
    g = gone(m)[at]
    g.number, g.source, g.rows = e.number, e.source, e.rows


@compiled
def unfinished(m: Record) -> None:
    """At the end: the rows of what everybody still waits for, does and holds."""
    for slot in range(m.entity_top):
        e = entity(m, slot)
        if e.doing == FREE:
            continue
        note_rows(m, e)
        if e.doing != GRANTED:
            _row(m, e, started_at(e), NOT_YET, _UNFINISHED)
    for i in range(m.hold_top):
        h = holds(m)[i]
        if h.slot >= 0:
            end_hold(m, entity(m, h.slot), h, NOT_YET, _UNFINISHED)


# -- days -------------------------------------------------------------------------------------------


@compiled
def midnight(m: Record) -> None:
    """The census of the day that ends: levels, areas, seats; then the next day begins."""
    m.now = m.midnight
    _levels(m)
    for index in range(m.object_count):
        touch(m, index)
        o = objects(m)[index]
        use = (m.day * m.object_count + index) * _USES
        cell = ints(m.use)
        cell[use], cell[use + 1], cell[use + 2], cell[use + 3] = o.capacity, o.busy, o.waiting, o.stopped
        cell[use + 4], cell[use + 5] = o.area_capacity, o.area_busy
        cell[use + 6], cell[use + 7] = o.area_waiting, o.area_stopped
        o.area_capacity = o.area_busy = o.area_waiting = o.area_stopped = 0
        if m.pools + m.stations <= index < m.pools + m.stations + m.departures:
            cell[use], cell[use + 1] = o.seats, o.taken
            o.seats = o.taken = 0
    m.day += 1
    m.today += m.step_count * m.classes * _FLOWS * _SHORT
    m.midnight += _DAY


@compiled
def _levels(m: Record) -> None:
    cells = m.step_count * m.classes * _LEVELS
    now, then = shorts(m.level), shorts(m.levels)
    for i in range(cells):
        then[m.day * cells + i] = now[i]
    cells = m.pools * m.classes
    now, then = shorts(m.held), shorts(m.helds)
    for i in range(cells):
        then[m.day * cells + i] = now[i]
