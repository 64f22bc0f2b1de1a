"""Options as they are given in Python, checked as the command line checks its own."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from operator import index
from pathlib import Path
from typing import Any, SupportsIndex

from sim.errors import Problem, Refused, one_of, quote
from sim.study.engines import KERNEL, SIMPY
from sim.study.identity import AUTO, NONE, PAIRED

ALSO = {"design": "kind", "set": "changes"}
"""Words of the command line that have another name here; either is taken."""
_LISTS = ("changes", "fit", "move")
"""Of texts, of which one alone may stand for itself, or of paths with their values."""
_PLACES = ("out", "store")
_WORDS = {"binding": (PAIRED, NONE), "engine": (KERNEL, SIMPY)}
COUNTS = {"replications": (1, 1_000_000), "seed": (0, 2**63 - 1), "jobs": (1, 1024)}
"""The least and the most of each, here and on the command line."""


def known(options: Mapping[str, Any]) -> dict[str, Any]:
    """The same by the names that are used here, with places as paths and texts in lists.

    Raises Refused for what is no place, word or number, all at once; TypeError for one thing under two names.
    """
    if twice := [name for name, other in ALSO.items() if name in options and other in options]:
        raise TypeError(f"{twice[0]}= and {ALSO[twice[0]]}= are the same; give one of them")
    options = {ALSO.get(name, name): value for name, value in options.items()}
    if options.get("executor") is not None:
        from sim.study.crew import known as there_is

        there_is(options["executor"], options.get("jobs"))
    if problems := [of for name, value in options.items() for of in _wrong(name, value)]:
        raise Refused(problems)
    return {
        name: Path(value) if name in _PLACES and value is not None else _listed(name, value)
        for name, value in options.items()
    }


def _listed(name: str, value: Any) -> Any:
    """A text alone as a list of it, a mapping as texts `path=value`."""
    if name not in _LISTS:
        return value
    if isinstance(value, Mapping):
        return [path if of is None else f"{path}={_text(of)}" for path, of in value.items()]
    return [value] if isinstance(value, str) else value


def _text(value: object) -> str:
    """As it is written in YAML."""
    return value if isinstance(value, str) else json.dumps(value, default=str)


def _wrong(name: str, value: object) -> Iterator[Problem]:
    if value is None or (name == "replications" and value == AUTO):
        return
    if name in _PLACES and not isinstance(value, str | Path):
        yield Problem(f"{name}=", 0, "", quote(value), "a path, as a text or a Path")
    if name in _WORDS and value not in _WORDS[name]:
        yield Problem(f"{name}=", 0, "", quote(value), one_of(str(value), _WORDS[name], "a word"))
    if name in COUNTS:
        low, high = COUNTS[name]
        whole = isinstance(value, SupportsIndex) and not isinstance(value, bool)
        if not whole or not low <= index(value) <= high:  # type: ignore[arg-type]
            yield Problem(f"{name}=", 0, "", quote(value), f"a whole number, {low:,} to {high:,}")
