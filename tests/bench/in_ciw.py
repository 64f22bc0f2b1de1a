"""The one station in Ciw; import only where Ciw is installed."""

from __future__ import annotations

import ciw

from tests.bench.pipeline import OFFERED, PER_HOUR, SERVERS


def one_station(customers: int) -> int:
    """How many records of M/M/5 there are once so many customers have finished."""
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(rate=PER_HOUR)],
        service_distributions=[ciw.dists.Exponential(rate=PER_HOUR / OFFERED)],
        number_of_servers=[SERVERS],
    )
    ciw.seed(1)
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_customers(customers, method="Finish")
    return len(simulation.get_all_records())
