"""`sim store`: what is in the store, and taking out what no run can use."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from os.path import isdir
from pathlib import Path
from typing import Any

from sim.errors import Problem, Refused, listing, one_of, quote
from sim.study.drafts import remove_left
from sim.study.evaluate import STORE
from sim.study.run import RESULTS
from sim.study.sources import model
from sim.study.store import DRAFT, Record, Store, intact

SHOW, PRUNE = "show", "prune"
COLUMNS = ("scenario", "version", "used", "records", "replications", "bytes")
_DAMAGED, _DRAFT = "damaged", "left by a process that was stopped"
_OLD = "of other versions of the model"


@dataclass(frozen=True)
class Kept:
    """Files and bytes by scenario and model version; of damaged ones and drafts the version is empty.

    After pruning `gone` are the files taken out, by why, and `left` the folders that runs which were
    killed have left in the results. `asked` is the scenario whose records alone are to be shown, or all
    of whose records were to go.
    """

    folder: Path
    files: Counter[tuple[str, str]] = field(default_factory=Counter)
    bytes: Counter[tuple[str, str]] = field(default_factory=Counter)
    replications: Counter[tuple[str, str]] = field(default_factory=Counter)
    gone: Counter[str] = field(default_factory=Counter)
    freed: int = 0
    left: int = 0
    asked: str | None = None
    pruning: bool = False

    @property
    def pruned(self) -> int:
        return sum(self.gone.values())

    @property
    def alone(self) -> str | None:
        """The scenario whose records alone are shown; what is left after pruning is shown whole."""
        return None if self.pruning else self.asked

    @property
    def shown(self) -> list[tuple[str, str]]:
        """Scenarios and versions, in order."""
        return sorted(key for key in self.files if self.alone is None or (key[0] == self.alone and key[1]))

    def record(self) -> dict[str, Any]:
        rows = [
            dict(zip(COLUMNS, (*key, key[1] == model(), self.files[key], self.replications[key],
                               self.bytes[key]), strict=True))
            for key in self.shown
        ]  # fmt: skip
        return {
            "folder": str(self.folder), "version": model(), "kept": rows,
            "pruned": self.pruned, "freed": self.freed, "pruned_by": dict(sorted(self.gone.items())),
            "folders_removed": self.left,
        }  # fmt: skip

    @property
    def text(self) -> str:
        shown = self.shown
        many, size = (sum(of[key] for key in shown) for of in (self.files, self.bytes))
        of_one = "" if self.alone is None else f" {_of(self.alone)}"
        lines = [f"{self.folder}: {many:,} files{of_one}, {_size(size)}"]
        for key in shown:
            scenario, version = key
            said = f"{self.files[key]:,} records, {self.replications[key]:,} replications"
            if not version:
                said = f"{self.files[key]:,} files"
            elif version != model():
                said += f", of model {version}: not used by {model()}"
            lines.append(f"  {scenario}: {said}, {_size(self.bytes[key])}")
        return "\n".join([*lines, *(self._pruning() if self.pruning else self._not_found(len(shown)))])

    def _not_found(self, many: int) -> Iterator[str]:
        """That the scenario which was asked for has nothing, if it has, and which have."""
        if self.asked is None or many:
            return
        others = sorted({scenario for scenario, version in self.files if version})
        there = f"; there are those of {listing(others, 'and')}" if others else ""
        yield f"no records of a scenario {quote(self.asked)}{there}"

    def _pruning(self) -> Iterator[str]:
        """What was taken out, and what was looked for and not there."""
        why = ", ".join(f"{n:,} {why}" for why, n in sorted(self.gone.items()))
        if self.pruned:
            yield f"pruned {_files(self.pruned)}, {_size(self.freed)}: {why}"
        else:
            yield "pruned nothing: no file is damaged, of another version of the model or left unfinished"
        yield from self._not_found(self.gone[_of(self.asked or "")])
        if self.left:
            folders = "1 folder" if self.left == 1 else f"{self.left:,} folders"
            yield f"removed {folders} beside runs, {_DRAFT}"


def keep(what: str = SHOW, folder: Path | None = None, scenario: str | None = None) -> Kept:
    """What is in a store, of `scenario` alone if one is named; with `prune` after taking out records of
    other versions of the model, damaged ones and drafts, and all of `scenario`. From the usual store's
    results it also takes the hidden folders that runs which were killed have left.

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
    gone, freed = Counter[str](), 0
    for path, size, record in _all(place):
        why = _why(path, record, scenario) if what == PRUNE else None
        if why is not None:
            path.unlink(missing_ok=True)
            gone[why] += 1
            freed += size
            continue
        key = _key(path, record)
        for counter, n in zip(counts, (1, size, len(record.rows) if record else 0), strict=True):
            counter[key] += n
    places = [RESULTS, *RESULTS.glob("*/")] if what == PRUNE and folder is None else []
    left = sum(map(remove_left, places))
    return Kept(place, counts[0], counts[1], counts[2], gone, freed, left, scenario, what == PRUNE)


def _all(place: Path) -> Iterator[tuple[Path, int, Record | None]]:
    """Every file with its size and its record, None where it is none."""
    for path in Store(place).files():
        try:
            yield path, path.stat().st_size, intact(path)
        except FileNotFoundError:
            continue  # another process has replaced or pruned it


def _why(path: Path, record: Record | None, scenario: str | None) -> str | None:
    """Why a file is to go; None if it is not."""
    if record is None:
        return _broken(path)
    if record.scenario == scenario:
        return _of(scenario)
    return _OLD if record.version != model() else None


def _of(scenario: str) -> str:
    return f"of {scenario}"


def _key(path: Path, record: Record | None) -> tuple[str, str]:
    return (_broken(path), "") if record is None else (record.scenario, record.version)


def _broken(path: Path) -> str:
    return _DRAFT if path.name.endswith(DRAFT) else _DAMAGED


def _files(n: int) -> str:
    return "1 file" if n == 1 else f"{n:,} files"


def _size(n: int) -> str:
    return f"{n / 1e6:,.1f} MB" if n >= 1e5 else f"{n / 1e3:,.1f} kB"
