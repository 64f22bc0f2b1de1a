"""Finished replications on disk, so that none is ever computed twice.

A record holds at most `BLOCK` replications of one point, so that it stays small however many there are.
It is written beside its place and renamed, so that it is there whole or not at all, and it begins with a
checksum of the rest. A damaged one is set aside; one that another version of the model has left, or other
sources of the same, is never read.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from sim.errors import Problem, Refused
from sim.scenario.tree import plain
from sim.study.point import Point, Want
from sim.study.sources import model
from sim.version import VERSION

BLOCK = 50
"""Replications in one record: with a hundred numbers each they take 40 kB."""
DAMAGED, SUFFIX, DRAFT = ".damaged", ".runs", ".draft"
_FORMAT = b"sim runs 1 "
_LENGTH = 20

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Record:
    """Replications of one point by number: the world of each, and its `names` in order (names,)."""

    digest: str
    scenario: str
    names: tuple[str, ...] = ()
    worlds: Mapping[int, int] = field(default_factory=dict)
    rows: Mapping[int, Numbers] = field(default_factory=dict)
    version: str = field(default_factory=model)

    def with_rows(self, other: Record) -> Record:
        """The same with those of another in addition, whose own come first."""
        if other.names != self.names and self.names and other.names:
            return other
        worlds, rows = {**self.worlds, **other.worlds}, {**self.rows, **other.rows}
        return Record(self.digest, self.scenario, other.names or self.names, worlds, rows)


def digest_of(
    point: Point, seed: int, worlds: bool, wants: Sequence[Want], days: int | None = None
) -> str:
    """Name of the replications of a point; `worlds` says whether each draws its own.

    With `days` only what the first of them say to the question is kept.
    """
    told: dict[str, object] = {
        "version": VERSION, "scenario": plain(point.scenario.tree), "seed": seed, "worlds": worlds,
        "wants": [[str(piece) for piece in want] for want in wants],
    }  # fmt: skip
    if days is not None:
        told["days"] = days
    if point.values is not None:
        told["values"] = dict(sorted(point.values.items()))
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()[:_LENGTH]


@dataclass(frozen=True)
class Store:
    """A folder of records, which several processes may share."""

    folder: Path

    def get(self, digest: str, block: int) -> Record | None:
        """The record, or None if it is not there or damaged, which is said and set aside."""
        path = self._path(digest, block)
        try:
            record = unpacked(path.read_bytes())
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._refused(error) from error
        except _DamagedError as error:
            self._set_aside(path, str(error))
            return None
        return record if record.digest == digest and record.version == model() else None

    def put(self, record: Record, block: int) -> Record:
        """Writes a record with whatever another process has put there since; what is there now.

        Raises Refused if the place cannot be written to.
        """
        path = self._path(record.digest, block)
        there = self.get(record.digest, block) if path.exists() else None
        whole = record if there is None else there.with_rows(record)
        draft = path.with_name(f".{path.stem}.{uuid4().hex[:8]}{DRAFT}")
        try:
            try:
                draft.write_bytes(packed(whole))
            except FileNotFoundError:
                path.parent.mkdir(parents=True, exist_ok=True)
                draft.write_bytes(packed(whole))
            os.replace(draft, path)
        except OSError as error:
            with suppress(OSError):
                draft.unlink()
            raise self._refused(error) from error
        return whole

    def _path(self, digest: str, block: int) -> Path:
        return self.folder / digest[:2] / f"{digest}-{block}{SUFFIX}"

    def _set_aside(self, path: Path, why: str) -> None:
        aside = path.with_name(path.name + DAMAGED)
        with suppress(OSError):  # another process may have been first
            path.rename(aside)
        _say(f"{path}: {why}; set aside as {aside.name}, its replications run again")

    def _refused(self, error: OSError) -> Refused:
        found = f"a place that cannot be used ({error.strerror or error})"
        return Refused([Problem(str(self.folder), 0, "store", found, "another folder")])

    def of_another_model(self) -> str | None:
        """The version of the model that left the first record there is; None if it is this one."""
        found = next((path for path in self.folder.glob(f"*/*{SUFFIX}")), None)
        record = None if found is None else intact(found)
        return None if record is None or record.version == model() else record.version

    def files(self) -> Iterator[Path]:
        """Everything that is there: records, damaged ones, drafts left by a process that was killed."""
        if self.folder.is_dir():
            yield from sorted(path for path in self.folder.glob("*/*") if path.is_file())


def intact(path: Path) -> Record | None:
    """The record in a file, of whatever version; None if it is none."""
    try:
        return unpacked(path.read_bytes()) if path.name.endswith(SUFFIX) else None
    except _DamagedError:
        return None


class _DamagedError(Exception):
    """A record that is not as it was written."""


def packed(record: Record) -> bytes:
    numbers = sorted(record.rows)
    head = {
        "digest": record.digest, "scenario": record.scenario, "version": record.version,
        "names": record.names, "replications": numbers, "worlds": [record.worlds[r] for r in numbers],
    }  # fmt: skip
    rows = [np.asarray(record.rows[r], "<f8").tobytes() for r in numbers]
    text = json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode()
    body = b"\n".join([text, b"".join(rows)])
    return _FORMAT + sha256(body).hexdigest().encode() + b"\n" + body


def unpacked(content: bytes) -> Record:
    """Raises _DamagedError if it is not as it was written."""
    head, numbers = _parts(content)
    names = tuple(head["names"])
    rows = np.frombuffer(numbers, "<f8").reshape(-1, len(names))
    replications = head["replications"]
    return Record(
        head["digest"], head["scenario"], names,
        dict(zip(replications, head["worlds"], strict=True)),
        dict(zip(replications, rows, strict=True)), head["version"],
    )  # fmt: skip


def _parts(content: bytes) -> tuple[dict[str, Any], bytes]:
    first, _, body = content.partition(b"\n")
    if not first.startswith(_FORMAT):
        raise _DamagedError("is no record of this store" if content else "is empty")
    if first[len(_FORMAT) :].decode("ascii", "replace") != sha256(body).hexdigest():
        raise _DamagedError("its checksum is not that of its content")
    text, _, numbers = body.partition(b"\n")
    head: dict[str, Any] = json.loads(text)
    return head, numbers


def _say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)
