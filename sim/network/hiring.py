"""Servers made of people who are hired, trained and leave."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from sim.network.amounts import Frame, Points, area, half_up
from sim.network.model import DAY
from sim.scenario import grammar

_PARTS = 10**6
"""People are counted in millionths, so that those of a day are a whole number, and no rounding hangs on a machine."""
_YEAR = 365  # [days]


def made_of(said: grammar.Hiring, frame: Frame) -> Points:
    """(time [us], servers) from 0 on, at the midnights on which their number changes."""
    each = frame.exact(said.each)
    found: Points = [(0, 0)]
    for day, people in at_work(said, frame):
        servers = half_up(Fraction(people, _PARTS) / each)
        if day <= 0:
            found = [(0, servers)]
        elif servers != found[-1][1]:
            found.append((day * DAY, servers))
    return found


def at_work(said: grammar.Hiring, frame: Frame) -> Iterator[tuple[int, int]]:
    """(day, millionths of people at work as it begins), from the first hired to the end of the run.

    On each day a 365th part of `attrition` of those at work leaves, and who has been trained in it and has not
    washed out joins. Who is hired without a date is hired from the start of the run on.
    """
    rates = [(0 if at is None else frame.time(at), frame.exact(q)) for at, q in said.hired.points]
    training, stay = frame.whole(said.training), 1 - (frame.exact(said.wash_out) if said.wash_out else 0)
    leave = frame.exact(said.attrition) / _YEAR if said.attrition else Fraction(0)
    people = 0
    for day in range(rates[0][0] // DAY, -(-frame.horizon // DAY)):
        yield day, people
        trained = area(rates, day * DAY - training, (day + 1) * DAY - training)
        people += half_up(trained * stay * _PARTS) - half_up(people * leave)
