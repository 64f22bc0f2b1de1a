"""Which sources of the program decide what a run gives, so that an edit of one of them is noticed.

The version says the same of a released program. Between two releases it stays while the sources change,
and what earlier ones have left is then of another model.
"""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path

from sim.version import VERSION

_ROOT = Path(__file__).parents[1]
ROOMS = ("scenario", "network", "draws", "engine", "measures", "estimate")
FILES = (
    "log.py", "study/building.py", "study/more.py", "study/reduction.py", "study/task.py", "study/work.py",
    "study/worlds.py", "verdict/asked.py", "verdict/finding.py",
)  # fmt: skip
"""Beside whole rooms; what only words or draws a result is none of them."""
_DIGITS = 12


def sources() -> list[Path]:
    """In an order of their own, whatever the machine."""
    rooms = (path for room in ROOMS for path in (_ROOT / room).rglob("*.py"))
    return sorted([*rooms, *(_ROOT / file for file in FILES)], key=lambda path: path.relative_to(_ROOT).parts)


def digest(files: list[Path]) -> str:
    """Of their names and contents."""
    sha = sha256()
    for path in files:
        sha.update(f"{path.relative_to(_ROOT).as_posix()}\n".encode() + path.read_bytes())
    return sha.hexdigest()[:_DIGITS]


@cache
def model() -> str:
    """The version with the digest of the sources, such as `0.2.0+3f1c08a9be52`."""
    return f"{VERSION}+{digest(sources())}"
