"""Where those still inside stand at the end, and that the forecast begins where the fitted replay ends."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from sim.errors import Refused
from sim.scenario import read
from sim.study.run import run
from sim.study.standing import DAY, main, markdown, standing

QUEUE = Path(__file__).parent / "queue.yaml"


def visit(stream: str, step: str, arrived: int, started: int | None, finished: int | None) -> dict[str, object]:
    return {
        "world": 1, "replication": 0, "entity": f"{stream}/0", "stream": stream, "step": step,
        "arrived": arrived * DAY, "started": None if started is None else float(started * DAY),
        "finished": None if finished is None else float(finished * DAY),
    }  # fmt: skip


VISITS = pd.DataFrame(
    [
        visit("a", "bed", 1, 2, None),  # holds a bed …
        visit("a", "stay", 2, 2, None),  # … and stands here
        visit("ab", "bed", 4, None, None),  # waits for a bed
        visit("c", "stay", 0, 0, 5),  # has left
    ]
)


def test_somebody_with_a_bed_stands_where_they_are_and_not_at_the_bed() -> None:
    found = standing(VISITS, 10 * DAY, ["bed"], {}).set_index(["group", "step"])
    assert found["count"].to_dict() == {("a", "stay"): 1, ("ab", "bed"): 1}
    assert found["there"].to_dict() == {("a", "stay"): 8, ("ab", "bed"): 6}
    assert found["inside"].to_dict() == {("a", "stay"): 9, ("ab", "bed"): 6}


def test_the_first_group_that_fits_and_nobody_else() -> None:
    found = standing(VISITS, 10 * DAY, ["bed"], {"one": "a", "both": "a*"})
    assert found["group"].tolist() == ["both", "one"]
    assert standing(VISITS, 10 * DAY, ["bed"], {"none": "z"}).empty


def test_all_who_are_inside_stand_somewhere(tmp_path: Path) -> None:
    """As many as the last day's tally says."""
    found = run(read(QUEUE), out=tmp_path / "run", replications=2, binding="none", trace=True)
    last = found.daily[found.daily["date"] == found.daily["date"].max()]
    visits = pd.read_parquet(tmp_path / "run" / "trace.parquet")
    end = len(found.daily["date"].unique()) * DAY
    assert standing(visits, end, [], {})["count"].sum() == pytest.approx(last["present"].mean())


def test_the_table_and_what_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "| a | stay | 1.0 | 8.00 |" in markdown(standing(VISITS, 10 * DAY, ["bed"], {}))
    with pytest.raises(Refused, match=r"trace\.parquet"):
        main([str(tmp_path)])
