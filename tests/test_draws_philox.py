"""Draws are found by name, as published and as documented."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from sim.draws import name_hash, run_key, uniform
from sim.draws.philox import philox4x32

WORD = st.integers(0, 2**32 - 1)
KEY = st.integers(0, 2**64 - 1)
RUN = st.tuples(st.integers(0, 2**40), st.integers(0, 30), st.integers(0, 30))

# Random123 1.14, tests/kat_vectors, philox4x32 10: counter, key, result.
KNOWN = [
    ("00000000 00000000 00000000 00000000", "00000000 00000000",
     "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    ("ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff",
     "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    ("243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0",
     "d16cfe09 94fdcceb 5001e420 24126ea1"),
]  # fmt: skip


def words(text: str) -> list[np.uint64]:
    return [np.uint64(int(word, 16)) for word in text.split()]


@pytest.mark.parametrize(("counter", "key", "result"), KNOWN)
def test_published_vectors(counter: str, key: str, result: str) -> None:
    c, k = words(counter), words(key)
    assert list(philox4x32(c[0], c[1], c[2], c[3], k[0], k[1])) == words(result)


@settings(deadline=None)
@given(KEY, WORD, WORD, WORD, st.integers(0, 255))
def test_uniform_is_52_bits_and_a_half(key: int, number: int, s: int, d: int, visit: int) -> None:
    w = np.uint64
    c = w(number), w(s), w(d), w(visit)
    w0, w1, _, _ = philox4x32(*c, w(key & 0xFFFFFFFF), w(key >> 32))
    u = uniform(key, number, s, d, visit)
    assert 0.0 < u < 1.0
    assert u * 2**52 - 0.5 == (int(w0) << 20) | (int(w1) >> 12)


@settings(deadline=None)
@given(KEY, WORD)
def test_integer_types_do_not_matter(key: int, number: int) -> None:
    plain = uniform(key, number, 7, 8, 0)
    name: list[Any] = [np.uint64(key), np.int64(number), np.uint32(7), np.uint32(8), np.uint8(0)]
    typed = uniform(*name)
    assert plain == typed


@settings(deadline=None)
@given(st.tuples(KEY, WORD, WORD, WORD, WORD), st.integers(0, 4))
def test_every_part_of_the_name_matters(name: tuple[int, ...], part: int) -> None:
    other = tuple(x ^ 1 if i == part else x for i, x in enumerate(name))
    assert uniform(*name) != uniform(*other)


def test_upper_half_of_the_key_matters() -> None:
    assert uniform(1, 0, 0, 0, 0) != uniform(1 + 2**32, 0, 0, 0, 0)


def test_hashes_are_as_documented() -> None:
    assert name_hash("beds") == int(sha256(b"beds").hexdigest()[:8], 16)
    assert name_hash("é") == int(sha256("é".encode()).hexdigest()[:8], 16)
    assert run_key(1, 2, 3) == int(sha256(b"1/2/3").hexdigest()[:16], 16)


@settings(deadline=None)
@given(RUN, RUN)
def test_keys_differ(one: tuple[int, int, int], other: tuple[int, int, int]) -> None:
    assert (run_key(*one) == run_key(*other)) == (one == other)


def test_uniform_numbers_are_uniform_and_apart() -> None:
    """A right generator fails either check for one key in 10^6; the key is fixed."""
    key = run_key(0, 0, 0)
    u = np.array([uniform(key, i, 1, 2, 0) for i in range(20_000)])
    assert stats.kstest(u, "uniform").pvalue > 1e-6
    assert abs(np.corrcoef(u[:-1], u[1:])[0, 1]) < 4.9 / np.sqrt(len(u))
