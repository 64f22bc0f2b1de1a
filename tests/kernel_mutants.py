"""Small mistakes in a copy of the kernel, all compiled at once, each turned on in a process of its own.

    python -m tests.kernel_mutants [WORD]

As `tests.mutants`, which does the same to the reference engine. To compile takes a minute; so every mistake
stands in the code beside what is right, and one number says which of them is made.
"""

from __future__ import annotations

import ast
import os
import signal
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import indent

from tests.mutants import LIVES, LONGEST, PYTEST, ROOT, Mutant, copied, function, lost

TESTS = ("tests/test_hard_cases.py", "tests/test_kernel.py", "tests/test_kernel_agenda.py",
         "tests/test_engines_agree.py")  # fmt: skip
SWITCH = '''"""Which mistake is made."""

import numpy as np

from sim.engine.kernel.memory import ints
from sim.engine.kernel.once import compiled

NUMBER = np.full(1, -1, np.int64)
_AT = int(NUMBER.ctypes.data)


@compiled
def mistake(number: int) -> bool:
    return ints(_AT)[0] == number
'''
FUTURE = "from __future__ import annotations\n"
IMPORT = "from sim.engine.kernel.switch import mistake\n"
KERNEL = (
    # who is first, and what is free
    ("before", "priority < other.priority", "priority > other.priority"),
    ("before", "joined < other.joined", "joined > other.joined"),
    ("before", "name < other.name", "name > other.name"),
    ("lines._counted", "(its_priority, its_joined, its_name) < (priority, joined, name)",
     "(its_priority, its_joined, its_name) > (priority, joined, name)"),
    ("give_back", "o.busy -= h.units", "pass"),
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
    ("_insert", "last.key <= key", "last.key >= key"),
    ("_sink", "key < spare[at - 1].key", "key > spare[at - 1].key"),
    ("agenda._merge", "_before(new[j], a[i])", "_before(a[i], new[j])"),
    ("_by_digits", "digit < 8", "digit < 7"),
    ("agenda._push", "parent.key <= key", "parent.key >= key"),
    ("calendar._stands", "doing == WAITING and e.due == time", "doing == WAITING and e.due < time"),
    # chance
    ("draw_at", "visit == 0", "visit >= 0"),
    ("draw_at", "number & _LAST_OF_BLOCK", "(number + 1) & _LAST_OF_BLOCK"),
    ("draw_at", "a.block == block", "a.block >= 0"),
    ("_branch", "ints(m.option_value)[i] == value", "ints(m.option_value)[i] != value"),
    ("in_force", "at[period + 1] <= now", "at[period + 1] < now"),
    ("come", "visits[s.visit_slot] = visit + 1", "visits[s.visit_slot] = visit"),
    ("_spawn", "np.int64(e.visit)", "np.int64(0)"),
    # victims
    ("hold", "o.run_first + e.priority", "o.run_last - 1"),
    ("_may_be_bumped", "r.head = new", "pass"),
    ("victims", "run > o.run_first + newcomer.priority", "run >= o.run_first + newcomer.priority"),
    ("victims", "h.slot != slot and not _over(m, entity(m, h.slot))", "h.slot != slot"),
    ("bump_all", "s.bump_release", "np.int64(0)"),
    ("_evict", "s.evict_release", "np.int64(0)"),
    ("_gather", "name_of(m, e)", "-name_of(m, e)"),
    # stopped work
    ("_change_capacity", "pause(m, index)", "pass"),
    ("stations.pause", "going > o.capacity", "going >= o.capacity"),
    ("stations.pause", "e.due > m.now", "e.due >= m.now"),
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
    ("_order", "s.carry_over", "np.int64(0)"),
    ("loop._place", "max(0, joined + draw_length(m, e, at.law, at.step_hash, deadline))",
     "max(1, joined + draw_length(m, e, at.law, at.step_hash, deadline))"),
    # stocks, departures, batches, areas
    ("_small", "change_stock(m, s.object, s.units)", "pass"),
    ("change_stock", "max(0, o.busy + by)", "o.busy + by"),
    ("look_stock", "objects(m)[index].busy < units", "objects(m)[index].busy <= units"),
    ("depart", "max(1, o.minimum)", "np.int64(1)"),
    ("depart", "range(min(seats, people))", "range(people)"),
    ("_arrive", "s.number += size", "s.number += 1"),
    ("touch", "o.area_busy += o.busy * span", "o.area_busy += o.busy"),
)  # fmt: skip
MUTANTS = tuple(Mutant("kernel", *m) for m in KERNEL)


