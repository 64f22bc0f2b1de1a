"""A design as it is given in Python."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from sim.errors import Refused
from sim.scenario.text import fragment
from sim.scenario.tree import Place as Written
from sim.study.blocks import Place
from sim.study.design import VARY, Axis, Design, Kind, checked, design, known, uncounted
from sim.study.design import axis as of_text
from sim.study.sweep.block import axis as of_node

Vary = str | Sequence[str] | Mapping[str, object]
"""A `path=…` text, several, or paths with their values as a `sweep:` block has them."""


def given(vary: Vary, kind: str, many: int | None, seed: int) -> Design:
    """Raises Refused with all that is wrong in it."""
    if isinstance(vary, str) or not isinstance(vary, Mapping) or not vary:
        return design([vary] if isinstance(vary, str) else list(vary), kind, many, seed)
    sort = known(kind, Place("--design"))
    axes: list[Axis] = []
    problems = uncounted(sort, many, Place("--points"))
    for path, values in vary.items():
        try:
            axes.append(_axis(str(path), values, sort))
        except Refused as refused:
            problems += refused.problems
    if problems:
        raise Refused(problems)
    return checked(Design(sort, tuple(axes), many or 0, seed), Place(VARY))


def _axis(path: str, values: object, kind: Kind) -> Axis:
    """Of a list, a range as `{"from": 1, "to": 5, "steps": 5}` or the text after `path=`. Raises Refused."""
    if isinstance(values, str):
        return of_text(f"{path}={values}", kind)
    node = fragment(json.dumps(values, default=_plain), Written(VARY, 0), path)
    return of_node(path, node, kind, Place(VARY, path=path))


def _plain(value: object) -> object:
    """What JSON does not know: a range, an array, a number or date of a library."""
    return list(value) if isinstance(value, Iterable) else str(value)
