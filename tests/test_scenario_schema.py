"""The JSON Schema of a scenario, and the meanings in it."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from pydantic import BaseModel

from sim.scenario import grammar, schema, steps

MODELS = [
    one
    for module in (grammar, steps)
    for one in vars(module).values()
    if isinstance(one, type) and issubclass(one, BaseModel) and one is not BaseModel
]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_field_says_what_it_means(model: type[BaseModel]) -> None:
    assert model.__doc__
    for name, field in model.model_fields.items():
        assert field.description, name
        assert field.description[0].isupper()
        assert field.description.endswith((".", "]", "1", "0", "%"))


def test_the_schema_is_json() -> None:
    found = json.loads(json.dumps(schema()))
    assert "pools" in found["properties"]
    assert found["additionalProperties"] is False


def test_reading_does_not_import_heavy_libraries() -> None:
    heavy = "{'numpy', 'scipy', 'numba', 'pandas', 'matplotlib', 'pint'}"
    code = f"import sim.scenario, sys; print({heavy} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
