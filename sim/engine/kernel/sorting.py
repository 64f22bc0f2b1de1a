"""Counting, and copying into place: the passes of `order`."""

from __future__ import annotations

from typing import Any


def count(gone: Any, first: Any, counted: Any) -> None:
    """Put the rows of every entity into the cell after its own; `first` (sources,) is that of number 0."""
    for i in range(len(gone)):
        counted[first[gone[i].source] + gone[i].number + 1] = gone[i].rows


def put_in_place(rows: Any, first: Any, counted: Any, placed: Any) -> None:
    """Copy every row to its place; `counted` is how many rows come before those of each entity."""
    for i in range(len(rows)):
        row = rows[i]
        to = placed[counted[first[row.source] + row.number] + row.row]
        to.joined = row.joined
        to.started = row.started
        to.finished = row.finished
        to.number = row.number
        to.source = row.source
        to.step = row.step
        to.visit = row.visit
        to.group = row.group
        to.object = row.object
        to.units = row.units
        to.ended = row.ended
