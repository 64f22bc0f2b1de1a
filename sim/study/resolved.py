"""The resolved scenario as YAML that can be read, and run, again."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from sim.scenario import Scenario
from sim.scenario.tree import Items, Map, Node, Text

_PLAIN = re.compile(r"[A-Za-z0-9$][A-Za-z0-9_./,%$+() -]*(:\d[A-Za-z0-9_./:-]*)*")
_WORDS = ("null", "yes", "no", "on", "off")


def resolved(scenario: Scenario) -> str:
    """The whole tree: what was extended is written out, what was set is in its place."""
    tree = Map()
    for key, value in scenario.tree.items():
        if key != "extends":
            tree.put(key, value, value.place)
    return "\n".join(_block(tree, 0)) + "\n"


def _block(node: Map, depth: int) -> Iterator[str]:
    pad = "  " * depth
    for key, value in node.items():
        if isinstance(value, Map) and value and not _fits(value):
            yield f"{pad}{_scalar(key)}:"
            yield from _block(value, depth + 1)
        else:
            yield f"{pad}{_scalar(key)}: {_flow(value)}".rstrip()


def _fits(node: Map) -> bool:
    """Whether a mapping stands well on one line."""
    inner = [x for v in node.values() if isinstance(v, Map) for x in v.values()]
    return not any(isinstance(x, Map) for x in inner) and len(_flow(node)) <= 80


def _flow(node: Node) -> str:
    if isinstance(node, Map):
        return "{" + ", ".join(f"{_scalar(k)}: {_flow(v)}" for k, v in node.items()) + "}"
    if isinstance(node, Items):
        return "[" + ", ".join(_flow(value) for value in node) + "]"
    return "" if isinstance(node, Text) and node.null else _scalar(node)


def _scalar(text: str) -> str:
    """The text as it is where YAML leaves it so, else quoted; commas and brackets are quoted."""
    safe = _PLAIN.fullmatch(text) and text == text.strip() and "," not in text
    if safe and text.lower() not in _WORDS:
        return str(text)
    return json.dumps(text, ensure_ascii=False)
