"""The set as a file that scenarios extend."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

from sim.study.calibrate.fitted import Fit
from sim.study.calibrate.observations import NO, YES


def set_file(of: Fit, folder: Path, observations: Path, command: str) -> str:
    """YAML that extends the scenario and carries the set with how it was got."""
    return "\n".join(_lines(of, folder, observations, command)) + "\n"


def _lines(of: Fit, folder: Path, observations: Path, command: str) -> Iterator[str]:
    fitted = [one for one in of.observations if one.fitted == YES]
    held = [one for one in of.observations if one.fitted == NO]
    sources = dict.fromkeys(one.source for one in (*fitted, *held))
    yield f"# {command}"
    yield f"# Fitted to: {'; '.join(one.name for one in fitted)}."
    yield f"# Held out: {'; '.join(one.name for one in held)}."
    yield f"# Sources of what was observed: {'; '.join(sources)}."
    yield f"title: {json.dumps(of.scenario.title + ', fitted', ensure_ascii=False)}"
    yield f"extends: {json.dumps(_relative(Path(of.scenario.path), folder), ensure_ascii=False)}"
    yield "fitted:"
    yield f"  source: {json.dumps(_source(of, observations, command), ensure_ascii=False)}"
    yield "  confidence: derived"
    yield f"  paths: {json.dumps([one.path for one in of.parameters])}"
    yield f"  units: {json.dumps([one.unit for one in of.parameters], ensure_ascii=False)}"
    yield f"  central: {list(of.rows).index(of.central) + 1}"
    yield "  sets:"
    for row in of.set:
        cells = [p.written(v) for p, v in zip(of.parameters, row, strict=True)]
        yield f"  - [{', '.join(cells)}]"


def _source(of: Fit, observations: Path, command: str) -> str:
    held = sum(one.fitted == NO for one in of.observations)
    fitted = sum(one.fitted == YES for one in of.observations)
    return f"fitted to {fitted} figures of {observations.name}, {held} held out: {command}"


def _relative(path: Path, folder: Path) -> str:
    return Path(os.path.relpath(path.resolve(), folder.resolve())).as_posix()
