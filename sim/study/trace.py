"""Trace rows of replications, written as they are made and joined at the end.

Never more than CHUNK rows are in memory beside the log that they are made from: a part is written chunk by
chunk, each a row group, and the parts are joined row group by row group.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from sim.log import NOT_YET, Ended, Log
from sim.network.table import Names, Network

TRACE = "trace.parquet"
CHUNK = 1 << 17
"""Rows of a row group: some 20 MB while they are written."""
_ENDED = tuple(ended.name.lower() for ended in Ended)
_SCHEMA = pa.schema(
    {
        "world": pa.int32(), "replication": pa.int32(), "entity": pa.string(), "stream": pa.string(),
        "number": pa.int64(), "step": pa.string(), "visit": pa.int16(), "arrived": pa.int64(),
        "started": pa.int64(), "finished": pa.int64(), "units": pa.int32(), "ended": pa.string(),
    }
)  # fmt: skip


def write_part(folder: Path, network: Network, log: Log, world: int, replication: int) -> None:
    """The visits of one replication in a file of their own."""
    with pq.ParquetWriter(folder / _part(world, replication), _SCHEMA) as writer:
        for visits in _chunks(log.visits):
            writer.write_table(rows(network.names, visits, world, replication))


def join_parts(folder: Path, runs: list[tuple[int, int]], into: Path) -> None:
    """One file of all parts in the order of `runs` (world, replication); the parts are removed."""
    with pq.ParquetWriter(into, _SCHEMA) as writer:
        for world, replication in runs:
            part = folder / _part(world, replication)
            with pq.ParquetFile(part) as file:
                for group in range(file.num_row_groups):
                    writer.write_table(file.read_row_group(group))
            part.unlink()


def _chunks(visits: NDArray[np.void]) -> Iterator[NDArray[np.void]]:
    return (visits[first : first + CHUNK] for first in range(0, len(visits), CHUNK))


def _part(world: int, replication: int) -> str:
    return f".part-{world}-{replication}.parquet"


def rows(names: Names, visits: NDArray[np.void], world: int, replication: int) -> pa.Table:
    """One row a visit; times in microseconds from the start, null for what has not happened.

    The step is null where somebody inside at the start holds a unit that no step gave.
    """
    number = pa.array(visits["number"])
    stream = _named(visits["source"], names.sources)
    entity = pc.binary_join_element_wise(stream, pc.cast(number, pa.string()), "/")
    size = len(visits)
    return pa.table(
        {
            "world": pa.array(np.full(size, world, np.int32)),
            "replication": pa.array(np.full(size, replication, np.int32)),
            "entity": entity,
            "stream": stream,
            "number": number,
            "step": _named(visits["step"], names.steps),
            "visit": pa.array(visits["visit"]),
            "arrived": _time(visits["joined"]),
            "started": _time(visits["started"]),
            "finished": _time(visits["finished"]),
            "units": pa.array(visits["units"]),
            "ended": _named(visits["ended"], _ENDED),
        },
        _SCHEMA,
    )


def _named(codes: NDArray[np.int64], names: tuple[str, ...]) -> pa.Array:
    return pa.array(names, pa.string()).take(pa.array(codes.astype(np.int64), mask=codes < 0))


def _time(values: NDArray[np.int64]) -> pa.Array:
    return pa.array(values, mask=values == NOT_YET)
