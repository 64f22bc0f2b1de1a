"""Folders in which compiled code is kept on disk.

Numba looks at the file of a function only to see whether what it kept is still good. A function is made from many
files, so what is kept is filed under a digest of all of them, beside the sources or, where these may not be written,
with the user's other caches. Where neither may be, nothing is kept, and each process compiles.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from re import fullmatch
from shutil import rmtree
from tempfile import TemporaryFile

from numba import config
from numba.misc.appdirs import user_cache_dir

_DIGITS, _KEPT = 16, 4
_DIGEST = f"[0-9a-f]{{{_DIGITS}}}"


def digest(sources: Iterable[Path], words: str = "") -> str:
    """Of the contents of sources, in order of their paths, and of what else the code is made from."""
    sha = sha256(words.encode())
    for path in sorted(sources):
        sha.update(path.read_bytes())
    return sha.hexdigest()[:_DIGITS]


def places(beside: Path, called: str) -> tuple[Path, Path]:
    """Where what a folder of sources gives may be kept: beside it, or with the user's other caches."""
    return beside / "__pycache__" / called, Path(user_cache_dir("sim")) / called


def folder_for(digest: str, places: Sequence[Path]) -> Path | None:
    """The folder of what is compiled from sources of this digest, in the first place that may be written.

    Folders of earlier sources are deleted there, all but the last few: somebody may be going to and fro.
    """
    for place in places:
        folder = place / digest
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with TemporaryFile(dir=folder):
                pass
        except OSError:
            continue
        _prune(place)
        return folder
    return None


def _prune(place: Path) -> None:
    """The folders written to last stay."""
    with suppress(OSError):  # another process may be pruning too
        kept = [f for f in place.iterdir() if f.is_dir() and fullmatch(_DIGEST, f.name)]
        kept.sort(key=lambda folder: folder.stat().st_mtime)
        for folder in kept[:-_KEPT]:
            rmtree(folder, ignore_errors=True)


@contextmanager
def keeping(folder: Path) -> Iterator[None]:
    """What is declared with `cache=True` inside is kept in this folder."""
    before, config.CACHE_DIR = config.CACHE_DIR, str(folder)
    try:
        yield
    finally:
        config.CACHE_DIR = before
