"""What a user wrote: read, checked and kept with the place of every piece."""

from typing import Any

from sim.scenario.fitted import FittedSet
from sim.scenario.scenario import Listed, Scenario, Uncertain, read, with_overrides
from sim.scenario.studies import BLOCKS, SCENARIO

__all__ = ["FittedSet", "Listed", "Scenario", "Uncertain", "read", "schema", "with_overrides"]


def schema() -> dict[str, Any]:
    """The JSON Schema of a scenario file, for editors."""
    from sim.scenario.grammar import Whole
    from sim.scenario.steps import KINDS

    found = Whole.model_json_schema(by_alias=True)
    for kind, model in KINDS.items():
        _with_options_inside(found["$defs"][model.__name__], kind)
    named = {"extends": "File that this one is laid over.", SCENARIO: "File that a study is of."}
    for key, meaning in named.items():
        found["properties"][key] = {"type": "string", "description": meaning}
    for key, meaning in BLOCKS.items():
        found["properties"][key] = {"type": "object", "description": meaning}
    found["anyOf"] = [{"required": found.pop("required")}, *({"required": [key]} for key in named)]
    of_set = found["properties"]["fitted"]
    of_set["anyOf"] = [*of_set["anyOf"], {"type": "string"}]
    return found


def _with_options_inside(step: dict[str, Any], kind: str) -> None:
    """Allows options of a step inside the mapping of its kind, as reading does."""
    own = step["properties"][kind]
    inside = {"type": "object", "description": "The object and options of the step."}
    step["properties"][kind] = {"anyOf": [own, inside], "description": own.get("description", "")}
    step["required"] = [kind]
