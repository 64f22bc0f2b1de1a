"""What a user wrote: read, checked and kept with the place of every piece."""

from sim.scenario.scenario import Listed, Scenario, Uncertain, read, with_overrides

__all__ = ["Listed", "Scenario", "Uncertain", "read", "with_overrides"]
