"""The mistakes that `tests.mutants` and `tests.kernel_mutants` make still have their place in the engines."""

import ast
from pathlib import Path
from shutil import copytree, ignore_patterns

import pytest

from tests import kernel_mutants, mutants


@pytest.mark.parametrize("of", [mutants, kernel_mutants], ids=["simpy", "kernel"])
def test_every_mistake_finds_the_text_it_changes(of: object) -> None:
    assert mutants.lost(mutants.ROOT, of.MUTANTS) == []  # type: ignore[attr-defined]


def test_all_mistakes_of_the_kernel_stand_in_one_copy(tmp_path: Path) -> None:
    kernel = Path("sim", "engine", "kernel")
    copytree(mutants.ROOT / kernel, tmp_path / kernel, ignore=ignore_patterns("__pycache__"))
    for number, mutant in enumerate(kernel_mutants.MUTANTS):
        kernel_mutants.make(tmp_path, mutant, number)
    text = "".join(file.read_text(encoding="utf-8") for file in (tmp_path / kernel).glob("*.py"))
    ast.parse(text.replace(kernel_mutants.FUTURE, ""))
    assert text.count("mistake(") == len(kernel_mutants.MUTANTS)
