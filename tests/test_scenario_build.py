"""From a file to a network: the same system however it is written, and exact in time and counts."""

from __future__ import annotations

import math
import pickle
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.errors import Refused
from sim.network.amounts import daily
from sim.network.build import build
from sim.network.compiling import compile_network
from sim.network.model import DAY, HOUR, Distribution, Model
from sim.scenario import Scenario, read, with_overrides
from sim.scenario.units import exact

SMALL = Path(__file__).parent / "small.yaml"


def small(*sets: str) -> Model:
    return build(read(SMALL, sets))


def scenario(folder: Path, content: str) -> Scenario:
    file = folder / "x.yaml"
    file.write_text(content)
    return read(file)


def law(text: str) -> Distribution:
    steps = {step.name: step for step in small(f"steps.stay.delay={text}").steps}
    found = steps["stay"].law
    assert found is not None
    return found


def test_the_whole_grammar_makes_a_table() -> None:
    network = compile_network(small())
    assert network.table.steps == len(read(SMALL).said.steps)


def test_a_scenario_travels_between_processes() -> None:
    first = read(SMALL)
    again = pickle.loads(pickle.dumps(first))
    assert build(again) == build(first)
    assert build(with_overrides(again, {"pools.beds.capacity": 7})).pools[0].capacity.changes == (
        (0, 7),
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2 hours", "120 minutes"),
        ("0.5 hours", "1800 s"),
        ("1.25 days", "30 h"),
        ("{value: 3, unit: days}", "72 hours"),
        ("0.1 hours", "{value: 6 minutes}"),
        ("{exponential: 2 weeks}", "{exponential: {mean: 14 days}}"),
        ("{gamma: {mean: 2 hours, cv: 0.5}}", "{gamma: {mean: 120 min, cv: 0.5}}"),
    ],
)
def test_change_of_unit(one: str, other: str) -> None:
    assert law(one) == law(other)


@given(st.integers(0, 10**9), st.integers(0, 9))
def test_decimals_are_exact(whole: int, digit: int) -> None:
    from sim.scenario.units import amount

    found = amount(f"{whole}.{digit} hours")
    assert found is not None
    assert found.number * HOUR == whole * HOUR + digit * HOUR // 10


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_reads_back_from_its_text(number: float) -> None:
    assert float(exact(number)) == number


@pytest.mark.parametrize("text", ["0.3", "12.5", "1e-05", "40", "0.1234567890123"])
def test_an_ordinary_number_is_written_as_a_person_writes_it(text: str) -> None:
    assert exact(float(text)) == text


def test_laws_have_the_moments_they_are_given() -> None:
    """Means and medians from the parameters, by the formulas of each law."""
    mu, sigma = law("{lognormal: {mean: 46 hours, median: 25 hours}}").parameters
    assert math.isclose(math.exp(mu), 25 * HOUR)
    assert math.isclose(math.exp(mu + sigma**2 / 2), 46 * HOUR)
    mu, sigma = law("{lognormal: {mean: 46 hours, cv: 1.5}}").parameters
    assert math.isclose(math.exp(mu + sigma**2 / 2), 46 * HOUR)
    assert math.isclose(math.expm1(sigma**2), 1.5**2)
    shape, scale = law("{weibull: {shape: 0.8, mean: 5 hours}}").parameters
    assert math.isclose(scale * math.gamma(1 + 1 / shape), 5 * HOUR)
    shape, scale = law("{gamma: {mean: 8 hours, cv: 0.5}}").parameters
    assert math.isclose(shape * scale, 8 * HOUR)
    assert math.isclose(shape, 4)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{gamma: {mean: 2 hours, cv: 0.00001}}", "a gamma law with cv 1e-05; wanted 0, or a number"),
        ("{beta: {a: 0.0001, b: 1, low: 0 h, high: 1 h}}", "a beta law with a 0.0001; wanted a number"),
    ],
)
def test_laws_that_draws_are_not_exact_for_are_refused_in_their_place(text: str, message: str) -> None:
    with pytest.raises(Refused, match=f"steps.stay.delay.*: found {message}"):
        law(text)


@settings(max_examples=25, deadline=None)
@given(
    st.fractions(0, 5000, max_denominator=1000),
    st.fractions(0, 5000, max_denominator=1000),
    st.integers(1, 40 * DAY),
    st.lists(st.fractions(0, 2, max_denominator=100), min_size=7, max_size=7),
)
def test_orders_lose_nothing(
    first: Fraction, second: Fraction, change: int, factors: list[Fraction]
) -> None:
    """Counts up to day d add to the floor of the exact cumulative, in whatever way it is cut."""
    points = [(0, first / DAY), (change, second / DAY)]
    counts = daily(points, factors, 40)
    total = Fraction(0)
    for day, count in enumerate(counts):
        low, high = day * DAY, (day + 1) * DAY
        before = max(0, min(change, high) - low)
        total += (first * before + second * (DAY - before)) / DAY * factors[day % 7]
        assert count >= 0
        assert sum(counts[: day + 1]) == math.floor(total)


