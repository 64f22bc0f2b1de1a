"""What a scenario may say: every key with its unit and meaning."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import Annotated, Any

from pydantic import Field

from sim.errors import listing, nearest, quote
from sim.scenario.dated import Dated, day, is_dated, profile
from sim.scenario.fields import (
    Amount,
    Capacity,
    Count,
    CountLaw,
    Day,
    Duration,
    Flag,
    Instant,
    Instants,
    Name,
    Names,
    Positive,
    Probabilities,
    RateProfile,
    Reads,
    Servers,
    Share,
    TimeLaw,
    Weekdays,
    Word,
    choice,
    named,
    number,
)
from sim.scenario.quantity import Quantity, Sort, Told, quantity, shown
from sim.scenario.steps import Sourced, Step, Strict
from sim.scenario.tree import Items, Map, Node, Text

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
EVENTS = ("entered", "started", "finished", "refused", "impatient", "left")
AtEnd = Annotated[str, choice("finish", "pause")]


def _hours(node: Node, told: Told) -> tuple[tuple[int, int], ...] | None:
    """Opening hours as (from, to) in minutes from midnight; `to` beyond 1440 crosses midnight."""
    pieces = list(node) if isinstance(node, Items) else [node]
    found: list[tuple[int, int]] = []
    for piece in pieces:
        ends = [_minutes(end) for end in str(piece).split("-")] if isinstance(piece, Text) else []
        first, last = (ends[0], ends[1]) if len(ends) == 2 else (None, None)
        if first is None or last is None or first in (last, 1440):
            told.no(piece, shown(piece), 'hours, such as "09:00-17:00"')
            return None
        found.append((first, last if last > first else last + 1440))
    found.sort()
    if not found or any(a[1] > b[0] for a, b in pairwise(found)):
        told.no(node, shown(node), "hours that do not overlap")
        return None
    return tuple(found)


def _minutes(text: str) -> int | None:
    hour, colon, minute = text.strip().partition(":")
    if not (colon and hour.isdecimal() and minute.isdecimal() and len(minute) == 2):
        return None
    total = int(hour) * 60 + int(minute)
    return total if int(minute) < 60 and total <= 1440 else None


def _days(node: Node, told: Told) -> tuple[int, ...] | None:
    pieces = list(node) if isinstance(node, Items) else []
    wanted = f"days out of {listing(DAYS, 'and')}"
    if not pieces:
        told.no(node, shown(node), f"a list of {wanted}")
    for piece in pieces:
        if piece not in DAYS:
            near = _day_meant(str(piece)) if isinstance(piece, Text) else None
            told.no(piece, shown(piece), wanted + (f"; the nearest is {quote(near)}" if near else ""))
    _once(pieces, told)
    return tuple(sorted({DAYS.index(str(piece)) for piece in pieces if piece in DAYS}))


def _day_meant(word: str) -> str | None:
    """The day that is meant by `Monday` or `tues`."""
    short = word.lower()[:3]
    return short if short in DAYS else nearest(word.lower(), DAYS)


def _day_list(node: Node, told: Told) -> tuple[date, ...] | None:
    if not isinstance(node, Items):
        told.no(node, shown(node), "a list of dates, such as [2025-12-25]")
        return None
    _once(list(node), told)
    return tuple(d for piece in node if (d := day(piece, told)) is not None)


def _once(pieces: Sequence[Node], told: Told) -> None:
    """Tells of what a list of days or names says again."""
    seen: set[str] = set()
    for piece in pieces:
        if isinstance(piece, Text) and str(piece) in seen:
            told.no(piece, f"{quote(piece)} again", "it once")
        seen.add(str(piece))


def _name_list(node: Node, told: Told) -> tuple[str, ...]:
    pieces = list(node) if isinstance(node, Items) else [node]
    _once(pieces, told)
    return tuple(word for piece in pieces if (word := named(piece, told)) is not None)


def _cost(node: Node, told: Told) -> Quantity | None:
    return quantity(node, Sort.MONEY, told)


def _definitions(node: Node, told: Told) -> dict[str, Map] | None:
    if not isinstance(node, Map) or any(not isinstance(d, Map) for d in node.values()):
        told.no(node, shown(node), "values by path, such as {funded: {pools.beds.capacity: 41500}}")
        return None
    return {key: piece for key, piece in node.items() if isinstance(piece, Map)}


def _warm_up(node: Node, told: Told) -> Quantity | str | None:
    if node == "auto":
        return "auto"
    wanted = "a time such as 30 days, or auto"
    return quantity(node, Sort.TIME, told, structural=True, wanted=wanted)


class Calendar(Sourced):
    """Hours of each week in which there is capacity."""

    days: Annotated[
        tuple[int, ...], Reads(_days, {"type": "array", "items": {"enum": list(DAYS)}})
    ] = Field(tuple(range(7)), description="Days of the week; all if not said.")
    hours: Annotated[tuple[tuple[int, int], ...], Reads(_hours, {"type": ["string", "array"]})] = (
        Field(((0, 1440),), description="Opening hours; they may cross midnight.")
    )
    holidays: Annotated[tuple[date, ...], Reads(_day_list, {"type": "array"})] = Field(
        (), description="Dates without capacity."
    )
    at_end: AtEnd | None = Field(
        None, description="Work going on as hours end: finish, or pause until they begin."
    )


class Pool(Sourced):
    """Capacity that is seized, held across steps and released."""

    capacity: Capacity = Field(description="Units there are [units], may change by date.")
    calendar: Calendar | None = Field(None, description="Weekly hours; none means always.")


class Hiring(Sourced):
    """People hired to serve, who are at work once they are trained, and leave again."""

    hired: RateProfile = Field(
        description="People who begin training [people/time], may change by date; none before the first date."
    )
    training: Duration = Field(description="From being hired to being at work [time].")
    wash_out: Share | None = Field(
        None, description="Share of those hired who never come to work [share]; none if not said."
    )
    attrition: Share | None = Field(
        None, description="Leavers in 365 days, of those at work [share]; a 365th part of it leaves each day."
    )
    each: Annotated[Quantity, number(Sort.COUNT, least=1)] = Field(
        description="People at work of whom one server is made [people]."
    )


class Station(Sourced):
    """A queue with servers."""

    servers: Servers = Field(description="Servers there are [servers], may change by date.")
    hiring: Hiring | None = Field(
        None, description="People hired and trained; the servers they make are added to `servers`."
    )
    calendar: Calendar | None = Field(None, description="Weekly hours; none means always.")
    at_end: AtEnd | None = Field(
        None, description="Work going on when servers leave: finish (if not said) or pause."
    )


_SEATS = "a whole number of seats, such as 135"
_DAYS_LATER = "a whole number of days without a unit, such as 1"


def _seats(node: Node, told: Told) -> Dated[Quantity] | tuple[Quantity, ...] | None:
    if not isinstance(node, Items):
        return profile(node, Sort.COUNT, told, _SEATS)
    found = [quantity(piece, Sort.COUNT, told, wanted=_SEATS) for piece in node]
    if not found:
        told.no(node, "an empty list", "seats of each departure, such as [3, 2, 5]")
    return tuple(q for q in found if q is not None)


Seats = Annotated[
    Dated[Quantity] | tuple[Quantity, ...],
    Reads(_seats, {"type": ["number", "string", "object", "array"]}),
]


class Departure(Sourced):
    """Service in batches at set times."""

    every: Positive | None = Field(None, description="Time from one to the next [time].")
    first: Instant | None = Field(None, description="First departure; the start if not said.")
    at: Instants | None = Field(None, description="Instants of departure, instead of `every`.")
    period: Positive | None = Field(None, description="Time after which `at` repeats [time].")
    seats: Seats = Field(description="Seats of each departure [people]; a list goes around.")
    minimum: Annotated[Quantity, number(Sort.COUNT, least=0)] | None = Field(
        None, description="Fewer waiting than this cancel it [people]; 1 if not said."
    )
    cancelled: Share | None = Field(None, description="Chance that one is cancelled [share].")


class Window(Sourced):
    """A time in which a gate is closed."""

    from_: Instant = Field(alias="from", description="First instant closed.")
    to: Instant | None = Field(None, description="First instant open again; never if not said.")


class Random(Sourced):
    """Closings by chance."""

    every: TimeLaw = Field(description="Law of the open time before a closing [time].")
    for_: TimeLaw = Field(alias="for", description="Law of the time closed [time].")


class GateObject(Sourced):
    """Something that can be closed for a time; open otherwise."""

    closed: tuple[Window, ...] | None = Field(None, description="Windows in which it is closed.")
    random: Random | None = Field(None, description="Closings by chance, instead of windows.")


def _puts(node: Node, told: Told) -> Dated[Quantity] | None:
    if isinstance(node, Map) and is_dated(node):
        return profile(node, Sort.SIGNED, told)
    told.no(node, shown(node), "units by date, such as {2025-10-01: 1000000}")
    return None


Puts = Annotated[Dated[Quantity], Reads(_puts, {"type": "object"})]


class Stock(Sourced):
    """Units that are used up and refilled."""

    initial: Count = Field(description="Units at the start [units].")
    refill: RateProfile | None = Field(
        None, description="Units added at midnight [units per time]; whole units, none lost."
    )
    puts: Puts | None = Field(
        None, description="Units added at given instants [units]; negative when they lapse."
    )


class DayFactorOf(Sourced):
    """A factor of mean 1 drawn for each day; streams naming the same one share it."""

    name: Name = Field(description="Name of the factor.")
    cv: Annotated[Quantity, number(Sort.NUMBER, least=0)] = Field(
        description="Coefficient of variation beyond Poisson's own [1]."
    )


class Stream(Sourced):
    """A source of entities."""

    enters: Name = Field(description="Step that its entities enter.")
    rate: RateProfile | None = Field(None, description="Arrivals [1/time], may change by date.")
    gaps: Annotated[str, choice("exponential", "regular", "listed")] | None = Field(
        None, description="Law of the gaps: exponential (if not said), regular or listed."
    )
    times: Instants | None = Field(None, description="Instants of arrival, instead of a rate.")
    batch: CountLaw | None = Field(None, description="Entities at each arrival [entities]; 1.")
    weekdays: Weekdays | None = Field(
        None, description="Factors of the rate, Monday first [factor]."
    )
    day_factor: DayFactorOf | None = Field(None, description="Random factor of each day's rate.")
    attributes: dict[str, Probabilities] = Field(
        {}, description="Attributes drawn at creation: probabilities by value [share]."
    )


class OrdersOf(Sourced):
    """Pieces of work set each day, counted and not Poisson."""

    each_day: RateProfile = Field(description="Work set [pieces/time], may change by date.")
    enters: Name = Field(description="Step that a piece of work enters.")
    share: Share | None = Field(None, description="Share of `each_day` that is this work [share].")
    weekdays: Weekdays | None = Field(
        None, description="Factors of the number, Monday first [factor]."
    )
    carry_over: Annotated[Quantity, number(Sort.COUNT, structural=True, wanted=_DAYS_LATER)] | None = Field(
        None, description="Days after its own that it may still be begun [days]; 0."
    )
    attributes: dict[str, Probabilities] = Field(
        {}, description="Attributes drawn at creation: probabilities by value [share]."
    )


class InitialOf(Sourced):
    """People inside at the start."""

    count: Count = Field(description="How many [people].")
    at: Name = Field(description="Step they are at.")
    spent: TimeLaw | None = Field(None, description="Law of the time already spent [time].")
    holds: Annotated[
        tuple[str, ...] | None,
        Reads(_name_list, {"type": ["string", "array"]}),
    ] = Field(None, description="Pools they hold; if not said, those released on their way.")
    clocks: Annotated[tuple[str, ...], Reads(_name_list, {"type": ["string", "array"]})] = Field(
        (), description="Deadline steps whose clock has run for the time spent."
    )
    attributes: dict[str, Probabilities] = Field(
        {}, description="Attributes they have: probabilities by value [share]."
    )
    counter: Flag = Field(False, description="Keep as a count until served, to save memory.")


def _values_by_path(node: Node, told: Told) -> Map | None:
    if isinstance(node, Map) and node:
        return node
    told.no(node, shown(node), "values by path, such as {orders.field_work.each_day: 0/day}")
    return None


def usual_window(days: int) -> int:
    """[days] What a question averages over if it does not say: four weeks, or as many as the run has."""
    return min(28, days // 7 * 7)


class QuestionOf(Sourced):
    """What is asked of the system."""

    measure: Word = Field(description="Measure that is judged.")
    at_least: Amount | None = Field(None, description="Least value [unit of the measure].")
    at_most: Amount | None = Field(None, description="Greatest value [unit of the measure].")
    averaged_over: Annotated[Quantity, number(Sort.TIME, above=0, structural=True)] | None = Field(
        None, description="Length of the trailing mean, whole weeks [time]."
    )
    reached_by: Day | None = Field(None, description="Last date to reach the value first.")
    sustained_until: Day | None = Field(None, description="Date until which it must hold.")
    with_probability: Annotated[Quantity, number(Sort.SHARE, structural=True)] | None = Field(
        None, description="Share of worlds that must say yes [share]."
    )
    tolerance: Annotated[Quantity, number(Sort.SHARE, structural=True)] | None = Field(
        None, description="Relative shortfall that still counts [share]; 1 %."
    )
    without_target: Annotated[Map, Reads(_values_by_path, {"type": "object"})] | None = Field(
        None, description="Values by path that take the target away, to compare breaches with."
    )


class Term(Sourced):
    """One thing that a measure counts; all terms are summed."""

    step: Name | None = Field(None, description="Step whose events are counted.")
    event: Annotated[str, choice(*EVENTS)] | None = Field(
        None, description="Entered, started, finished, refused, impatient or left."
    )
    pool: Name | None = Field(None, description="Pool whose level is read.")
    station: Name | None = Field(None, description="Station whose level is read.")
    departure: Name | None = Field(None, description="Departure whose line is read.")
    stock: Name | None = Field(None, description="Stock whose level is read.")
    level: Annotated[str, choice("in_use", "waiting", "capacity", "stopped")] | None = Field(
        None, description="What is read at midnight: in_use, waiting, capacity or stopped."
    )
    stream: Name | None = Field(None, description="Stream, orders or initial stock counted.")
    outcome: Word | None = Field(None, description="Outcome whose exits are counted.")
    measure: Name | None = Field(None, description="Another measure.")
    class_: dict[str, Name] = Field(
        {}, alias="class", description="Only entities with these values of attributes."
    )
    times: Annotated[Quantity, number(Sort.NUMBER, structural=True)] | None = Field(
        None, description="Factor, such as -1 to take away [factor]; 1."
    )


class AgeOf(Sourced):
    """How long those held have been held, at the midnights that end given days."""

    pools: Names = Field(description="Pools whose holders count.")
    at: Annotated[tuple[date, ...], Reads(_day_list, {"type": "array"})] = Field(
        description="Dates at whose end it is read."
    )
    statistic: Annotated[str, choice("mean", "over")] = Field(
        "mean", description="Mean time held, or the share held for more than `over`."
    )
    over: Duration | None = Field(None, description="Bound of the share [time].")
    class_: dict[str, Name] = Field(
        {}, alias="class", description="Only entities with these values of attributes."
    )


class MeasureOf(Sourced):
    """A number read from every run, day by day."""

    sum_of: tuple[Term, ...] = Field((), description="Terms that are added.")
    age: AgeOf | None = Field(None, description="Time held so far, instead of a sum.")
    unit: Word | None = Field(None, description="Unit of the measure.")


class CostOf(Sourced):
    """A cost by what it is per."""

    value: Annotated[Any, Reads(_cost, {"type": ["number", "string"]})] = Field(
        description="Cost of one [money]."
    )
    per: Annotated[
        str, choice("day", "hour", "entered", "started", "finished", "left", "departure", "seat",
                    "unit", "exit")
    ] = Field(description="What one cost is per.")  # fmt: skip
    pool: Name | None = Field(None, description="Pool whose units in use cost.")
    station: Name | None = Field(None, description="Station whose servers cost.")
    step: Name | None = Field(None, description="Step whose events cost.")
    departure: Name | None = Field(None, description="Departure that costs.")
    stock: Name | None = Field(None, description="Stock whose units cost.")
    outcome: Word | None = Field(None, description="Outcome whose exits cost.")
    measure: Name | None = Field(None, description="Measure that costs, day by day.")
    range: Annotated[Any, Reads(lambda n, t: n, {"type": "array"})] = Field(
        None, description="Low and high of the value."
    )
    unit: Word | None = Field(None, description="Unit of the value, if not written with it.")


class LimitOf(Sourced):
    """A legal limit and what breaks it."""

    stay: Name | None = Field(None, description="Pool or station that one may stay in for `over`.")
    wait: Name | None = Field(None, description="Step, pool or station that one may wait at.")
    held_over_capacity: Name | None = Field(None, description="Pool held beyond its capacity.")
    events: Name | None = Field(None, description="Step each entry to which breaks the limit.")
    over: Duration | None = Field(None, description="Longest time allowed [time].")
    legal: Flag = Field(True, description="Whether it is a limit of law; else only reported.")


def _cells(node: Node, told: Told) -> tuple[tuple[Text, ...], ...] | None:
    """Rows of numbers as they are written; what they may be is for the facts they are of."""
    wanted = "a list of rows of numbers, such as [[51.2, 0.14], [49.8, 0.15]]"
    if not isinstance(node, Items) or not node:
        told.no(node, shown(node), wanted)
        return None
    for row in node:
        if not isinstance(row, Items):
            told.no(row, shown(row), "a row of numbers, such as [51.2, 0.14]")
        else:
            for cell in row:
                quantity(cell, Sort.ANY, told, wanted="a finite number without a unit")
    if told.problems:
        return None
    rows = [row for row in node if isinstance(row, Items)]
    return tuple(tuple(cell for cell in row if isinstance(cell, Text)) for row in rows)


def _words(node: Node, told: Told) -> tuple[str, ...] | None:
    pieces = list(node) if isinstance(node, Items) else []
    if not pieces or not all(isinstance(piece, Text) for piece in pieces):
        told.no(node, shown(node), "a list of one word or more")
        return None
    return tuple(str(piece) for piece in pieces)


def _row(node: Node, told: Told) -> int | None:
    wanted = "the number of a row, the first being 1"
    found = quantity(node, Sort.COUNT, told, structural=True, wanted=wanted)
    return None if found is None else int(found.value)


_LIST_OF_WORDS: dict[str, Any] = {"type": "array", "items": {"type": "string"}}


class FittedOf(Sourced):
    """Facts whose values are known together: a world draws one row, each as likely as any other.

    They win over a range that the facts carry; a value set by hand wins over them.
    """

    source: Word = Field(description="How the set was got.")
    paths: Annotated[tuple[str, ...], Reads(_words, _LIST_OF_WORDS)] = Field(
        description="Facts that are drawn together, by path."
    )
    units: Annotated[tuple[str, ...], Reads(_words, _LIST_OF_WORDS)] = Field(
        description='Unit of each, as it is written at its path; "" for none.'
    )
    central: Annotated[int, Reads(_row, {"type": "integer", "minimum": 1})] = Field(
        description="Number of the row that is the stated value of each fact; the first is 1."
    )
    sets: Annotated[
        tuple[tuple[Text, ...], ...],
        Reads(_cells, {"type": "array", "items": {"type": "array", "items": {"type": "number"}}}),
    ] = Field(description="Rows of values, one for each path, all of which fit.")


class MoveOf(Sourced):
    """A capacity that `sim require` may move, and how far."""

    from_: Annotated[Quantity, number(Sort.ANY, least=0, structural=True)] | None = Field(
        None, alias="from", description="Least level [units]; the stated one if not said."
    )
    to: Annotated[Quantity, number(Sort.ANY, least=0, structural=True)] | None = Field(
        None, description="Greatest level [units]; five times the stated one if not said."
    )
    by: Annotated[Quantity, number(Sort.ANY, above=0, structural=True)] | None = Field(
        None, description="Step [units]."
    )
    cost: Annotated[Any, Reads(_cost, {"type": ["number", "string", "object"]})] = Field(
        None, description="Cost of one unit [money]; that under `costs` if not said."
    )
    per: Annotated[str, choice("year", "day", "hour", "departure", "seat")] | None = Field(
        None, description="What `cost` is per; a year if not said."
    )


class ReportOf(Strict):
    """What a summary shows beyond the usual."""

    level_time: Names = Field((), description="Objects whose time at every level is shown.")


class Whole(Strict):
    """A scenario: a system, the time it runs, and a question."""

    title: Word = Field(description="One line that says what it is.")
    illustrative: Flag = Field(
        False, description="Numbers are made up, need no sources, and every output says so."
    )
    start: Day = Field(description="First day.")
    end: Day = Field(description="Day after the last.")
    question: QuestionOf | None = Field(None, description="What is asked.")
    pools: dict[str, Pool] = Field({}, description="Capacity held across steps.")
    stations: dict[str, Station] = Field({}, description="Queues with servers.")
    departures: dict[str, Departure] = Field({}, description="Service in batches.")
    gates: dict[str, GateObject] = Field({}, description="What can be closed for a time.")
    stocks: dict[str, Stock] = Field({}, description="What is used up and refilled.")
    streams: dict[str, Stream] = Field({}, description="Sources of entities.")
    orders: dict[str, OrdersOf] = Field({}, description="Work set each day.")
    initial: dict[str, InitialOf] = Field({}, description="People inside at the start.")
    steps: dict[str, Step] = Field(description="The route, step by step.")
    measures: dict[str, MeasureOf] = Field({}, description="Numbers read from every run.")
    costs: dict[str, CostOf] = Field({}, description="Costs by item.")
    limits: dict[str, LimitOf] = Field({}, description="Legal limits.")
    require: dict[str, MoveOf] = Field(
        {}, description="Capacities, by path, that `sim require` may move."
    )
    classes: Annotated[
        tuple[str, ...], Reads(_name_list, {"type": "array", "items": {"type": "string"}})
    ] = Field((), description="Attributes by whose values tallies are split.")
    fitted: FittedOf | None = Field(
        None,
        description="Facts whose values are known together, as sim calibrate finds them; a world draws "
        "one row. It wins over ranges; a value set by hand wins over it. Or a file with such a set.",
    )
    report: ReportOf | None = Field(None, description="What a summary shows beyond the usual.")
    definitions: Annotated[dict[str, Map], Reads(_definitions, {"type": "object"})] = Field(
        {}, description="Other definitions of the resources under which to answer too."
    )
    warm_up: Annotated[
        Quantity | str | None,
        Reads(_warm_up, {"type": "string"}),
    ] = Field(None, description="Time left out at the start [time], or auto.")
