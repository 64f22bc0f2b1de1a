"""What a name means that a scenario gave: its place, description, formula and numbers with their sources."""

from __future__ import annotations

import json
from collections.abc import Iterator
from os.path import isdir  # unlike Path.is_dir it bears a name that no folder can have
from pathlib import Path

from sim.scenario import Listed, Scenario
from sim.scenario.tree import Map, Node, plain
from sim.study.finished import SCENARIO
from sim.study.studyfile import read

Entry = dict[str, str]
_SECTIONS = {
    "pools": "pool", "stations": "station", "departures": "departure", "gates": "gate", "stocks": "stock",
    "streams": "stream", "orders": "orders", "initial": "initial stock", "steps": "step",
    "measures": "measure", "limits": "limit", "costs": "cost",
}  # fmt: skip
_APART = ("description", "unit", "source", "as_of", "confidence", "range", "moves_with")


def names_in(file: Path | str) -> list[Entry]:
    """Every name of a scenario, or of the one that a run folder holds, and every path of a number.

    Raises Refused as reading does.
    """
    path = Path(file)
    scenario = read(path / SCENARIO if isdir(path) else path)
    numbers = scenario.numbers()
    return [*_things(scenario, numbers), *_outcomes(scenario), *_paths(scenario, numbers)]


def _things(scenario: Scenario, numbers: tuple[Listed, ...]) -> Iterator[Entry]:
    for section, kind in _SECTIONS.items():
        for name, node in _map(scenario.tree.get(section)).items():
            yield {
                "word": name, "kind": f"{kind} of {scenario.path}", **_told(node),
                **_numbers(f"{section}.{name}.", numbers),
            }  # fmt: skip


def _told(node: Node) -> Entry:
    """Its own description and unit; all the rest, which no number says, as it is written."""
    of = _map(node)
    told = {key: str(of[key]) for key in ("unit", "source") if key in of}
    written = json.dumps(_bare(plain(node)), ensure_ascii=False).replace('"', "")
    return {"meaning": str(of.get("description", "")), **told, "written": written}


def _bare(value: object) -> object:
    """A number as its value alone, a mapping without what is told apart."""
    if isinstance(value, dict):
        rest = {key: _bare(of) for key, of in value.items() if key not in _APART}
        return rest["value"] if list(rest) == ["value"] else rest
    return [_bare(of) for of in value] if isinstance(value, list) else value


def _numbers(prefix: str, numbers: tuple[Listed, ...]) -> Entry:
    mine = [n for n in numbers if f"{n.path}.".startswith(prefix)]
    return {n.path[len(prefix) :] or "value": _number(n) for n in mine}


def _number(n: Listed) -> str:
    """`700 judges, 575 to 735 (us-2025.yaml:51, second-hand): source`."""
    span = "" if n.low is None or n.high is None else f", {n.low:,.10g} to {n.high:,.10g}"
    sure = f", {n.confidence}" if n.confidence else ""
    return f"{n.value:,.10g} {n.unit}".rstrip() + f"{span} ({n.file}:{n.line}{sure}): {n.source or 'no source'}"


def _outcomes(scenario: Scenario) -> Iterator[Entry]:
    steps = _map(scenario.tree.get("steps"))
    exits = [(str(_map(node)["exit"]), name) for name, node in steps.items() if "exit" in _map(node)]
    for outcome in dict.fromkeys(outcome for outcome, _ in exits):
        at = ", ".join(name for of, name in exits if of == outcome)
        yield {
            "word": outcome, "kind": f"outcome of {scenario.path}", "unit": "people/day",
            "meaning": f"Those who leave the system at {at}, by day.",
        }  # fmt: skip


def _paths(scenario: Scenario, numbers: tuple[Listed, ...]) -> Iterator[Entry]:
    for n in numbers:
        yield {"word": n.path, "kind": f"number of {scenario.path}", "meaning": "", "value": _number(n)}


def _map(node: Node | None) -> Map:
    return node if isinstance(node, Map) else Map()
