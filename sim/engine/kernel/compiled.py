"""The functions that are called from Python: compiled once, kept on disk beside the sources.

Numba looks at the file of a function only to see whether what it kept is still good. These are made from
many files, so what is kept is filed under a digest of all of them, beside the sources or, where these may
not be written, with the user's other caches. Where neither may be, nothing is kept and the first run of
each process compiles.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from re import fullmatch
from shutil import rmtree
from tempfile import TemporaryFile
from typing import Any

from numba import config, njit
from numba.misc.appdirs import user_cache_dir

from sim.engine.kernel import loop, sorting
from sim.log import MOST_LEVEL, VISIT, Ended, Flow, Level, Use
from sim.network.model import DAY, Op, Preempt
from sim.network.table import CLASS_SHIFT, NUMBER_SHIFT, PATIENCE_PART, RANK_SHIFT

_HERE = Path(__file__).parent
_SOURCES = (_HERE, _HERE.parent.parent / "draws")
_DIGITS, _KEPT = 16, 4
_DIGEST = f"[0-9a-f]{{{_DIGITS}}}"
_NOT_COMPILED = ("__init__", "order", "run", "setup")
_WORDS = (VISIT.descr, MOST_LEVEL, DAY, CLASS_SHIFT, RANK_SHIFT, NUMBER_SHIFT, PATIENCE_PART)
_ENUMS = (Ended, Flow, Level, Use, Op, Preempt)


def _digest() -> str:
    """Of every source, and of what they take from the log and the network."""
    sha = sha256(repr((_WORDS, [list(enum) for enum in _ENUMS])).encode())
    for folder in _SOURCES:
        for path in sorted(folder.glob("*.py")):
            if path.stem not in _NOT_COMPILED:
                sha.update(path.read_bytes())
    return sha.hexdigest()[:_DIGITS]


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


def compiled_in(folder: Path | None, function: Callable[..., Any]) -> Any:
    """The function, to be compiled when it is first called, or before if it is kept in the folder."""
    if folder is None:
        return njit(nogil=True)(function)
    before = config.CACHE_DIR
    config.CACHE_DIR = str(folder)
    try:
        return njit(cache=True, nogil=True)(function)
    finally:
        config.CACHE_DIR = before


def _run(memory: Any) -> int:
    return int(loop.run_until_done(memory[0]))


_FOLDER = folder_for(_digest(), (_HERE / "__pycache__", Path(user_cache_dir("sim")) / "kernel"))
run_until_done = compiled_in(_FOLDER, _run)
count = compiled_in(_FOLDER, sorting.count)
put_in_place = compiled_in(_FOLDER, sorting.put_in_place)


def is_kept() -> bool:
    """Whether the loop is compiled already, in this process or on disk; else the first run compiles."""
    if run_until_done.signatures:
        return True
    kept = getattr(run_until_done, "_cache", None)
    folder = getattr(kept, "cache_path", None)
    return folder is not None and any(Path(folder).glob(f"*{_run.__name__}-*.nbi"))
