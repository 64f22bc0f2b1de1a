"""What is compiled is kept on disk where it can be, and works where it cannot."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import sim
from sim.draws import blocks, compiled, run_key, uniform
from sim.draws.kept import digest

DRAW = "from sim.draws import run_key, uniform; print(uniform(run_key(1, 2, 3), 4, 5, 6, 7))"


@pytest.mark.slow
def test_a_folder_that_keeps_nothing_is_no_error(tmp_path: Path) -> None:
    """A file stands where the cache folder would be made, and there is no home to go to."""
    shutil.copytree(
        Path(sim.__file__).parent, tmp_path / "sim", ignore=shutil.ignore_patterns("__pycache__")
    )
    for folder in (tmp_path / "sim", tmp_path / "sim" / "draws"):
        (folder / "__pycache__").write_text("", encoding="utf-8")
    nowhere = str(tmp_path / "sim" / "__pycache__" / "home")
    env = {**os.environ, "HOME": nowhere, "XDG_CACHE_HOME": nowhere, "PYTHONDONTWRITEBYTECODE": "1"}
    env.pop("NUMBA_CACHE_DIR", None)
    done = subprocess.run(
        [sys.executable, "-c", DRAW], cwd=tmp_path, env=env, capture_output=True, text=True, check=True
    )
    assert float(done.stdout) == uniform(run_key(1, 2, 3), 4, 5, 6, 7)


def test_an_edit_of_one_source_of_draws_is_seen_by_all_of_them(tmp_path: Path) -> None:
    """Compiled code holds what it calls, so that all are kept under one digest of all their sources."""
    for source in Path(compiled.__file__).parent.glob("*.py"):
        shutil.copyfile(source, tmp_path / source.name)
    before = digest(tmp_path.glob("*.py"))
    assert digest(tmp_path.glob("*.py")) == before
    with (tmp_path / "pieces.py").open("a") as pieces:
        pieces.write("# edited\n")
    assert digest(tmp_path.glob("*.py")) != before
    assert compiled.FOLDER is not None
    assert compiled.FOLDER in Path(blocks.durations._cache.cache_path).parents
