"""Run folders made up for the tests of figures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

PIPELINE = """\
title: A made-up pipeline of custody, hearings and flights
illustrative: true
start: 2025-05-18
end: 2026-05-23
question: {measure: arrests, at_least: 3000/day, averaged_over: 28 days,
           reached_by: 2025-12-31, sustained_until: 2026-05-21, with_probability: 0.9}
pools:
  hold_rooms: {capacity: 4000}
  funded_beds: {capacity: 41500}
  surge_beds: {capacity: 6100}
stations:
  judges: {servers: 700}
  asylum_officers: {servers: 400}
  surveillance_teams: {servers: 90}
departures: {charter: {every: 1 day, seats: 135}, commercial: {every: 1 day, seats: 60}}
measures:
  arrests: {sum_of: [{step: look, event: finished}]}
  lines: {sum_of: [{departure: commercial, level: waiting}, {station: asylum_officers, level: waiting}]}
definitions:
  contracted: {pools.funded_beds.capacity: 62913, pools.surge_beds.capacity: 0}
  funded: {pools.funded_beds.capacity: {value: 41500 beds, source: x}, pools.surge_beds.capacity: 0}
streams: {transfers: {rate: 300/day, enters: transfer}}
orders: {field_work: {each_day: 3000/day, enters: look}}
initial: {held: {count: 48000, at: stay}}
steps:
  look: {serve: surveillance_teams, work: 1 hour, next: hold}
  transfer: {set: {agency: other}, next: hold}
  hold: {seize: hold_rooms, next: bed}
  bed: {seize: [funded_beds, surge_beds], next: booked}
  booked: {release: hold_rooms, next: hearing}
  stay: {delay: 9 days, next: hearing}
  hearing: {serve: judges, work: 1 hour, next: which}
  which: {branch: {a: .1, b: .9}, to: {a: leave, b: seat}}
  seat: {depart: charter, next: leave_removed}
  leave_removed: {release: [funded_beds, surge_beds], next: removed}
  leave: {release: [funded_beds, surge_beds], next: how}
  how: {branch: {a: .7, b: .1, c: .1, d: .1}, to: {a: relief, b: bonded, c: other, d: rare}}
  relief: {exit: relief_granted}
  removed: {exit: removed}
  bonded: {exit: released_on_bond}
  other: {exit: handed_to_another_agency_of_the_state}
  rare: {exit: rare}
"""

REAL = """\
title: Two doors to one line, with orders, spawning and people inside at the start
illustrative: true
start: 2025-01-01
end: 2025-02-12
question: {measure: removed, at_least: 12/day, averaged_over: 28 days, reached_by: 2025-01-30}
pools: {beds: {capacity: 120}, surge: {capacity: 20}}
stations: {teams: {servers: 6}}
departures: {charter: {every: 1 day, first: "2025-01-01 06:00", seats: 8}}
streams: {book_ins: {rate: 6/day, gaps: exponential, enters: bed}}
orders: {field_work: {each_day: 20/day, carry_over: 0, enters: look}}
initial: {held: {count: 60, at: stay, spent: {lognormal: {mean: 70 days, median: 38 days}}}}
steps:
  look: {serve: teams, work: {gamma: {mean: 12 hours, cv: 0.5}}, next: report}
  report: {spawn: paper, next: bed}
  paper: {delay: {exponential: 1 days}, next: filed}
  bed: {seize: [beds, surge], patience: {after: 72 hours, to: no_bed}, next: seat}
  seat: {depart: charter, next: leave_removed}
  leave_removed: {release: [beds, surge], next: removed}
  stay: {delay: {lognormal: {mean: 46 days, median: 25 days}}, next: leave}
  leave: {release: [beds, surge], next: out}
  filed: {exit: filed}
  no_bed: {exit: released_no_bed}
  out: {exit: released}
  removed: {exit: removed}
