"""The compact table that engines run: the network as arrays, names resolved to numbers.

Numbering. Steps, pools, stations, departures, gates and stocks each count from 0 in the order of the
model. *Objects* are pools, stations, departures, gates, stocks in that order in one count. *Sources* are
streams, orders, initial stocks and the streams of spawned entities. A *rank* is the code-point order of a
name among all names of sources, objects and clocks. -1 means none everywhere.

Event keys. key = class << 56 | rank << 40 | number << 8 | part, so that (time, key) is the order of
docs/ties.md: class 3 bits, rank 16, number 32, part 8.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.network.model import Model

CENSUS, CHANGE, DUE, DEPARTURE, EXPIRY, ARRIVAL = range(6)
CLASS_SHIFT, RANK_SHIFT, NUMBER_SHIFT = 56, 40, 8
PATIENCE_PART = 255
SOURCE_STREAM, SOURCE_ORDERS, SOURCE_INITIAL, SOURCE_SPAWN = range(4)

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


class Table(NamedTuple):
    """Arrays only, so that a compiled engine takes it whole; none can be written to. Shapes: (s) steps, (o) objects,
    (u) sources, (d) distributions, (c) capacity changes."""

    horizon: int
    days: int
    steps: int
    pools: int
    stations: int
    departures: int
    gates: int
    stocks: int
    clocks: int
    sources: int
    attributes: int
    classes: int
    visit_slots: int
    # distributions (d)
    law_kind: Ints
    law_p: Floats  # (d, 4)
    law_first: Ints
    law_last: Ints
    knots: Floats  # (k, 2)
    # steps (s)
    op: Ints
    next: Ints
    obj: Ints  # station, departure, gate, stock or clock of the step, in its own count
    alt_first: Ints  # pools of a seize or release: alternatives[alt_first:alt_last]
    alt_last: Ints
    alternatives: Ints
    units: Ints
    priority: Ints
    priority_by: Ints  # attribute, or -1
    priority_first: Ints  # priorities[priority_first + value]
    priorities: Ints
    law: Ints
    patience: Ints  # law of patience, or -1
    patience_to: Ints
    step_hash: Ints
    patience_hash: Ints  # of "<step>/patience"
    visit_slot: Ints  # slot of the visit count, -1 if the step is visited once at most
    bump_to: Ints
    bump_release: Ints  # bit mask of pools
    room_most: Ints
    room_to: Ints
    line: Ints  # line in which a serve step waits (lines: see station_line)
    preempt: Ints
    effort_stock: Ints
    effort_first: Ints  # efforts[effort_first:effort_last] of (level share, multiplier)
    effort_last: Ints
    efforts: Floats  # (e, 2)
    to: Ints  # expiry of a deadline; closed gate; empty stock; -1: wait
    release: Ints  # bit mask of pools given back on expiry of a deadline
    evict_to: Ints
    evict_release: Ints
    evict_first: Ints  # evicted[evict_first:evict_last]: steps whose people leave when it closes
    evict_last: Ints
    evicted: Ints
    option_first: Ints  # branch: option_step[option_first:option_last]
    option_last: Ints
    option_step: Ints
    option_value: Ints  # attribute value of the option, or -1
    period_first: Ints  # branch by chance: branch_time[period_first:period_last]
    period_last: Ints
    branch_time: Ints
    branch_row: Ints  # first cumulative threshold of the period in thresholds
    thresholds: Floats
    attribute: Ints  # of a set or a branch by attribute
    value: Ints
    enters: Ints  # of a spawn
    # clocks: deadline steps per clock are found by obj
    clock_part: Ints  # (clocks) part of the clock's expiry key, 1, 2, … in name order
    # lines of stations: lines are classes of a shared station, else one per station
    station_line: Ints  # (stations + 1) first line of each station
    line_weight: Ints  # (lines) weight of the class; 0 where servers are not shared
    line_order: Ints  # (lines) rank of the class name among all, for ties
    # objects (o)
    rank: Ints
    cap_first: Ints  # (pools + stations) changes cap_time[cap_first:cap_last]; the first is at 0
    cap_last: Ints
    cap_time: Ints
    cap_value: Ints
    pause: Ints  # (stations)
    bumpable: Ints  # (pools) 1 if some step bumps from it
    dep_first: Ints
    dep_last: Ints
    dep_time: Ints
    dep_seats: Ints
    dep_minimum: Ints
    dep_cancelled: Floats
    gate_every: Ints  # law, or -1
    gate_lasting: Ints
    gate_first: Ints  # windows gate_from/gate_until[gate_first:gate_last]
    gate_last: Ints
    gate_from: Ints
    gate_until: Ints
    stock_initial: Ints
    put_first: Ints
    put_last: Ints
    put_time: Ints
    put_units: Ints
    # sources (u)
    source_kind: Ints
    source_rank: Ints
    source_hash: Ints
    source_enters: Ints
    source_root: Ints  # source of the first ancestor (itself unless spawned)
    spawn_source: Ints  # (u, s) source of what step s spawns from an entity of source u
    draw_first: Ints  # attributes drawn at creation: drawn[draw_first:draw_last]
    draw_last: Ints
    drawn_attribute: Ints
    drawn_hash: Ints
    drawn_period_first: Ints
    drawn_period_last: Ints
    drawn_time: Ints
    drawn_row: Ints
    drawn_values: Ints  # number of values of the drawn attribute
    drawn_thresholds: Floats
    class_first: Ints  # (attributes) multiplier of the attribute in the class number; 0: none
    # streams, orders, initial (u; -1 or empty where not of that kind)
    regular: Ints
    rate_first: Ints
    rate_last: Ints
    rate_time: Ints
    rate_value: Floats
    weekdays: Floats  # (u, 7), Monday first
    first_weekday: int
    factor_hash: Ints
    factor_cv: Floats
    times_first: Ints
    times_last: Ints
    times: Ints
    batch: Ints  # law, or -1: one
    order_first: Ints  # counts[order_first + day]
    order_counts: Ints
    carry_over: Ints
    initial_count: Ints
    initial_spent: Ints  # law, or -1: 0
    initial_holds: Ints  # bit mask of pools
    initial_counter: Ints
    initial_clock_first: Ints  # initial_clocks[...]: deadline steps
    initial_clock_last: Ints
    initial_clocks: Ints


@dataclass(frozen=True)
class Names:
    """The names behind the numbers, in their order; `values` per attribute, `lines` per line."""

    steps: tuple[str, ...]
    objects: tuple[str, ...]
    clocks: tuple[str, ...]
    sources: tuple[str, ...]
    attributes: tuple[str, ...]
    values: tuple[tuple[str, ...], ...]
    classes: tuple[str, ...]  # "agency=ice, record=pending"; "-" for a value not set
    outcomes: tuple[str | None, ...]  # per step; None unless an exit


@dataclass(frozen=True, eq=False)
class Network:
    """A model with its table: what every engine runs and every measure reads. It equals only itself."""

    model: Model
    table: Table
    names: Names
