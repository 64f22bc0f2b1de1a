"""What a user wrote: read, checked and kept with the place of every piece."""

from typing import Any

from sim.scenario.scenario import Listed, Scenario, Uncertain, read, with_overrides

__all__ = ["Listed", "Scenario", "Uncertain", "read", "schema", "with_overrides"]


def schema() -> dict[str, Any]:
    """The JSON Schema of a scenario file, for editors."""
    from sim.scenario.grammar import Whole

    return Whole.model_json_schema(by_alias=True)
