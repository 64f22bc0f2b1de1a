"""From what a user wrote to what it means."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from sim.network import supply
from sim.network.amounts import Frame, daily
from sim.network.chance import Tabulate, distribution, is_one
from sim.network.model import DAY, Attribute, DayFactor, Initial, Model, Orders, Stream
from sim.network.routes import step
from sim.scenario import Scenario, grammar
from sim.scenario.dated import Dated, Shares
from sim.scenario.quantity import Quantity
from sim.scenario.route import pools_on_the_way


def build(
    scenario: Scenario, world: Mapping[str, float] | None = None, tabulate: Tabulate | None = None
) -> Model:
    """The network of a scenario; `world` has values by path, each in the number's own unit.

    Whole numbers drawn by the world are rounded half up. `tabulate` makes laws of `scipy.stats`.
    Raises Refused for such a law without `tabulate`.
    """
    horizon = (scenario.end - scenario.start).days * DAY
    return _Build(scenario, Frame(scenario.start, horizon, world or {}), tabulate).model()


class _Build:
    def __init__(self, scenario: Scenario, frame: Frame, tabulate: Tabulate | None) -> None:
        self.said, self.frame, self.tabulate = scenario.said, frame, tabulate

    def model(self) -> Model:
        said, frame, tabulate = self.said, self.frame, self.tabulate
        return Model(
            horizon=frame.horizon,
            first_weekday=frame.start.weekday(),
            steps=tuple(step(n, s, frame, tabulate) for n, s in said.steps.items()),
            pools=tuple(supply.pool(n, p, frame) for n, p in said.pools.items()),
            stations=tuple(supply.station(n, s, frame) for n, s in said.stations.items()),
            departures=tuple(supply.departure(n, d, frame) for n, d in said.departures.items()),
            gates=tuple(supply.gate(n, g, frame, tabulate) for n, g in said.gates.items()),
            stocks=tuple(supply.stock(n, s, frame) for n, s in said.stocks.items()),
            streams=tuple(self._stream(n, s) for n, s in said.streams.items()),
            orders=tuple(self._orders(n, o) for n, o in said.orders.items()),
            initial=tuple(self._initial(n, i) for n, i in said.initial.items()),
            classes=said.classes,
        )

    def _stream(self, name: str, said: grammar.Stream) -> Stream:
        times = sorted(self.frame.time(m) for m in said.times or ())
        batch = None
        if said.batch is not None and not is_one(said.batch, self.frame):
            batch = distribution(said.batch, self.frame, self.tabulate)
        return Stream(
            name, said.enters,
            rate=None if said.rate is None else self.frame.profile(said.rate),
            regular=said.gaps == "regular",
            times=tuple(t for t in times if 0 <= t < self.frame.horizon), batch=batch,
            weekdays=self._weekdays(said.weekdays), day_factor=self._factor(said.day_factor),
            attributes=self._attributes(said.attributes),
        )  # fmt: skip

    def _weekdays(self, said: tuple[Quantity, ...] | None) -> tuple[float, ...]:
        return (1.0,) * 7 if said is None else tuple(float(self.frame.exact(q)) for q in said)

    def _factor(self, said: grammar.DayFactorOf | None) -> DayFactor | None:
        return None if said is None else DayFactor(said.name, float(self.frame.exact(said.cv)))

    def _attributes(self, said: dict[str, Dated[Shares]]) -> tuple[Attribute, ...]:
        return tuple(Attribute(name, self.frame.shares(of)) for name, of in said.items())

    def _orders(self, name: str, said: grammar.OrdersOf) -> Orders:
        frame = self.frame
        share = Fraction(1) if said.share is None else frame.exact(said.share)
        points = [(time, rate * share) for time, rate in frame.points(said.each_day)]
        week = [frame.exact(q) for q in said.weekdays] if said.weekdays else [Fraction(1)] * 7
        first = frame.start.weekday()
        factors = [*week[first:], *week[:first]]
        carry = 0 if said.carry_over is None else frame.whole(said.carry_over)
        counts = daily(points, factors, -(-frame.horizon // DAY))
        return Orders(name, said.enters, counts, carry, self._attributes(said.attributes))

    def _initial(self, name: str, said: grammar.InitialOf) -> Initial:
        spent = None
        if said.spent is not None:
            spent = distribution(said.spent, self.frame, self.tabulate)
        return Initial(
            name, said.at, self.frame.whole(said.count), spent, pools_on_the_way(self.said, name),
            said.clocks, self._attributes(said.attributes), said.counter,
        )  # fmt: skip
