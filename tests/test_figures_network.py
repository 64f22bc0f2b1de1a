"""The diagram shows every step that is waited at, chosen at or left by, and only ways there are."""

from __future__ import annotations

import re
from pathlib import Path

from sim.figures.network import PASSED, mermaid
from sim.network.model import Model
from sim.scenario import read
from sim.study.building import model_of

HERE = Path(__file__).parent.parent
WHOLE = HERE / "scenarios" / "us-2025-whole.yaml"


def drawn() -> tuple[Model, str]:
    model = model_of(read(WHOLE))
    return model, mermaid(model)


def test_every_step_is_there_once_but_those_passed_through() -> None:
    model, text = drawn()
    boxes = re.findall(r'^  (\w+)[\[{(]+/?"', text, re.MULTILINE)
    assert len(boxes) == len(set(boxes))
    left_out = {step.name for step in model.steps} - set(boxes)
    assert all(step.op in PASSED for step in model.steps if step.name in left_out)


def test_every_arrow_ends_at_a_box() -> None:
    _, text = drawn()
    boxes = set(re.findall(r'^  (\w+)[\[{(]+/?"', text, re.MULTILINE))
    ends = re.findall(r"--> (\w+)$", text, re.MULTILINE)
    assert set(ends) <= boxes


def test_every_stream_and_order_has_an_arrow() -> None:
    model, text = drawn()
    for source in (*model.streams, *model.orders):
        assert f"in_{source.name}>" in text


def test_the_page_shows_the_network_as_it_is() -> None:
    _, text = drawn()
    assert text.strip() in (HERE / "docs" / "network.md").read_text(encoding="utf-8")
