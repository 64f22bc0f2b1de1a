"""When a stream's entities arrive: unit gaps carried through a cumulative rate."""


from __future__ import annotations

import math
from typing import cast

import numpy as np
from numpy.typing import NDArray

from sim.draws.compiled import compiled
from sim.draws.elementary import log_of_share
from sim.draws.incomplete import gamma_quantile
from sim.draws.orders import daily_counts
from sim.draws.philox import uniform
from sim.network.model import DAY

__all__ = [
    "EXPONENTIAL_GAPS",
    "REGULAR_GAPS",
    "arrival_times",
    "cumulative_rate",
    "daily_counts",
    "day_factors",
]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

EXPONENTIAL_GAPS, REGULAR_GAPS = 0, 1
_BLOCK = 256


@compiled
def _next_rising(cumulative: Floats, piece: int) -> int:
    """First piece from `piece` on with a rate above 0; the number of pieces if there is none."""
    last = len(cumulative) - 1
    while piece < last and not cumulative[piece + 1] > cumulative[piece]:
        piece += 1
    return piece


def arrival_times(
    key: int,
    stream_hash: int,
    gap_hash: int,
    gap_kind: int,
    break_times: Ints,
    cumulative: Floats,
    horizon: int,
) -> Ints:
    """Instants [us] before the horizon, not falling, (n,).

    break_times (k,) [us] from 0 to at least the horizon, cumulative (k,) the mean number by each.
    Gap i is -log of draw i of the stream (EXPONENTIAL_GAPS) or exactly 1 (REGULAR_GAPS: the total
    is the whole number i + 1, so nothing drifts). A piece without rate is passed over.
    """
    # A Python key beyond int64 must not meet code compiled for a smaller one.
    word = cast(int, np.uint64(key))
    return _arrival_times(word, stream_hash, gap_hash, gap_kind, break_times, cumulative, horizon)


@compiled
def _arrival_times(
    key: int,
    stream_hash: int,
    gap_hash: int,
    gap_kind: int,
    break_times: Ints,
    cumulative: Floats,
    horizon: int,
) -> Ints:
    expected = cumulative[-1]
    times = np.empty(int(expected + 8.0 * math.sqrt(expected)) + _BLOCK, np.int64)
    totals = np.zeros(_BLOCK)
    count, piece, more = 0, 0, True
    while more:
        if gap_kind == REGULAR_GAPS:
            for i in range(_BLOCK):
                totals[i] = count + i + 1.0
        else:
            _add_gaps(key, count, stream_hash, gap_hash, totals)
        if count + _BLOCK > len(times):
            times = np.concatenate((times, np.empty(len(times), np.int64)))
        here = times[count : count + _BLOCK]
        reached, piece = _carry(break_times, cumulative, piece, totals, horizon, here)
        count += reached
        more = reached == _BLOCK
    return times[:count]


@compiled
def _add_gaps(key: int, first: int, stream_hash: int, gap_hash: int, totals: Floats) -> None:
    """The next totals, which go on from the last.

    A loop for each part, so that the first two are made for several numbers at once.
    """
    total = totals[-1]
    for i in range(len(totals)):
        totals[i] = uniform(key, first + i, stream_hash, gap_hash, 0)
    for i in range(len(totals)):
        totals[i] = log_of_share(totals[i])
    for i in range(len(totals)):
        total -= totals[i]
        totals[i] = total


@compiled
def _carry(
    break_times: Ints, cumulative: Floats, piece: int, totals: Floats, horizon: int, times: Ints
) -> tuple[int, int]:
    """Where the cumulative rate reaches each of rising totals: (how many before the horizon, piece of the last).

    Within a piece, rounded half up. What rounds to the end of the piece belongs to the next piece with a
    rate, since a window is open at its end; after the last one it is the end of time.
    """
    last = len(cumulative) - 1
    for i in range(len(totals)):
        while piece < last and cumulative[piece + 1] <= totals[i]:
            piece += 1
        if piece == last:
            return i, piece
        start, end = break_times[piece], break_times[piece + 1]
        share = (totals[i] - cumulative[piece]) / (cumulative[piece + 1] - cumulative[piece])
        time = int(start + math.floor(share * (end - start) + 0.5))
        if time >= end:
            time = int(break_times[_next_rising(cumulative, piece + 1)])
        if time >= horizon:
            return i, piece
        times[i] = time
    return len(totals), piece


@compiled
def _breaks(rate_times: Ints, days: int) -> Ints:
    """Midnights and changes of rate from 0 to the last midnight, rising, each once."""
    breaks = np.empty(days + 1 + len(rate_times), np.int64)
    count, j, end = 1, 0, days * DAY
    breaks[0] = 0
    while breaks[count - 1] < end:
        time = breaks[count - 1]
        while j < len(rate_times) and rate_times[j] <= time:
            j += 1
        midnight = (time // DAY + 1) * DAY
        breaks[count] = min(midnight, rate_times[j]) if j < len(rate_times) else midnight
        count += 1
    return breaks[:count].copy()


@compiled
def cumulative_rate(
    rate_times: Ints,
    rates: Floats,
    weekday_factors: Floats,
    first_weekday: int,
    day_factors: Floats,
    horizon: int,
) -> tuple[Ints, Floats]:
    """(break_times [us], mean number by each), both (k,), from 0 to the midnight that closes.

    rates [1/us] from rate_times [us], which rise, the first at or before 0; weekday 0 is Monday;
    day_factors (days,) are 1 where none is given, and cover the horizon. A piece never crosses
    midnight, so a longer run has the same first pieces to the bit. The sum is compensated.

    Source: Neumaier, "Rundungsfehleranalyse einiger Verfahren zur Summation", ZAMM 54, 1974.
    """
    breaks = _breaks(rate_times, max(len(day_factors), (horizon + DAY - 1) // DAY))
    cumulative = np.zeros(len(breaks))
    total, lost, j = 0.0, 0.0, 0
    for i in range(len(breaks) - 1):
        start, end = breaks[i], breaks[i + 1]
        while j + 1 < len(rate_times) and rate_times[j + 1] <= start:
            j += 1
        day = start // DAY
        factor = weekday_factors[(first_weekday + day) % 7]
        if day < len(day_factors):
            factor = factor * day_factors[day]
        mass = rates[j] * factor * (end - start)
        larger = total + mass
        lost += (total - larger) + mass if total >= mass else (mass - larger) + total
        total = larger
        cumulative[i + 1] = total + lost
    return breaks, cumulative


def day_factors(key: int, factor_hash: int, decision_hash: int, cv: float, days: int) -> Floats:
    """A gamma factor of mean 1 for each day, (days,); streams that name one factor share it.

    `cv` [1] is the coefficient of variation beyond Poisson's own; 0 gives ones.
    """
    return _day_factors(cast(int, np.uint64(key)), factor_hash, decision_hash, cv, days)


@compiled
def _day_factors(key: int, factor_hash: int, decision_hash: int, cv: float, days: int) -> Floats:
    factors = np.ones(days)
    if cv > 0.0:
        shape, scale = 1.0 / (cv * cv), cv * cv
        for day in range(days):
            u = uniform(key, day, factor_hash, decision_hash, 0)
            factors[day] = scale * gamma_quantile(shape, u, 1.0 - u)
    return factors
