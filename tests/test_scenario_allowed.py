"""What the grammar allows stays allowed, however near it comes to a mistake that is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.study.check import check

SMALL = Path(__file__).parent / "small.yaml"

ALLOWED = [
    # Words for what is counted are free, and may be left out.
    "stations.desk.servers=3 windows",
    "stations.desk.servers=3 beds",
    "pools.beds.capacity=40",
    "streams.people.rate=4 per day",
    "streams.people.rate=28 families/week",
    "streams.people.rate=0/day",
    "stocks.money.initial=$1000",
    "stocks.money.refill=$10/day",
    "steps.fund.units=$10",
    "costs.bed_day.value=165 dollars",
    "costs.bed_day.value=165",
    # A bare number is asked in the unit of the measure; so is one by the week.
    "question.at_least=3",
    "question.at_least=21/week",
    "question.at_least=3 people/day",
    "question.at_least=0/day",
    # Nobody may wait: a loss system. No capacity, no seats, no money, no patience: a policy of none.
    "steps.case.room.most=0",
    "steps.bed.patience.after=0 hours",
    "pools.beds.capacity=0",
    "stations.desk.servers=0",
    "departures.charter.seats=0",
    "departures.charter.minimum=5",
    "departures.charter.minimum=0",
    "departures.charter.cancelled=1",
    "initial.held.count=0",
    "initial.held.count=2000",
    "orders.work.share=0",
    # A loop that waits, or that a chance leaves, is a loop that ends.
    "steps.pass.closed={to: stay}",
    "steps.bed.bump.to=bed",
    # Changes that lie outside the run do nothing: a base may know more dates than a run has.
    "pools.beds.capacity={2024-01-01: 30, 2025-01-15: 40, 2031-01-01: 50}",
    "gates.country.closed=[{from: 2031-01-01, to: 2031-02-01}]",
    "gates.country.closed=[{from: 2025-01-01, to: 2025-01-05}, {from: 2025-01-03, to: 2025-01-08}]",
    "gates.country.closed=[]",
    "stocks.money.puts={2031-01-01: 5}",
    "streams.buses.times=[2025-01-02 10:00, 2025-01-02 10:00, 2031-01-01]",
    # Batches of a law that may give none, laws that are cut at 0, one that is written out.
    "streams.people.batch={values: [0, 3]}",
    "streams.people.batch={normal: {mean: 2, sd: 1}}",
    "steps.stay.delay={normal: {mean: 5 days, sd: 9 days}}",
    "steps.stay.delay={scipy: {law: invgauss, mu: 2, scale: 1 day}}",
    "steps.stay.delay=0 days",
    # A step's options in one mapping with the object, or beside it.
    "steps.fund={take: {from: money, units: 10, empty: {to: leave}, next: pass}}",
    "steps.fund={take: money, units: 10, empty: wait, next: pass}",
    # Attributes that nothing reads, and values that come of a set alone.
    "steps.mark.set={round: first}",
    "steps.mark.set={record: appealed}",
    # Ranges in another unit of the same sort, or without one.
    "steps.look.work={value: 1 hour, range: [30 minutes, 0.1 days]}",
    "pools.spare.capacity={value: 5 beds, range: [3, 9 beds]}",
    "pools.spare.capacity={value: 1 person, range: [0 people, 3 people]}",
    "stations.desk.calendar.hours=[\"22:00-06:00\", \"09:00-12:00\"]",
    "limits.too_long={wait: charter, over: 0 hours}",
    "limits.too_long={stay: case, over: 40 days}",
    "definitions={none: {pools.beds.capacity: 0}}",
]  # fmt: skip


@pytest.mark.parametrize("change", ALLOWED)
def test_it_is_accepted(change: str) -> None:
    assert check(SMALL, changes=[change]) == []


@pytest.mark.parametrize(
    ("unit", "asked"),
    [("share", "0.9"), ("cases/day", "3/day"), ("cases", "3/day"), ("hours", "5 hours"), ("'%'", "90 %")],
)
def test_a_measure_may_be_asked_in_what_it_says_it_is_in(unit: str, asked: str) -> None:
    changes = [f"measures.begun.unit={unit}", "question.measure=begun", f"question.at_least={asked}"]
    assert check(SMALL, changes=changes) == []
