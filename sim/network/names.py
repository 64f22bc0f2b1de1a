"""Names as 32-bit words: how a stream or a decision enters the counter of a draw."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256


def name_hash(name: str) -> int:
    """First four bytes of SHA-256 of the UTF-8 name, big-endian: a uint32."""
    return int.from_bytes(sha256(name.encode()).digest()[:4], "big")


def clash(names: Iterable[str]) -> tuple[str, str] | None:
    """Two different names with the same word, or None; a network with a clash is refused."""
    seen: dict[int, str] = {}
    for name in names:
        other = seen.setdefault(name_hash(name), name)
        if other != name:
            return other, name
    return None