def both(right: str, wrong: str, number: int, margin: str) -> str:
    """What is right and, where mistake `number` is made, what is wrong: of an expression or of a statement."""
    try:
        ast.parse(right, mode="eval")
        ast.parse(wrong, mode="eval")
    except SyntaxError:
        made = f"if mistake({number}):\n    {wrong}\nelse:\n    {right}"
        return indent(made, margin).lstrip()
    return f"(({wrong}) if mistake({number}) else ({right}))"


def make(root: Path, mutant: Mutant, number: int) -> None:
    """Put one mistake into the copy, beside what is right there."""
    file, first, last = function(root, mutant)
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    at = next(i for i in range(first, last) if mutant.right in lines[i])
    margin = lines[at][: len(lines[at]) - len(lines[at].lstrip())]
    lines[at] = lines[at].replace(mutant.right, both(mutant.right, mutant.wrong, number, margin), 1)
    text = "".join(lines)
    if IMPORT not in text:
        text = text.replace(FUTURE, FUTURE + IMPORT, 1)
    file.write_text(text, encoding="utf-8")


def fates(count: int) -> None:
    """Compile, then run the tests with each mistake made; before them all, with none. Prints a fate a line."""
    from sim.engine.kernel.switch import NUMBER  # type: ignore[import-not-found]

    from sim.engine import kernel
    from tests.models import at, delay, leave, network

    one = network(1, delay("stay", 1, "out"), leave(), streams=(at("a", "stay", 1),))
    kernel.run(one, 1, 0, 0, trace=True)
    for number in range(-1, count):
        child = os.fork()
        if child == 0:
            NUMBER[0] = number
            os._exit(_quiet_tests())
        status = os.waitpid(child, 0)[1]
        dead = "no end" if os.WIFSIGNALED(status) else "dies"
        print(dead if status else LIVES, flush=True)


def _quiet_tests() -> int:
    import pytest

    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)
    signal.alarm(LONGEST)
    return int(pytest.main([*PYTEST, *TESTS]))


def main(word: str = "") -> int:
    mutants = tuple(m for m in MUTANTS if word in str(m))
    if wrong := lost(ROOT, mutants):
        raise SystemExit("\n".join(wrong))
    alive = 0
    with TemporaryDirectory() as folder:
        copy = copied(Path(folder))
        (copy / "sim" / "engine" / "kernel" / "switch.py").write_text(SWITCH, encoding="utf-8")
        for number, mutant in enumerate(mutants):
            make(copy, mutant, number)
        command = [sys.executable, "-c", f"from tests.kernel_mutants import fates; fates({len(mutants)})"]
        with subprocess.Popen(command, cwd=copy, stdout=subprocess.PIPE, text=True,
                              env={**os.environ, "PYTHONPATH": str(copy), "NUMBA_OPT": "1"}) as run:  # fmt: skip
            assert run.stdout is not None
            told = (line.strip() for line in run.stdout)
            if next(told, "") != LIVES:
                raise SystemExit("tests/kernel_mutants.py: found tests that fail without a mistake; wanted none")
            for mutant, found in zip(mutants, told, strict=True):
                alive += found == LIVES
                print(f"{found:6}", mutant, flush=True)
    print(f"{len(mutants) - alive} of {len(mutants)} die")
    return int(alive > 0)


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:2]))
