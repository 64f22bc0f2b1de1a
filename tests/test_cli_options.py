"""Options of the verbs in Python are checked as those of the command line are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import sim
from sim.cli.options import known
from sim.errors import Refused

QUEUE = Path(__file__).parent / "queue.yaml"
SHORT = ["end=2025-01-20", "question.reached_by=2025-01-19"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"binding": "foo"}, r"binding=: found 'foo'; wanted a word: paired or none"),
        ({"engine": "kernal"}, r"engine=: found 'kernal'; wanted a word; the nearest .*'kernel'"),
        ({"out": 3}, r"out=: found '3'; wanted a path"),
        ({"replications": 0}, r"replications=: found '0'; wanted a whole number"),
        ({"replications": True}, r"replications=: found 'True'"),
        ({"seed": -1, "jobs": 0}, r"seed=: found '-1'(.|\n)*jobs=: found '0'"),
    ],
)
def test_a_word_that_is_none_is_refused(options: dict[str, Any], said: str) -> None:
    with pytest.raises(Refused, match=said):
        sim.run(QUEUE, **options)


@pytest.mark.parametrize("verb", ["run", "compare", "sweep", "require", "sensitivity", "calibrate"])
def test_every_verb_refuses_an_engine_that_there_is_not(verb: str) -> None:
    with pytest.raises(Refused, match="engine=: found 'x'"):
        getattr(sim, verb)(QUEUE, engine="x")


@pytest.mark.parametrize("verb", ["compare", "sweep", "require", "sensitivity", "calibrate"])
@pytest.mark.parametrize("executor", ["daks", "tcp://127.0.0.1"])
def test_an_executor_that_is_none_is_noticed_before_the_scenario_is_read(verb: str, executor: str) -> None:
    with pytest.raises(Refused, match=f"--executor: found '{executor}'"):
        getattr(sim, verb)("there is no such file", executor=executor)


def test_a_place_may_be_a_text(tmp_path: Path) -> None:
    out = str(tmp_path / "out")
    done = sim.run(QUEUE, changes=SHORT, replications=1, binding="none", engine="simpy", jobs=1, out=out)
    assert done.folder == Path(out)
    assert known({"out": "a", "store": None}) == {"out": Path("a"), "store": None}
