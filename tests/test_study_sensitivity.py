"""Sensitivity studies against functions whose indices are known."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from sim.errors import Refused
from sim.scenario import Uncertain, read
from sim.study import engines
from sim.study.sensitivity import sensitivity
from sim.study.sensitivity.facts import Facts, facts_of
from sim.study.sensitivity.morris import morris
from sim.study.sensitivity.noise import noise
from sim.study.sensitivity.shots import World
from sim.study.sensitivity.sobol import sobol
from sim.study.sensitivity.tornado import tornado

ROOT = Path(__file__).parent.parent
OFFICE, KNOWN = ROOT / "scenarios" / "uncertain-office.yaml", ROOT / "scenarios" / "one-station.yaml"


class Line:
    """Shots of a sum of facts, `weights` each, with luck shared between points and luck of its own."""

    def __init__(self, weights: dict[str, float], own: float = 0.0) -> None:
        self.weights, self.own = weights, own
        self.asked: Any = SimpleNamespace(at_least=True)
        self.rng = np.random.default_rng(7)

    def __call__(self, worlds: Sequence[World], seed: int, replications: int) -> Any:
        exact = np.array([sum(w * world.get(n, 0.5) for n, w in self.weights.items()) for world in worlds])
        shared = np.random.default_rng(seed).normal(size=replications)
        return exact[:, None] + shared + self.own * self.rng.normal(size=(len(worlds), replications))


def facts(*names: str, groups: Sequence[str] = ()) -> Facts:
    each = tuple(Uncertain(name, 0.0, 1.0, 0.5, "") for name in names)
    return Facts(each, tuple(groups) or names)


def index(frame: Any, group: str) -> Any:
    return frame.set_index("group").loc[group]


def test_a_sum_has_indices_of_its_squared_weights_that_sum_to_one() -> None:
    found, _ = sobol(facts("a", "b", "c"), Line({"a": 3.0, "b": 1.0, "c": 0.0}), 1, 2, 512)  # type: ignore[arg-type]
    for name, exact in (("a", 0.9), ("b", 0.1), ("c", 0.0)):
        row = index(found, name)
        assert row["first_low"] - 1e-9 <= exact <= row["first_high"] + 1e-9
        assert row["total_low"] - 1e-9 <= exact <= row["total_high"] + 1e-9
        assert abs(row["total"] - exact) < 0.03
    assert abs(found["first"].sum() - 1.0) < 0.05


def test_a_group_moves_as_one() -> None:
    of = facts("a", "b", "c", groups=("x", "x", "c"))
    found, _ = sobol(of, Line({"a": 1.0, "b": 1.0, "c": 1.0}), 1, 2, 512)  # type: ignore[arg-type]
    assert set(found["group"]) == {"x", "c"}
    assert abs(index(found, "x")["total"] - 2 / 3) < 0.05


def test_no_index_is_told_above_five_per_cent_of_noise() -> None:
    line: Any = Line({"a": 1.0}, own=1.0)
    found, told = sobol(facts("a", "b"), line, 1, 10, 128)
    assert found.empty
    assert told.too_great
    assert told.would_do is not None
    # Variance 1/12 between points, 1 within: 19 x 12 = 228 replications bring it to 5 %.
    assert 120 < told.would_do < 450
    enough, told = sobol(facts("a", "b"), Line({"a": 1.0}, own=1.0), 1, 2 * told.would_do, 128)  # type: ignore[arg-type]
    assert not told.too_great
    assert not enough.empty


def test_luck_that_all_points_share_is_no_noise() -> None:
    told = noise(Line({"a": 1.0})([{"a": 0.0}, {"a": 1.0}, {"a": 0.3}], 3, 10))
    assert told.share < 1e-12


def test_what_nothing_moves_is_all_noise() -> None:
    assert noise(np.ones((5, 3))).would_do is None
    assert noise(np.ones((5, 3))).share == 1.0


def test_screening_keeps_the_strongest() -> None:
    of, line = facts("a", "b", "c"), Line({"a": 1.0, "b": 5.0, "c": 0.0})
    found, _ = morris(of, line, 1, 2, 1)  # type: ignore[arg-type]
    assert list(found.loc[found["kept"], "group"]) == ["b"]
    assert np.allclose(sorted(found["mean_effect"]), [0.0, 1.0, 5.0])


def test_a_tornado_is_widest_first_and_signed_by_what_the_rate_gains() -> None:
    line: Any = Line({"a": 1.0, "b": -4.0, "c": 0.0}, own=0.01)  # shortfalls: more b, less shortfall
    found, base = tornado(facts("a", "b", "c"), line, 1, 10)
    assert base.shape == (10,)
    assert list(found["fact"]) == ["b", "a", "c"]
    assert found["at_high"][0] == pytest.approx(2.0, abs=0.05)
    assert found["at_low"][0] == pytest.approx(-2.0, abs=0.05)
    assert list(found["moves"]) == [True, True, False]


def test_probabilities_of_a_branch_and_shares_of_orders_belong_together() -> None:
    of = facts_of(read(OFFICE))
    assert of.names == ["stations.clerks.servers", "stations.signers.servers",
                        "steps.counter.work.exponential.mean", "steps.decision.branch"]  # fmt: skip
    assert len(of.only(["steps.decision.branch"]).each) == 2


def test_a_scenario_without_ranges_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"no number has a range; wanted ranges .*range: \[2, 6\]"):
        sensitivity(KNOWN, out=tmp_path / "x")


def test_numbers_that_allow_no_study_are_refused_together(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        sensitivity(OFFICE, replications=2, screen=11, samples=3, out=tmp_path / "x")
    assert len(refused.value.problems) == 3


@pytest.mark.slow
@pytest.mark.skipif(not engines.has_kernel(), reason="thousands of runs take the compiled engine")
def test_the_office_has_the_indices_of_a_product(tmp_path: Path) -> None:
    """Clerks, time and share multiply: indices in closed form, and none for what nothing reads."""
    found = sensitivity(OFFICE, engine="kernel", jobs=1, out=tmp_path / "office", samples=512)
    exact = _product()
    for name, (first, total) in exact.items():
        row = index(found.sobol, name)
        assert row["first_low"] <= first <= row["first_high"], name
        assert row["total_low"] <= total <= row["total_high"], name
    assert "stations.signers.servers" not in set(found.sobol["group"])
    signers = found.tornado.set_index("fact").loc["stations.signers.servers"]
    assert signers["swing"] == 0.0


def _product() -> dict[str, tuple[float, float]]:
    """First and total index of each factor. r is variance over squared mean over the range."""
    clerks = np.array([2, 3, 3, 4, 4, 5, 5, 6], np.float64)
    mean = np.log(2.5 / 1.5) / 1.0
    r = {
        "stations.clerks.servers": float(clerks.var() / clerks.mean() ** 2),
        "steps.counter.work.exponential.mean": float(1 / (1.5 * 2.5) / mean**2 - 1),
        "steps.decision.branch": 0.2**2 / 12 / 0.5**2,
    }
    whole = float(np.prod([1 + x for x in r.values()]) - 1)
    return {name: (x / whole, x / (1 + x) * (1 + whole) / whole) for name, x in r.items()}
