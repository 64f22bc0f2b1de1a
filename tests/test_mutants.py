"""The mistakes that `tests.mutants` and `tests.kernel_mutants` make still have their place in the engines."""

import pytest

from tests import kernel_mutants, mutants


@pytest.mark.parametrize("of", [mutants, kernel_mutants], ids=["simpy", "kernel"])
def test_every_mistake_finds_the_text_it_changes(of: object) -> None:
    assert mutants.lost(mutants.ROOT, of.MUTANTS) == []  # type: ignore[attr-defined]
