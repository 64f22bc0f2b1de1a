"""Networks made up by Hypothesis: every kind of step, short of everything, tied on purpose.

Steps live in *zones*, by what whoever is there holds: nothing (0), a pool of group A (1), of group B (2),
or one of each (3). Every way out of a step goes to a step of the zone it leads to, so that most
networks run to their end; a few are wired wrongly, and both engines must say so in the same words.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from random import Random
from typing import Any, TypeVar

from hypothesis import strategies as st

from sim.network.model import (
    DAY,
    HOUR,
    Attribute,
    Bump,
    Capacity,
    DayFactor,
    Departure,
    Distribution,
    Effort,
    Evict,
    Gate,
    Initial,
    Model,
    Op,
    Orders,
    Patience,
    Pool,
    Preempt,
    Profile,
    Room,
    Share,
    Station,
    Step,
    Stock,
    Stream,
)

T = TypeVar("T")
KINDS = ("blue", "green", "red")
LINED = (Op.SEIZE, Op.SERVE, Op.DEPART, Op.GATE, Op.TAKE)
ANYWHERE = (Op.SERVE, Op.SERVE, Op.DELAY, Op.DEPART, Op.GATE, Op.TAKE, Op.PUT, Op.DEADLINE, Op.CLEAR,
            Op.BRANCH, Op.SET, Op.SPAWN)  # fmt: skip
LONGEST = 12  # hours


class Maker:
    """Chooses the parts of one network; `number(low, high)` is all the chance there is."""

    def __init__(self, number: Callable[[int, int], int], rich: bool) -> None:
        self.number = number
        self.rich = rich
        self.days = self.number(1, 4)
        self.groups = self.some_pools()
        self.zone: dict[str, int] = {}

    # -- small choices --------------------------------------------------------------------------

    def many(self, low: int, high: int) -> int:
        """How many of something: more in a rich network."""
        return self.number(low, high) + (self.number(low, high) if self.rich else 0)

    def one(self, of: Sequence[T]) -> T:
        return of[self.number(0, len(of) - 1)]

    def often(self, percent: int) -> bool:
        return self.number(1, 100) > 100 - percent

    def hour(self) -> int:
        return self.one((0, 1, 2, 3, 6, 12, 24, 24 + self.number(0, 24))) * HOUR

    def law(self, shortest: int = 0) -> Distribution:
        if self.often(65):
            return Distribution("constant", (float(self.number(shortest, LONGEST) * HOUR),))
        if self.often(50):
            return Distribution("exponential", (float(self.number(1, LONGEST) * HOUR),))
        return self.one((
            Distribution("uniform", (0.0, 6.0 * HOUR)),
            Distribution("gamma", (0.5, 6.0 * HOUR)),
            Distribution("gamma", (4.0, 0.5 * HOUR)),
            Distribution("erlang", (3, 2.0 * HOUR)),
            Distribution("values", (), ((0.5, 0.0), (0.75, 1.0 * HOUR), (1.0, 6.0 * HOUR))),
        ))  # fmt: skip

    def capacity(self, most: int = 3, pause: bool = False) -> Capacity:
        changes = {0: self.number(0, most)}
        for _ in range(self.number(0, 4)):
            changes[self.hour() + self.number(0, 2) * DAY] = self.number(0, most)
        return Capacity(tuple(sorted(changes.items())), pause)

    # -- objects --------------------------------------------------------------------------------

    def some_pools(self) -> tuple[tuple[str, ...], ...]:
        """Two groups of pools that have none in common."""
        return self.one((
            (("pool a",), ("pool c",)), (("pool a", "pool b"), ("pool c",)),
            (("pool b", "pool a"), ("pool d", "pool c")), (("pool a", "pool b", "pool e"), ("pool c",)),
        ))  # fmt: skip

    def objects(self) -> dict[str, Any]:
        self.pools = sorted(name for group in self.groups for name in group)
        self.stations = [f"station {i}" for i in range(self.number(1, 2))]
        self.pausing = {name: self.often(50) for name in self.stations}
        self.sharing = {name: self.often(30) for name in self.stations}
        made: dict[str, Any] = {
            "pools": tuple(Pool(name, self.capacity()) for name in self.pools),
            "stations": tuple(Station(s, self.capacity(3, self.pausing[s])) for s in self.stations),
            "departures": (self.departure("ferry"), self.departure("bus")),
            "gates": (self.gate("ruling"), self.gate("border")),
            "stocks": (self.stock("money"), self.stock("vouchers")),
        }
        return made

    def departure(self, name: str) -> Departure:
        times = sorted({self.hour() + self.number(0, 2) * DAY for _ in range(self.many(0, 6))})
        seats = tuple((time, self.number(0, 4)) for time in times)
        return Departure(name, seats, self.number(0, 3), self.one((0.0, 0.0, 0.3)))

    def gate(self, name: str) -> Gate:
        windows = []
        for _ in range(self.many(0, 2)):
            start = self.hour() + self.one((0, 0, -6, 7, 29)) * HOUR
            windows.append((start, start + self.number(1, 12) * HOUR))
        if self.often(20):
            return Gate(name, tuple(windows), self.law(6), self.law(1))
        return Gate(name, tuple(windows))

    def stock(self, name: str) -> Stock:
        puts = sorted((self.hour(), self.number(-3, 5)) for _ in range(self.number(0, 5)))
        return Stock(name, self.number(0, 6), tuple(puts))

    # -- steps ----------------------------------------------------------------------------------

    def steps(self) -> tuple[Step, ...]:
        """Bodies of steps first, so that each has a zone before another refers to it."""
        plan: list[tuple[str, int, Op]] = [("enter", 0, self.one((Op.SEIZE, Op.SERVE, Op.DEADLINE, Op.GATE)))]
        for i in range(self.many(4, 9)):
            plan.append((f"step {i}", *self.kind(self.number(0, 3))))
        for zone, name in ((1, "back a"), (2, "back b"), (3, "back both")):
            plan.append((name, zone, Op.RELEASE))
        plan += [("out", 0, Op.EXIT), ("gone", 0, Op.EXIT)]
        self.order = [name for name, _, _ in plan]
        self.zone = {name: zone for name, zone, _ in plan}
        self.op = {name: op for name, _, op in plan}
        return tuple(self.step(name, op) for name, _, op in plan)

    def kind(self, zone: int) -> tuple[int, Op]:
        if zone < 3 and self.often(30):
            return zone, Op.SEIZE
        if zone and self.often(25):
            return zone, Op.RELEASE
        return zone, self.one(ANYWHERE)

    def to(self, zone: int, after: str = "enter") -> str:
        """A step of a zone, mostly later than `after`, so that most routes come to an end."""
        if self.often(1):
            return self.one(self.order)
        later = [n for n in self.order[self.order.index(after) + 1 :] if self.zone[n] == zone]
        every = [n for n in self.order if self.zone[n] == zone and n != "enter"]
        if later and self.often(70):
            return later[self.number(0, min(1, len(later) - 1))]
        return self.one(later) if later and self.often(70) else self.one(every)

    def step(self, name: str, op: Op) -> Step:
        zone = self.zone[name]
        if op is Op.EXIT:
            return Step(name, op, outcome=name)
        make = {Op.SEIZE: self.seize, Op.RELEASE: self.release, Op.SERVE: self.serve}.get(op, self.other)
        step = make(name, zone)
        if op in LINED:
            step = self.with_patience(self.with_priority(step), zone)
        return step

    def seize(self, name: str, zone: int) -> Step:
        group = 1 if zone == 2 else 0 if zone == 1 else self.number(0, 1)
        group = {0: group, 1: 1, 2: 0}[zone]
        pools = self.groups[group]
        if self.often(30):
            pools = (self.one(pools),)
        step = Step(name, Op.SEIZE, next=self.to(zone | 1 << group, name), objects=pools,
                    units=self.one((1, 1, 1, 2)))  # fmt: skip
        if self.often(50):
            step = replace(step, bump=self.bump(group))
        return step

    def bump(self, group: int) -> Bump:
        """Victims give up all they have; or keep the other group, if they have any of it."""
        if self.often(15):
            return Bump(self.one(("back b", "back a")[group : group + 1]))
        return Bump(self.to(0), tuple(self.pools))

    def release(self, name: str, zone: int) -> Step:
        if zone < 3:
            return Step(name, Op.RELEASE, next=self.to(0, name), objects=self.groups[zone - 1])
        left = self.number(0, 2)
        given = {0: self.groups[0] + self.groups[1], 1: self.groups[1], 2: self.groups[0]}[left]
        return Step(name, Op.RELEASE, next=self.to(left, name), objects=given)

    def serve(self, name: str, zone: int) -> Step:
        station = self.one(self.stations)
        step = Step(name, Op.SERVE, next=self.to(zone, name), objects=(station,), law=self.law())
        if self.sharing[station]:
            step = replace(step, share=Share(name, self.number(1, 3)))
        elif self.often(50):
            step = replace(step, preempt=self.one((Preempt.RESUME, Preempt.RESTART)))
        if self.often(40):
            step = replace(step, room=Room(self.number(0, 3), self.to(zone, name)))
        if self.often(25):
            table = ((0.25, 3.0), (0.5, 2.0), (1.0, 1.0), (1.5, 0.5))
            step = replace(step, effort=Effort(self.one(("money", "vouchers")), table))
        return step

    def other(self, name: str, zone: int) -> Step:
        op, onward = self.op[name], self.to(zone, name)
        plain = Step(name, op, next=onward)
        if op is Op.DELAY:
            return replace(plain, law=self.law())
        if op is Op.DEPART:
            return replace(plain, objects=(self.one(("ferry", "bus")),))
        if op is Op.GATE:
            return self.gated(plain, zone)
        if op in (Op.TAKE, Op.PUT):
            to = self.to(zone, name) if op is Op.TAKE and self.often(50) else None
            objects = (self.one(("money", "vouchers")),)
            return replace(plain, objects=objects, units=self.number(1, 2), to=to)
        if op in (Op.DEADLINE, Op.CLEAR):
            return self.clocked(plain, op, zone)
        return self.deciding(plain, op, zone)

    def gated(self, step: Step, zone: int) -> Step:
        step = replace(step, objects=(self.one(("ruling", "border")),))
        if self.often(50):
            step = replace(step, to=self.to(zone, step.name))
        if self.often(80):
            onward = [step.next or "out", self.one(self.order[1:])]
            step = replace(step, evict=Evict(self.one(onward), *self.sent(zone)))
        return step

    def sent(self, zone: int) -> tuple[str, tuple[str, ...]]:
        """Where somebody from a zone is sent, with what is given back."""
        if zone and self.often(40):
            return self.to(zone), ()
        return self.to(0), tuple(self.pools)

    def clocked(self, step: Step, op: Op, zone: int) -> Step:
        step = replace(step, objects=(self.one(("clock x", "clock y")),))
        if op is Op.CLEAR:
            return step
        to, release = self.sent(zone)
        return replace(step, law=self.law(), to=to, release=release)

    def deciding(self, step: Step, op: Op, zone: int) -> Step:
        name = step.name
        if op is Op.SET:
            return replace(step, attribute="flag", value=self.one(("down", "up")))
        if op is Op.SPAWN:
            return replace(step, enters=self.to(0, name))
        if self.often(40):
            options = tuple((value, self.to(zone, name)) for value in KINDS)
            return replace(step, next=None, attribute="kind", options=options)
        options = tuple((str(i), self.to(zone, name)) for i in range(self.number(1, 3)))
        shares = [(0, self.shares(len(options)))]
        if self.often(40):
            shares.append((DAY, self.shares(len(options))))
        return replace(step, next=None, options=options, shares=tuple(shares))

    def shares(self, n: int) -> tuple[float, ...]:
        weights = [self.number(0, 4) for _ in range(n)]
        total = sum(weights)
        return tuple(w / total for w in weights) if total else (1.0,) + (0.0,) * (n - 1)

    def with_priority(self, step: Step) -> Step:
        """Those who bump are mostly before others, or before some who come to the same step."""
        low, high = (1, 2) if step.bump else (2, 3) if step.op is Op.SEIZE else (1, 3)
        step = replace(step, priority=self.number(low, high))
        if self.often(60 if step.bump else 25):
            attribute, values = self.one((("kind", KINDS), ("flag", ("down", "up"))))
            given = tuple((value, self.number(1, 3)) for value in values)
            step = replace(step, priority_by=(attribute, given))
        return step

    def with_patience(self, step: Step, zone: int) -> Step:
        if not self.often(35):
            return step
        return replace(step, patience=Patience(self.law(), self.to(zone, step.name)))

    # -- sources --------------------------------------------------------------------------------

    def attributes(self) -> tuple[Attribute, ...]:
        periods = [(0, tuple(zip(KINDS, self.shares(3), strict=True)))]
        if self.often(20):
            periods.append((DAY, tuple(zip(KINDS, self.shares(3), strict=True))))
        flag = Attribute("flag", ((0, (("down", 0.5), ("up", 0.5))),))
        return (Attribute("kind", tuple(periods)), *((flag,) if self.often(50) else ()))

    def entry(self) -> str:
        return "enter" if self.often(60) else self.one([n for n in self.order if self.zone[n] == 0])

    def stream(self, name: str) -> Stream:
        batch = None
        if self.often(30):
            batch = self.one((Distribution("constant", (2.0,)), Distribution("exponential", (1.5,))))
        made = Stream(name, self.entry(), batch=batch, attributes=self.attributes())
        if self.often(65):
            times = sorted(self.hour() + self.number(0, 1) * DAY for _ in range(self.many(0, 10)))
            return replace(made, times=tuple(times))
        rate = Profile(((0, self.number(0, 8) / DAY), (DAY, self.number(0, 8) / DAY)))
        factor = DayFactor("weather", 0.3) if self.often(30) else None
        return replace(made, rate=rate, regular=self.often(40), day_factor=factor)

    def orders(self, name: str) -> Orders:
        counts = tuple(self.number(0, 5) for _ in range(self.days))
        return Orders(name, self.entry(), counts, self.number(0, 2), self.attributes())

    def initial(self, name: str, steps: Sequence[Step]) -> Initial:
        places = [s for s in steps if s.op is not Op.EXIT and s.op is not Op.RELEASE]
        step = self.one(places)
        zone = self.zone[step.name]
        holds = tuple(self.one(self.groups[g]) for g in (0, 1) if zone >> g & 1)
        deadlines = sorted(s.name for s in steps if s.op is Op.DEADLINE)
        clocks = (self.one(deadlines),) if deadlines and self.often(40) else ()
        spent = self.law() if self.often(80) else None
        made = Initial(name, step.name, self.number(0, 6), spent, holds, clocks, self.attributes())
        if not holds and step.op in LINED and not step.patience and self.often(50):
            return replace(made, counter=True, clocks=())
        return made

    def model(self) -> Model:
        objects = self.objects()
        steps = self.steps()
        names = ("arrivals", "Transfers", "zeta")[: self.number(int(self.rich), 3)]
        streams = tuple(self.stream(name) for name in names)
        orders = tuple(self.orders(name) for name in ("orders", "Bids")[: self.number(0, 2)])
        initial = tuple(self.initial(n, steps) for n in ("held", "backlog", "Old")[: self.number(0, 3)])
        classes = self.one(((), ("kind",), ("flag", "kind")))
        return Model(
            horizon=self.days * DAY, first_weekday=self.number(0, 6), steps=steps, streams=streams,
            orders=orders, initial=initial, classes=self.known(classes, streams, orders, initial), **objects,
        )  # fmt: skip

    def known(self, classes: tuple[str, ...], *sources: Sequence[Any]) -> tuple[str, ...]:
        """Classes that some source draws."""
        drawn = {a.name for group in sources for source in group for a in source.attributes}
        return tuple(name for name in classes if name in drawn)


def rich(seed: int) -> Model:
    """One of endlessly many busy networks, the same for the same seed."""
    return Maker(Random(seed).randint, rich=True).model()


@st.composite
def networks(draw: Any) -> Model:
    """A whole model, to be compiled by the test: small and easy to reduce, or rich from one seed."""
    if draw(st.booleans()):
        return rich(draw(st.integers(0, 1 << 40)))
    return Maker(lambda low, high: int(draw(st.integers(low, high))), rich=False).model()
