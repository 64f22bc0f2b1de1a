"""Figures: their files, their words, and that nothing on them touches or is cut."""

from __future__ import annotations

import subprocess
import sys
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from PIL import Image
from scipy import stats

import sim
from sim.errors import Refused
from sim.figures import FIGURES, binding, draw_all, flows, held, look, queues, rate
from sim.figures.capacity import capacities
from sim.figures.drawing import Drawing, svg
from sim.figures.finished import Finished, read
from sim.figures.ledger import inside, outcomes, sources
from sim.figures.wording import SPACE, day
from sim.verdict.numbers import beside
from sim.verdict.phrases import MADE_UP
from tests.figures_runs import REAL, SERVICE, pipeline, service, write

NAMES = ("rate", "held", "queues", "flows", "binding")


@pytest.fixture(scope="module")
def national(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = pipeline(tmp_path_factory.mktemp("pipeline"), worlds=10, days=370)
    draw_all(folder)
    return folder


@pytest.fixture(scope="module")
def textbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = service(tmp_path_factory.mktemp("service"))
    draw_all(folder)
    return folder


def drawings(run: Finished) -> list[Drawing]:
    with look.applied():
        return [one for figure in FIGURES for one in [figure(run)] if isinstance(one, Drawing)]


def test_every_figure_has_picture_lines_data_and_words(national: Path) -> None:
    wanted = {f"{name}.{kind}" for name in NAMES for kind in ("png", "svg", "csv", "txt")}
    assert {path.name for path in (national / "figures").iterdir()} == {*wanted, "README.txt"}


def test_a_figure_that_makes_no_sense_is_named_with_the_reason(textbook: Path) -> None:
    contents = (textbook / "figures" / "README.txt").read_text()
    assert "rate: not drawn: the scenario asks no question" in contents
    assert "binding: not drawn: the run did not measure what binds" in contents
    assert not list((textbook / "figures").glob("rate.*"))


def test_the_same_run_gives_the_same_bytes(textbook: Path) -> None:
    first = {path.name: path.read_bytes() for path in (textbook / "figures").iterdir()}
    draw_all(textbook)
    assert first == {path.name: path.read_bytes() for path in (textbook / "figures").iterdir()}


def test_a_configured_matplotlib_changes_nothing(textbook: Path) -> None:
    import matplotlib

    run = read(textbook)
    with look.applied():
        before = [svg(one) for one in drawings(run)]
    with matplotlib.rc_context({"font.size": 30, "svg.hashsalt": "other", "lines.linewidth": 9}):
        with look.applied():
            after = [svg(one) for one in drawings(run)]
        assert matplotlib.rcParams["font.size"] == 30
    assert before == after


@pytest.mark.slow
@pytest.mark.parametrize("seed", ["0", "1"])
def test_the_hash_seed_changes_nothing_and_pyplot_stays_out(textbook: Path, seed: str) -> None:
    before = (textbook / "figures" / "flows.svg").read_bytes()
    program = (
        "import sys, pathlib; from sim.figures import draw_all;"
        f"draw_all(pathlib.Path({str(textbook)!r})); assert 'matplotlib.pyplot' not in sys.modules"
    )
    root = Path(__file__).parents[1]
    environment = {"PYTHONHASHSEED": seed, "PYTHONPATH": str(root), "HOME": str(textbook)}
    subprocess.run([sys.executable, "-c", program], check=True, env=environment)
    assert (textbook / "figures" / "flows.svg").read_bytes() == before


@pytest.mark.parametrize("name", NAMES)
def test_svg_tells_a_screen_reader_what_the_text_tells(national: Path, name: str) -> None:
    root = ElementTree.parse(national / "figures" / f"{name}.svg").getroot()
    space = "{http://www.w3.org/2000/svg}"
    title, words = root.find(f"{space}title"), root.find(f"{space}desc")
    assert title is not None
    assert words is not None
    text = (national / "figures" / f"{name}.txt").read_text()
    assert text == f"{title.text}\n\n{words.text}\n"
    assert root.get("aria-labelledby") == "title desc"


@pytest.mark.parametrize("name", NAMES)
def test_no_file_names_a_date_or_program(national: Path, name: str) -> None:
    with Image.open(national / "figures" / f"{name}.png") as picture:
        assert set(picture.info) == {"Title", "Description", "dpi"}
        assert picture.info["dpi"] == pytest.approx((200, 200), abs=0.5)
    lines = (national / "figures" / f"{name}.svg").read_text()
    assert "dc:date" not in lines
    assert "Matplotlib" not in lines


@pytest.mark.parametrize("make", [pipeline, service])
@pytest.mark.parametrize("worlds", [1, 4, 10])
def test_no_words_are_cut_or_touch(tmp_path: Path, make: object, worlds: int) -> None:
    assert callable(make)
    for drawing in drawings(read(make(tmp_path, worlds=worlds, days=60))):
        boxes = text_boxes(drawing)
        page = drawing.figure.bbox
        for words, box in boxes:
            cut = box.x0 < page.x0 or box.x1 > page.x1 or box.y0 < page.y0 or box.y1 > page.y1
            assert not cut, (drawing.name, words)
        for (one, a), (two, b) in combinations(boxes, 2):
            assert not a.overlaps(b), (drawing.name, one, two)


@pytest.mark.parametrize("backlog", [3_500_000, 35])
def test_a_backlog_of_millions_is_not_cut(tmp_path: Path, backlog: int) -> None:
    """As many panels as there are, three across, one of which has numbers of seven figures."""
    names = [f"desk_{k}" for k in range(11)]
    stations = ", ".join(f"{name}: {{servers: 3}}" for name in names)
    text = SERVICE.replace("{desk: {servers: 3}}", f"{{desk: {{servers: 3}}, {stations}}}")
    run = read(service(tmp_path))
    columns = {f"{name}.waiting": run.daily["desk.waiting"] + k for k, name in enumerate(names)}
    daily = run.daily.assign(**columns, **{"desk.waiting": backlog * (1 + run.daily["replication"] / 99)})
    with look.applied():
        drawing = queues.figure(read(write(tmp_path, text, daily, {"measure": None})))
    assert isinstance(drawing, Drawing)
    assert len(drawing.figure.axes) == 6
    page = drawing.figure.bbox
    boxes = text_boxes(drawing)
    assert all(page.x0 <= box.x0 and box.x1 <= page.x1 for _, box in boxes)
    for (one, a), (two, b) in combinations(boxes, 2):
        assert not a.overlaps(b), (one, two)


def test_without_ranges_no_figure_speaks_of_worlds(tmp_path: Path) -> None:
    run = read(pipeline(tmp_path, days=60))
    plain = Finished(run.daily.assign(world=0), run.verdict, run.tree)
    for drawing in drawings(plain):
        shown = [text for text, _ in text_boxes(drawing)]
        assert "world" not in " ".join([drawing.title, drawing.text, *shown]).lower(), drawing.name


def test_numbers_that_are_made_up_are_said_to_be_in_picture_and_words(national: Path) -> None:
    for drawing in drawings(read(national)):
        assert MADE_UP in drawing.words
        foot = drawing.figure.texts[-1].get_text().replace("\n", " ")
        assert MADE_UP in foot
        assert "sources of its numbers are in" not in foot


def test_a_tier_without_units_is_not_named(tmp_path: Path) -> None:
    folder = pipeline(tmp_path, days=40)
    run = read(folder)
    without = Finished(run.daily.assign(**{"surge_beds.capacity": 0.0}), run.verdict, run.tree)
    assert [line.name for line in capacities(without, ("funded_beds", "surge_beds"))] == ["funded beds"]


def test_a_scale_that_begins_elsewhere_says_where(tmp_path: Path) -> None:
    run = read(pipeline(tmp_path, days=60))
    drawing = held.figure(run)
    assert isinstance(drawing, Drawing)
    for axes in drawing.figure.axes:
        low = axes.get_ylim()[0]
        words = " ".join(text.get_text() for text in axes.texts)
        assert ("the scale begins at" in words) == (low > 0)
        assert low == 0 or f"begins at {low:,.0f}" in words


def text_boxes(drawing: Drawing) -> list[tuple[str, Bbox]]:
    """Every text drawn, with a hair taken off its box on each side."""
    with look.applied():
        drawing.figure.draw_without_rendering()
        texts = [found for found in drawing.figure.findobj(Text) if isinstance(found, Text)]
        seen = [text for text in texts if text.get_visible() and text.get_text().strip()]
        shown = [text for text in seen if id(text) not in hidden(drawing)]
        return [(text.get_text(), text.get_window_extent().padded(-1)) for text in shown]


def hidden(drawing: Drawing) -> set[int]:
    """Labels of ticks beyond the limits: they exist and are not drawn."""
    return {
        id(label)
        for axes in drawing.figure.axes
        for axis in (axes.xaxis, axes.yaxis)
        for label, at in zip(axis.get_majorticklabels(), axis.get_majorticklocs(), strict=True)
        if not min(axis.get_view_interval()) <= at <= max(axis.get_view_interval())
    }


def test_the_title_of_the_rate_is_the_mean_of_the_days_it_names(national: Path) -> None:
    run = read(national)
    title = (national / "figures" / "rate.txt").read_text().splitlines()[0].replace("\xa0", " ")
    days = run.daily[(run.daily["date"] > "2025-12-03") & (run.daily["date"] <= "2025-12-31")]
    mean = days["arrests"].mean()
    each = days.groupby("world")["arrests"].mean()
    told = beside(mean, *stats.t.interval(0.95, 9, mean, stats.sem(each)))
    assert f"average {told} a day in the 28 days to 31 December 2025" in title
    assert f"{100 * mean / 3000:.0f} % of the 3,000 asked" in title


def test_below_ten_runs_no_mean_is_quoted(tmp_path: Path) -> None:
    drawing = rate.figure(read(pipeline(tmp_path, worlds=4, days=260)))
    assert isinstance(drawing, Drawing)
    assert drawing.title.startswith("Arrests average between ")
    low, high = (int(part.replace(",", "")) for part in (drawing.title.split()[3], drawing.title.split()[5]))
    shares = f"{low / 30:.0f}{SPACE}% to {high / 30:.0f}{SPACE}% of the target of 3,000"
    assert drawing.title.endswith(shares)
    assert "Too few runs for an estimate" in drawing.text


def test_data_of_the_rate_are_quantiles_of_trailing_means(national: Path) -> None:
    data = pd.read_csv(national / "figures" / "rate.csv", parse_dates=["date"])
    wide = read(national).daily.pivot_table(index="date", columns="world", values="arrests")
    means = wide.rolling(28).mean()
    for name, share in {"low90": 0.05, "median": 0.5, "high50": 0.75}.items():
        expected = means.quantile(share, axis=1).to_numpy()
        np.testing.assert_allclose(data[f"trailing_{name}"], expected, rtol=1e-5)


def test_the_mean_of_the_title_is_drawn_beside_the_medians(national: Path) -> None:
    """A median of worlds is no mean of them: a reader finds the number of the title in the picture."""
    drawing = rate.figure(read(national))
    assert isinstance(drawing, Drawing)
    (mark,) = [x for x in drawing.figure.axes[0].lines if x.get_marker() == "D"]
    ((on, mean),) = mark.get_xydata()
    data = pd.read_csv(national / "figures" / "rate.csv", parse_dates=["date"]).set_index("date")
    when = pd.Timestamp(0) + pd.Timedelta(days=on)
    assert f"to {day(when)}" in drawing.title
    assert data["trailing_mean"][when] == pytest.approx(mean, rel=1e-5)
    said = drawing.title.partition("average ")[2].split()[0]
    assert f"Diamond: mean over the worlds, {said}, as the title has it" in drawing.text


def test_each_capacity_known_is_drawn_once(national: Path) -> None:
    data = pd.read_csv(national / "figures" / "held.csv")
    beds = data[data["where"] == "funded beds and surge beds"].dropna(axis=1, how="all")
    capacity = {name: set(beds[name]) for name in map(str, beds) if name.startswith("capacity")}
    assert capacity == {
        "capacity: funded beds, funded definition": {41500},
        "capacity: funded beds + surge beds": {47600},
        "capacity: contracted definition": {62913},
    }


def defined(tmp_path: Path, definition: str) -> dict[str, np.ndarray]:
    """The lines of a run whose beds are 10 and of which there is one other definition."""
    text = f"""
title: Beds
illustrative: true
start: 2025-01-01
end: 2025-01-06
pools: {{beds: {{capacity: {{2025-01-01: 10, 2025-01-03: 12}}}}}}
definitions: {{other: {definition}}}
streams: {{people: {{rate: 1/day, enters: bed}}}}
steps: {{bed: {{seize: beds, next: stay}}, stay: {{delay: 1 day, next: leave}},
        leave: {{release: beds, next: out}}, out: {{exit: left}}}}
"""
    days = pd.date_range("2025-01-01", periods=5)
    daily = pd.DataFrame({"world": 0, "replication": 0, "date": days, "beds.in_use": 3,
                          "beds.capacity": [10, 10, 12, 12, 12]})  # fmt: skip
    lines = capacities(read(write(tmp_path, text, daily, {})), ("beds",))
    return {line.name: line.values for line in lines}


@pytest.mark.parametrize(
    ("definition", "values"),
    [
        ("{pools.beds.capacity: 7}", [7] * 5),
        ("{pools.beds.capacity: {2025-01-01: 5, 2025-01-04: 6, source: A}}", [5, 5, 5, 6, 6]),
        ("{pools: {beds: {capacity: 7}}}", [7] * 5),
        ("{pools.beds.capacity.2025-01-03: 20}", [10, 10, 20, 20, 20]),
    ],
)
def test_a_definition_is_drawn_as_the_model_has_it(
    tmp_path: Path, definition: str, values: list[int]
) -> None:
    assert defined(tmp_path, definition)["other definition"].tolist() == values


def test_full_is_by_the_room_in_each_world(tmp_path: Path) -> None:
    """Rooms of 8 to 12, all full: against their median two worlds in five would not be."""
    days = pd.date_range("2025-01-01", periods=59)
    frames = [
        pd.DataFrame({"world": k, "replication": k, "date": days, "desk.mean_in_use": k + 7.0,
                      "desk.mean_waiting": 0.0, "desk.mean_capacity": k + 7.0})
        for k in range(1, 6)
    ]  # fmt: skip
    run = read(write(tmp_path, SERVICE, pd.concat(frames), {"measure": None}))
    with look.applied():
        drawing = held.figure(run)
    assert isinstance(drawing, Drawing)
    assert "on 100\xa0% of days" in drawing.title


@pytest.mark.parametrize("make", [pipeline, service])
def test_who_came_is_who_left_or_is_inside(tmp_path: Path, make: object) -> None:
    assert callable(make)
    run = read(make(tmp_path, days=150))
    out = np.sum([node.people for node in [*outcomes(run), *inside(run)]], axis=0)
    came = sources(run, out)
    assert all((node.people >= 0).all() for node in came)
    if make is pipeline:  # every world of it begins with people inside
        np.testing.assert_allclose(np.sum([node.people for node in came], axis=0), out)


@pytest.mark.slow
def test_of_a_real_run_every_door_is_counted_once(tmp_path: Path) -> None:
    (tmp_path / "real.yaml").write_text(REAL)
    out = tmp_path / "out"
    sim.run(tmp_path / "real.yaml", replications=2, binding="none", engine="simpy", out=out, jobs=1)
    run = read(out)
    went = np.sum([node.people for node in [*outcomes(run), *inside(run)]], axis=0)
    came = {node.name: node.people for node in sources(run, went)}
    assert set(came) == {"orders begun: field work", "book ins", "made at report", "inside at the start"}
    np.testing.assert_array_equal(came["inside at the start"], 60)
    begun = run.series("look.started").sum(axis=0) + run.series("look.waiting")[-1]
    np.testing.assert_array_equal(came["orders begun: field work"], begun)
    np.testing.assert_array_equal(np.sum(list(came.values()), axis=0), went)
    assert {path.stem for path in (out / "figures").glob("*.svg")} == {*NAMES} - {"binding"}


def test_work_not_done_is_not_people(national: Path) -> None:
    run = read(national)
    done = run.series("look.entered").sum() - run.series("shortfall").sum()
    rows = pd.read_csv(national / "figures" / "flows.csv").set_index("name")
    assert rows.loc["orders begun: field work", "mean"] == pytest.approx(done / run.count, rel=1e-5)
    assert "shortfall" not in rows.index


def test_a_backlog_that_only_queues_is_not_drawn(tmp_path: Path) -> None:
    folder = pipeline(tmp_path, days=40)
    scenario = (folder / "scenario.yaml").read_text()
    (folder / "scenario.yaml").write_text(
        scenario.replace(
            "at: stay}", "at: stay}, docket: {count: 3500000, at: hearing, counter: true}"
        )
    )
    run = read(folder)
    assert "still inside at hearing" not in [node.name for node in inside(run)]
    drawing, lines = flows.figure(run), queues.figure(run)
    assert isinstance(drawing, Drawing)
    assert isinstance(lines, Drawing)
    assert lines.title.startswith("Outside the backlogs the longest line")
    assert "docket, for judges" in set(lines.data["where"])
    foot = drawing.figure.texts[-1].get_text().replace("\n", " ")
    assert "not drawn: docket" in foot


def test_what_only_passes_is_not_drawn(tmp_path: Path) -> None:
    folder = service(tmp_path, days=40)
    scenario = (folder / "scenario.yaml").read_text()
    doors = scenario.replace(
        "enters: desk_step}}", "enters: desk_step}, supply: {enters: offered}}"
    )
    steps = "offered: {put: stock, next: offer}, offer: {exit: offered}, out: {exit: served}"
    (folder / "scenario.yaml").write_text(doors.replace("out: {exit: served}", steps))
    run = read(folder)
    supplied = Finished(run.daily.assign(**{"offer.entered": 9}), run.verdict, run.tree)
    assert [node.name for node in outcomes(supplied)] == ["served"]
    drawing = flows.figure(supplied)
    assert isinstance(drawing, Drawing)
    assert "use nothing and are not drawn: supply" in drawing.figure.texts[-1].get_text()


@pytest.mark.slow
def test_rows_in_any_order_give_the_same_data(tmp_path: Path) -> None:
    folder = pipeline(tmp_path, days=60)
    run = read(folder)
    mixed = Finished(run.daily.sample(frac=1, random_state=3), run.verdict, run.tree, run.scenario)
    for one, two in zip(drawings(run), drawings(mixed), strict=True):
        pd.testing.assert_frame_equal(one.data, two.data)


def test_facts_at_their_middle_are_not_in_the_bands(tmp_path: Path) -> None:
    run = read(pipeline(tmp_path, worlds=2, days=40))
    central = run.daily[run.daily["world"] == 1].assign(world=0, replication=0, arrests=1e9)
    both = Finished(pd.concat([central, run.daily]), run.verdict, run.tree)
    assert both.count == 2
    assert both.series("arrests").max() < 1e9


def test_no_effect_that_chance_may_make_is_called_binding(tmp_path: Path) -> None:
    run = read(pipeline(tmp_path, days=40))
    rows = [{**row, "low": -99.0} for row in run.verdict["binding"]]
    quiet = Finished(run.daily, {**run.verdict, "binding": rows}, run.tree)
    drawing = binding.figure(quiet)
    assert isinstance(drawing, Drawing)
    assert "by no more than chance may" in drawing.title


def effects(run: Finished, bound: str, *rows: tuple[str, float, float, float]) -> Drawing:
    keys = ("resource", "effect_of_ten_percent", "low", "high")
    found = [{**dict(zip(keys, row, strict=True)), "share_of_worlds_first": 0.5} for row in rows]
    question = {"measure": "waiting", bound: "50"}
    verdict = {**run.verdict, "measure": "waiting", "binding": found, "question": question}
    with look.applied():
        drawing = binding.figure(Finished(run.daily, verdict, run.tree))
    assert isinstance(drawing, Drawing)
    return drawing


def test_where_less_is_asked_a_fall_binds(tmp_path: Path) -> None:
    run = read(pipeline(tmp_path, days=40))
    rows = ("desk", 8.0, 6.0, 10.0), ("rooms", -50.1, -55.1, -45.1), ("beds", 0.0, -1.0, 1.0)
    less = effects(run, "at_most", *rows)
    assert less.title.startswith("What binds most is rooms: a tenth more gives \u221250.1 waiting")
    assert list(less.data["name"]) == ["rooms", "beds", "desk"]
    assert effects(run, "at_least", *rows).title.startswith("What binds most is desk")


def test_a_loss_beyond_chance_is_not_called_chance(tmp_path: Path) -> None:
    run = read(pipeline(tmp_path, days=40))
    title = effects(run, "at_least", ("rooms", -50.1, -55.1, -45.1), ("b", 0.0, -1.0, 1.0)).title
    assert title.startswith("More of no resource helps: a tenth more of rooms gives \u221250.1")
    assert title.endswith("a loss")


def test_what_surely_acts_is_drawn_before_what_does_not(tmp_path: Path) -> None:
    run = read(pipeline(tmp_path, days=40))
    idle = [(f"idle {i}", 0.0, -1.0, 1.0) for i in range(30)]
    drawing = effects(run, "at_least", *idle, ("rooms", -2.0, -3.0, -1.0))
    names = {text.get_text() for text in drawing.figure.findobj(Text)}
    assert "Rooms" in names
    assert len([name for name in names if name.startswith("Idle")]) == 13


def test_an_effect_without_interval_is_not_called_sure(tmp_path: Path) -> None:
    run = read(pipeline(tmp_path, days=40))
    rows = [{**row, "low": None, "high": None} for row in run.verdict["binding"]]
    drawing = binding.figure(Finished(run.daily, {**run.verdict, "binding": rows}, run.tree))
    assert isinstance(drawing, Drawing)
    assert drawing.title.startswith("What seems to bind most is “surveillance teams”")
    assert "no interval known" in drawing.title


def test_an_effect_that_is_the_same_in_every_run_is_sure_by_their_number(tmp_path: Path) -> None:
    run = read(pipeline(tmp_path, days=40))
    alike = {"low": None, "high": None, "differs_at_most": 0.31}
    for p, says in ((0.002, "What binds most is"), (0.06, "A tenth more of any one")):
        rows = [{**row, **alike, "p_adjusted": p} for row in run.verdict["binding"][:1]]
        drawing = binding.figure(Finished(run.daily, {**run.verdict, "binding": rows}, run.tree))
        assert isinstance(drawing, Drawing)
        assert drawing.title.startswith(says)
        assert "(the same in every run)" in drawing.text


def test_a_folder_without_a_run_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"no daily\.parquet(.|\n)*no verdict\.json"):
        draw_all(tmp_path)


@pytest.mark.parametrize(
    ("one", "two"), [(look.BLUE, look.HALF), (look.HALF, look.MOST), (look.BLACK, look.BLUE),
                     (look.VERMILION, "#F9DCC9"), (look.GREEN, "#BFE3D7"), (look.GREY, look.PALE)]
)  # fmt: skip
def test_colours_that_meet_differ_in_grey(one: str, two: str) -> None:
    assert abs(lightness(one) - lightness(two)) >= 10


def lightness(colour: str) -> float:
    """CIE 1976 L* [0 to 100] of an sRGB colour."""
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = [
        ((x + 0.055) / 1.055) ** 2.4 if x > 0.04045 else x / 12.92 for x in (red, green, blue)
    ]
    y = float(np.dot(linear, [0.2126, 0.7152, 0.0722]))
    return float(116 * np.cbrt(y) - 16) if y > 0.008856 else 903.3 * y
