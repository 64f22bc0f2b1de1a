"""What a route can do wrong while it runs, in words that name the entity and the step.

Both engines raise these, so that a user reads the same message whichever ran.
"""

from __future__ import annotations

from collections.abc import Sequence

from sim.errors import SimError
from sim.network.table import Network


def _who(network: Network, source: int, number: int, step: int) -> str:
    name = network.names.steps[step] if step >= 0 else "its start"
    return f"entity {network.names.sources[source]} number {number} at step '{name}'"


def endless(network: Network, source: int, number: int, step: int) -> SimError:
    return SimError(
        f"{_who(network, source, number, step)}: found more than 10,000 steps at one instant; "
        "wanted a step that takes time, or waits, in this loop"
    )


def too_many_visits(network: Network, source: int, number: int, step: int) -> SimError:
    return SimError(
        f"{_who(network, source, number, step)}: found a visit after 256 others; "
        "wanted at most 256 comings of one entity to one step"
    )


def holds_already(network: Network, source: int, number: int, step: int, pool: int) -> SimError:
    return SimError(
        f"{_who(network, source, number, step)}: found that it already holds "
        f"'{network.names.objects[pool]}'; wanted it released before it is seized again"
    )


def not_held(network: Network, source: int, number: int, step: int) -> SimError:
    return SimError(
        f"{_who(network, source, number, step)}: found nothing held of the pools to release; "
        "wanted a seize before the release"
    )


def exits_holding(
    network: Network, source: int, number: int, step: int, pools: Sequence[int]
) -> SimError:
    held = ", ".join(network.names.objects[pool] for pool in pools)
    return SimError(
        f"{_who(network, source, number, step)}: found an exit while holding {held}; "
        "wanted a release before the exit"
    )


def no_option(network: Network, source: int, number: int, step: int) -> SimError:
    return SimError(
        f"{_who(network, source, number, step)}: found an attribute value that the branch has no "
        "way for; wanted every value that can reach it listed under 'to'"
    )


def too_many_spawned(network: Network, source: int, number: int, step: int) -> SimError:
    return SimError(
        f"{_who(network, source, number, step)}: found a spawned number beyond 32 bits or a depth "
        "beyond 3; wanted fewer generations or fewer visits"
    )
