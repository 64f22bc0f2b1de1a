"""People hired are at work when they are trained, less those who wash out and those who leave."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.errors import Refused
from sim.network.model import DAY
from sim.scenario import read
from sim.study.building import model_of
from sim.study.more import tried

START = date(2025, 1, 1)
FILE = """
title: Hiring
illustrative: true
start: {start}
end: {end}
question: {{measure: done, at_least: 1/day, averaged_over: 7 days, reached_by: {last}}}
stations: {{teams: {{servers: {servers}, hiring: {hiring}}}}}
streams: {{people: {{rate: 10/day, enters: ask}}}}
steps:
  ask: {{serve: teams, work: 2 hours, next: out}}
  out: {{exit: done}}
measures: {{done: {{sum_of: [{{outcome: done}}], unit: people/day}}}}
"""
PLAIN = "{hired: {2025-03-01: 10/day, 2025-05-01: 0/day}, training: 40 days, each: 5 officers}"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "hiring.yaml"


def servers(file: Path, hiring: str, start: date = START, days: int = 365, base: str = "0") -> list[int]:
    """Servers at noon of each day."""
    end = start + timedelta(days)
    text = FILE.format(start=start, end=end, last=end - timedelta(1), servers=base, hiring=hiring)
    file.write_text(text, encoding="utf-8")
    changes = dict(model_of(read(file)).stations[0].capacity.changes)
    found: list[int] = []
    for day in range(days):
        found.append(changes.get(day * DAY, found[-1] if found else 0))
    return found


@settings(deadline=None, max_examples=30)
@given(a_day=st.integers(1, 60), training=st.integers(0, 120), each=st.integers(1, 50), wash=st.integers(0, 100))
def test_all_who_were_hired_are_at_work_a_training_later(
    tmp_path_factory: pytest.TempPathFactory, a_day: int, training: int, each: int, wash: int
) -> None:
    file = tmp_path_factory.mktemp("hiring") / "hiring.yaml"
    hired = f"{{2025-03-01: {a_day}/day, 2025-05-01: 0/day}}"
    said = f"{{hired: {hired}, training: {training} days, wash_out: {wash} %, each: {each} officers}}"
    first, last = (date(2025, 3, 1) - START).days, (date(2025, 5, 1) - START).days
    for day, found in enumerate(servers(file, said, days=300)):
        at_work = a_day * max(0, min(day - training, last) - first) * (100 - wash) / 100
        assert found == int(at_work / each + 0.5)


def test_those_at_work_leave_by_the_day(file: Path) -> None:
    """610 people, of whom a 365th part of 20 % leaves on each day after the last has been trained."""
    found = servers(file, PLAIN.replace("each: 5", "attrition: 20 %, each: 1"), days=500)
    last = (date(2025, 5, 1) - START).days + 40
    kept = 1 - 0.2 / 365
    for day in range(last, 500):
        assert abs(found[day] - found[last] * kept ** (day - last)) <= 1.0
    assert found[last] < 610


@settings(deadline=None, max_examples=20)
@given(later=st.integers(1, 200))
def test_a_run_that_starts_later_has_them_on_the_same_dates(
    tmp_path_factory: pytest.TempPathFactory, later: int
) -> None:
    file = tmp_path_factory.mktemp("hiring") / "hiring.yaml"
    said = PLAIN.replace("each: 5", "wash_out: 0.1, attrition: 0.08, each: 5")
    whole = servers(file, said)
    assert servers(file, said, START + timedelta(later), 365 - later) == whole[later:]


def test_they_are_added_to_the_servers_that_change_by_date(file: Path) -> None:
    alone = servers(file, PLAIN)
    both = servers(file, PLAIN, base="{2025-01-01: 7, 2025-04-20: 2}")
    change = (date(2025, 4, 20) - START).days
    assert both == [n + (7 if day < change else 2) for day, n in enumerate(alone)]


def test_servers_and_hires_from_before_the_start_are_one_number_at_the_start(file: Path) -> None:
    said = "{hired: {2024-10-01: 10/day, 2024-11-01: 0/day}, training: 30 days, each: 5 officers}"
    servers(file, said, base="{2024-12-15: 7, 2025-02-01: 9}")
    changes = model_of(read(file)).stations[0].capacity.changes
    assert changes == ((0, 7 + 62), (31 * DAY, 9 + 62))


def test_hired_without_a_date_is_from_the_start_on(file: Path) -> None:
    found = servers(file, "{hired: 10/day, training: 40 days, each: 5 officers}", days=60)
    assert [found[day] for day in (40, 41, 59)] == [0, 2, 38]


def test_a_tenth_more_of_people_hired_is_tried_where_only_some_worlds_hire(file: Path) -> None:
    said = "{hired: {value: 0/day, range: [0/day, 5/day]}, training: 10 days, each: 5 officers}"
    servers(file, said)
    scenario = read(file)
    assert "teams" in tried(scenario, model_of(scenario), True)
    assert "teams" not in tried(scenario, model_of(scenario), False)


@pytest.mark.parametrize(
    ("said", "path"),
    [
        ("{hired: 10/day, training: 40 days}", "stations.teams.hiring.each"),
        ("{hired: 10/day, training: 40 days, each: 0}", "stations.teams.hiring.each"),
        ("{hired: 10/day, training: 40, each: 5}", "stations.teams.hiring.training"),
        ("{hired: 10 people, training: 40 days, each: 5}", "stations.teams.hiring.hired"),
        ("{hired: 10/day, training: 40 days, wash_out: 1.2, each: 5}", "stations.teams.hiring.wash_out"),
        ("{hired: 10/day, training: 40 days, atrition: 0.2, each: 5}", "stations.teams.hiring.atrition"),
        ("{hired: 900000/day, training: 40 days, each: 5}", "stations.teams.hiring.hired"),
        ("{hired: {1960-01-01: 5000/day}, training: 40 days, each: 5}", "stations.teams.hiring.hired"),
        ("{hired: {1000-01-01: 1/day}, training: 40 days, each: 5}", "stations.teams.hiring.hired"),
    ],
)
def test_what_is_wrong_is_told_with_its_path(file: Path, said: str, path: str) -> None:
    with pytest.raises(Refused) as told:
        servers(file, said)
    assert path in [problem.path for problem in told.value.problems]
