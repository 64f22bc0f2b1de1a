"""The network as frozen data in engine units: int64 microseconds, whole units, names as written.

It has no clock and no chance. `scenario` is what a user wrote; this is what it means; `table` is the
same thing as arrays. A route refers to steps and objects by name; `compiling.compile_network` resolves them.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import IntEnum

SECOND = 1_000_000
HOUR = 3_600 * SECOND
DAY = 24 * HOUR


@dataclass(frozen=True)
class Distribution:
    """A law of a duration [microseconds] or of a plain number.

    `kind` is a name of `sim.draws.distributions.Kind` in lower case, `parameters` its p0..p3 and
    `knots` the (probability, value) pairs of laws given by a table.
    """

    kind: str
    parameters: tuple[float, ...]
    knots: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True)
class Profile:
    """A piecewise-constant value: (time [us], value), times rising, the first at or before 0."""

    points: tuple[tuple[int, float], ...]


@dataclass(frozen=True)
class Capacity:
    """Capacity over time: (time [us], units), first at 0, and what happens to work when it drops."""

    changes: tuple[tuple[int, int], ...]
    pause: bool = False


@dataclass(frozen=True)
class Pool:
    name: str
    capacity: Capacity


@dataclass(frozen=True)
class Station:
    name: str
    capacity: Capacity


@dataclass(frozen=True)
class Departure:
    """Service in batches: (time [us], seats) in order; fewer than `minimum` waiting cancels one."""

    name: str
    timetable: tuple[tuple[int, int], ...]
    minimum: int = 1
    cancelled: float = 0.0


@dataclass(frozen=True)
class Gate:
    """A gate closed in the windows [from, to) [us], or at random (laws of the gap and the length)."""

    name: str
    closed: tuple[tuple[int, int], ...] = ()
    every: Distribution | None = None
    lasting: Distribution | None = None


@dataclass(frozen=True)
class Stock:
    """A level that is used up and refilled: (time [us], units added; negative when money lapses)."""

    name: str
    initial: int
    puts: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Attribute:
    """A categorical attribute drawn at creation: (time [us], probabilities by value), rising."""

    name: str
    shares: tuple[tuple[int, tuple[tuple[str, float], ...]], ...]


@dataclass(frozen=True)
class DayFactor:
    """A gamma factor of mean 1 drawn per name and day; streams that name the same one share it."""

    name: str
    cv: float


@dataclass(frozen=True)
class Stream:
    """A source of entities; `rate` [1/us]; `times` (listed gaps) replaces rate and gaps."""

    name: str
    enters: str
    rate: Profile | None = None
    regular: bool = False
    times: tuple[int, ...] = ()
    batch: Distribution | None = None
    weekdays: tuple[float, ...] = (1.0,) * 7
    day_factor: DayFactor | None = None
    attributes: tuple[Attribute, ...] = ()


@dataclass(frozen=True)
class Orders:
    """Pieces of work set each day, counted: `counts[d]` join at 00:00 of day d.

    Those never granted anything by 00:00 of day d + 1 + `carry_over` leave, as a shortfall.
    """

    name: str
    enters: str
    counts: tuple[int, ...]
    carry_over: int = 0
    attributes: tuple[Attribute, ...] = ()


@dataclass(frozen=True)
class Initial:
    """People inside at the start: member k of `count` (oldest first) at step `at`.

    `spent` is the law of the time already spent [us]. `holds` are pools held. `clocks` are deadline
    steps whose clock has been running for the time spent. A `counter` costs memory only when served.
    """

    name: str
    at: str
    count: int
    spent: Distribution | None = None
    holds: tuple[str, ...] = ()
    clocks: tuple[str, ...] = ()
    attributes: tuple[Attribute, ...] = ()
    counter: bool = False


class Op(IntEnum):
    """Kinds of step; the closed vocabulary of a route."""

    SEIZE = 0
    RELEASE = 1
    SERVE = 2
    DELAY = 3
    DEPART = 4
    GATE = 5
    TAKE = 6
    PUT = 7
    DEADLINE = 8
    CLEAR = 9
    BRANCH = 10
    SET = 11
    SPAWN = 12
    EXIT = 13


class Preempt(IntEnum):
    NONE = 0
    RESUME = 1
    RESTART = 2


@dataclass(frozen=True)
class Patience:
    after: Distribution
    to: str


@dataclass(frozen=True)
class Bump:
    """Where a bumped holder goes and which pools it gives back beside the one it loses."""

    to: str
    release: tuple[str, ...] = ()


@dataclass(frozen=True)
class Evict:
    """Everyone at a step after the gate up to `through` goes to `to` when the gate closes."""

    through: str
    to: str
    release: tuple[str, ...] = ()


@dataclass(frozen=True)
class Room:
    most: int
    to: str


@dataclass(frozen=True)
class Share:
    """The class a serve step belongs to among those that use the same servers, and its weight."""

    name: str
    weight: int


@dataclass(frozen=True)
class Effort:
    """Work multiplier: piecewise-linear `table` of (level / initial level, multiplier), rising."""

    stock: str
    table: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Step:
    """One step of a route; fields not used by its `op` keep their defaults.

    objects: pools of a seize or release (in order of any_of), or the one station, departure, gate,
    stock or clock. law: work, delay or the deadline's `after`. to: expiry of a deadline, gate closed
    or empty stock (None: wait). options: for a branch (value, step) pairs. shares: for a branch by
    chance, (time, probabilities in the order of options). attribute: for set and a branch by attribute.
    priority_by: (attribute, ((value, priority), ...)) replaces `priority`.
    """

    name: str
    op: Op
    next: str | None = None
    objects: tuple[str, ...] = ()
    units: int = 1
    priority: int = 1
    priority_by: tuple[str, tuple[tuple[str, int], ...]] | None = None
    law: Distribution | None = None
    patience: Patience | None = None
    bump: Bump | None = None
    room: Room | None = None
    share: Share | None = None
    preempt: Preempt = Preempt.NONE
    effort: Effort | None = None
    to: str | None = None
    evict: Evict | None = None
    release: tuple[str, ...] = ()
    options: tuple[tuple[str, str], ...] = ()
    shares: tuple[tuple[int, tuple[float, ...]], ...] = ()
    attribute: str | None = None
    value: str | None = None
    enters: str | None = None
    outcome: str | None = None
    group: str | None = None


@dataclass(frozen=True)
class Model:
    """A whole network. `horizon` [us]; `first_weekday` 0 is Monday; `classes` are the attributes by
    whose values tallies are kept (an entity's class is fixed when it is made)."""

    horizon: int
    first_weekday: int
    steps: tuple[Step, ...]
    pools: tuple[Pool, ...] = ()
    stations: tuple[Station, ...] = ()
    departures: tuple[Departure, ...] = ()
    gates: tuple[Gate, ...] = ()
    stocks: tuple[Stock, ...] = ()
    streams: tuple[Stream, ...] = ()
    orders: tuple[Orders, ...] = ()
    initial: tuple[Initial, ...] = ()
    classes: tuple[str, ...] = ()
    days: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        object.__setattr__(self, "days", -(-self.horizon // DAY))

    def first_days(self, days: int) -> Model:
        """The same network for its first days alone, in which all happens as in the whole run.

        The shortfall of a day counts as the next begins, so that of the last day is not known.
        """
        orders = tuple(replace(of, counts=of.counts[:days]) for of in self.orders)
        return replace(self, horizon=min(self.horizon, days * DAY), orders=orders)
