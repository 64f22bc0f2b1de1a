"""A measure as flows of the fluid program."""

from __future__ import annotations

from sim.network.model import Model, Op
from sim.scenario import Scenario

Terms = dict[tuple[str, str], float]
"""(step or source, `in`, `out`, `away` or `source`) to the factor with which it counts."""
_EVENTS = {"entered": "in", "started": "in", "finished": "out", "refused": "away",
           "impatient": "away", "left": "away"}  # fmt: skip


def counted(scenario: Scenario, model: Model, measure: str) -> Terms | None:
    """None where it is more than a sum of flows: a level, an age, something taken away.

    Attributes of those who count are left out of account, which can only count more.
    """
    outcomes = {s.outcome for s in model.steps if s.op is Op.EXIT}
    if measure not in scenario.measures:
        return _outcome(model, measure) if measure in outcomes else None
    said = scenario.measures[measure]
    if said.age is not None:
        return None
    total: Terms = {}
    for term in said.sum_of:
        factor = 1.0 if term.times is None else float(term.times.value)
        found: Terms | None
        if factor < 0 or term.level:
            return None
        if term.step is not None:
            found = {(term.step, _EVENTS[term.event or "entered"]): 1.0}
        elif term.outcome is not None:
            found = _outcome(model, term.outcome)
        elif term.stream is not None:
            found = {(term.stream, "source"): 1.0}
        else:
            found = counted(scenario, model, term.measure) if term.measure else None
        if found is None:
            return None
        for key, value in found.items():
            total[key] = total.get(key, 0.0) + factor * value
    return total


def _outcome(model: Model, outcome: str) -> Terms | None:
    steps = [s.name for s in model.steps if s.op is Op.EXIT and s.outcome == outcome]
    return {(name, "in"): 1.0 for name in steps} or None
