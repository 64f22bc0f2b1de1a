"""Figures of studies, drawn again from their folders."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from sim.cli.verbs import calibrate, compared, plot, require, sensitivity, swept
from sim.errors import Refused
from sim.study.calibrate import verb as calibrating
from sim.study.run import run
from sim.study.sensitivity import sensitivity as without_figures
from sim.study.sweep.plan import Means
from sim.study.sweep.verb import sweep
from sim.verdict.phrases import MADE_UP

HERE = Path(__file__).parent.parent / "scenarios"
ONE, OFFICE, DESKS = HERE / "one-station.yaml", HERE / "uncertain-office.yaml", HERE / "two-desks.yaml"
SHORT = ["end=2025-01-15", "question.averaged_over=7 days", "question.reached_by=2025-01-14",
         "question.sustained_until=2025-01-14"]  # fmt: skip


def _sweep(place: Path) -> Path:
    vary = ["stations.clerks.servers=2:3:2"]
    return swept(ONE, vary, changes=[*SHORT, "warm_up=1 day"], out=place / "out", store=place / "s",
                 engine="simpy", jobs=1).folder  # fmt: skip


def _sensitivity(place: Path) -> Path:
    changes = [*SHORT, "streams.cases.rate=10/day"]
    return sensitivity(OFFICE, changes=changes, method="tornado", out=place / "out", store=place / "s",
                       engine="simpy", jobs=1).folder  # fmt: skip


def _calibrate(place: Path) -> Path:
    return calibrate(DESKS, HERE / "observed/two-desks.csv", points=20, replications=1,
                     out=place / "out", store=place / "s", engine="simpy", jobs=1).folder  # fmt: skip


def _compare(place: Path) -> Path:
    other = place / "two.yaml"
    other.write_text(f"extends: {ONE}\nstations: {{clerks: {{servers: 2}}}}\n", encoding="utf-8")
    compared(ONE, other, changes=SHORT, out=place / "out", store=place / "s", engine="simpy", jobs=1)
    return place / "out"


def _require(place: Path) -> Path:
    require(ONE, ["stations.clerks.servers=1:6"], changes=SHORT, out=place / "out", store=place / "s",
            engine="simpy", jobs=1)  # fmt: skip
    return place / "out"


FIGURES = {
    _sweep: ["line"], _sensitivity: ["tornado"], _calibrate: ["fit", "set"], _compare: ["differences"],
    _require: [],
}  # fmt: skip


TEXTS = {"compare.txt", "sensitivity.txt", "calibrate.txt", "require.txt"}


@pytest.mark.slow
@pytest.mark.parametrize("study", FIGURES, ids=lambda study: study.__name__)
def test_a_study_is_drawn_again_to_the_byte(study: object, tmp_path: Path) -> None:
    folder = study(tmp_path)  # type: ignore[operator]
    figures = folder / "figures"
    before = {path.name: path.read_bytes() for path in figures.glob("*.*")}
    shutil.rmtree(figures, ignore_errors=True)
    names = FIGURES[study]  # type: ignore[index]
    assert {path.stem for path in plot(folder)} == {*names, "README"}
    if names:
        assert {path.name: path.read_bytes() for path in figures.glob("*.*")} == before
    for name in names:
        assert {path.suffix for path in figures.glob(f"{name}.*")} == {".png", ".svg", ".csv", ".txt"}
        assert MADE_UP in (figures / f"{name}.txt").read_text(encoding="utf-8")
    for file in TEXTS & {path.name for path in folder.iterdir()}:
        assert MADE_UP in (folder / file).read_text(encoding="utf-8").replace("\n  ", " "), file


Draw = Callable[[Path], object]


def _bare_run(place: Path, draw: Draw) -> object:
    return run(ONE, changes=[*SHORT, "warm_up=1 day"], replications=1, binding="none", engine="simpy", jobs=1,
               out=place / "out", draw=draw)  # fmt: skip


def _bare_sweep(place: Path, draw: Draw) -> object:
    return sweep(ONE, ["stations.clerks.servers=2,3"], changes=[*SHORT, "warm_up=1 day"], replications=1,
                 out=place / "out", draw=draw, means=Means("simpy", None, 1, place / "s"))  # fmt: skip


def _bare_sensitivity(place: Path, draw: Draw) -> object:
    return without_figures(OFFICE, changes=[*SHORT, "streams.cases.rate=5/day"], method="tornado",
                           out=place / "out", store=place / "s", engine="simpy", jobs=1, draw=draw)  # fmt: skip


def _bare_calibrate(place: Path, draw: Draw) -> object:
    return calibrating.calibrate(DESKS, HERE / "observed/two-desks.csv", points=20, replications=1,
                                 out=place / "out", store=place / "s", engine="simpy", jobs=1, draw=draw)  # fmt: skip


@pytest.mark.parametrize(
    "study", [_bare_run, _bare_sweep, _bare_sensitivity, pytest.param(_bare_calibrate, marks=pytest.mark.slow)]
)
def test_figures_that_were_not_finished_are_drawn_when_it_is_asked_again(
    study: Callable[[Path, Draw], object], tmp_path: Path
) -> None:
    """Stopped among the figures; the figures thrown away; an empty list of them. Nothing runs again."""
    figures = tmp_path / "out" / "figures"
    drawn = []

    def stopped(folder: Path) -> None:
        (folder / "figures").mkdir()
        (folder / "figures" / "line.png").write_bytes(b"half")
        raise KeyboardInterrupt

    def whole(folder: Path) -> None:
        drawn.append(folder)
        figures.mkdir(exist_ok=True)
        (figures / "README.txt").write_text("line: what it shows")

    with pytest.raises(KeyboardInterrupt):
        study(tmp_path, stopped)
    made = (tmp_path / "out" / "provenance.json").stat().st_mtime_ns
    for lose in (figures.exists, lambda: shutil.rmtree(figures), lambda: (figures / "README.txt").write_text("")):
        drawn.clear()
        lose()
        study(tmp_path, whole)
        study(tmp_path, whole)
        assert drawn == [tmp_path / "out"]
    assert (tmp_path / "out" / "provenance.json").stat().st_mtime_ns == made


def test_the_trade_off_is_drawn_from_what_is_in_the_folder(tmp_path: Path) -> None:
    pairs = [(3, 9), (4, 5), (6, 4)]
    told = {
        "question": {"measure": "served"},
        "capacities": [{"path": "a.b", "required": 4}, {"path": "a.c", "required": 5}],
        "trade_off": [{"first_path": "a.b", "second_path": "a.c", "first": x, "second": y} for x, y in pairs],
    }
    (tmp_path / "require.json").write_text(json.dumps(told), encoding="utf-8")
    plot(tmp_path)
    words = (tmp_path / "figures" / "trade_off.txt").read_text(encoding="utf-8")
    assert "3 with 9; 4 with 5; 6 with 4" in words


def test_what_is_no_folder_of_ours_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"found no run and no study; wanted a folder that"):
        plot(tmp_path)
    with pytest.raises(Refused, match=r"found no such folder"):
        plot(tmp_path / "none")
    (tmp_path / "sensitivity.json").write_text("{", encoding="utf-8")
    with pytest.raises(Refused, match=r"files that cannot be read \(JSONDecodeError"):
        plot(tmp_path)
