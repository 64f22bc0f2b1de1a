"""The set as a file that scenarios extend."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from sim.study.calibrate.fitted import Fit
from sim.study.calibrate.observations import NO, YES
from sim.study.finished import SCENARIO


class Told(NamedTuple):
    """How a set was got; `base` is the scenario's file if the scenario is all of it and nothing else."""

    observations: Path
    base: Path | None
    command: str


def set_file(of: Fit, folder: Path, told: Told) -> str:
    """YAML that extends the scenario and carries the set with how it was got.

    A scenario that is no file of its own is extended as it stands resolved beside the set.
    """
    return "\n".join(_lines(of, folder, told)) + "\n"


def _lines(of: Fit, folder: Path, told: Told) -> Iterator[str]:
    fitted = [one for one in of.observations if one.fitted == YES]
    held = [one for one in of.observations if one.fitted == NO]
    sources = dict.fromkeys(one.source for one in (*fitted, *held))
    base = SCENARIO if told.base is None else _relative(told.base, folder)
    yield f"# {told.command}"
    yield f"# Fitted to: {'; '.join(one.name for one in fitted)}."
    yield f"# Held out: {'; '.join(one.name for one in held)}."
    yield f"# Sources of what was observed: {'; '.join(sources)}."
    yield f"title: {json.dumps(of.scenario.title + ', fitted', ensure_ascii=False)}"
    yield f"extends: {json.dumps(base, ensure_ascii=False)}"
    yield "fitted:"
    yield f"  source: {json.dumps(_source(of, told), ensure_ascii=False)}"
    yield "  confidence: derived"
    yield f"  paths: {json.dumps([one.path for one in of.parameters])}"
    yield f"  units: {json.dumps([one.unit for one in of.parameters], ensure_ascii=False)}"
    yield f"  central: {list(of.rows).index(of.central) + 1}"
    yield "  sets:"
    for row in of.set:
        cells = [p.written(v) for p, v in zip(of.parameters, row, strict=True)]
        yield f"  - [{', '.join(cells)}]"


def _source(of: Fit, told: Told) -> str:
    held = sum(one.fitted == NO for one in of.observations)
    fitted = sum(one.fitted == YES for one in of.observations)
    return f"fitted to {fitted} figures of {told.observations.name}, {held} held out: {told.command}"


def _relative(path: Path, folder: Path) -> str:
    return Path(os.path.relpath(path.resolve(), folder.resolve())).as_posix()
