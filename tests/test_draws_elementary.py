"""Our own transcendentals are within two units in the last place, and equal on every machine."""

from __future__ import annotations

import math
import os
import re
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal, localcontext
from typing import Any

import numpy as np
import pytest
from numba import njit, types
from scipy import special

from sim.draws import distributions, elementary, incomplete
from sim.draws.arrivals import _arrival_times, cumulative_rate
from sim.draws.special import erfc, lgamma, log_beta, normal_cdf, normal_quantile, stirling_error

Function = Callable[[float], float]

RNG = np.random.default_rng(20250522)
ANY = RNG.uniform(-700.0, 700.0, 500)
SMALL = RNG.uniform(-1.0, 1.0, 500)
SIZES = np.exp(RNG.uniform(-700.0, 700.0, 500))
TINY = np.exp(RNG.uniform(-40.0, 0.0, 500))


def exact(name: str, x: float) -> float:
    """The function with 60 digits, rounded once."""
    with localcontext() as context:
        context.prec = 60
        value = Decimal(float(x))
        if name == "exp":
            return float(value.exp())
        if name == "expm1":
            return float(value.exp() - 1)
        return float((1 + value if name == "log1p" else value).ln())


def ulps(found: float, wanted: float) -> float:
    return abs(found - wanted) / math.ulp(wanted)


@pytest.mark.parametrize(
    ("name", "grid"),
    [
        ("exp", np.concatenate([ANY, SMALL])),
        ("log", np.concatenate([SIZES, 1.0 + SMALL / 2.0, [5e-324, 1e-310]])),
        ("log1p", np.concatenate([TINY, -TINY, 0.99 * SMALL, SIZES[SIZES > 1e-20]])),
        ("expm1", np.concatenate([TINY, -TINY, SMALL, ANY[:50] / 10.0])),
    ],
)
def test_within_an_ulp_of_exact(name: str, grid: list[float]) -> None:
    function: Function = getattr(elementary, name)
    assert max(ulps(function(float(x)), exact(name, x)) for x in grid) <= 1.0


@pytest.mark.parametrize(
    ("function", "at", "value"),
    [
        (elementary.exp, 710.0, math.inf),
        (elementary.exp, -746.0, 0.0),
        (elementary.exp, 0.0, 1.0),
        (elementary.log, 0.0, -math.inf),
        (elementary.log, math.inf, math.inf),
        (elementary.log1p, -1.0, -math.inf),
        (elementary.log1p, 1e-300, 1e-300),
        (elementary.expm1, -1000.0, -1.0),
        (elementary.expm1, 1000.0, math.inf),
        (elementary.expm1, 1e-300, 1e-300),
        (erfc, 40.0, 0.0),
        (erfc, -40.0, 2.0),
    ],
)
def test_ends(function: Function, at: float, value: float) -> None:
    assert function(at) == value


@pytest.mark.parametrize("function", [elementary.exp, elementary.expm1])
def test_nan_stays(function: Function) -> None:
    assert math.isnan(function(math.nan))


@pytest.mark.parametrize("function", [elementary.log, elementary.log1p])
def test_logarithms_have_no_value_below_their_range(function: Function) -> None:
    assert math.isnan(function(-2.0))


@pytest.mark.parametrize("x", RNG.uniform(-700.0, 700.0, 20))
def test_smallest_results_of_exp(x: float) -> None:
    deep = -744.0 + abs(x) / 20.0
    wanted = exact("exp", deep)
    assert abs(elementary.exp(deep) - wanted) <= math.ulp(wanted)


def test_erfc() -> None:
    grid = np.concatenate([RNG.uniform(-6.0, 26.0, 2000), SMALL])
    assert max(ulps(erfc(float(x)), math.erfc(x)) for x in grid) <= 4.0


def test_lgamma() -> None:
    grid = np.concatenate([RNG.uniform(0.0, 9.0, 2000), np.exp(RNG.uniform(-40.0, 20.0, 500))])
    for x in grid:
        assert math.isclose(lgamma(float(x)), special.gammaln(x), rel_tol=1e-15, abs_tol=1e-15)


def test_stirling_error_continues_lgamma() -> None:
    for a in (16.0, 20.0, 64.0):
        plain = lgamma(a + 1.0) - ((a + 0.5) * math.log(a) - a + 0.5 * math.log(2.0 * math.pi))
        assert math.isclose(stirling_error(a), plain, abs_tol=1e-13)


@pytest.mark.parametrize(
    ("a", "b"), [(0.5, 3.0), (2.0, 40.0), (40.0, 2.0), (30.0, 50.0), (17.0, 17.0)]
)
def test_log_beta(a: float, b: float) -> None:
    assert math.isclose(log_beta(a, b), special.betaln(a, b), rel_tol=1e-13)


