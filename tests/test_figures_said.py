"""What figures say of whom and what they count, of a run as of any other."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from matplotlib.text import Text

from sim.figures import binding, flows, held, look, queues, rate
from sim.figures.drawing import Drawing, Skipped
from sim.figures.finished import Finished, read, unit
from sim.figures.steps import not_begun
from sim.figures.wording import about, words
from tests.figures_runs import pipeline
from tests.test_figures import drawings, text_boxes

LONG = 370


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run with a docket of cases that only queues."""
    made = pipeline(tmp_path_factory.mktemp("said"), days=LONG)
    edited(made, "at: stay}", "at: stay}, docket: {count: 3500000 cases, at: hearing, counter: true}")
    return made


def edited(folder: Path, old: str, new: str) -> Path:
    written = folder / "scenario.yaml"
    text = written.read_text()
    assert old in text
    written.write_text(text.replace(old, new))
    return folder


def drawn(one: Drawing | Skipped) -> Drawing:
    assert isinstance(one, Drawing)
    return one


def spoken(drawing: Drawing) -> str:
    """All words in the picture, in one line."""
    texts = [found.get_text() for found in drawing.figure.findobj(Text) if isinstance(found, Text)]
    return " ".join(texts).replace("\n", " ").replace("\xa0", " ")


def test_the_number_in_the_title_of_the_rate_is_in_its_data(folder: Path) -> None:
    drawing = drawn(rate.figure(read(folder)))
    row = drawing.data.set_index("date").loc["2025-12-31"]
    told = float(drawing.title.split(" average ")[1].split()[0].replace(",", ""))
    assert row["trailing_mean"] == pytest.approx(told, abs=10)
    exact = read(folder).series("arrests")[: drawing.data["date"].tolist().index("2025-12-31") + 1]
    assert row["trailing_mean"] == pytest.approx(exact[-28:].mean())
    assert "Dot: mean of worlds on 31 December 2025" in spoken(drawing)


@pytest.mark.parametrize(
    ("orders", "first"),
    [("3000/day", "2025-05-22"), ("{2025-01-12: 700/day, 2025-06-01: 3000/day}", "2025-06-01"),
     ("{2025-01-12: 700/day, 2025-06-01: {value: 3000/day, range: [2000/day, 4000/day]}}", "2025-06-01"),
     ("{2025-01-12: 700/day}", "2025-05-22")],
)  # fmt: skip
def test_nothing_is_asked_before_orders_ask_it(tmp_path: Path, orders: str, first: str) -> None:
    run = read(edited(pipeline(tmp_path, days=60), "each_day: 3000/day", f"each_day: {orders}"))
    drawing = drawn(rate.figure(run))
    asked = drawing.data.set_index("date")["asked"]
    assert asked.first_valid_index() == first
    assert set(asked.dropna()) == {3000}
    assert "asked: 3,000" in spoken(drawing)


def with_pool(folder: Path, capacity: float, used: float) -> Finished:
    """The run with one pool more."""
    run = read(folder)
    daily = run.daily.assign(**{"register.capacity": capacity, "register.in_use": used})
    pools = {**run.block("pools"), "register": {"capacity": capacity}}
    return Finished(daily, run.verdict, {**run.tree, "pools": pools}, run.scenario)


@pytest.mark.parametrize(("used", "said"), [(0.0, False), (5.0, True)])
def test_a_count_without_a_limit_is_no_resource(tmp_path: Path, used: float, said: bool) -> None:
    drawing = drawn(held.figure(with_pool(pipeline(tmp_path, days=40), 1e6, used)))
    assert ("Counts without a limit that is ever near, not drawn: register." in spoken(drawing)) == said
    assert "1,000,000" not in spoken(drawing)


def test_a_pool_without_units_is_not_in_the_title(tmp_path: Path) -> None:
    run = read(pipeline(tmp_path, days=40))
    without = Finished(run.daily.assign(**{"surge_beds.capacity": 0.0}), run.verdict, run.tree)
    assert "surge" not in drawn(held.figure(without)).title


def test_a_capacity_that_differs_between_worlds_is_told_with_its_range(tmp_path: Path) -> None:
    run = read(pipeline(tmp_path, days=40))
    same = spoken(drawn(held.figure(run)))
    rooms = run.daily["hold_rooms.capacity"] + 100 * run.daily["world"]
    varied = Finished(run.daily.assign(**{"hold_rooms.capacity": rooms}), run.verdict, run.tree)
    told = spoken(drawn(held.figure(varied)))
    assert ("it differs between worlds" in told, "it differs between worlds" in same) == (True, False)
    low, middle, high = np.quantile(rooms.unique(), (0.05, 0.5, 0.95))
    assert f"hold rooms: {about(middle, low, high)} (" in told


def test_shares_of_the_flows_have_one_base(folder: Path) -> None:
    drawing = drawn(flows.figure(read(folder)))
    means = drawing.data.groupby("side")["mean"].sum()
    assert means["left"] + means["inside"] == pytest.approx(means["all"])
    told = drawing.title.split("Of ")[1].split(" people and cases")[0]
    assert f"Shares are of the {told} people and cases who came" in spoken(drawing)
    assert float(told.replace(",", "")) == pytest.approx(means["all"], rel=0.05)
    assert "apart" in means.index
    assert "cases in docket" in drawing.title.replace("\xa0", " ")


