"""Small mistakes put into a copy of the reference engine, one at a time: the tests must notice each.

    python -m tests.mutants [WORD]

Prints each with its fate; exit code 1 if one lives. WORD: only those whose file or text has it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[1]
TESTS = ("tests/test_rules.py", "tests/test_kernel.py", "tests/test_engines_agree.py")
MUTANTS = (
    ("holding", "pool.use.add_busy(-held.units,", "pool.use.add_busy(-0,"),
    ("holding", "min(pending)", "max(pending)"),
    ("line", "return e.priority, e.joined, e.key", "return e.priority, -e.joined, e.key"),
    ("line", "return e.priority, e.joined, e.key", "return -e.priority, e.joined, e.key"),
    ("line", "(a.priority, a.joined, a.key) <", "(a.priority, -a.joined, a.key) <"),
    ("stations", "heads and use.busy < use.capacity", "heads and use.busy <= use.capacity"),
    ("stations", "while use.busy < use.capacity", "while use.busy <= use.capacity"),
    ("stations", "0 <= step.room_most <= use.waiting", "0 <= step.room_most < use.waiting"),
    ("stations", "head = paused or head_of(station)", "head = head_of(station) or paused"),
    ("stations", "if e.doing is not STOPPED", "if True"),
    ("sharing", "line.account += -(-work // SECOND)", "line.account += work // SECOND"),
    ("sharing", "max(line.account, min(others))", "min(others)"),
    ("sharing", "-(-other.account * line.weight // other.weight)",
     "other.account * line.weight // other.weight"),
    ("stopping", "victim.left = victim.work", "victim.left = victim.left"),
    ("stopping", "key=lambda v: (v.priority, v.grant)", "key=lambda v: (v.priority, -v.grant)"),
    ("stopping", "v.due > now]", "v.due >= now]"),
    ("stopping", "key=lambda e: -e.grant", "key=lambda e: e.grant"),
    ("victims", "(-held.priority, -held.grant)", "(-held.priority, held.grant)"),
    ("victims", "held.priority > e.priority", "held.priority >= e.priority"),
    ("victims", " and not is_over(held.entity, now)", ""),
    ("victims", "key=lambda e: e.key", "key=lambda e: -e.key"),
    ("leaving", "        e.patience.callbacks = []\n", ""),
    ("departures", "max(1, departure.minimum)", "1"),
    ("departures", "min(seats, line.people)", "line.people"),
    ("deciding", "if value == e.values", "if value != e.values"),
    ("draws", "if begin > now", "if begin >= now"),
    ("stocks", "max(by, -stock.use.busy)", "by"),
    ("stocks", "stock.use.busy >= step.units", "stock.use.busy > step.units"),
    ("clocks", "        cancel(e.clocks[step.clock])\n", "        pass\n"),
    ("clocks", "+ step.clock_part", ""),
    ("life", "    granted(e)\n    if system.people", "    if system.people"),
    ("sources", "(day + 1 + c[", "(day + c["),
    ("timetable", "capacity < was and place.pauses", "place.pauses and False"),
    ("timetable", "CHANGE, rank, i - first", "DEPARTURE, rank, i - first"),
    ("initial", "key=lambda m: m[:3]", "key=lambda m: (m[0], -m[1], m[2])"),
    ("waiting", "if patience == 0", "if patience < 0"),
)  # fmt: skip


def dies(copy: Path, name: str, right: str, wrong: str) -> bool:
    """Whether the tests fail with `wrong` in place of `right`, once, in that file."""
    file = copy / "sim" / "engine" / "simpy_engine" / f"{name}.py"
    text = file.read_text(encoding="utf-8")
    if right not in text:
        raise SystemExit(f"tests/mutants.py: found nothing like {right!r} in {name}.py; wanted it there")
    file.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *TESTS]
    try:
        done = subprocess.run(command, cwd=copy, capture_output=True, timeout=600, check=False,
                              env={**os.environ, "PYTHONPATH": str(copy)})  # fmt: skip
        return done.returncode == 1
    except subprocess.TimeoutExpired:
        return True
    finally:
        file.write_text(text, encoding="utf-8")


def main(word: str = "") -> int:
    alive = 0
    with TemporaryDirectory() as folder:
        copy = Path(folder)
        for part in ("sim", "tests", "scenarios", "pyproject.toml"):
            source = ROOT / part
            (shutil.copytree if source.is_dir() else shutil.copy2)(source, copy / part)  # type: ignore[operator]
        if dies(copy, "life", "COMPLETED", "COMPLETED"):
            raise SystemExit("tests/mutants.py: found tests that fail without any mistake; wanted none")
        for mutant in MUTANTS:
            if word in " ".join(mutant):
                dead = dies(copy, *mutant)
                alive += not dead
                print("dies " if dead else "LIVES", *map(repr, mutant), flush=True)
    return int(alive > 0)


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:2]))
