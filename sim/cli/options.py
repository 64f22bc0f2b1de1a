"""Options as they are given in Python, checked as the command line checks its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from operator import index
from pathlib import Path
from typing import Any, SupportsIndex

from sim.errors import Problem, Refused, one_of, quote
from sim.study.engines import KERNEL, SIMPY
from sim.study.identity import AUTO, NONE, PAIRED

_PLACES = ("out", "store")
_WORDS = {"binding": (PAIRED, NONE), "engine": (KERNEL, SIMPY)}
COUNTS = {"replications": (1, 1_000_000), "seed": (0, 2**63 - 1), "jobs": (1, 1024)}
"""The least and the most of each, here and on the command line."""


def known(options: Mapping[str, Any]) -> dict[str, Any]:
    """The same, with places as paths. Raises Refused for what is no place, word or number, all at once."""
    if options.get("executor") is not None:
        from sim.study.crew import known as there_is

        there_is(options["executor"])
    if problems := [of for name, value in options.items() for of in _wrong(name, value)]:
        raise Refused(problems)
    return {
        name: Path(value) if name in _PLACES and value is not None else value
        for name, value in options.items()
    }


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
