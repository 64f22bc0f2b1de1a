"""Visits in the order of the log.

A row is written when its visit ends, and says which of its entity's it is. Numbers of a source are mostly
consecutive, so counting does in two passes what sorting by comparison does in twenty.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.engine.kernel.compiled import count, put_in_place
from sim.log import VISIT

_SPARSE = 8  # entities named for each row, above which counting costs more than comparing
Ints = NDArray[np.int64]
Rows = NDArray[np.void]


def ordered(chunks: list[Rows], gone: Rows, named: Ints, rank: Ints) -> Rows:
    """Rows by rank of the source, number and place among the entity's own.

    gone says how many rows each entity has, named (sources,) is one more than the largest number of each
    source. The chunks are taken from the list as they are copied, so that the memory of each is free for
    what comes after.
    """
    size = sum(map(len, chunks))
    placed = np.empty(size, VISIT)
    if named.sum() > _SPARSE * size + 1_000:
        _compare(chunks, rank, placed)
        return placed
    first = np.zeros(len(rank), np.int64)
    by_rank = np.argsort(rank)
    first[by_rank] = np.cumsum(named[by_rank]) - named[by_rank]
    counted = np.zeros(int(named.sum()) + 1, np.int32)
    count(gone, first, counted)
    np.cumsum(counted, out=counted)
    while chunks:
        put_in_place(chunks.pop(0), first, counted, placed)
    return placed


def _compare(chunks: list[Rows], rank: Ints, placed: Rows) -> None:
    rows = np.concatenate(chunks)
    order = np.lexsort((rows["row"], rows["number"], rank[rows["source"]]))
    for name in VISIT.names or ():
        placed[name] = rows[name][order]
