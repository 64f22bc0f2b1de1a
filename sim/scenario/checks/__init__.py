"""What a schema cannot see: names, routes, dates and provenance that must fit together."""

from __future__ import annotations

from sim.errors import Problem
from sim.scenario.checks import (
    attributes,
    fitted,
    measures,
    movable,
    names,
    objects,
    question,
    routes,
    sizes,
    sources,
    units,
    unread,
)
from sim.scenario.checks.record import Record
from sim.scenario.grammar import Whole
from sim.scenario.tree import Map


def problems(whole: Whole, tree: Map, partial: bool = False) -> list[Problem]:
    """Every problem across fields.

    `partial` is for a scenario out of which broken pieces were left: nothing is then said of
    routes, which may lead through what is missing.
    """
    record = Record(whole, tree)
    names.check(record)
    sound = not record.problems
    for room in (objects, sizes, question, measures, movable, sources, fitted, units):
        room.check(record)
    if sound and not partial:
        objects.check_used(record)
        routes.check(record)
        attributes.check(record)
        unread.check(record)
    return record.problems
