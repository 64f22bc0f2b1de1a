"""The functions that are called from Python: compiled once, kept on disk beside the sources.

They are made from the files of this room and of the draws, so what is kept is filed under a digest of all of them.
Where nothing may be written, the first run of each process compiles.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from numba import njit

from sim.draws.kept import digest, folder_for, keeping, places
from sim.engine.kernel import loop, sorting
from sim.log import MOST_LEVEL, VISIT, Ended, Flow, Level, Use
from sim.network.model import DAY, Op, Preempt
from sim.network.table import CLASS_SHIFT, NUMBER_SHIFT, PATIENCE_PART, RANK_SHIFT

_HERE = Path(__file__).parent
_SOURCES = (_HERE, _HERE.parent.parent / "draws")
_NOT_COMPILED = ("__init__", "dated", "inside", "layout", "order", "places", "run", "setup")
_WORDS = (VISIT.descr, MOST_LEVEL, DAY, CLASS_SHIFT, RANK_SHIFT, NUMBER_SHIFT, PATIENCE_PART)
_ENUMS = (Ended, Flow, Level, Use, Op, Preempt)


def compiled_in(folder: Path | None, function: Callable[..., Any]) -> Any:
    """The function, to be compiled when it is first called, or before if it is kept in the folder."""
    if folder is None:
        return njit(nogil=True)(function)
    with keeping(folder):
        return njit(cache=True, nogil=True)(function)


def _run(memory: Any) -> int:
    return int(loop.run_until_done(memory[0]))


_MADE_FROM = [path for folder in _SOURCES for path in folder.glob("*.py") if path.stem not in _NOT_COMPILED]
_DIGEST = digest(_MADE_FROM, repr((_WORDS, [list(enum) for enum in _ENUMS])))
_FOLDER = folder_for(_DIGEST, places(_HERE, "kernel"))
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
