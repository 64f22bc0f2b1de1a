"""A number that a file lays over another has its own source or its file, never that of the number before."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.errors import Refused
from sim.scenario import Scenario, read
from sim.scenario.scenario import with_overrides
from sim.study.resolved import resolved

BASE = """\
title: A desk
start: 2025-01-01
end: 2025-03-01
stations:
  desk:
    source: The roster
    as_of: 2024-12-01
    servers: {value: 3 clerks, range: [2, 5], source: The list, as_of: 2024-11-01, confidence: read}
    calendar: {hours: "09:00-17:00"}
streams:
  callers:
    source: A count at the door
    confidence: derived
    rate: {2025-01-01: 10/day, 2025-02-01: 12/day}
    day_factor: {name: luck, cv: 0.1}
    enters: desk
steps:
  desk: {serve: desk, work: {exponential: {mean: 1 hour, source: A stopwatch}}, next: out}
  out: {exit: served}
"""


def laid_over(folder: Path, over: str, base: str = BASE) -> Scenario:
    (folder / "base.yaml").write_text(base)
    (folder / "x.yaml").write_text(f"extends: base.yaml\n{over}")
    return read(folder / "x.yaml")


def origins(said: Scenario) -> dict[str, tuple[str | None, str | None, str | None]]:
    return {n.path: (n.source, n.as_of, n.confidence) for n in said.numbers()}


RATE, CV, SERVERS = "streams.callers.rate", "streams.callers.day_factor.cv", "stations.desk.servers"
WORK = "steps.desk.work.exponential.mean"


@pytest.mark.parametrize(
    ("over", "path"),
    [
        ("streams: {callers: {rate: {2025-02-01: 20/day}}}\n", f"{RATE}.2025-02-01"),
        ("streams: {callers: {rate: 20/day}}\n", RATE),
        ("streams: {callers: {rate: {2025-02-15: 20/day}}}\n", f"{RATE}.2025-02-15"),
        ("streams: {callers: {day_factor: {cv: 0.2}}}\n", CV),
        ("stations: {desk: {servers: {value: 4 clerks}}}\n", SERVERS),
        ("steps: {desk: {work: {exponential: {mean: 2 hours}}}}\n", WORK),
    ],
)
def test_the_source_of_the_old_number_is_not_that_of_the_new(tmp_path: Path, over: str, path: str) -> None:
    said = laid_over(tmp_path, over)
    assert origins(said)[path] == ("x.yaml", None, None)
    assert origins(said)[f"{RATE}.2025-01-01" if path == CV else CV] == ("A count at the door", None, "derived")


def test_a_number_whose_own_source_is_taken_away_is_refused(tmp_path: Path) -> None:
    alone = BASE.replace("    source: The roster\n    as_of: 2024-12-01\n", "")
    with pytest.raises(Refused) as refused:
        laid_over(tmp_path, "stations: {desk: {servers: 4 clerks}}\n", alone)
    (problem,) = refused.value.problems
    assert (problem.path, problem.line) == (SERVERS, 2)
    assert problem.file.endswith("x.yaml")


@pytest.mark.parametrize(
    ("over", "path", "origin"),
    [
        ("streams: {callers: {rate: {2025-02-01: {value: 20/day, source: New}}}}\n",
         f"{RATE}.2025-02-01", ("New", None, None)),
        ("streams: {callers: {rate: {2025-02-01: 20/day, source: New}}}\n",
         f"{RATE}.2025-02-01", ("New", None, None)),
        ("streams: {callers: {source: New, rate: {2025-02-01: 20/day}}}\n",
         f"{RATE}.2025-02-01", ("New", None, None)),
        ("stations: {desk: {servers: {value: 4 clerks, source: New}}}\n", SERVERS, ("New", None, None)),
        ("stations: {desk: {servers: {source: New, as_of: 2025-01-01}}}\n",
         SERVERS, ("New", "2025-01-01", None)),
        ("stations: {desk: {servers: {range: [1, 9]}}}\n", SERVERS, ("The list", "2024-11-01", "read")),
        ("stations: {desk: {calendar: {hours: \"08:00-17:00\"}}}\n",
         SERVERS, ("The list", "2024-11-01", "read")),
        ("streams: {callers: {confidence: read}}\n", CV, ("A count at the door", None, "read")),
    ],
)  # fmt: skip
def test_a_source_of_its_own_brings_its_own_date(
    tmp_path: Path, over: str, path: str, origin: tuple[str | None, ...]
) -> None:
    assert origins(laid_over(tmp_path, over))[path] == origin


def test_a_file_between_may_say_the_source_of_a_number_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "between.yaml").write_text(
        "extends: base.yaml\nstreams: {callers: {rate: {source: New, 2025-02-01: 20/day}}}\n"
    )
    (tmp_path / "base.yaml").write_text(BASE)
    (tmp_path / "x.yaml").write_text("extends: between.yaml\ntitle: On top\n")
    assert origins(read(tmp_path / "x.yaml"))[f"{RATE}.2025-02-01"] == ("New", None, None)


def test_what_is_written_out_says_the_same_sources(tmp_path: Path) -> None:
    over = "illustrative: true\nstreams: {callers: {rate: {2025-02-01: 20/day}}}\n"
    over += "stations: {desk: {servers: {value: 4 clerks}}}\n"
    said = laid_over(tmp_path, over)
    (tmp_path / "again.yaml").write_text(resolved(said))
    again = read(tmp_path / "again.yaml")
    assert origins(again) == origins(said)
    assert resolved(again) == resolved(said)


def test_what_is_set_by_hand_says_so(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text(BASE)
    law = "steps.desk.work={gamma: {mean: 2 hours, cv: 0.5}}"
    said = read(tmp_path / "base.yaml", [law, f"{RATE}={{2025-01-01: 20/day}}"])
    found = origins(said)
    assert found["steps.desk.work.gamma.cv"] == ("--set", None, None)
    assert found[f"{RATE}.2025-01-01"] == ("--set", None, None)
    assert found[CV] == ("A count at the door", None, "derived")
    assert len(said.by_hand) == 3
    (tmp_path / "again.yaml").write_text(resolved(said))
    assert origins(read(tmp_path / "again.yaml")) == found


def test_a_value_of_a_definition_is_of_its_file(tmp_path: Path) -> None:
    said = laid_over(tmp_path, "definitions: {more: {stations.desk.servers: 9 clerks}}\n")
    other = with_overrides(said, said.definitions["more"])
    assert origins(other)[SERVERS][0] == str(tmp_path / "x.yaml")
