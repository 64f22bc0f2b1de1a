"""Counting, and changing places: the passes of `order`."""

from __future__ import annotations

from typing import Any


def last_numbers(rows: Any, named: Any) -> None:
    """Fill `named` (sources,) with one more than the largest number of each source."""
    for row in rows:
        named[row.source] = max(named[row.source], row.number + 1)


def places(rows: Any, first: Any, counted: Any, place: Any) -> None:
    """Fill `place` (rows,) with where each row goes; `first` (sources,) is the cell of number 0."""
    for row in rows:
        counted[first[row.source] + row.number + 1] += 1
    for i in range(1, len(counted)):
        counted[i] += counted[i - 1]
    for i in range(len(rows)):
        cell = first[rows[i].source] + rows[i].number
        place[i] = counted[cell]
        counted[cell] += 1


def put_in_place(cells: Any, place: Any) -> None:
    """Move every row (rows, bytes) to its place, along the cycles of the permutation."""
    for i in range(len(place)):
        while place[i] != i:
            to = place[i]
            for k in range(cells.shape[1]):
                cells[i, k], cells[to, k] = cells[to, k], cells[i, k]
            place[i], place[to] = place[to], to
