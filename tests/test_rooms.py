"""Rooms look only to the left: no room imports one to its right."""

from __future__ import annotations

import ast
from pathlib import Path

import sim

ORDER = [
    "version", "errors", "scenario", "network", "theory", "draws", "engine", "log", "measures",
    "estimate", "verdict", "study", "figures", "report", "cli",
]  # fmt: skip
# A log is what an engine returns, so the engine looks at it; measures use the statistics.
ALLOWED = {("engine", "log"), ("measures", "estimate")}


def rooms_imported(file: Path) -> set[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    modules: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            modules.add(node.module)
            modules |= {f"{node.module}.{a.name}" for a in node.names if node.module == "sim"}
        elif isinstance(node, ast.Import):
            modules |= {a.name for a in node.names}
    return {m.split(".")[1] for m in modules if m.startswith("sim.")}


def test_rooms_import_only_leftwards() -> None:
    root = Path(sim.__file__).parent
    wrong = []
    for file in sorted(root.rglob("*.py")):
        room = file.relative_to(root).parts[0].removesuffix(".py")
        if room in ("__init__", "__main__"):
            continue
        for other in sorted(rooms_imported(file) & set(ORDER)):
            right = ORDER.index(other) > ORDER.index(room)
            if right and (room, other) not in ALLOWED:
                wrong.append(f"{file.relative_to(root)} ({room}) imports {other}")
    assert not wrong, "\n".join(wrong)
