"""Numbers of the laws of chance, shared by the table and the draws."""

from __future__ import annotations

from enum import IntEnum


class Kind(IntEnum):
    CONSTANT = 0
    EXPONENTIAL = 1
    NORMAL = 2
    LOGNORMAL = 3
    WEIBULL = 4
    UNIFORM = 5
    TRIANGULAR = 6
    ERLANG = 7
    GAMMA = 8
    BETA = 9
    QUANTILES = 10
    VALUES = 11
    TABLE = 12


KIND = {kind.name.lower(): int(kind) for kind in Kind}