def shifted(content: str, days: int) -> str:
    """The same text with every date later."""
    import re

    def later(match: re.Match[str]) -> str:
        return str(date.fromisoformat(match[0]) + timedelta(days=days))

    return re.sub(r"\d{4}-\d{2}-\d{2}", later, content)


@pytest.mark.slow
@settings(max_examples=8, deadline=None)
@given(weeks=st.integers(-200, 200))
def test_start_date_shift_by_whole_weeks(
    tmp_path_factory: pytest.TempPathFactory, weeks: int
) -> None:
    moved = scenario(tmp_path_factory.mktemp("moved"), shifted(SMALL.read_text(), 7 * weeks))
    assert build(moved) == small()


def test_hours_of_a_calendar() -> None:
    """A weekday calendar, one across midnight and a holiday, against the clock."""
    model = small()
    desk, night = (station.capacity.changes for station in model.stations)
    assert desk[:5] == ((0, 0), (9 * HOUR, 3), (17 * HOUR, 0), (33 * HOUR, 3), (41 * HOUR, 0))
    assert night[:3] == ((0, 2), (6 * HOUR, 0), (22 * HOUR, 2))
    on_holiday = [at for at, _ in night if 19 * DAY <= at < 20 * DAY]
    assert on_holiday == [19 * DAY + 6 * HOUR]
    assert [station.capacity.pause for station in model.stations] == [True, False]


def test_a_timetable_keeps_its_phase() -> None:
    charter, bus = small().departures
    assert charter.timetable[:3] == ((6 * HOUR, 5), (30 * HOUR, 3), (54 * HOUR, 5))
    later = build(read(SMALL, ["start=2025-01-02"])).departures
    assert [(at + DAY, n) for at, n in later[0].timetable] == list(charter.timetable[1:])
    assert [at + DAY for at, _ in later[1].timetable] == [at for at, _ in bus.timetable[1:]]
    assert bus.timetable[2][0] - bus.timetable[0][0] == 7 * DAY


def test_stocks_and_gates() -> None:
    model = small()
    assert model.stocks[0].puts[:3] == ((0, 10), (DAY, 11), (2 * DAY, 10))
    assert dict(model.stocks[0].puts)[40 * DAY] == -200 + 10
    assert model.gates[0].closed == ((9 * DAY, 19 * DAY),)


def test_a_world_changes_only_what_is_uncertain() -> None:
    found = read(SMALL)
    paths = {fact.path: (fact.low, fact.central, fact.high) for fact in found.uncertain}
    assert paths["pools.spare.capacity"] == (3, 5, 9)
    assert paths["streams.people.rate.2025-01-15"] == (5, 6, 8)
    assert paths["costs.bed_day.value"] == (150, 165, 180)
    changed = build(found, {"pools.spare.capacity": 8.5})
    assert changed.pools[1].capacity.changes == ((0, 9),)
    assert replace(changed, pools=()) == replace(build(found), pools=())


def test_probabilities_of_a_world_sum_to_one() -> None:
    path = "streams.people.attributes.record.convicted"
    found = build(read(SMALL), {path: 0.45}).streams[0].attributes[0].shares[0][1]
    assert dict(found) == pytest.approx({"convicted": 0.45, "pending": 0.55})


def test_options_inside_or_beside(tmp_path: Path) -> None:
    inside = SMALL.read_text().replace(
        "{serve: night, work: 30 minutes, ", "{serve: {station: night, work: 30 minutes}, "
    )
    assert inside != SMALL.read_text()
    assert build(scenario(tmp_path, inside)) == small()


@pytest.mark.parametrize(
    "seize",
    ["seize: [beds, spare]", "any_of: [beds, spare]", "seize: beds\n    any_of: [beds, spare]"],
)
def test_pools_in_order(tmp_path: Path, seize: str) -> None:
    other = SMALL.read_text().replace("seize: {any_of: [beds, spare]}", seize)
    assert build(scenario(tmp_path, other)) == small()


def test_what_people_hold_at_the_start() -> None:
    """Those held were given no pools: they hold what is released on their way."""
    held, backlog = small().initial
    assert held.holds == ("beds",)
    assert backlog.holds == ()
    assert small("initial.held.holds=[spare]").initial[0].holds == ("spare",)


