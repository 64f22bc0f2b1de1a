"""Sources as columns of the table."""

from __future__ import annotations

from collections.abc import Sequence

from sim.network.columns import Columns, cumulative
from sim.network.model import Attribute, Initial, Op, Orders, Stream
from sim.network.names import name_hash
from sim.network.numbering import Numbering
from sim.network.sources import Source


def add_source(c: Columns, n: Numbering, source: Source) -> None:
    """One source, with what only its own kind has."""
    for step in n.model.steps:
        child = f"{source.name}/{step.name}"
        c.add(spawn_source=n.source.get(child, -1) if step.op is Op.SPAWN else -1)
    c.add(
        source_kind=source.kind, source_rank=n.rank[source.name],
        source_hash=name_hash(source.name), source_enters=n.step[source.enters],
        source_root=n.source[source.root],
    )  # fmt: skip
    _drawn(c, n, source.attributes)
    _stream(c, source.of if isinstance(source.of, Stream) else None)
    _orders(c, n, source.of if isinstance(source.of, Orders) else None)
    _initial(c, n, source.of if isinstance(source.of, Initial) else None)


def _drawn(c: Columns, n: Numbering, attributes: Sequence[Attribute]) -> None:
    first = c.size("drawn_attribute")
    for attribute in attributes:
        number = n.attribute[attribute.name]
        period = c.size("drawn_time")
        for time, shares in attribute.shares:
            c.add(drawn_time=time, drawn_row=c.size("drawn_thresholds"))
            given = dict(shares)
            for threshold in cumulative([given.get(v, 0.0) for v in n.values[number]]):
                c.add(drawn_thresholds=threshold)
        c.add(drawn_attribute=number, drawn_hash=name_hash(attribute.name),
              drawn_period_first=period, drawn_period_last=c.size("drawn_time"),
              drawn_values=len(n.values[number]))  # fmt: skip
    c.add(draw_first=first, draw_last=c.size("drawn_attribute"))


def _stream(c: Columns, stream: Stream | None) -> None:
    rates, times = c.size("rate_time"), c.size("times")
    for time, value in stream.rate.points if stream and stream.rate else ():
        c.add(rate_time=time, rate_value=value)
    for time in stream.times if stream else ():
        c.add(times=time)
    factor = stream.day_factor if stream else None
    c.add(
        regular=int(bool(stream and stream.regular)), rate_first=rates,
        rate_last=c.size("rate_time"), times_first=times, times_last=c.size("times"),
        weekdays=[float(w) for w in (stream.weekdays if stream else (1.0,) * 7)],
        factor_hash=name_hash(factor.name) if factor else -1,
        factor_cv=factor.cv if factor else 0.0, batch=c.law(stream.batch if stream else None),
    )  # fmt: skip


def _orders(c: Columns, n: Numbering, orders: Orders | None) -> None:
    first = c.size("order_counts")
    for day in range(n.model.days if orders else 0):
        assert orders is not None
        c.add(order_counts=orders.counts[day])
    c.add(order_first=first, carry_over=orders.carry_over if orders else 0)


def _initial(c: Columns, n: Numbering, initial: Initial | None) -> None:
    first = c.size("initial_clocks")
    for name in initial.clocks if initial else ():
        c.add(initial_clocks=n.step[name])
    c.add(
        initial_count=initial.count if initial else 0,
        initial_spent=c.law(initial.spent if initial else None),
        initial_holds=n.mask(initial.holds if initial else ()),
        initial_counter=int(bool(initial and initial.counter)),
        initial_clock_first=first, initial_clock_last=c.size("initial_clocks"),
    )  # fmt: skip
