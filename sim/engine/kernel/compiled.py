"""The functions that are called from Python: compiled once, kept on disk beside the sources.

Numba looks at the file of a function only to see whether what it kept is still good. These are made from
many files, so what is kept is filed under a digest of all of them. Where neither the package's folder nor
the user's may be written, nothing is kept and the first run of each process compiles.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

from numba import config, njit

from sim.engine.kernel import loop, sorting
from sim.log import MOST_LEVEL, VISIT, Ended, Flow, Level, Use
from sim.network.model import DAY, Op, Preempt
from sim.network.table import CLASS_SHIFT, NUMBER_SHIFT, PATIENCE_PART, RANK_SHIFT

_HERE = Path(__file__).parent
_SOURCES = (_HERE, _HERE.parent.parent / "draws")
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
    return sha.hexdigest()[:16]


def _compiled(function: Callable[..., Any]) -> Any:
    before = config.CACHE_DIR
    config.CACHE_DIR = str(_HERE / "__pycache__" / _digest())
    try:
        return njit(cache=True, nogil=True)(function)
    except RuntimeError:  # nowhere to keep it
        return njit(nogil=True)(function)
    finally:
        config.CACHE_DIR = before


def _run(memory: Any) -> int:
    return int(loop.run_until_done(memory[0]))


run_until_done = _compiled(_run)
count = _compiled(sorting.count)
put_in_place = _compiled(sorting.put_in_place)


def is_kept() -> bool:
    """Whether the loop is compiled already, in this process or on disk; else the first run compiles."""
    if run_until_done.signatures:
        return True
    kept = getattr(run_until_done, "_cache", None)
    folder = getattr(kept, "cache_path", None)
    return folder is not None and any(Path(folder).glob(f"*{_run.__name__}-*.nbi"))