"""

SERVICE = """\
title: One station with three servers, a textbook queue
illustrative: true
start: 2025-01-01
end: 2025-03-01
stations: {desk: {servers: 3}}
streams: {customers: {rate: 50/day, enters: desk_step}}
steps: {desk_step: {serve: desk, next: out}, out: {exit: served}}
"""


def write(folder: Path, scenario: str, daily: pd.DataFrame, verdict: dict[str, Any]) -> Path:
    """The files of a run that figures read."""
    (folder / "scenario.yaml").write_text(scenario)
    (folder / "verdict.json").write_text(json.dumps(verdict))
    daily.to_parquet(folder / "daily.parquet")
    return folder


def pipeline(folder: Path, worlds: int = 10, days: int = 370) -> Path:
    """A national-looking run: `worlds` worlds of `days` days."""
    daily = pd.concat([_world(world, days) for world in range(1, worlds + 1)], ignore_index=True)
    return write(folder, PIPELINE, daily, _verdict())


def _world(world: int, days: int) -> pd.DataFrame:
    chance = np.random.default_rng(world)
    t, tilt = np.arange(days), chance.normal(1, 0.09)
    dates = pd.date_range("2025-05-18", periods=days)
    week = np.where(dates.day_of_week < 5, 1.15, 0.62)
    arrests = (640 * tilt * week * chance.normal(1, 0.1, days) * (1 + 0.1 * t / days)).round()
    beds = np.minimum(47600.0, 46000 + 60 * t * tilt).round()
    columns = {
        "target": np.where(t < 4, 0, 3000), "arrests": arrests, "arrivals": 3000 + 0 * t,
        "shortfall": np.maximum(0, 3000 - arrests), "held": beds + 1500,
        "removed": (900 * tilt + 0 * t).round(), "relief_granted": 40 + 0 * t,
        "released_on_bond": (120 / tilt + 0 * t).round(), "rare": 1 + 0 * t,
        "handed_to_another_agency_of_the_state": 45 + 0 * t,
        "look.entered": 3000 + 0 * t, "transfer.entered": (300 + 30 * tilt + 0 * t).round(),
        "funded_beds.in_use": np.minimum(beds, 41500), "funded_beds.capacity": 41500 + 0 * t,
        "surge_beds.in_use": np.maximum(beds - 41500, 0), "surge_beds.capacity": 6100 + 0 * t,
        "hold_rooms.in_use": 1500 + chance.poisson(60, days), "hold_rooms.capacity": 4000 + 0 * t,
        "judges.waiting": (30000 + 95 * t * tilt).round(),
        "surveillance_teams.waiting": 2000 * week,
        "asylum_officers.waiting": chance.poisson(40, days),
        "charter.waiting": (9 * t * tilt).round(),
        "commercial.waiting": 0 * t, "hold_rooms.waiting": chance.poisson(3, days),
        "funded_beds.waiting": np.maximum(0, 12 * (t - 60)), "surge_beds.waiting": 0 * t,
        "hearing.waiting": (30000 + 55 * t * tilt).round(), "hearing.busy": 700 + 0 * t,
        "seat.waiting": (9 * t * tilt).round(), "stay.busy": np.maximum(0, 300 - t),
    }  # fmt: skip
    exits = {
        f"{step}.entered": columns[outcome]
        for step, outcome in {"removed": "removed", "relief": "relief_granted", "rare": "rare",
                              "bonded": "released_on_bond",
                              "other": "handed_to_another_agency_of_the_state"}.items()
    }  # fmt: skip
    names = {"world": world, "replication": world, "date": dates}
    return pd.DataFrame({**names, **columns, **exits})


def _verdict() -> dict[str, Any]:
    rows = [
        ("judges", 4.0, -3.0, 11.0, 0.1, 0.99),
        ("surveillance_teams", 55.2, 41.0, 69.0, 0.8, 1.0),
        ("funded_beds", 21.0, 2.0, 40.0, 0.1, 1.0),
        ("charter", 0.0, 0.0, 0.0, 0.0, 0.71),
        ("asylum_officers", -0.4, -2.2, 1.4, 0.0, 0.34),
    ]
    keys = (
        "resource",
        "effect_of_ten_percent",
        "low",
        "high",
        "share_of_worlds_first",
        "utilisation",
    )
    return {
        "question": {
            "measure": "arrests",
            "at_least": "3000/day",
            "averaged_over": "28 days",
            "reached_by": "2025-12-31",
        },
        "answer": "not_achievable",
        "measure": "arrests",
        "target": 3000.0,
        "estimate": {"mean": 640.0, "low": 600.0, "high": 680.0, "on": "2025-12-31"},
        "binding": [dict(zip(keys, row, strict=True), shadow_price=None) for row in rows],
        "seed": 0,
        "digest": "0123456789abcdef",
    }


def service(folder: Path, worlds: int = 10, days: int = 59) -> Path:
    """A textbook queue: no question, no pools."""
    chance = np.random.default_rng(5)
    frames = []
    for world in range(1, worlds + 1):
        busy, waiting = chance.uniform(2, 3, days), chance.exponential(1.2, days)
        frames.append(pd.DataFrame({
            "world": 0, "replication": world, "date": pd.date_range("2025-01-01", periods=days),
            "served": chance.poisson(50, days), "arrivals": chance.poisson(50, days),
            "desk.waiting": chance.poisson(1.2, days), "desk.mean_in_use": busy,
            "desk.mean_waiting": waiting, "desk.mean_capacity": 3.0, "desk.capacity": 3,
            "desk_step.entered": chance.poisson(50, days), "desk_step.waiting": 1,
            "desk_step.busy": 3, "out.entered": chance.poisson(50, days),
        }))  # fmt: skip
    return write(folder, SERVICE, pd.concat(frames), {"measure": None, "binding": [], "seed": 1})
