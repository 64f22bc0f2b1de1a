"""The verdict as `verdict.json` has it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from math import isfinite

from sim.verdict.verdict import Verdict
from sim.verdict.words import question_in_words


def record(verdict: Verdict) -> dict[str, object]:
    """Plain mappings, lists, numbers and words; what is not known or not finite is null."""
    found = _plain(verdict)
    assert isinstance(found, dict)
    found["worlds"] = found.pop("plausible")
    if verdict.question is not None:
        found["question"] = {"in_words": question_in_words(verdict), **found["question"]}
    return found


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(piece) for key, piece in value.items()}
    if isinstance(value, float):
        return value if isfinite(value) else None
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(piece) for piece in value]
    return value
