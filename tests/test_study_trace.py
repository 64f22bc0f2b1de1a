"""Trace rows on disk: the same whatever the size of the chunks, and never all in memory."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sim.log import Log
from sim.network.model import Initial
from sim.study import trace
from tests.models import at, delay, exactly, leave, network, pool, release, run

PEOPLE = 40


def logs() -> tuple[trace.Network, list[Log]]:
    net = network(
        1, delay("stay", 1, "out"), leave(), streams=(at("a", "stay", *range(1, PEOPLE + 1)),)
    )
    return net, [run(net, seed, trace=True) for seed in (1, 2)]


def written(folder: Path) -> Path:
    """The trace of two replications, the second written first."""
    net, two = logs()
    for replication in (1, 0):
        trace.write_part(folder, net, two[replication], 0, replication)
    trace.join_parts(folder, [(0, 0), (0, 1)], folder / trace.TRACE)
    return folder / trace.TRACE


@pytest.mark.parametrize("chunk", [1, 7, 1 << 17])
def test_the_rows_are_the_same_whatever_the_chunks(
    chunk: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    net, two = logs()
    monkeypatch.setattr(trace, "CHUNK", chunk)
    path = written(tmp_path)
    whole = [trace.rows(net.names, log.visits, 0, r).to_pandas() for r, log in enumerate(two)]
    pd.testing.assert_frame_equal(pd.read_parquet(path), pd.concat(whole, ignore_index=True))
    groups = pq.ParquetFile(path).metadata
    assert max(groups.row_group(i).num_rows for i in range(groups.num_row_groups)) <= chunk
    assert [p.name for p in tmp_path.iterdir()] == [trace.TRACE]


def test_what_is_held_from_the_start_has_no_step(tmp_path: Path) -> None:
    net = network(
        1, delay("stay", 9, "free"), release("free", "beds", "out"), leave(), pools=(pool("beds", 1),),
        initial=(Initial("held", "stay", 1, exactly(5), ("beds",)),),
    )  # fmt: skip
    trace.write_part(tmp_path, net, run(net, trace=True), 0, 0)
    trace.join_parts(tmp_path, [(0, 0)], tmp_path / trace.TRACE)
    steps = pd.read_parquet(tmp_path / trace.TRACE)["step"]
    assert steps.isna().tolist() == [True, False, False, False]
    assert steps[1:].tolist() == ["stay", "free", "out"]


def test_a_replication_without_visits_has_no_rows(tmp_path: Path) -> None:
    net = network(1, leave())
    trace.write_part(tmp_path, net, run(net, trace=True), 0, 0)
    trace.join_parts(tmp_path, [(0, 0)], tmp_path / trace.TRACE)
    assert pq.ParquetFile(tmp_path / trace.TRACE).metadata.num_rows == 0


def test_ten_times_the_rows_take_no_more_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trace, "CHUNK", 1 << 10)
    net, (log, _) = logs()
    peaks = []
    for times in (200, 2_000):
        visits = np.repeat(log.visits, times)
        pool = pa.proxy_memory_pool(pa.system_memory_pool())
        before = pa.default_memory_pool()
        pa.set_memory_pool(pool)
        try:
            trace.write_part(tmp_path, net, Log(**{**vars(log), "visits": visits}), 0, 0)
            trace.join_parts(tmp_path, [(0, 0)], tmp_path / trace.TRACE)
        finally:
            pa.set_memory_pool(before)
        peaks.append(pool.max_memory())
    assert peaks[1] < 1.5 * peaks[0]
