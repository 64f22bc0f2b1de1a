"""Words and paths that are a slip of the pen of another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from sim.errors import nearest, offer

_SLIP = 0.9


def meant(word: str, known: Iterable[str]) -> str | None:
    """The known word of which another is a slip of the pen; numbered ones are different on purpose."""
    plain = [other for other in known if not _numbered(other)]
    near = get_close_matches(word, plain, n=1, cutoff=_SLIP)
    return near[0] if near and not _numbered(word) else None


def path_meant(path: str, known: Iterable[str]) -> str | None:
    """The path that one is a slip of, or of which it has the end; None if there is none.

    Piece by piece: a name like no other is no slip, however much of the path around it is right.
    """
    paths = list(known)
    _, dot, end = path.rpartition(".") if path.count(".") < 2 else path.partition(".")
    ends = (f".{path}", f".{end}" if dot and "." in end else f".{path}")
    alike = [other for other in paths if _all_alike(path.split("."), other.split("."))]
    alike = alike or [other for other in paths if other.endswith(ends)]
    near = get_close_matches(path, alike, n=1, cutoff=0.0)
    return near[0] if near else None


def _all_alike(path: Sequence[str], other: Sequence[str]) -> bool:
    return len(path) == len(other) and all(
        a == b or nearest(a, [b]) for a, b in zip(path, other, strict=True)
    )


def one_path(path: str, known: Sequence[str], kind: str) -> str:
    """What to write in place of an unknown path: the one that is meant, else all of them, if few."""
    return offer(path_meant(path, known), known, kind)


def _numbered(word: str) -> bool:
    return any(sign.isdigit() for sign in word)
