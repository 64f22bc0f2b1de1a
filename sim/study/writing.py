"""The files of a run folder."""

from __future__ import annotations

import json
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from sim.estimate import FEWEST_REPLICATIONS
from sim.measures import daily_frame, summary
from sim.measures.bands import bands
from sim.scenario import Listed
from sim.study import identity
from sim.study.finished import BANDS, DAILY, SCENARIO, SUMMARY, VERDICT_TEXT, WORLDS
from sim.study.folder import PROVENANCE, VERDICT, sealed
from sim.study.gathering import Study
from sim.study.resolved import resolved
from sim.study.trace import TRACE, join_parts
from sim.verdict.evidence import Evidence
from sim.verdict.record import record
from sim.verdict.verdict import Verdict
from sim.verdict.words import words
from sim.verdict.worlds_frame import worlds_frame
from sim.version import VERSION

_LIBRARIES = ("numpy", "scipy", "pandas", "pyarrow", "simpy", "numba")


def write(folder: Path, study: Study, evidence: Evidence, verdict: Verdict) -> None:
    """All files but the figures; the provenance last, with the checksums of the others."""
    base = evidence.base
    _text(folder / SCENARIO, resolved(study.scenario))
    _table(daily_frame(base), folder / DAILY)
    if evidence.facts and study.asked is not None:
        _table(worlds_frame(study.asked, evidence), folder / WORLDS)
    summary(base).to_csv(folder / SUMMARY, index=False, lineterminator="\n")
    if len(base) >= FEWEST_REPLICATIONS:
        bands(base).to_csv(folder / BANDS, index=False, lineterminator="\n")
    if study.plan.trace:
        runs = [(one.world, one.replication) for one in base]
        join_parts(folder, runs, folder / TRACE)
    _text(folder / VERDICT, as_json(record(verdict)))
    _text(folder / VERDICT_TEXT, words(verdict) + "\n")
    _text(folder / PROVENANCE, as_json(_provenance(folder, study, verdict)))


def as_json(value: object) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _table(frame: pd.DataFrame, path: Path) -> None:
    pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), path)


def _text(path: Path, content: str) -> None:
    path.write_text(content, encoding="utf-8", newline="\n")


def _provenance(folder: Path, study: Study, verdict: Verdict) -> dict[str, object]:
    """Where the result comes from: enough to repeat it and to open every source."""
    return {
        "digest": verdict.digest,
        "command": identity.command(study.plan),
        "file": Path(study.scenario.path).name,
        "set": list(study.scenario.by_hand),
        "seed": study.plan.seed,
        "replications": study.plan.asked,
        "engine": verdict.engine,
        "versions": {"model": VERSION, "python": sys.version.split()[0], **_versions()},
        "illustrative": study.scenario.illustrative,
        "numbers": [_listed(number) for number in study.scenario.numbers()],
        **sealed(folder),
    }


def _versions() -> dict[str, str]:
    found = {}
    for library in _LIBRARIES:
        try:
            found[library] = version(library)
        except PackageNotFoundError:
            continue
    return found


def _listed(number: Listed) -> dict[str, object]:
    told = number._asdict()
    told["file"] = Path(number.file).name
    return told
