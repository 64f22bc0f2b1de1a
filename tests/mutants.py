"""Small mistakes put into a copy of the reference engine, one at a time: the ordinary tests must notice each.

    python -m tests.mutants [WORD]

Prints each with its fate; exit code 1 if one lives. WORD: only those that have it in function or text.
`tests.kernel_mutants` does the same to the kernel.
"""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
TESTS = ("tests/test_rules.py", "tests/test_hard_cases.py", "tests/test_kernel.py",
         "tests/test_simpy_clockwork.py",
         "tests/test_engines_agree.py")  # fmt: skip
LONGEST = 600
"""Seconds that the tests may take; a mutant that goes on for ever is noticed too."""
LIVES = "LIVES"
PYTEST = ("-x", "-q", "-p", "no:cacheprovider", "--hypothesis-profile=mutants")


class Mutant(NamedTuple):
    """One mistake: in a function, `room.function` where two have the name, a text and what takes its place."""

    engine: str
    function: str
    right: str
    wrong: str

    def __str__(self) -> str:
        return f"{self.engine} {self.function}: {self.right!r} -> {self.wrong!r}"


SIMPY = (
    ("give_back", "pool.use.add_busy(-held.units,", "pool.use.add_busy(-0,"),
    ("holding.look_pools", "min(pending)", "max(pending)"),
    ("line.place", "return e.priority, e.joined, e.key", "return e.priority, -e.joined, e.key"),
    ("line.place", "return e.priority, e.joined, e.key", "return -e.priority, e.joined, e.key"),
    ("before", "(a.priority, a.joined, a.key) <", "(a.priority, -a.joined, a.key) <"),
    ("stations.serve", "free = use.busy < use.capacity", "free = use.busy <= use.capacity"),
    ("would_be_next", "if station.paused and first_in(station.paused)", "if False"),
    ("look_station", "while use.busy < use.capacity", "while use.busy <= use.capacity"),
    ("stations.serve", "0 <= step.room_most <= use.waiting", "0 <= step.room_most < use.waiting"),
    ("look_station", "head = paused or head_of(station)", "head = head_of(station) or paused"),
    ("stations.start", "if e.doing is not STOPPED", "if True"),
    ("charge", "-(-work // SECOND)", "work // SECOND"),
    ("join_account", "max(line.account, min(LONGEST, *others))", "min(LONGEST, *others)"),
    ("join_account", "-(-other.account * line.weight // other.weight)",
     "other.account * line.weight // other.weight"),
    ("preempt", "victim.left = victim.work", "victim.left = victim.left"),
    ("preempt", "key=lambda v: (v.priority, v.grant)", "key=lambda v: (v.priority, -v.grant)"),
    ("preempt", "v.due > now]", "v.due >= now]"),
    ("stopping.pause", "key=lambda e: -e.grant", "key=lambda e: e.grant"),
    ("holders_to_bump", "(-held.priority, -held.grant)", "(-held.priority, held.grant)"),
    ("holders_to_bump", "held.priority > e.priority", "held.priority >= e.priority"),
    ("holders_to_bump", " and not is_over(held.entity, now)", ""),
    ("evict", "key=lambda e: e.key", "key=lambda e: -e.key"),
    ("holding.look_pools", "pending.update(", "set().update("),
    ("withdraw", "step.look(system, step)", "pass"),
    ("_head_with_counters", "before(counter, best)", "before(best, counter)"),
    ("leave_lines", "        e.patience.callbacks = ()\n", ""),
    ("departures.leave", "max(1, departure.minimum)", "1"),
    ("departures.leave", "min(seats, line.people)", "line.people"),
    ("branch", "step.by_value.get(e.values[step.attribute])", "step.options[0]"),
    ("pick", "if begin > now", "if begin >= now"),
    ("pick", "if len(periods) > 1", "if len(periods) > 2"),
    ("would_head", "if not self.heap and not self.counters", "if not self.heap"),
    ("_order", "if e.end_of_order is not None", "if e.doing is not WAITING"),
    ("stocks.change", "max(by, -stock.use.busy)", "by"),
    ("look_stock", "stock.use.busy >= head.step.units", "stock.use.busy > head.step.units"),
    ("stocks.take", "stock.use.busy >= step.units", "stock.use.busy > step.units"),
    ("run_clock", "        cancel(e.clocks[step.clock])\n", "        pass\n"),
    ("run_clock", "+ step.clock_part", ""),
    ("waiting.resume", "    granted(e)\n", ""),
    ("_orders", "(day + 1 + c[", "(day + c["),
    ("_change", "capacity < was and place.pauses", "place.pauses and False"),
    ("_capacity", "CHANGE, rank, i - first", "DEPARTURE, rank, i - first"),
    ("place_initial", "key=lambda m: m[:3]", "key=lambda m: (m[0], -m[1], m[2])"),
    ("waiting.wait", "if patience == 0", "if patience < 0"),
    ("life.life", "come_again(system, e, step) if step.again else 0", "0"),
    ("branch", "not e.visit and ", ""),
    ("say_pool", "pool is not e.step.pools[0]", "False"),
    ("whole_row", "self.rows[row + 1] = ", ""),
    ("draws.people", "trait.weight * (drawn + 1)", "trait.weight * drawn"),
    ("route.flows", "if self.at_once", "if False"),
    ("_serve", "    step.station.stops |= step.preempts\n", ""),
    ("_station", "stops=bool(c[", "stops=not bool(c["),
    ("holding.look_pools", "if pool.line.people}", "if pool.line.heap}"),
)  # fmt: skip
MUTANTS = tuple(Mutant("simpy_engine", *m) for m in SIMPY)


