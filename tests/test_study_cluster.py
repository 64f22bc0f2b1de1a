"""The same sweep on a cluster of processes, one of which is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sim.errors import Refused, SimError
from sim.scenario import read, with_overrides
from sim.study.evaluate import Point, Want
from tests.test_study_evaluate import DAY, QUEUE, SHORT, points, ran, same

distributed = pytest.importorskip("distributed")
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def running() -> Iterator[Any]:
    """A scheduler on loopback with three worker processes."""
    with distributed.LocalCluster(
        n_workers=3, threads_per_worker=1, dashboard_address=None, processes=True
    ) as place:
        yield place


def test_a_cluster_gives_the_same_to_the_bit(running: Any, tmp_path: Path) -> None:
    of = points(read(QUEUE, SHORT), (18, 20, 22, 24))
    on_it = ran(of, tmp_path / "a", executor=running.scheduler_address)
    assert same(on_it, ran(of, tmp_path / "b"))


def test_a_worker_killed_in_mid_sweep_costs_nothing(running: Any, tmp_path: Path) -> None:
    scenario = read(QUEUE, ["streams.people.rate=150/day"])
    of = [Point(with_overrides(scenario, {"stations.desk.servers": n})) for n in range(6, 14)]
    victim = next(iter(running.workers.values())).pid
    killed = threading.Timer(1.5, os.kill, (victim, signal.SIGKILL))
    killed.start()
    began = time.monotonic()
    on_it = ran(of, tmp_path / "a", executor=running.scheduler_address)
    assert time.monotonic() - began > 1.5, "the sweep was over before the worker was killed"
    killed.join()
    assert same(on_it, ran(of, tmp_path / "b", jobs=2))


def test_a_cluster_of_this_machine(tmp_path: Path) -> None:
    of = points(read(QUEUE, SHORT))
    assert same(ran(of, tmp_path / "a", executor="dask", jobs=2), ran(of, tmp_path / "b"))


def test_a_script_needs_no_guard(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "import sim\n"
        f"frame = sim.sweep({str(QUEUE)!r}, ['stations.desk.servers=20,21'], changes={SHORT!r},\n"
        "    executor='dask', jobs=2, replications=2, engine='simpy', out='out', store='store')\n"
        "print(len(frame))\n"
    )
    root = str(Path(__file__).parent.parent)
    done = subprocess.run(
        [sys.executable, str(script)], cwd=tmp_path, env={**os.environ, "PYTHONPATH": root},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout.splitlines()[-1:] == ["2"], done.stderr
    assert "Traceback" not in done.stderr


def test_workers_that_do_not_start_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.study.cluster._MODULE", "no.such.module")
    with pytest.raises(Refused, match=r"workers that do not start; the last they said is '.*no"):
        ran(points(read(QUEUE, SHORT)), tmp_path, executor="dask", jobs=1)


def test_what_goes_wrong_on_a_worker_is_told_as_here(running: Any, tmp_path: Path) -> None:
    wrong = Want("x", "servd", "sum", DAY, DAY)
    for executor in ("local", running.scheduler_address):
        with pytest.raises(SimError, match="the nearest is 'served'"):
            ran(points(read(QUEUE, SHORT)), tmp_path, executor=executor, wants=[wrong])


def test_a_scheduler_that_is_not_there_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.study.cluster.PATIENCE", 2)
    with pytest.raises(Refused, match=r"'tcp://127\.0\.0\.1', which names no port"):
        ran(points(read(QUEUE, SHORT)), tmp_path, executor="tcp://127.0.0.1")
    with pytest.raises(Refused, match=r"no scheduler at 'tcp://127\.0\.0\.1:9'"):
        ran(points(read(QUEUE, SHORT)), tmp_path, executor="tcp://127.0.0.1:9")
