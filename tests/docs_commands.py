"""The commands that documentation shows, and how long each takes.

`python -m tests.docs_commands [PAGE …]` runs those with a `$` and prints the rows of docs/commands.csv with
the seconds of processor time that they took.
"""

from __future__ import annotations

import csv
import os
import re
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
LISTED = ROOT / "docs" / "commands.csv"
PAGES = ("sweep", "compare", "executors", "sensitivity", "worlds", "calibrate", "require")
"""Pages whose every command is listed."""
CI, LONG, SHOWN = "ci", "long", "shown"
_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.DOTALL | re.MULTILINE)


class Listed(NamedTuple):
    """`runs` in ci, too long for it, or only shown, since it takes what is not there."""

    page: str
    command: str
    runs: str
    seconds: str


def listed() -> list[Listed]:
    with LISTED.open(encoding="utf-8", newline="") as file:
        return [Listed(**row) for row in csv.DictReader(file)]


def commands(page: Path) -> list[str]:
    """Those that run as they stand: lines with a `$`."""
    found = _BLOCK.findall(page.read_text(encoding="utf-8"))
    return [
        line[2:] for kind, block in found if kind == "console"
        for line in block.splitlines() if line.startswith("$ ")
    ]  # fmt: skip


def shown(page: Path) -> list[str]:
    """Every command of ours in a fenced block, with a `$` or without."""
    lines = (x for _, block in _BLOCK.findall(page.read_text(encoding="utf-8")) for x in block.splitlines())
    return [line.removeprefix("$ ") for line in lines if line.removeprefix("$ ").startswith("sim ")]


def run(page: Path, place: Path) -> Iterator[tuple[str, float]]:
    """Runs the commands of a page in a folder with the scenarios; each with its seconds.

    Raises AssertionError with what it said if one fails.
    """
    if not (place / "scenarios").exists():
        (place / "scenarios").symlink_to(ROOT / "scenarios")
    shell = f'sim() {{ "{sys.executable}" -m sim "$@"; }}\n'
    env = {**os.environ, "PYTHONPATH": str(ROOT), "MPLBACKEND": "Agg"}
    for command in commands(page):
        before = _processor()
        done = subprocess.run(
            ["bash", "-ec", shell + command], cwd=place, env=env, capture_output=True, text=True,
            timeout=1800, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{command}\n{done.stderr}"
        yield command, _processor() - before


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    table = csv.writer(sys.stdout, lineterminator="\n")
    for page in sys.argv[1:] or PAGES:
        with TemporaryDirectory() as place:
            for command, seconds in run(ROOT / "docs" / f"{page}.md", Path(place)):
                if command.startswith("sim "):
                    table.writerow(Listed(page, command, CI, f"{seconds:.0f}"))
                    sys.stdout.flush()


if __name__ == "__main__":
    main()
