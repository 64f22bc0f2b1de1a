"""Which steps lead to which, as the scenario is written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.figures.finished import Finished

_BEGINS = frozenset(("serve", "take", "depart"))
_USES = frozenset(("serve", "seize", "depart", "delay", "gate", "take"))


def steps_of(run: Finished) -> Mapping[str, Mapping[str, Any]]:
    """Steps by name, those that are written as mappings."""
    return {str(k): step for k, step in run.block("steps").items() if isinstance(step, Mapping)}


def not_begun(run: Finished) -> set[str]:
    """Steps at which only orders can be that nothing has yet served or been taken for."""
    steps = steps_of(run)
    met, new = set[str](), {str(one["enters"]) for one in run.block("orders").values()}
    while new:
        met |= new
        ahead = set[str]()
        for step in new:
            if not _BEGINS & steps.get(step, {}).keys():
                _targets(steps.get(step), ahead)
        new = ahead - met
    others = [str(one["enters"]) for one in run.block("streams").values()]
    others += [str(one["at"]) for one in run.block("initial").values()]
    return met - {step for start in others for step in onward(run, start)}


def onward(run: Finished, start: str) -> set[str]:
    """Steps that can be met from one on, itself among them."""
    steps, met, new = steps_of(run), set[str](), {start}
    while new:
        met |= new
        ahead = set[str]()
        for step in new:
            _targets(steps.get(step), ahead)
        new = ahead - met
    return met


def uses(run: Finished, step: str) -> set[str]:
    """Words of what a step uses, the name of its station or pool among them."""
    said = [value for key, value in steps_of(run).get(step, {}).items() if key in _USES]
    inner = [x for value in said if isinstance(value, Mapping) for x in value.values()]
    listed = [x for value in [*said, *inner] if isinstance(value, list) for x in value]
    return {str(value) for value in [*said, *inner, *listed] if isinstance(value, str)}


def any_use(run: Finished, names: set[str]) -> bool:
    """Whether one of these steps uses or waits for anything."""
    steps = steps_of(run)
    return any(_USES & steps[name].keys() for name in names if name in steps)


def reached(run: Finished) -> set[str]:
    """Steps that some other step leads to."""
    found: set[str] = set()
    for step in run.block("steps").values():
        _targets(step, found)
    return found


def _targets(node: object, found: set[str]) -> None:
    if not isinstance(node, Mapping):
        return
    for key, value in node.items():
        if key in ("next", "to", "enters", "through", "spawn") and isinstance(value, str):
            found.add(value)
        elif key == "to" and isinstance(value, Mapping):
            found.update(str(step) for step in value.values())
        else:
            _targets(value, found)