def functions(folder: Path, name: str) -> Iterator[tuple[Path, int, int]]:
    """Files of an engine with a function so called; first line and line after the last, from 0."""
    room, _, name = name.rpartition(".")
    for file in sorted(folder.glob(f"{room or '*'}.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name == name:
                assert node.end_lineno is not None
                yield file, node.lineno - 1, node.end_lineno


def function(root: Path, mutant: Mutant) -> tuple[Path, int, int]:
    """Where the function of a mutant is, as `functions`. Raises LookupError unless it is, with the text."""
    found = list(functions(root / "sim" / "engine" / mutant.engine, mutant.function))
    if len(found) != 1:
        raise LookupError(f"{mutant}: found {len(found)} functions so called; wanted one")
    file, first, last = found[0]
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    if mutant.right not in "".join(lines[first:last]):
        raise LookupError(f"{mutant}: found no such text in {file.name}; wanted it there")
    return found[0]


def lost(root: Path, mutants: tuple[Mutant, ...]) -> list[str]:
    """What is wrong with the places of mutants."""
    wrong = []
    for mutant in mutants:
        try:
            function(root, mutant)
        except LookupError as error:
            wrong.append(str(error))
    return wrong


def copied(folder: Path) -> Path:
    """All that the tests need, in another folder."""
    for part in ("sim", "tests", "scenarios", "pyproject.toml"):
        source = ROOT / part
        (shutil.copytree if source.is_dir() else shutil.copy2)(source, folder / part)
    return folder


def fate(copy: Path) -> str:
    """Of a copy whose tests are run: it dies, does not end, or lives."""
    command = [sys.executable, "-m", "pytest", *PYTEST, *TESTS]
    try:
        done = subprocess.run(command, cwd=copy, capture_output=True, timeout=LONGEST, check=False,
                              env={**os.environ, "PYTHONPATH": str(copy)})  # fmt: skip
    except subprocess.TimeoutExpired:
        return "no end"
    return "dies" if done.returncode == 1 else LIVES


def fate_of(copy: Path, mutant: Mutant) -> str:
    """That of the copy with the mistake, which is then taken out again."""
    file, first, last = function(copy, mutant)
    right = file.read_text(encoding="utf-8")
    lines = right.splitlines(keepends=True)
    body = "".join(lines[first:last]).replace(mutant.right, mutant.wrong, 1)
    file.write_text("".join((*lines[:first], body, *lines[last:])), encoding="utf-8")
    try:
        return fate(copy)
    finally:
        file.write_text(right, encoding="utf-8")


def main(word: str = "") -> int:
    mutants = tuple(m for m in MUTANTS if word in str(m))
    if wrong := lost(ROOT, mutants):
        raise SystemExit("\n".join(wrong))
    alive = 0
    with TemporaryDirectory() as folder:
        copy = copied(Path(folder))
        if fate(copy) != LIVES:
            raise SystemExit("tests/mutants.py: found tests that fail without any mistake; wanted none")
        for mutant in mutants:
            found = fate_of(copy, mutant)
            alive += found == LIVES
            print(f"{found:6}", mutant, flush=True)
    print(f"{len(mutants) - alive} of {len(mutants)} die")
    return int(alive > 0)


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:2]))
