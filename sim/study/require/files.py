"""The files of an answer, written whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from sim.scenario import Scenario
from sim.study.finished import SCENARIO
from sim.study.folder import PROVENANCE, claim, sealed, written_whole
from sim.study.require.answer import Required, record
from sim.study.require.words import words
from sim.study.resolved import resolved
from sim.study.writing import as_json
from sim.version import VERSION

JSON, CSV, TEXT = "require.json", "require.csv", "require.txt"


def write(
    of: Required, scenario: Scenario, folder: Path, again: bool,
    draw: Callable[[Required, Path], object] | None,
) -> Path:  # fmt: skip
    """The folder. Raises Refused if it cannot be written to, or holds something else."""
    claim(folder, of.digest, again)
    with written_whole(folder, None if draw is None else partial(draw, of)) as draft:
        _text(draft / SCENARIO, resolved(scenario))
        _text(draft / JSON, as_json(record(of)))
        _text(draft / TEXT, words(of) + "\n")
        of.frame.to_csv(draft / CSV, index=False, lineterminator="\n")
        told = {"digest": of.digest, "seed": of.seed, "versions": {"model": VERSION}}
        _text(draft / PROVENANCE, as_json({**told, **sealed(draft)}))
    return folder


def _text(path: Path, content: str) -> None:
    path.write_text(content, encoding="utf-8", newline="\n")