def test_normal_quantile_and_cdf() -> None:
    grid = np.concatenate([RNG.uniform(0.0, 0.5, 1000), np.exp(RNG.uniform(-600.0, -1.0, 500))])
    for p in grid:
        z = normal_quantile(float(p), 1.0 - p)
        assert math.isclose(z, special.ndtri(p), rel_tol=2e-15, abs_tol=1e-15)
        assert normal_quantile(1.0 - p, float(p)) == -z or p > 0.07
        assert math.isclose(normal_cdf(z), p, rel_tol=2e-15 * (2.0 + z * z))


FLOAT, INT = types.float64, types.int64
KNOTS = types.Array(FLOAT, 2, "C")
LAW = (INT, FLOAT, FLOAT, FLOAT, FLOAT, KNOTS, INT, INT)
SIGNATURES: list[tuple[Any, tuple[Any, ...]]] = [
    (elementary.exp, (FLOAT,)),
    (elementary.log, (FLOAT,)),
    (elementary.log1p, (FLOAT,)),
    (elementary.expm1, (FLOAT,)),
    (erfc, (FLOAT,)),
    (lgamma, (FLOAT,)),
    (normal_quantile, (FLOAT, FLOAT)),
    (incomplete.gamma_tails, (FLOAT, FLOAT)),
    (incomplete.beta_tails, (FLOAT, FLOAT, FLOAT)),
]
WHOLE: list[tuple[Any, tuple[Any, ...]]] = [
    (distributions.duration, (*LAW, FLOAT)),
    (distributions.remaining, (*LAW, FLOAT, FLOAT)),
    (_arrival_times, (types.uint64, INT, INT, INT, INT[::1], FLOAT[::1], INT)),
    (cumulative_rate, (INT[::1], FLOAT[::1], FLOAT[::1], INT, FLOAT[::1], INT)),
]
FUSED = re.compile(r"\bv?fn?(?:madd|msub|mla|mls)\w*")


def assembly(function: Any, signature: tuple[Any, ...]) -> str:
    """Machine code of a fresh compilation with what it calls."""
    fresh = njit(signature, nogil=True, error_model="numpy")(function.py_func)
    return "\n".join(fresh.inspect_asm().values())


@pytest.mark.parametrize(("function", "signature"), SIGNATURES)
def test_no_multiplication_is_fused_with_an_addition(function: Any, signature: Any) -> None:
    code = assembly(function, signature)
    assert "mulsd" in code or "fmul" in code
    assert not FUSED.search(code)


@pytest.mark.slow
@pytest.mark.parametrize(("function", "signature"), WHOLE)
def test_no_draw_has_a_fused_operation(function: Any, signature: Any) -> None:
    assert not FUSED.search(assembly(function, signature))


def test_the_search_for_fused_operations_finds_one() -> None:
    fused = njit((FLOAT, FLOAT, FLOAT), fastmath=True)(lambda a, b, c: a * b + c)
    code = "\n".join(fused.inspect_asm().values())
    assert FUSED.search(code) or not has_fused_operations()


def has_fused_operations() -> bool:
    from numba.core.registry import cpu_target

    features = cpu_target.target_context.codegen()._get_host_cpu_features()
    return "+fma" in features or "+neon" in features


BITS = """
import numpy as np
from sim.draws import uniform
from sim.draws.distributions import duration, inverse, remaining
from sim.network.laws import law
from sim.study.require.laws import law as law_of
laws = [law("exponential", mean=3.0), law("normal", mean=9.0, sd=2.0),
        law("lognormal", mean=70.0, median=38.0), law("weibull", shape=0.7, scale=5.0),
        law("triangular", low=1.0, mode=2.0, high=9.0), law("erlang", k=3, mean=2.0),
        law("gamma", shape=0.4, scale=2.0), law("gamma", shape=65.0, scale=2.0),
        law("beta", a=2.0, b=0.5, low=1.0, high=4.0)]
out = []
for n, one in enumerate(map(law_of, laws)):
    for i in range(30):
        u = float(uniform(12345678901234567890, i, 1, n, 0))
        out += [float(inverse(*one, u)).hex(), int(duration(*one, u)), int(remaining(*one, 2.0, u))]
print(out)
"""


def printed(**environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", BITS],
        env={**os.environ, **environment}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout


@pytest.mark.slow
def test_compiled_code_gives_the_bits_of_plain_python() -> None:
    """Python rounds after every operation, so nothing was fused, reordered or approximated."""
    assert printed() == printed(NUMBA_DISABLE_JIT="1")
