"""Results that other sources of the program have left are not taken for those of these."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import sim
from sim.study import sources
from sim.study.sources import digest, model

ROOT = Path(sim.__file__).parent
SPEAK = {"sim", "sim.errors", "sim.version", "sim.study", "sim.study.engines", "sim.study.point",
         "sim.study.progress", "sim.verdict", "sim.verdict.verdict"}  # fmt: skip
"""What a run imports and what decides nothing of what it gives: messages, names, empty rooms."""
_IMPORTED = """
import sys
import sim.study.work, sim.engine.kernel.run, sim.engine.simpy_engine
print(*(name for name in sys.modules if name.split(".")[0] == "sim"))
"""


def test_all_that_a_run_imports_is_part_of_the_model() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _IMPORTED], capture_output=True, text=True, check=True, cwd=ROOT.parent
    )
    known = {path.relative_to(ROOT).with_suffix("").as_posix() for path in sources.sources()}
    known = {name.removesuffix("/__init__") for name in known}
    used = {name for name in done.stdout.split() if name not in SPEAK}
    assert used
    assert {name.removeprefix("sim.").replace(".", "/") for name in used} <= known


def test_an_edit_of_any_source_makes_another_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "_ROOT", tmp_path)
    for name in ("engine/a.py", "engine/b.py", *sources.FILES):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x = 1\n")
    found = [digest(sources.sources())]
    (tmp_path / "engine/b.py").write_text("x = 2\n")
    found.append(digest(sources.sources()))
    (tmp_path / "engine/b.py").rename(tmp_path / "engine/c.py")
    found.append(digest(sources.sources()))
    (tmp_path / "engine/c.py").unlink()
    found.append(digest(sources.sources()))
    assert len(set(found)) == 4


def test_the_version_is_the_first_part_of_the_model() -> None:
    assert model().startswith(f"{sim.__version__}+")
