"""Blocking and waiting in front of many servers, all patience endless.

Rates are per unit of time, `service` is the mean time with a server in that unit, and `load` is
their product [servers].
"""

from __future__ import annotations

from math import exp, inf, lgamma, log

import numpy as np
from scipy.special import gammaincc

WHOLE = 1e-9
GREAT_LOAD = 100.0
TERMS = 30


def erlang_b(servers: float, load: float) -> float:
    """Share of Poisson arrivals that find every server busy and go away.

    By the recursion in 1/B, stable at any size; a fraction of a server starts it from the
    continuous extension.

    Raises:
        ValueError: servers or load is negative or not finite.

    Source: Erlang 1917; Jagerman 1974 for the continuous extension.
    """
    _check(servers, load)
    if load == 0.0:
        return 1.0 if servers == 0 else 0.0
    whole = int(servers + WHOLE)
    part = servers - whole if servers - whole > WHOLE else 0.0
    blocking = _part_of_a_server(part, load) if part else 1.0
    for count in range(1, whole + 1):
        offered = load * blocking
        blocking = offered / (part + count + offered)
    return blocking


def _part_of_a_server(part: float, load: float) -> float:
    """Blocking with less than one server: load^c exp(-load) / Gamma(c + 1, load)."""
    if load > GREAT_LOAD:
        return 1.0 / float(np.cumprod((part - np.arange(TERMS)) / load).sum() + 1.0)
    top = exp(part * log(load) - load - lgamma(part + 1.0))
    return top / float(gammaincc(part + 1.0, load))


def _check(servers: float, load: float) -> None:
    for name, value in (("servers", servers), ("load", load)):
        if not 0.0 <= value < inf:
            raise ValueError(f"{name} {value}; wanted a finite number, 0 or more")


def least_servers_for_blocking(load: float, blocking: float) -> int:
    """Fewest servers that lose at most the share `blocking` of arrivals.

    Raises:
        ValueError: the share is not above 0 and at most 1.
    """
    _check(0.0, load)
    if not 0.0 < blocking <= 1.0:
        raise ValueError(f"blocking {blocking}; wanted above 0 and at most 1")
    lost, servers = 1.0, 0
    while lost > blocking:
        servers += 1
        lost = load * lost / (servers + load * lost)
    return servers


def erlang_c(servers: float, load: float) -> float:
    """Share of arrivals that wait when all stay; 1 when the load is not below the servers.

    Source: Erlang 1917.
    """
    blocking = erlang_b(servers, load)
    if load >= servers:
        return 1.0
    return blocking / (1.0 - (load / servers) * (1.0 - blocking))


def mmc_wait_mean(servers: float, rate: float, service: float) -> float:
    """Mean time to service over all arrivals of an M/M/c, infinite without a steady state."""
    spare = servers - rate * service
    return erlang_c(servers, rate * service) * service / spare if spare > 0 else inf


def mmc_wait_tail(servers: float, rate: float, service: float, time: float) -> float:
    """Share of arrivals of an M/M/c, first come first served, that wait longer than `time`."""
    spare = servers - rate * service
    if spare <= 0:
        return 1.0
    return float(erlang_c(servers, rate * service) * np.exp(-spare * time / service))


def mmc_wait_quantile(servers: float, rate: float, service: float, share: float) -> float:
    """Wait that `share` of arrivals of an M/M/c, first come first served, do not exceed.

    Raises:
        ValueError: the share is not from 0 to below 1.
    """
    if not 0.0 <= share < 1.0:
        raise ValueError(f"share {share}; wanted from 0 to below 1")
    spare = servers - rate * service
    if spare <= 0:
        return inf
    waits = erlang_c(servers, rate * service)
    return log(waits / (1.0 - share)) * service / spare if waits > 1.0 - share else 0.0
