"""`sim store`: what is in the store, and taking out what no run can use."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from os.path import isdir
from pathlib import Path
from typing import Any

from sim.errors import Problem, Refused, one_of, quote
from sim.study.evaluate import STORE
from sim.study.sources import model
from sim.study.store import DRAFT, Record, Store, intact

SHOW, PRUNE = "show", "prune"
COLUMNS = ("scenario", "version", "used", "records", "replications", "bytes")
_DAMAGED, _DRAFT = "damaged", "left by a process that was stopped"


@dataclass(frozen=True)
class Kept:
    """Files and bytes by scenario and model version; of damaged ones and drafts the version is empty."""

    folder: Path
    files: Counter[tuple[str, str]] = field(default_factory=Counter)
    bytes: Counter[tuple[str, str]] = field(default_factory=Counter)
    replications: Counter[tuple[str, str]] = field(default_factory=Counter)
    pruned: int = 0
    freed: int = 0

    def record(self) -> dict[str, Any]:
        rows = [
            dict(zip(COLUMNS, (*key, key[1] == model(), self.files[key], self.replications[key],
                               self.bytes[key]), strict=True))
            for key in sorted(self.files)
        ]  # fmt: skip
        return {
            "folder": str(self.folder), "version": model(), "kept": rows,
            "pruned": self.pruned, "freed": self.freed,
        }  # fmt: skip

    @property
    def text(self) -> str:
        lines = [
            f"{self.folder}: {sum(self.files.values()):,} files, {_size(sum(self.bytes.values()))}"
        ]
        for scenario, version in sorted(self.files):
            key = (scenario, version)
            said = f"{self.files[key]:,} records, {self.replications[key]:,} replications"
            if not version:
                said = f"{self.files[key]:,} files"
            elif version != model():
                said += f", of model {version}: not used by {model()}"
            lines.append(f"  {scenario}: {said}, {_size(self.bytes[key])}")
        if self.pruned:
            lines.append(f"pruned {self.pruned:,} files, {_size(self.freed)}")
        return "\n".join(lines)


def keep(what: str = SHOW, folder: Path | None = None, scenario: str | None = None) -> Kept:
    """What is in a store; with `prune` after taking out records of other versions of the model, damaged
    ones and drafts, and all of `scenario` if one is named.

    Raises Refused for anything else, and for a store that is not there.
    """
    if what not in (SHOW, PRUNE):
        wanted = one_of(what, (SHOW, PRUNE), "something to do")
        raise Refused([Problem("store", 0, "", quote(what), wanted)])
    place = folder or STORE
    if not isdir(place):
        found, wanted = "no store there", "a folder in which a sweep has kept its runs"
        raise Refused([Problem(str(place), 0, "--store", found, wanted)])
    counts: tuple[Counter[tuple[str, str]], ...] = (Counter(), Counter(), Counter())
    pruned = freed = 0
    for path, size, record in _all(place):
        if what == PRUNE and _goes(path, record, scenario):
            path.unlink(missing_ok=True)
            pruned, freed = pruned + 1, freed + size
            continue
        key = _key(path, record)
        for counter, n in zip(counts, (1, size, len(record.rows) if record else 0), strict=True):
            counter[key] += n
    return Kept(place, counts[0], counts[1], counts[2], pruned, freed)


def _all(place: Path) -> Iterator[tuple[Path, int, Record | None]]:
    """Every file with its size and its record, None where it is none."""
    for path in Store(place).files():
        try:
            yield path, path.stat().st_size, intact(path)
        except FileNotFoundError:
            continue  # another process has replaced or pruned it


def _goes(path: Path, record: Record | None, scenario: str | None) -> bool:
    return record is None or record.version != model() or record.scenario == scenario


def _key(path: Path, record: Record | None) -> tuple[str, str]:
    if record is not None:
        return record.scenario, record.version
    return (_DRAFT if path.name.endswith(DRAFT) else _DAMAGED), ""


def _size(n: int) -> str:
    return f"{n / 1e6:,.1f} MB" if n >= 1e5 else f"{n / 1e3:,.1f} kB"
