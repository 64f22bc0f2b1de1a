"""Small mistakes put into a copy of either engine, one at a time: the ordinary tests must notice each.

    python -m tests.mutants [WORD]

Prints each with its fate; exit code 1 if one lives. WORD: only those that have it in engine, function or
text. A mutant of the kernel is compiled anew, about a minute each.
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
         "tests/test_engines_agree.py")  # fmt: skip
LONGEST = 600
"""Seconds that the tests may take; a mutant that goes on for ever is noticed too."""
LIVES = "LIVES"


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
    ("stations.serve", "heads and use.busy < use.capacity", "heads and use.busy <= use.capacity"),
    ("look_station", "while use.busy < use.capacity", "while use.busy <= use.capacity"),
    ("stations.serve", "0 <= step.room_most <= use.waiting", "0 <= step.room_most < use.waiting"),
    ("look_station", "head = paused or head_of(station)", "head = head_of(station) or paused"),
    ("stations.start", "if e.doing is not STOPPED", "if True"),
    ("charge", "line.account += -(-work // SECOND)", "line.account += work // SECOND"),
    ("join_account", "max(line.account, min(others))", "min(others)"),
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
    ("leave_lines", "        e.patience.callbacks = []\n", ""),
    ("departures.leave", "max(1, departure.minimum)", "1"),
    ("departures.leave", "min(seats, line.people)", "line.people"),
    ("branch", "if value == e.values", "if value != e.values"),
    ("pick", "if begin > now", "if begin >= now"),
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
)  # fmt: skip
KERNEL = (
    # who is first, and what is free
    ("before", "return priority < other.priority", "return priority > other.priority"),
    ("before", "return joined < other.joined", "return joined > other.joined"),
    ("before", "return name < other.name", "return name > other.name"),
    ("lines._counted", "< (priority, joined, name)", "> (priority, joined, name)"),
    ("give_back", "busy -= h.units", "busy -= 0"),
    ("look_station", "o.busy < o.capacity", "o.busy <= o.capacity"),
    ("_gets_server", "o.busy < o.capacity", "o.busy <= o.capacity"),
    ("route._serve", "o.waiting >= s.room_most", "o.waiting > s.room_most"),
    ("look_pools", "mask |= s.pools & ~(np.int64(1) << pool)", "pass"),
    ("withdraw", "look_station(m, s.object)", "pass"),
    ("withdraw", "look_pools(m, s.pools)", "pass"),
    ("withdraw", "look_stock(m, s.object)", "pass"),
    # what comes first at one instant
    ("_next", "time >= m.midnight", "time > m.midnight"),
    ("_next", "d.key < key", "d.key > key"),
    ("_next", "its_key < key", "its_key > key"),
    ("wait", "m.now + length", "m.now + length + 1"),
    ("wait", "length == 0", "length < 0"),
    ("_due", "doing == WAITING and e.due == m.now", "doing == WAITING"),
    # chance
    ("_branch", "ints(m.option_value)[i] == value", "ints(m.option_value)[i] != value"),
    ("in_force", "<= now", "< now"),
    ("come", "visits[s.visit_slot] = visit + 1", "visits[s.visit_slot] = visit"),
    ("_spawn", "np.int64(e.visit)", "np.int64(0)"),
    # victims
    ("victims", "np.int64(h.older)", "np.int64(h.newer)"),
    ("_may_be_bumped", "holds(m)[r.head].newer = new", "pass"),
    ("victims", "o.run_first + newcomer.priority", "o.run_first + newcomer.priority - 1"),
    ("victims", " and not _over(m, entity(m, h.slot))", ""),
    ("bump_all", "s.bump_release", "np.int64(0)"),
    ("_evict", "s.evict_release", "np.int64(0)"),
    ("_gather", "name_of(m, e)", "-name_of(m, e)"),
    # stopped work
    ("_change_capacity", "if drops and o.pause", "if drops and not o.pause"),
    ("stations.pause", "going > o.capacity", "going >= o.capacity"),
    ("stations.pause", "if e.due > m.now", "if e.due >= m.now"),
    ("_stop", "e.due -= m.now", "pass"),
    ("preempt", "e.due = ints(m.works)[victim]", "pass"),
    ("preempt", "e.priority > lowest", "e.priority >= lowest"),
    # sharing
    ("begin", "-(-work // 1_000_000)", "work // 1_000_000"),
    ("join_account", "max(own.account, least)", "least"),
    ("_next_class", "a.order < b.order", "a.order > b.order"),
    # clocks
    ("run_clock", "stop_clock(m, e, part)", "pass"),
    ("_small", "stop_clock(m, e, s.obj + 1)", "pass"),
    ("expire", "s.release", "np.int64(0)"),
    ("first_grant", "stop_clock(m, e, 0)", "pass"),
    ("_order", "+ 1 + s.carry_over", "+ 1"),
    ("loop._place", "max(0, joined", "max(1, joined"),
    # stocks, departures, batches, areas
    ("_small", "change_stock(m, s.object, s.units)", "pass"),
    ("change_stock", "max(0, o.busy + by)", "o.busy + by"),
    ("look_stock", "busy < units", "busy <= units"),
    ("depart", "max(1, o.minimum)", "1"),
    ("depart", "min(seats, people)", "people"),
    ("_arrive", "s.number += size", "s.number += 1"),
    ("touch", "o.area_busy += o.busy * span", "o.area_busy += o.busy"),
)  # fmt: skip
MUTANTS = (*(Mutant("simpy_engine", *m) for m in SIMPY), *(Mutant("kernel", *m) for m in KERNEL))


def functions(folder: Path, name: str) -> Iterator[tuple[Path, int, int]]:
    """Files of an engine with a function so called; first line and line after the last, from 0."""
    room, _, name = name.rpartition(".")
    for file in sorted(folder.glob(f"{room or '*'}.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name == name:
                assert node.end_lineno is not None
                yield file, node.lineno - 1, node.end_lineno


def place(root: Path, mutant: Mutant) -> tuple[Path, str]:
    """The file of a mutant and its text with the mistake. Raises LookupError unless it has one place."""
    folder = root / "sim" / "engine" / mutant.engine
    found = list(functions(folder, mutant.function))
    if len(found) != 1:
        raise LookupError(f"{mutant}: found {len(found)} functions so called; wanted one")
    file, first, last = found[0]
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    body = "".join(lines[first:last])
    if mutant.right not in body:
        raise LookupError(f"{mutant}: found no such text in {file.name}; wanted it there")
    return file, "".join((*lines[:first], body.replace(mutant.right, mutant.wrong, 1), *lines[last:]))


def lost(root: Path, mutants: tuple[Mutant, ...]) -> list[str]:
    """What is wrong with the places of mutants."""
    wrong = []
    for mutant in mutants:
        try:
            place(root, mutant)
        except LookupError as error:
            wrong.append(str(error))
    return wrong


def fate(copy: Path) -> str:
    """Of a copy whose tests are run: it dies, does not end, or lives.

    Its kernel is compiled without optimisation: that is sooner done, and gives the same bits.
    """
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider",
               "--hypothesis-profile=mutants", *TESTS]  # fmt: skip
    try:
        done = subprocess.run(command, cwd=copy, capture_output=True, timeout=LONGEST, check=False,
                              env={**os.environ, "PYTHONPATH": str(copy), "NUMBA_OPT": "0"})  # fmt: skip
    except subprocess.TimeoutExpired:
        return "no end"
    return "dies" if done.returncode == 1 else LIVES


def fate_of(copy: Path, mutant: Mutant) -> str:
    """That of the copy with the mistake, which is then taken out again."""
    file, text = place(copy, mutant)
    right = file.read_text(encoding="utf-8")
    file.write_text(text, encoding="utf-8")
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
        copy = Path(folder)
        for part in ("sim", "tests", "scenarios", "pyproject.toml"):
            source = ROOT / part
            (shutil.copytree if source.is_dir() else shutil.copy2)(source, copy / part)
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
