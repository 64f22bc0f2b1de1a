"""Every `$ …` line of the documentation runs as it stands, in a folder with the scenarios."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
BLOCK = re.compile(r"^```console\n(.*?)^```", re.DOTALL | re.MULTILINE)


def commands(page: Path) -> list[str]:
    blocks = BLOCK.findall(page.read_text(encoding="utf-8"))
    return [line[2:] for block in blocks for line in block.splitlines() if line.startswith("$ ")]


PAGES = [page for page in sorted((ROOT / "docs").glob("*.md")) if commands(page)]


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_commands_of_a_page_run(page: Path, tmp_path: Path) -> None:
    (tmp_path / "scenarios").symlink_to(ROOT / "scenarios")
    shell = f'sim() {{ "{sys.executable}" -m sim "$@"; }}\n'
    path = {**os.environ, "PYTHONPATH": str(ROOT), "MPLBACKEND": "Agg"}
    for command in commands(page):
        done = subprocess.run(
            ["bash", "-ec", shell + command], cwd=tmp_path, env=path, capture_output=True, text=True,
            timeout=600, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{command}\n{done.stderr}"