def test_without_a_backlog_only_people_are_counted(tmp_path: Path) -> None:
    drawing = drawn(flows.figure(read(pipeline(tmp_path, days=40))))
    assert "cases" not in spoken(drawing)
    assert "apart" not in set(drawing.data["side"])


def effects(run: Finished, many: int, narrow: float) -> Drawing:
    """One resource that acts, and `many` of which chance is not excluded."""
    keys = ("resource", "effect_of_ten_percent", "low", "high")
    rows = [("teams", 30.0, 20.0, 40.0), *[(f"idle_{k}", 0.0, -narrow, narrow) for k in range(many)]]
    found = [dict(zip(keys, row, strict=True)) for row in rows]
    with look.applied():
        return drawn(binding.figure(Finished(run.daily, {**run.verdict, "binding": found}, run.tree)))


@pytest.mark.parametrize("narrow", [0.0, 0.01, 0.79, 0.81, 30.0])
def test_what_changes_nothing_that_shows_is_treated_alike(tmp_path: Path, narrow: float) -> None:
    drawing = effects(read(pipeline(tmp_path, days=40)), 20, narrow)
    rows = {label.get_text() for label in drawing.figure.axes[0].get_yticklabels()}
    idle = {f"Idle {k}" for k in range(20)}
    line = spoken(drawing).partition("changes nothing that shows")[2].partition(".  Source")[0]
    named = {f"Idle {k}" for k in range(20) if f"idle {k}" in line}
    assert "Teams" in rows
    if narrow <= 0.02 * 40:
        assert (rows & idle, named) == (set(), idle)
    else:
        assert (len(rows & idle), named) == (13, set())
    assert set(drawing.data["name"]) == {"teams", *(words(name.lower()) for name in idle)}


def test_every_panel_of_the_queues_says_who_waits(folder: Path) -> None:
    drawing = drawn(queues.figure(read(folder)))
    heads = [axes.texts[0].get_text().replace("\n", " ") for axes in drawing.figure.axes]
    assert 0 < len(heads) <= 8
    assert all(head.split()[0] in ("People", "Orders", "Cases") for head in heads)
    assert any(head.startswith("Cases waiting in docket") for head in heads)
    units = drawing.data.groupby("where")["unit"].first()
    assert units["surveillance teams"] == "orders"
    assert units["docket, for judges"] == "cases"


def test_an_order_is_one_until_somebody_begins_it(folder: Path) -> None:
    run = read(folder)
    assert not_begun(run) == {"look"}
    alone = {**run.tree, "streams": {}, "initial": {}}
    assert not_begun(Finished(run.daily, run.verdict, alone)) == {"look"}


def test_those_taken_up_from_a_docket_are_told_from_those_inside_at_the_start(tmp_path: Path) -> None:
    """Ten a day begin, three of whom are not over at the end."""
    made = pipeline(tmp_path, days=40)
    edited(made, "at: stay}", "at: stay}, docket: {count: 9000 cases, at: paper, counter: true}")
    edited(made, "steps:\n", "steps:\n  paper: {serve: judges, work: 1 hour, next: removed}\n")
    run = read(made)
    daily = run.daily.assign(**{"paper.started": 10, "paper.busy": 3, "paper.waiting": 99})
    data = drawn(flows.figure(Finished(daily, run.verdict, run.tree))).data.set_index("name")
    assert data.loc["taken up from docket", "mean"] == 40 * 10 - 3


def test_the_text_of_the_queues_is_short_and_its_data_whole(folder: Path) -> None:
    drawing = drawn(queues.figure(read(folder)))
    assert len(drawing.text) < 1800
    assert len(drawing.data) == LONG * drawing.data["where"].nunique()
    for name in set(drawing.data["where"]):
        assert name.partition(",")[0] in spoken(drawing)


def test_the_digest_is_whole(folder: Path) -> None:
    run = read(folder)
    digest = "0123456789abcdef"
    named = Finished(run.daily, {**run.verdict, "digest": digest}, run.tree)
    assert f"run {digest}, seed" in look.foot(named)


@pytest.mark.parametrize(
    ("count", "said"),
    [("3659534 cases", "cases"), ({"value": "20 people"}, "people"), (12, "people"), ("3,000", "people")],
)
def test_a_count_says_its_unit(count: object, said: str) -> None:
    assert unit(count) == said


def test_acronyms_keep_their_capitals() -> None:
    assert [words("cbp_book_ins"), words("notice")] == ["CBP book ins", "notice"]


def test_nothing_said_of_a_docket_is_cut_or_touches(folder: Path) -> None:
    for drawing in drawings(read(folder)):
        boxes, page = text_boxes(drawing), drawing.figure.bbox
        assert all(page.x0 <= box.x0 and box.x1 <= page.x1 for _, box in boxes), drawing.name
        for (one, a), (two, b) in combinations(boxes, 2):
            assert not a.overlaps(b), (drawing.name, one, two)
