"""Hidden folders beside a run folder, each locked by the process that fills it.

A lock ends with its process, however that ends, and holds between machines that share a disk, which the
number of a process does not. Where a disk or system has no such locks, nothing is ever taken for left behind.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

DRAFT, PRIOR = "draft", "prior"
_HIDDEN = re.compile(rf"\.(?P<of>.+)\.[0-9a-f]{{8}}\.(?P<kind>{DRAFT}|{PRIOR})")


@contextmanager
def draft_of(folder: Path) -> Iterator[Path]:
    """A new hidden folder beside another, held to the end of the block.

    Raises OSError where none can be made.
    """
    while True:
        draft = _beside(folder, DRAFT)
        draft.mkdir()
        with _held(draft, wait=True):
            if draft.is_dir():  # else it was taken away before it was locked
                yield draft
                return


def swap(draft: Path, folder: Path) -> None:
    """Puts the draft in the place of the folder; what was there goes only once it is replaced."""
    old = _beside(folder, PRIOR)
    with _held(folder):
        if folder.exists():
            folder.rename(old)
        try:
            draft.rename(folder)
        except OSError:
            if old.exists():
                old.rename(folder)
            raise
        shutil.rmtree(old, ignore_errors=True)


def remove_left(place: Path, name: str | None = None) -> int:
    """Removes what processes that are gone left in a place, of any folder or of one; how many.

    What was about to be replaced takes its name again, unless its successor is there.
    """
    found = 0
    with suppress(OSError):  # no such place, or none of ours
        for path in sorted(place.iterdir()):
            match = _HIDDEN.fullmatch(path.name)
            if match and name in (None, match["of"]):
                found += _removed(path, place / match["of"], match["kind"])
    return found


def _removed(path: Path, folder: Path, kind: str) -> bool:
    with _held(path) as ours:
        if not ours:
            return False
        if kind == PRIOR and not folder.exists():
            path.rename(folder)
        shutil.rmtree(path, ignore_errors=True)
        return not path.exists()


def _beside(folder: Path, kind: str) -> Path:
    return folder.parent / f".{folder.name}.{uuid4().hex[:8]}.{kind}"


@contextmanager
def _held(folder: Path, wait: bool = False) -> Iterator[bool]:
    """Whether a folder, if it is there, is held by nobody else; if so it is held to the end of the block."""
    if fcntl is None:
        yield False
        return
    try:
        number = os.open(folder, os.O_RDONLY)
    except OSError:
        yield False
        return
    _numbers.add(number)
    try:
        yield _locked(number, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    finally:
        _numbers.discard(number)
        os.close(number)


_numbers: set[int] = set()
"""Files by which this process holds folders."""


def _let_go() -> None:
    """In a copy of this process, which would hold what its original holds, and may outlive it."""
    while _numbers:
        os.close(_numbers.pop())


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_let_go)


def _locked(number: int, how: int) -> bool:
    try:
        fcntl.flock(number, how)
    except OSError:
        return False
    return True
