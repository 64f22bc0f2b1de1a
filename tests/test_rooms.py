"""Rooms look only to the left: no room imports one to its right."""

from __future__ import annotations

import ast
from pathlib import Path

import sim

ORDER = [
    "version", "errors", "scenario", "network", "theory", "draws", "log", "engine", "estimate",
    "measures", "verdict", "study", "figures", "report", "cli",
]  # fmt: skip


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
            if ORDER.index(other) > ORDER.index(room):
                wrong.append(f"{file.relative_to(root)} ({room}) imports {other}")
    assert not wrong, "\n".join(wrong)


def test_the_model_page_has_the_rooms_in_this_order() -> None:
    page = (Path(sim.__file__).parent.parent / "docs" / "model.md").read_text(encoding="utf-8")
    table = page[page.index("| room |") : page.index("## ")]
    rooms = [line.split("`")[1].rstrip("/") for line in table.splitlines()[2:] if "`" in line]
    assert rooms == [room for room in ORDER if room not in ("version", "report")]
