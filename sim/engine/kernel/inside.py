"""People inside at the start: members by name, counters of those who only wait."""

from __future__ import annotations

import numpy as np

from sim.draws.luck import age, law, members_joined
from sim.engine.kernel.memory import COUNTER, MEMBER, Array, filled
from sim.engine.kernel.places import end_to_end, lines_of
from sim.log import Level
from sim.network.table import SOURCE_INITIAL, Table


def add_people(arrays: dict[str, Array], table: Table) -> None:
    """Members come to their places when the run begins; counters stand in theirs."""
    initial = np.flatnonzero(table.source_kind == SOURCE_INITIAL).tolist()
    arrays["members"] = _members(table, [s for s in initial if not table.initial_counter[s]])
    arrays["counters"] = _counters(table, [s for s in initial if table.initial_counter[s]])
    arrays["level"] = np.zeros((table.steps, table.classes, len(Level)), np.int32)
    _stand(arrays)


def _members(table: Table, initial: list[int]) -> Array:
    parts = [np.empty(0, MEMBER)]
    for s in initial:
        since = members_joined(table, s)
        parts.append(filled(MEMBER, len(since), joined=since, number=np.arange(1, len(since) + 1), source=s))
    made = np.concatenate(parts)
    return made[np.lexsort((made["number"], table.source_rank[made["source"]], made["joined"]))]


def _counters(table: Table, initial: list[int]) -> Array:
    some = [s for s in initial if table.initial_count[s]]
    count, spent_by = table.initial_count[some], table.initial_spent[some]
    return filled(
        COUNTER, len(some), next=1, count=count, source=some, step=table.source_enters[some], law=spent_by,
        joined=[_first_joined(table, *of) for of in zip(spent_by.tolist(), count.tolist(), strict=True)],
    )  # fmt: skip


def _first_joined(table: Table, spent_by: int, count: int) -> int:
    return 0 if spent_by < 0 else -age(*law(table, spent_by), 1, count)


def _stand(arrays: dict[str, Array]) -> None:
    """Counters are in their lines, their members waiting."""
    counters, lines, standing = arrays["counters"], arrays["lines"], list(lines_of(arrays))
    found: list[list[int]] = [[] for _ in lines]
    for number, step in enumerate(counters["step"]):
        for line in standing[step]:
            found[line].append(number)
    lines["counted_first"], lines["counted_last"], arrays["counted"] = end_to_end(found)
    lines["people"] = [counters["count"][numbers].sum() for numbers in found]
    waiting = arrays["objects"]["waiting"]
    np.add.at(waiting, arrays["steps"]["object"][counters["step"]], counters["count"])
    np.add.at(arrays["level"], (counters["step"], 0, Level.WAITING), counters["count"])
    arrays["sources"]["unserved"][counters["source"]] = counters["count"]
