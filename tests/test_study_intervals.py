"""Bands over replications, by day and by interval, and how they are judged."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.cli.verbs import run
from sim.errors import Refused
from sim.measures.columns import BANDS
from sim.study.intervals import OneNumber, by_interval, main, one_number, scores, unrest, with_bands

QUEUE = Path(__file__).parent / "queue.yaml"
SMALL = Path(__file__).parent / "small.yaml"


def daily(values: dict[int, list[float]]) -> pd.DataFrame:
    """One measure over a few days, a world each."""
    days = pd.date_range("2025-01-30", periods=len(next(iter(values.values()))))
    return pd.concat(
        pd.DataFrame({"world": w, "replication": w - 1, "date": days, "held": of})
        for w, of in values.items()
    )


def test_bands_of_a_run_are_quantiles_of_its_days(tmp_path: Path) -> None:
    finished = run(SMALL, replications=12, binding="none", out=tmp_path / "run")
    bands = pd.read_csv(tmp_path / "run" / "bands.csv")
    assert list(bands.columns) == [one.name for one in BANDS]
    of = finished.daily[finished.daily["date"] == "2025-01-20"]["held"]
    row = bands[(bands["date"] == "2025-01-20") & (bands["column"] == "held")].iloc[0]
    assert row["mean"] == pytest.approx(of.mean())
    assert row["p95"] == pytest.approx(np.quantile(of, 0.95))


def test_no_bands_of_too_few_runs(tmp_path: Path) -> None:
    run(QUEUE, replications=9, binding="none", out=tmp_path / "run")
    assert not (tmp_path / "run" / "bands.csv").exists()


def test_the_band_of_an_interval_is_of_each_world_s_mean() -> None:
    """Two worlds that swap high and low days differ by day and not over both."""
    within = pd.DataFrame({"first": ["2025-01-30"], "last": ["2025-01-31"]})
    found = with_bands(within, by_interval(daily({1: [10, 30], 2: [30, 10]}), within, "held")).iloc[0]
    assert found["mean"] == found["p5"] == found["p95"] == 20


def test_scores_weight_by_days_and_charge_for_misses() -> None:
    found = pd.DataFrame({
        "first": ["2025-01-01", "2025-01-02"], "last": ["2025-01-01", "2025-01-04"],
        "mean": [100.0, 110.0], "p5": [90.0, 105.0], "p25": [95.0, 108.0], "p75": [105.0, 112.0],
        "p95": [110.0, 115.0],
    })  # fmt: skip
    told = scores(found, np.array([100.0, 100.0]))
    assert told["error"] == pytest.approx(0.075)
    assert told["within_90"] == told["within_50"] == 1
    assert told["half_width"] == pytest.approx((10 + 3 * 5) / 4 / 100)
    assert told["score"] == pytest.approx((20 + 3 * (10 + 20 * 5)) / 4 / 100)


def test_unrest_is_of_each_row_by_itself() -> None:
    """Rows apart but level have none; a doubling is ln 2 whichever way; nothing is said of zeros or of one value."""
    assert unrest(np.array([[1.0, 1.0, 1.0], [9.0, 9.0, 9.0]])) == 0
    assert unrest(np.array([[1.0, 2.0, 1.0]])) == pytest.approx(np.log(2))
    assert np.isnan(unrest(np.array([1.0, 0.0])))
    assert np.isnan(unrest(np.array([3.0])))


def test_unrest_is_printed_beside_that_of_a_longer_record(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(SMALL, replications=1, binding="none", out=tmp_path / "run")
    seen, record = tmp_path / "seen.csv", tmp_path / "record.csv"
    seen.write_text("first,last,held\n2025-01-06,2025-01-08,2\n2025-01-09,2025-01-11,4\n")
    record.write_text("first,last,held\n1999-01-06,1999-01-08,5\n1999-01-09,1999-01-11,5\n")
    capsys.readouterr()
    main([str(tmp_path / "run"), "--observed", str(seen), "--record", str(record)])
    assert "changed by 69.3%, in the worlds by" in (told := capsys.readouterr().out)
    assert "over the 2 intervals of the record by 0.0%" in told
    record.write_text("first,last,held\n1999-01-09,1999-01-08,5\n")
    with pytest.raises(Refused, match="days, the first not after the last"):
        main([str(tmp_path / "run"), "--observed", str(seen), "--record", str(record)])
    record.write_text("first,last,held\n1999-01-09,1999-01-20,5\n1999-01-20,1999-02-08,5\n")
    with pytest.raises(Refused, match=r"record.csv:3: first: .* a day after 1999-01-20"):
        main([str(tmp_path / "run"), "--observed", str(seen), "--record", str(record)])
    record.write_text("first,last,removals\n1999-01-09,1999-01-20,5\n")
    for observed in ([], ["--observed", str(seen)]):
        with pytest.raises(Refused, match="no such measure; wanted a measure of the run that --observed CSV has"):
            main([str(tmp_path / "run"), *observed, "--record", str(record)])


def test_of_one_interval_no_unrest_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(SMALL, replications=1, binding="none", out=tmp_path / "run")
    (tmp_path / "seen.csv").write_text("first,last,held\n2025-01-06,2025-01-08,2\n")
    capsys.readouterr()
    main([str(tmp_path / "run"), "--observed", str(tmp_path / "seen.csv")])
    told = capsys.readouterr().out
    assert "Error of the mean" in told
    assert "From one interval" not in told


def test_days_outside_the_run_are_refused() -> None:
    within = pd.DataFrame({"first": ["2025-01-30"], "last": ["2025-02-28"]})
    with pytest.raises(Refused, match="days of the run"):
        by_interval(daily({1: [1, 2]}), within, "held")


def test_a_folder_that_is_no_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="a run folder"):
        main([str(tmp_path)])


def test_a_file_of_intervals_is_refused_with_all_its_problems(tmp_path: Path) -> None:
    run(SMALL, replications=1, binding="none", out=tmp_path / "run")
    file = tmp_path / "seen.csv"
    file.write_text("# a note\nfirst,last,held\n2025-01-06,2025-01-08,many\n2024-01-01,2025-01-08,3\n,,4\n")
    with pytest.raises(Refused) as refused:
        main([str(tmp_path / "run"), "--observed", str(file)])
    assert [(p.line, p.path) for p in refused.value.problems] == [(3, "held"), (4, "first"), (5, "first")]
    file.write_text("first\n2025-01-06\n")
    with pytest.raises(Refused, match=r"seen.csv:1: last: found no such column"):
        main([str(tmp_path / "run"), "--observed", str(file)])
    with pytest.raises(Refused, match="No such file"):
        main([str(tmp_path / "run"), "--observed", str(tmp_path / "none.csv")])


@pytest.mark.parametrize("module", ["observed", "intervals"])
def test_no_traceback_reaches_a_user(module: str, tmp_path: Path) -> None:
    words = [str(tmp_path)] * (2 if module == "observed" else 1)
    done = subprocess.run(
        [sys.executable, "-m", f"sim.study.{module}", *words],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "; wanted " in done.stderr


def test_one_number_is_judged_as_a_band_of_one_width() -> None:
    """Off by a tenth and by nothing; 45 % of 110 each way covers both; the score is the width alone."""
    found = pd.DataFrame({"first": ["2025-01-01", "2025-01-02"], "last": ["2025-01-01", "2025-01-02"]})
    told = scores(OneNumber(110.0, 0.45).everywhere(found), np.array([100.0, 120.0]))
    assert told["error"] == pytest.approx(0.0)
    assert told["absolute"] == pytest.approx(10 / 110)
    assert told["within_90"] == 2
    assert told["half_width"] == pytest.approx(0.45)
    assert told["score"] == pytest.approx(0.9)


def test_one_number_is_printed_beside_the_bands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(SMALL, replications=10, binding="none", out=tmp_path / "run")
    seen = tmp_path / "seen.csv"
    seen.write_text("first,last,held\n2025-01-05,2025-01-11,20\n", encoding="utf-8")
    main([str(tmp_path / "run"), "--observed", str(seen), "--beside", "held=30:10%"])
    said = "One number, 30 ± 10.0%: error +50.0%, mean absolute error 50.0%; 0 of 1 within it"
    assert said in capsys.readouterr().out


@pytest.mark.parametrize("text", ["held", "held=many:10%", "inside=3:10%", "held=3", "held=3:-10%"])
def test_what_is_no_number_beside_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="--beside"):
        one_number(text)


@pytest.mark.parametrize("beside", [["held=30:10%"], ["book_ins=30:10%"], ["held=30:10%", "held=31:10%"]])
def test_one_number_wants_something_observed_once(tmp_path: Path, beside: list[str]) -> None:
    run(SMALL, replications=1, binding="none", out=tmp_path / "run")
    seen = tmp_path / "seen.csv"
    seen.write_text("first,last,removals_from_detention\n2025-01-05,2025-01-11,20\n", encoding="utf-8")
    given = [word for text in beside for word in ("--beside", text)]
    with pytest.raises(Refused, match="--beside"):
        main([str(tmp_path / "run"), "--observed", str(seen), *given])
