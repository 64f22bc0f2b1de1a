"""Trace rows of replications, written as they are made and joined at the end."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from sim.log import NOT_YET, Ended, Log
from sim.network.table import Network

TRACE = "trace.parquet"
_ENDED = [ended.name.lower() for ended in Ended]


def write_part(folder: Path, network: Network, log: Log, world: int, replication: int) -> None:
    """The visits of one replication in a file of their own."""
    table = rows(network, log, world, replication)
    pq.write_table(table, folder / _part(world, replication))


def join_parts(folder: Path, runs: list[tuple[int, int]], into: Path) -> None:
    """One file of all parts in the order of `runs` (world, replication); the parts are removed."""
    writer: pq.ParquetWriter | None = None
    for world, replication in runs:
        part = folder / _part(world, replication)
        table = pq.read_table(part)
        writer = writer or pq.ParquetWriter(into, table.schema)
        writer.write_table(table)
        part.unlink()
    if writer is not None:
        writer.close()


def _part(world: int, replication: int) -> str:
    return f".part-{world}-{replication}.parquet"


def rows(network: Network, log: Log, world: int, replication: int) -> pa.Table:
    """One row a visit; times in microseconds from the start, null for what has not happened."""
    visits, names = log.visits, network.names
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
        }
    )


def _named(codes: NDArray[np.int64], names: tuple[str, ...] | list[str]) -> pa.Array:
    return pa.array(list(names), pa.string()).take(pa.array(codes.astype(np.int64)))


def _time(values: NDArray[np.int64]) -> pa.Array:
    return pa.array(values, mask=values == NOT_YET)
