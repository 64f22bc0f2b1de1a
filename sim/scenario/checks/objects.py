"""Objects and sources: keys that need or exclude each other, and dates within the run."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from pydantic import BaseModel

from sim.errors import listing, one_of, quote
from sim.scenario import grammar as g
from sim.scenario import steps as s
from sim.scenario.checks.names import objects_of
from sim.scenario.checks.record import Record
from sim.scenario.dated import Dated, in_words
from sim.scenario.merge import SET
from sim.scenario.quantities import most, quantities_in
from sim.scenario.route import LINED
from sim.scenario.tree import Map, place_of

MOST_DAYS = 36_525
_NONE_BEFORE = (".puts", ".hiring.hired")
"""Ends of paths of profiles that may begin after the start: before their first date there is nothing."""


def check(record: Record) -> None:
    _run(record)
    whole = record.whole
    for name, pool in whole.pools.items():
        if pool.calendar is not None and pool.calendar.at_end is not None:
            path = f"pools.{name}.calendar.at_end"
            record.no(path, quote(pool.calendar.at_end), "no such key: a pool drains")
    for name, station in whole.stations.items():
        if station.at_end is not None and station.calendar and station.calendar.at_end is not None:
            found = f"{quote(station.at_end)} here and {quote(station.calendar.at_end)} in the calendar"
            record.no(f"stations.{name}.at_end", found, "'at_end' once")
    for name, departure in whole.departures.items():
        _departure(record, f"departures.{name}", departure)
    for name, gate in whole.gates.items():
        _gate(record, f"gates.{name}", gate)
    for name, stream in whole.streams.items():
        _stream(record, f"streams.{name}", stream)
    for name, initial in whole.initial.items():
        _initial(record, f"initial.{name}", initial)
    _factors(record)
    _stations(record)
    _efforts(record)
    _first_dates(record)


def _run(record: Record) -> None:
    start, end = record.whole.start, record.whole.end
    if end <= start:
        record.no("end", quote(end), f"a date after the start, {start}")
    elif (end - start).days > MOST_DAYS:
        record.no("end", f"a run of {(end - start).days:,} days", f"at most {MOST_DAYS:,} days")


def check_used(record: Record) -> None:
    """Each is used by a step, or read by a measure: what nothing reads is a name misspelt.

    An object of a file that is extended may be left behind by other routes.
    """
    whole = record.whole
    used = {name for step in whole.steps.values() for key, _, name in objects_of(step)
            if not key.endswith("release")}  # fmt: skip
    measured = {getattr(term, key) for of in whole.measures.values() for term in of.sum_of
                for key in ("pool", "station", "departure", "stock")}  # fmt: skip
    for section in ("pools", "stations", "departures", "gates", "stocks"):
        known = list(getattr(whole, section))
        for name in known:
            own = place_of(record.tree, f"{section}.{name}").file in (record.tree.place.file, SET)
            if own and name not in used | measured:
                choice = [other for other in known if other in used]
                wanted = one_of(name, choice, "a name that a step or measure reads")
                record.no(f"{section}.{name}", "what nothing reads", wanted)


def inside(record: Record, when: date) -> bool:
    return record.whole.start <= when < record.whole.end


def _moment_inside(record: Record, when: datetime) -> bool:
    return inside(record, when.date())


def exactly_one(record: Record, path: str, said: BaseModel, keys: tuple[str, ...]) -> str | None:
    """The one of several keys that is there; tells if there is none or more."""
    given = [key for key in keys if getattr(said, key) is not None]
    if len(given) == 1:
        return given[0]
    choice = f"one of {listing((quote(key) for key in keys), 'and')}"
    found = f"{listing((quote(key) for key in given), 'and')} together" if given else "none of them"
    record.no(path, found, choice)
    return None


def _departure(record: Record, path: str, said: g.Departure) -> None:
    kind = exactly_one(record, path, said, ("every", "at"))
    if kind == "every" and said.period is not None:
        record.no(f"{path}.period", "a period", "it with 'at' only; 'every' repeats by itself")
    if kind == "at" and said.first is not None:
        record.no(f"{path}.first", "a first departure", "it with 'every' only")
    if kind == "every":
        _first_departure(record, path, said)
    if said.at is None:
        return
    if isinstance(said.seats, tuple) and len(said.seats) != len(said.at):
        found = f"{len(said.seats)} numbers of seats for {len(said.at)} instants"
        record.no(f"{path}.seats", found, "one number for each instant, or one for all")
    if isinstance(said.seats, Dated) and said.seats.points[0][0] is not None:
        record.no(f"{path}.seats", "seats by date", "a number or list with 'at'")
    times = [m.when for m in said.at]
    if said.period is None and not any(_moment_inside(record, t) for t in times):
        record.no(f"{path}.at", "no instant within the run", "one at least")
    if said.period is not None:
        length = timedelta(microseconds=int(said.period.exact))
        if max(times) - min(times) >= length:
            record.no(f"{path}.at", "instants further apart than the period", "them within one")


def _first_departure(record: Record, path: str, said: g.Departure) -> None:
    """None later than the first period: until then there would be none, and nobody would be told."""
    if said.first is None or said.every is None:
        return
    start = datetime.combine(record.whole.start, time())
    every = timedelta(microseconds=int(said.every.exact))
    if said.first.when - start > every:
        latest = start + every
        found = f"none before {in_words(said.first.when)}, long after the start"
        wanted = f"one by {in_words(latest)}; for none until a date, seats of 0 up to it"
        record.no(f"{path}.first", found, wanted)


def _gate(record: Record, path: str, said: g.GateObject) -> None:
    if said.closed is None and said.random is None:
        return
    exactly_one(record, path, said, ("closed", "random"))
    for i, window in enumerate(said.closed or ()):
        if window.to is not None and window.to.when <= window.from_.when:
            found = f"a window from {in_words(window.from_.when)} to {in_words(window.to.when)}"
            record.no(f"{path}.closed.{i}", found, "an end after its beginning")


def _stream(record: Record, path: str, said: g.Stream) -> None:
    kind = exactly_one(record, path, said, ("rate", "times"))
    if said.batch is not None and not any(
        most(q) > 0 for q in quantities_in(said.batch)
    ):
        record.no(f"{path}.batch", "'0'", "some entities at each arrival, such as 1; for none a rate of 0/day")
    if kind == "rate" and said.gaps == "listed":
        record.no(f"{path}.gaps", "'listed' with a rate", "exponential or regular, or times")
    if kind != "times" or said.times is None:
        return
    if said.gaps not in (None, "listed"):
        record.no(f"{path}.gaps", f"{quote(said.gaps)} with listed times", "listed")
    for key in ("weekdays", "day_factor"):
        if getattr(said, key) is not None:
            record.no(f"{path}.{key}", f"{quote(key)} with listed times", "it with a rate only")
    if not any(_moment_inside(record, m.when) for m in said.times):
        record.no(f"{path}.times", "no instant within the run", "one at least")


def _initial(record: Record, path: str, said: g.InitialOf) -> None:
    step = record.whole.steps.get(said.at)
    if isinstance(step, s.Exit):
        record.no(f"{path}.at", f"{quote(said.at)}, an exit", "a step that people can be at")
    if not said.counter:
        return
    if said.clocks:
        record.no(f"{path}.clocks", "clocks of a counter", "none: its members are not told apart")
    if step is not None and not isinstance(step, LINED):
        wanted = "a step with a line, such as serve, where a counter can wait"
        record.no(f"{path}.at", f"the step {quote(said.at)}", wanted)


def _factors(record: Record) -> None:
    seen: dict[str, tuple[object, str]] = {}
    for name, stream in record.whole.streams.items():
        if stream.day_factor is None:
            continue
        path, cv = f"streams.{name}.day_factor.cv", stream.day_factor.cv.exact
        known, other = seen.setdefault(stream.day_factor.name, (cv, path))
        if known != cv:
            found = f"{float(cv):g} for the factor {quote(stream.day_factor.name)}"
            record.no(path, found, f"the same as at {other}")


def _stations(record: Record) -> None:
    """Classes that share the servers of a station: all steps or none, without pre-emption."""
    by_station: dict[str, list[tuple[str, s.Serve]]] = {}
    for name, step in record.whole.steps.items():
        if isinstance(step, s.Serve):
            by_station.setdefault(step.serve, []).append((name, step))
    for station, steps in by_station.items():
        sharing = [(name, step) for name, step in steps if step.share is not None]
        if not sharing:
            continue
        if any(step.preempt != "none" for _, step in steps):
            name = next(name for name, step in steps if step.preempt != "none")
            found = f"'preempt' at a station whose servers are shared ({quote(station)})"
            record.no(f"steps.{name}.preempt", found, "one of share and preempt")
        for name, step in steps:
            if step.share is None:
                found = f"no 'share' at the station {quote(station)}"
                record.no(f"steps.{name}", found, f"one, as at steps.{sharing[0][0]}")
        _weights(record, sharing)


def _weights(record: Record, sharing: list[tuple[str, s.Serve]]) -> None:
    seen: dict[str, tuple[int, str]] = {}
    for name, step in sharing:
        assert step.share is not None
        weight = step.share.weight
        known, other = seen.setdefault(step.share.name or name, (weight, name))
        if known != weight:
            found = f"the weight {weight} for the class {quote(step.share.name or name)}"
            record.no(f"steps.{name}.share", found, f"{known} as at steps.{other}")


def _efforts(record: Record) -> None:
    for name, step in record.whole.steps.items():
        if not isinstance(step, s.Serve) or step.effort is None:
            continue
        stock = record.whole.stocks.get(step.effort.stock)
        if stock is not None and stock.initial.value == 0:
            found = f"the stock {quote(step.effort.stock)}, which begins with 0"
            record.no(f"steps.{name}.effort.stock", found, "a stock with some units at the start")


def dated_in(value: Any) -> Iterator[Dated[Any]]:
    """Every profile inside a validated value."""
    if isinstance(value, Dated):
        yield value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from dated_in(getattr(value, name))
    elif isinstance(value, dict) and not isinstance(value, Map):
        for piece in value.values():
            yield from dated_in(piece)


def _first_dates(record: Record) -> None:
    start = datetime.combine(record.whole.start, time())
    for profile in dated_in(record.whole):
        first = profile.points[0][0] if profile.points else None
        if first is not None and first > start and not profile.path.endswith(_NONE_BEFORE):
            found = f"nothing before {in_words(first)}"
            wanted = f"a value from the start, {record.whole.start}"
            record.no(profile.path, found, wanted, profile.place)
