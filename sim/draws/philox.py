"""Draws found by name: Philox4x32-10, its keys and its uniform numbers.

Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC11, 2011.
"""


from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import cast

import numpy as np

from sim.draws.compiled import inlined
from sim.network.names import name_hash

__all__ = ["name_hash", "philox4x32", "run_key", "uniform"]

Words = tuple[np.uint64, np.uint64, np.uint64, np.uint64]

ROUNDS = 10
_M0, _M1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_W0, _W1 = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)
_LOW, _32 = np.uint64(0xFFFFFFFF), np.uint64(32)
_20, _12 = np.uint64(20), np.uint64(12)
_STEP = 2.0**-52


def run_key(seed: int, world: int, replication: int) -> int:
    """Key of all draws of one replication: a uint64.

    First eight bytes, big-endian, of SHA-256 of `seed/world/replication` in decimal.
    """
    text = f"{int(seed)}/{int(world)}/{int(replication)}"
    return int.from_bytes(sha256(text.encode("ascii")).digest()[:8], "big")


@inlined
def philox4x32(
    c0: np.uint64, c1: np.uint64, c2: np.uint64, c3: np.uint64, k0: np.uint64, k1: np.uint64
) -> Words:
    """Four 32-bit words from four counter words and two key words, each held in a uint64."""
    for _ in range(ROUNDS):
        p0 = _M0 * c0
        p1 = _M1 * c2
        c0 = (p1 >> _32) ^ c1 ^ k0
        c2 = (p0 >> _32) ^ c3 ^ k1
        c1 = p1 & _LOW
        c3 = p0 & _LOW
        k0 = (k0 + _W0) & _LOW
        k1 = (k1 + _W1) & _LOW
    return c0, c1, c2, c3


def _uniform(key: int, number: int, stream_hash: int, decision_hash: int, visit: int) -> float:
    """The draw of one decision: 52 bits and a half over 2^52, never 0 or 1.

    `key` is a uint64 of `run_key`; the four counter words are taken modulo 2^32.
    """
    whole = np.uint64(key)
    w0, w1, _, _ = philox4x32(
        np.uint64(number) & _LOW,
        np.uint64(stream_hash) & _LOW,
        np.uint64(decision_hash) & _LOW,
        np.uint64(visit) & _LOW,
        whole & _LOW,
        whole >> _32,
    )
    return (np.float64(np.int64((w0 << _20) | (w1 >> _12))) + 0.5) * _STEP


# One signature: a key from Python is int64 or uint64 by its size, and must not compile twice.
uniform = cast(
    Callable[[int, int, int, int, int], float],
    inlined(_uniform, "float64(uint64, int64, int64, int64, int64)"),
)
