"""Words that are a slip of the pen of another, where a word of one's own would be allowed."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

_SLIP = 0.9


def meant(word: str, known: Iterable[str]) -> str | None:
    """The known word of which another is a slip of the pen; numbered ones are different on purpose."""
    plain = [other for other in known if not _numbered(other)]
    near = get_close_matches(word, plain, n=1, cutoff=_SLIP)
    return near[0] if near and not _numbered(word) else None


def _numbered(word: str) -> bool:
    return any(sign.isdigit() for sign in word)
