"""Counting, and copying into place: the passes of `order`."""

from __future__ import annotations

from typing import Any


def last_numbers(rows: Any, named: Any) -> None:
    """Fill `named` (sources,) with one more than the largest number of each source."""
    for i in range(len(rows)):
        source, number = rows[i].source, rows[i].number
        if number >= named[source]:
            named[source] = number + 1


def put_in_place(rows: Any, first: Any, counted: Any, placed: Any) -> None:
    """Copy every row to its place; `first` (sources,) is the cell of number 0, `counted` zeros."""
    for i in range(len(rows)):
        counted[first[rows[i].source] + rows[i].number + 1] += 1
    for i in range(1, len(counted)):
        counted[i] += counted[i - 1]
    for i in range(len(rows)):
        cell = first[rows[i].source] + rows[i].number
        placed[counted[cell]] = rows[i]
        counted[cell] += 1