class TestExtends:
    BASE = (
        "title: base\nillustrative: true\nstart: 2025-01-01\nend: 2025-02-01\n"
        "stations: {desk: {servers: {2025-01-01: 3, 2025-01-09: 4}}}\n"
        "streams: {people: {rate: 4/day, enters: work, weekdays: [1, 1, 1, 1, 1, 1, 1]}}\n"
        "steps:\n  out: {exit: done}\n"
        "  work: {serve: desk, work: {lognormal: {mean: 3 h, median: 2 h}}, next: out}\n"
    )

    def extended(self, folder: Path, content: str) -> Scenario:
        (folder / "base.yaml").write_text(self.BASE)
        return scenario(folder, "extends: base.yaml\n" + content)

    def test_mappings_merge_and_lists_are_replaced(self, tmp_path: Path) -> None:
        found = self.extended(
            tmp_path,
            "title: over\nstations: {desk: {servers: {2025-01-09: 5}}}\n"
            "streams: {people: {weekdays: [1, 1, 1, 1, 1, 0, 0]}}\n",
        )
        assert found.title == "over"
        model = build(found)
        assert model.stations[0].capacity.changes == ((0, 3), (8 * DAY, 5))
        assert model.streams[0].weekdays == (1, 1, 1, 1, 1, 0, 0)

    def test_another_law_or_kind_replaces(self, tmp_path: Path) -> None:
        found = self.extended(tmp_path, "steps: {work: {work: {exponential: 1 hour}}}\n")
        assert build(found).steps[1].law == Distribution("exponential", (float(HOUR),))
        found = self.extended(tmp_path, "steps: {work: {delay: 1 hour, next: out}}\n")
        assert build(found).steps[1].objects == ()

    def test_an_empty_value_takes_away(self, tmp_path: Path) -> None:
        found = self.extended(tmp_path, "streams: {people: {weekdays: }}\n")
        assert build(found).streams[0].weekdays == (1.0,) * 7

    def test_every_piece_remembers_its_file(self, tmp_path: Path) -> None:
        found = self.extended(tmp_path, "stations: {desk: {servers: 2}}\n")
        files = {q.path: (Path(q.file).name, q.line) for q in found.numbers()}
        assert files["stations.desk.servers"] == ("x.yaml", 2)
        assert files["streams.people.rate"] == ("base.yaml", 6)


class TestSet:
    def test_the_unit_is_kept_and_the_range_is_not(self) -> None:
        found = read(SMALL, ["pools.spare.capacity=7", "streams.people.rate=12"])
        assert "pools.spare.capacity" not in {fact.path for fact in found.uncertain}
        listed = {q.path: q for q in found.numbers()}
        assert listed["pools.spare.capacity"].unit == "beds"
        assert listed["pools.spare.capacity"].source == "--set"
        assert listed["streams.people.rate"].unit == "/day"

    @pytest.mark.parametrize(("servers", "given"), [
        ("3", "=7"), ("3", "={value: 7}"), ("3", "={2025-01-01: 7}"),
        ("{value: 3, as_of: 2024-05-01}", "=7"), ("{value: 3, as_of: 2024-05-01}", ".value=7"),
    ])  # fmt: skip
    def test_a_number_set_by_hand_has_not_the_source_of_the_old(
        self, servers: str, given: str, tmp_path: Path
    ) -> None:
        published = f"desk: {{source: A published table, servers: {servers}, "
        file = tmp_path / "sourced.yaml"
        file.write_text(SMALL.read_text().replace("desk: {servers: 3, ", published))
        found = {q.path: q for q in read(file, ["stations.desk.servers" + given]).numbers()}
        number = next(q for path, q in found.items() if path.startswith("stations.desk.servers"))
        assert (number.value, number.source, number.as_of) == (7.0, "--set", None)
        assert {q.source for q in read(file).numbers() if "desk" in q.path} == {"A published table"}

    def test_a_definition_has_not_the_source_of_what_it_replaces(self, tmp_path: Path) -> None:
        file = tmp_path / "sourced.yaml"
        file.write_text(SMALL.read_text().replace("  beds: {", "  beds: {source: A published table, "))
        scenario = read(file)
        fewer = with_overrides(scenario, scenario.definitions["fewer"])
        assert {q.source for q in fewer.numbers() if q.path == "pools.beds.capacity"} == {str(file)}

    @pytest.mark.parametrize("given", [
        "steps.served.share=3", "steps.bed.priority.values.convicted=3", "pools.spare.capacity.range.0=4",
    ])  # fmt: skip
    def test_a_number_that_can_say_no_source_is_set_all_the_same(self, given: str) -> None:
        assert read(SMALL, [given])

    def test_an_option_that_is_not_written(self) -> None:
        steps = {step.name: step for step in small("steps.case.priority=2").steps}
        assert steps["case"].priority == 2

    def test_overrides_are_the_same_as_sets(self) -> None:
        changed = with_overrides(read(SMALL), {"pools.beds.capacity": 30})
        assert build(changed) == small("pools.beds.capacity=30")

    def test_an_override_loses_no_digit(self) -> None:
        changed = with_overrides(read(SMALL), {"question.with_probability": 0.1 + 0.2})
        asked = next(q for q in changed.quantities() if q.path == "question.with_probability")
        assert float(asked.value) == 0.1 + 0.2 != 0.3

    def test_definitions_can_be_applied(self) -> None:
        found = read(SMALL)
        changed = with_overrides(found, found.definitions["fewer"])
        assert build(changed).pools[0].capacity.changes == ((0, 30),)

    def test_without_the_target(self) -> None:
        found = read(SMALL)
        assert found.without_target is not None
        assert not any(build(with_overrides(found, found.without_target)).orders[0].counts)
